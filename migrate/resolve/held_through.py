"""D12: somebody has a right directly on one side and through a group on the other.

After the move such a person holds it twice in the target, so that taking away the one leaves the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from migrate.kinds import role_eligibility_schedule, role_schedule
from migrate.kinds.kind import Row
from migrate.kinds.schedule import is_shadow
from migrate.resolve import drift
from migrate.resolve.findings import Drift
from migrate.resolve.group_population import EligibleMembers, members_of
from migrate.resolve.reference_graph import rights
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import TenantView

KIND = role_eligibility_schedule.KIND
LISTED = 100
Place = tuple[str, str]
"""A role by its listed id and a scope, in lower case."""


def find(settled: Settled) -> Iterator[Drift]:
    """Rights to directory roles that are held in another way in the target; unknown members give nothing."""
    ours, theirs = _Holders(settled.source), _Holders(settled.target)
    accepted = settled.accepted()
    for kind, row in rights(settled.source):
        if kind is not KIND:
            continue
        key = drift.target_key(kind, row, settled.source, accepted)
        if key is None:
            continue
        here = kind.id_of(row).lower()
        holder, role, scope = key.split("|", 2)
        place = (role, scope)
        if settled.source.kind_of(str(row["principalId"])) == "group":
            people = _direct_there(str(row["principalId"]).lower(), place, settled, ours, theirs)
            if people:
                detail = {
                    "source": "through a group",
                    "target": "directly",
                    "count": len(people),
                    "people": [f"{settled.source.name_of('user', one)} ({one})" for one in people[:LISTED]],
                }
                yield Drift("D12", kind.name, here, None, detail, concerns=(here,))
        elif holder not in theirs.direct(place) and (groups := theirs.groups_of(holder, place)):
            names = [f"{settled.target.name_of('group', one)} ({one})" for one in groups[:LISTED]]
            detail = {"source": "directly", "target": "through a group", "groups": names}
            yield Drift("D12", kind.name, here, None, detail, concerns=(here,))


def _direct_there(
    group_id: str, place: Place, settled: Settled, ours: _Holders, theirs: _Holders
) -> list[str]:
    """The people in a group of the source whose counterpart has the group's right itself."""
    found = []
    for person in sorted(ours.people_of(group_id)):
        there = settled.counterpart(("user", person))
        if there and there in theirs.direct(place) and not theirs.groups_of(there, place):
            found.append(person)
    return found


class _Holders:
    """Who holds which role of one tenant, directly and through groups, by eligibility."""

    def __init__(self, view: TenantView) -> None:
        self._view = view
        self._eligible = EligibleMembers(view)
        self._direct: dict[Place, set[str]] = {}
        self._groups: dict[Place, set[str]] = {}
        self._people: dict[str, frozenset[str]] = {}
        for row in view.of_kind(KIND.name).values():
            holder = str(row.get("principalId") or "").lower()
            if is_shadow(row) or not holder:
                continue
            table = self._groups if view.kind_of(holder) == "group" else self._direct
            table.setdefault(self._place(row), set()).add(holder)

    def _place(self, row: Row) -> Place:
        role = self._view.role_id(str(row.get("roleDefinitionId") or ""))
        return role, role_schedule.scope_of(row).lower()

    def direct(self, place: Place) -> set[str]:
        return self._direct.get(place, set())

    def groups_of(self, person: str, place: Place) -> list[str]:
        """The groups through which somebody has this right."""
        return sorted(one for one in self._groups.get(place, ()) if person in self.people_of(one))

    def people_of(self, group_id: str) -> frozenset[str]:
        """Members and those who may become one; of a list that was not read only the latter."""
        if group_id not in self._people:
            members = members_of(self._view, group_id) or frozenset()
            self._people[group_id] = members | self._eligible.of(group_id)
        return self._people[group_id]
