"""Who could approve an activation in a tenant: able now, or once they have activated a right."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.audit.posture import Posture
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR
from migrate.kinds.kind import Row
from migrate.resolve import approvers
from migrate.resolve.approval_deadlock import deadlocks
from migrate.resolve.governing import Governed
from migrate.resolve.group_population import members_of
from migrate.resolve.presence import is_settled
from migrate.resolve.privilege import Access

PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
DEFAULT_APPROVERS = frozenset({GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR})
"""Who approves where the policy of a role names nobody."""


@dataclass(frozen=True)
class Panel:
    """``waiting`` can approve once they have activated a membership themselves; ``unknown`` says of whom it
    was not read whether they can; ``problems`` why a named approver cannot."""

    able: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    by_default: bool = False

    def without(self, person: str) -> Panel:
        """The panel for a request of this person: nobody approves their own."""
        gone = frozenset({person})
        return Panel(self.able - gone, self.waiting - gone, self.unknown, self.problems, self.by_default)


class Panels:
    """The panels of one tenant's policies."""

    def __init__(self, posture: Posture) -> None:
        self._posture = posture
        self._eligible = posture.eligible_members
        self.circles: dict[Governed, tuple[Governed, ...]] = {
            one: circle
            for circle, into in deadlocks(posture.view, posture.policies, self._eligible)
            for one in into
        }
        """Each policy that nobody can ever approve, with the circle that it waits for."""

    def name_of(self, person: str) -> str:
        return self._posture.view.name_of("user", person)

    def of(self, governed: Governed, policy: Row) -> Panel:
        named = approvers.approvers_of(policy)
        if not named:
            return self._default() if governed[0] == "roleDefinition" else Panel(problems=("names nobody",))
        able: set[str] = set()
        waiting: set[str] = set()
        unknown: list[str] = []
        problems: list[str] = []
        for one in named:
            if not one.id:
                unknown.append(f"{one.kind}: who that is, is told only when somebody asks")
            elif one.kind == "user":
                self._person(one.id, able, unknown, problems)
            else:
                self._group(one.id, able, waiting, unknown, problems)
        return Panel(frozenset(able), frozenset(waiting - able), tuple(unknown), tuple(problems))

    def _default(self) -> Panel:
        able: set[str] = set()
        waiting: set[str] = set()
        unknown = [one.reason for one in self._posture.rights_read()]
        unknown += [one.reason for one in self._posture.unread_ways(DEFAULT_APPROVERS)]
        problems: list[str] = []
        for person, hold in sorted(self._posture.holders(DEFAULT_APPROVERS, scoped=False).items()):
            if self._posture.privilege.kind_of(person) == "user":
                into = able if hold.access is Access.STANDING else waiting
                self._person(person, into, unknown, problems)
        return Panel(
            frozenset(able), frozenset(waiting - able), tuple(unknown), tuple(problems), by_default=True
        )

    def _person(self, person: str, able: set[str], unknown: list[str], problems: list[str]) -> None:
        view = self._posture.view
        row, name = self._posture.person(person), view.name_of("user", person)
        if row is None:
            settled = is_settled(view, "user", person)
            (problems if settled else unknown).append(f"{name}: {'gone' if settled else 'not read'}")
        elif row.get("deletedDateTime"):
            problems.append(f"{name}: deleted")
        elif row.get("accountEnabled") is False:
            problems.append(f"{name}: disabled")
        elif row.get("accountEnabled") is None:
            unknown.append(f"{name}: whether the account is enabled was not read")
        else:
            able.add(person)

    def _group(
        self, group_id: str, able: set[str], waiting: set[str], unknown: list[str], problems: list[str]
    ) -> None:
        view = self._posture.view
        name = view.name_of("group", group_id)
        if view.row("group", group_id) is None and is_settled(view, "group", group_id):
            problems.append(f"{name}: gone")
            return
        members = members_of(view, group_id)
        if members is None:
            unknown.append(f"{name}: its members were not read")
            return
        found: set[str] = set()
        for person in sorted(self._eligible.standing(group_id, members)):
            self._person(person, found, unknown, problems)
        later: set[str] = set()
        if ("group", group_id, "member") not in self.circles:
            for person in sorted((self._eligible.of(group_id) | members) - found):
                self._person(person, later, unknown, [])
        if not found and not later:
            problems.append(f"{name}: nobody who can sign in is in it")
        able |= found
        waiting |= later
