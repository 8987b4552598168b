"""Who is in a group, through nested groups as well, as far as the lists of members were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrate.kinds import group_eligibility_schedule
from migrate.kinds.kind import Row
from migrate.kinds.membership import type_of
from migrate.kinds.schedule import is_shadow
from migrate.resolve.tenant_view import TenantView

MEMBERS = "groupMember"


def members_of(view: TenantView, group_id: str) -> frozenset[str] | None:
    """The users and service principals in a group, through nested groups and circles of them.

    ``None`` where the list of the group, or of one inside it, was not read: then nobody can be counted.
    """
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [group_id.lower()]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        rows = view.listed(MEMBERS, here)
        if rows is None:
            return None
        for row in rows:
            member = str(row.get("id") or "").lower()
            if (type_of(row) or view.kind_of(member)) == "group":
                waiting.append(member)
            elif member:
                found.add(member)
    return frozenset(found)


class EligibleMembers:
    """Who may activate membership of which group, and who is a member only while an activation lasts.

    ``eligible`` are group and member of every eligibility, where those were read already.
    """

    def __init__(self, view: TenantView, eligible: Iterable[tuple[str, str]] | None = None) -> None:
        self._eligible: dict[str, set[str]] = {}
        self._activated: set[tuple[str, str]] = set()
        assigned: set[tuple[str, str]] = set()
        for group_id, member in _eligible(view) if eligible is None else eligible:
            self._eligible.setdefault(group_id, set()).add(member)
        for row in view.of_kind("groupAssignmentSchedule").values():
            if group_eligibility_schedule.access_of(row) == "member":
                session = str(row.get("assignmentType") or "").lower() == "activated"
                (self._activated if session else assigned).add(_pair(row))
        self._activated -= assigned

    def of(self, group_id: str) -> frozenset[str]:
        return frozenset(self._eligible.get(group_id.lower(), ()))

    def standing(self, group_id: str, members: frozenset[str]) -> frozenset[str]:
        """Those members who need no activation to be in the group."""
        return frozenset(one for one in members if (group_id.lower(), one) not in self._activated)


def _eligible(view: TenantView) -> Iterator[tuple[str, str]]:
    for row in view.of_kind(group_eligibility_schedule.KIND.name).values():
        if not is_shadow(row) and group_eligibility_schedule.access_of(row) == "member":
            yield _pair(row)


def _pair(row: Row) -> tuple[str, str]:
    return str(row.get("groupId") or "").lower(), str(row.get("principalId") or "").lower()
