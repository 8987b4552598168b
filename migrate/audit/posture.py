"""One tenant as the checks look at it: its snapshot, who reaches what, and what people declared about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain

from migrate.audit.declared import Declared
from migrate.audit.finding import TENANT, Subject, Unknown
from migrate.audit.holding import (
    Eligible,
    GroupHolding,
    Holding,
    Standing,
    eligible_of,
    group_holdings_of,
    standing_of,
)
from migrate.audit.people import Person, people_of
from migrate.kinds import role_definition
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.resolve import governing
from migrate.resolve.effective import Nearest, Reach, is_near, reach_of
from migrate.resolve.governing import Governed
from migrate.resolve.group_population import EligibleMembers
from migrate.resolve.presence import is_settled
from migrate.resolve.privilege import Hold, Privilege, privilege_of
from migrate.resolve.rights_read import Rights
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import IMPLICIT_ROLES, Classifier, Tier, TierTable


@dataclass
class Posture:
    """``now`` is the moment for which ages and ends are judged; ``other`` the other tenant, where it was
    read, for what only the two together can tell."""

    view: TenantView
    side: str
    table: TierTable
    now: datetime
    declared: Declared = field(default_factory=Declared)
    other: TenantView | None = None
    known: Privilege | None = field(default=None, repr=False)
    """Who reaches what at ``now``, where somebody has read that already."""

    _subjects: dict[str, dict[str, Subject]] = field(default_factory=dict, init=False, repr=False)
    """By kind and id: few objects stand in most findings."""
    _holders: dict[tuple[frozenset[str], bool], Mapping[str, Hold]] = field(
        default_factory=dict, init=False, repr=False
    )
    """Many controls ask about the same roles."""

    @cached_property
    def classifier(self) -> Classifier:
        return Classifier(self.view, self.table)

    @cached_property
    def privilege(self) -> Privilege:
        if self.known:
            return self.known
        # The schedules are gone through once for both.
        roles = ((one.principal_id, one.role_id, one.scope, one.eligible) for one in self.holdings)
        groups = ((one.group_id, one.access, one.principal_id) for one in self.group_holdings if not one.over)
        return privilege_of(self.view, self.classifier, self.now, given=Rights(roles, groups))

    @cached_property
    def policies(self) -> Mapping[Governed, Row]:
        return governing.policies_of(self.view)

    @property
    def reaches(self) -> Iterator[Reach]:
        """What everybody reaches who can act, groups left out, each right on the nearest way; found anew
        each time."""
        return (reach for one in self.privilege.actors() for reach in reach_of(self.privilege, one))

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self.privilege)

    @cached_property
    def _actors(self) -> Mapping[str, Sequence[Hold]]:
        """What everybody has or may activate who can act."""
        return {one: self._nearest.of(one) for one in self.privilege.actors()}

    @cached_property
    def _people(self) -> Mapping[str, Person]:
        """Those people who come near a right; read in one go."""
        near = {*self.privilege.holds, *self.privilege.onward}
        return people_of(self.view, near)

    def person(self, object_id: str) -> Row | None:
        """Of a person whether the account is enabled, synced, deleted or a guest's, and its licences."""
        found = self._people.get(object_id)
        return self.view.row("user", object_id) if found is None else found.account

    @cached_property
    def eligible_for_roles(self) -> Mapping[str, tuple[tuple[str, ...], Tier]]:
        """Who may activate each role, and the highest tier that it has at any of their scopes."""
        who: dict[str, list[str]] = {}
        scopes: dict[str, dict[str, None]] = {}
        for one in self.eligible:
            who.setdefault(one.role_id, []).append(one.principal_id)
            scopes.setdefault(one.role_id, {})[one.scope] = None
        found = {}
        for role_id in sorted(who):
            tiers = (self.classifier.of_role(role_id, scope) for scope in scopes[role_id])
            highest = min(tiers, key=lambda each: each.number)
            found[role_id] = (tuple(sorted(set(who.pop(role_id)))), highest)
        return found

    @property
    def holdings(self) -> Iterator[Holding]:
        """The schedules of roles that hold, standing before eligible."""
        return chain[Holding](self.standing, self.eligible)

    @cached_property
    def standing(self) -> tuple[Standing, ...]:
        return tuple(standing_of(self.view, self.now))

    @cached_property
    def eligible(self) -> tuple[Eligible, ...]:
        return tuple(eligible_of(self.view, self.now, self.declared))

    @cached_property
    def group_holdings(self) -> tuple[GroupHolding, ...]:
        """The eligibility for groups, whatever is over included."""
        return tuple(group_holdings_of(self.view, self.now, self.declared))

    @cached_property
    def eligible_members(self) -> EligibleMembers:
        """Who may activate being in which group."""
        members = ((one.group_id, one.principal_id) for one in self.group_holdings if one.access == "member")
        return EligibleMembers(self.view, members)

    @cached_property
    def emergency_ids(self) -> Mapping[str, str]:
        """The declared emergency accounts that the tenant has: object id by declared name."""
        wanted = {one.name for one in self.declared.emergency}
        found: dict[str, str] = {}
        if not wanted:
            return found
        for object_id, row in self.view.of_kind("user").items():
            for name in (object_id, str(row.get("userPrincipalName") or "").lower()):
                if name in wanted:
                    found[name] = object_id
        return found

    def is_emergency(self, principal_id: str) -> bool:
        return principal_id in self.emergency_ids.values()

    def owner_of(self, kind: str, object_id: str) -> str:
        """The declared owner of an object, or of the template of a role; empty where nobody is declared."""
        if not self.declared.owners:
            return ""
        row = self.view.row(kind, object_id) if kind == "roleDefinition" else None
        template = role_definition.template_id(row) if row else object_id
        return self.declared.owner_of(kind, object_id) or self.declared.owner_of(kind, template)

    def roles(self, template_ids: Iterable[str], up_to_tier: int) -> frozenset[str]:
        """The listed ids of the roles that a control is about, by template id and by tier."""
        wanted = {one.lower() for one in template_ids}
        found = set()
        for role_id, row in self.view.of_kind("roleDefinition").items():
            template = role_definition.template_id(row)
            if template in IMPLICIT_ROLES:
                continue
            if (role_definition.is_built_in(row) and template in wanted) or (
                up_to_tier >= 0 and self.classifier.of_role(role_id).number <= up_to_tier
            ):
                found.add(role_id)
        return frozenset(found)

    def reached(self, object_id: str) -> Sequence[Hold]:
        """What somebody or a group has, may activate or could come by as an owner; see ``Nearest.of``."""
        return self._nearest.of(object_id)

    def tier_of(self, object_id: str) -> int | None:
        """The most powerful tier that somebody or a group has or may activate."""
        near = (hold.right for hold in self.reached(object_id) if is_near(hold.access))
        return min((self.privilege.tiers[right].number for right in near), default=None)

    def subject(self, kind: str, object_id: str) -> Subject:
        of_kind = self._subjects.setdefault(kind, {})
        found = of_kind.get(object_id)
        if found is None:
            found = of_kind[object_id] = self._subject(kind, object_id)
        return found

    def _subject(self, kind: str, object_id: str) -> Subject:
        actual = kind
        if kind == DIRECTORY_OBJECT:
            actual = self.privilege.kind_of(object_id) or DIRECTORY_OBJECT
        if actual == "user" and (person := self._people.get(object_id)) is not None:
            return Subject(actual, object_id, person.name or object_id)
        return Subject(actual, object_id, self.view.name_of(actual, object_id))

    def principal(self, object_id: str) -> Subject:
        return self.subject(DIRECTORY_OBJECT, object_id)

    def role(self, role_id: str) -> Subject:
        return self.subject("roleDefinition", role_id)

    @property
    def tenant(self) -> Subject:
        rows = self.view.of_kind("organization").values()
        name = next((str(row.get("displayName") or "") for row in rows), "")
        return Subject(TENANT, self.view.tenant_id, name or self.view.tenant_id)

    def needs(self, *collections: str) -> Iterator[Unknown]:
        """Each of these collections that was not read whole."""
        for one in collections:
            if not self.view.saw(one):
                yield Unknown(f"{one} was not read")

    def unread_ways(self, role_ids: frozenset[str]) -> Iterator[Unknown]:
        """The groups that hold some of these roles and of which it was not read who can come into them."""
        # Whoever owns a group is no holder of what it holds.
        unread = {
            group_id: missing
            for group_id, every in self.privilege.unknown.items()
            if (missing := [one for one in every if one != "owners"])
        }
        for group_id in self._groups_before(role_ids) if unread else ():
            if group_id in unread:
                told = f"{', '.join(unread[group_id])} of a group that leads to the role was not read"
                yield Unknown(told, self.subject("group", group_id))

    def _groups_before(self, role_ids: frozenset[str]) -> list[str]:
        holders = [
            holder
            for holder, holds in self.privilege.holds.items()
            if any(hold.right.kind == "role" and hold.right.id in role_ids for hold in holds)
        ]
        seen, waiting = set(holders), list(holders)
        while waiting:
            for way in self.privilege.into.get(waiting.pop(), ()):
                if way.other not in seen:
                    seen.add(way.other)
                    waiting.append(way.other)
        return sorted(one for one in seen if self.privilege.kind_of(one) == "group")

    def groups_with(self, role_ids: frozenset[str]) -> list[str]:
        """The groups that hold one of these roles themselves, standing or eligible."""
        return sorted(
            {
                one.principal_id
                for one in self.holdings
                if one.role_id in role_ids and self.privilege.kind_of(one.principal_id) == "group"
            }
        )

    def holders(self, role_ids: frozenset[str], *, scoped: bool = True) -> Mapping[str, Hold]:
        """Everybody who has one of these roles or may activate it, each once with the nearest of them.

        Whoever merely owns a group on the way is no holder. Without ``scoped`` only the whole tenant counts.
        """
        asked = (role_ids, scoped)
        if asked not in self._holders:
            self._holders[asked] = self._holders_of(role_ids, scoped=scoped)
        return self._holders[asked]

    def _holders_of(self, role_ids: frozenset[str], *, scoped: bool) -> Mapping[str, Hold]:
        found: dict[str, Hold] = {}
        for one, holds in self._actors.items():
            counting = [
                hold
                for hold in holds
                if hold.right.id in role_ids
                and is_near(hold.access)
                and (scoped or hold.right.scope == TENANT_SCOPE)
                and hold.right.kind == "role"
            ]
            if counting:
                found[one] = min(counting, key=_nearest_first) if len(counting) > 1 else counting[0]
        return found

    def rights_read(self) -> Iterator[Unknown]:
        """What must have been read to know who holds roles at all."""
        return self.needs("roleAssignmentSchedules", "roleEligibilitySchedules", "roleDefinitions")

    def is_absent(self, kind: str, object_id: str) -> bool:
        """Whether the tenant surely has no such object."""
        return self.view.row(kind, object_id) is None and is_settled(self.view, kind, object_id)


def _nearest_first(hold: Hold) -> tuple[int, str, str]:
    """The nearest role before others, and of those alike always the same one."""
    return (hold.access.rank, hold.right.id, hold.right.scope)
