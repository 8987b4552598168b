"""One tenant as the checks look at it: its snapshot, who reaches what, and what people declared about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain

from migrate.audit.declared import Declared
from migrate.audit.finding import TENANT, Subject, Unknown
from migrate.audit.holding import GroupHolding, Holding, group_holdings_of, holdings_of
from migrate.kinds import role_definition
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.resolve import governing
from migrate.resolve.effective import Reach, reach_of
from migrate.resolve.governing import Governed
from migrate.resolve.group_population import EligibleMembers
from migrate.resolve.presence import is_settled
from migrate.resolve.privilege import Access, Privilege, Right, privilege_of
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import IMPLICIT_ROLES, Classifier, Tier, TierTable

_ASKED_OF_PEOPLE = (
    "userPrincipalName", "displayName", "userType", "accountEnabled", "onPremisesSyncEnabled",
    "onPremisesImmutableId", "assignedLicenses", "deletedDateTime",
)  # fmt: skip


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

    _subjects: dict[tuple[str, str], Subject] = field(default_factory=dict, init=False, repr=False)
    """Few objects stand in most findings."""
    _holders: dict[tuple[frozenset[str], bool], Mapping[str, Reach]] = field(
        default_factory=dict, init=False, repr=False
    )
    """Many controls ask about the same roles."""

    @cached_property
    def classifier(self) -> Classifier:
        return Classifier(self.view, self.table)

    @cached_property
    def privilege(self) -> Privilege:
        return self.known or privilege_of(self.view, self.classifier, self.now)

    @cached_property
    def policies(self) -> Mapping[Governed, Row]:
        return governing.policies_of(self.view)

    @cached_property
    def reaches(self) -> tuple[Reach, ...]:
        """What everybody reaches who can act, groups left out, each right on the nearest way."""
        return tuple(reach for one in self.privilege.actors() for reach in reach_of(self.privilege, one))

    @cached_property
    def _reaches_by_right(self) -> Mapping[Right, Sequence[Reach]]:
        found: dict[Right, list[Reach]] = {}
        for reach in self.reaches:
            if reach.access in (Access.STANDING, Access.ELIGIBLE):
                found.setdefault(reach.right, []).append(reach)
        return dict(sorted(found.items()))

    @cached_property
    def _people(self) -> Mapping[str, Row]:
        """Of each person who comes near a right what is asked of very many; read in one go."""
        near = {*self.privilege.holds, *self.privilege.onward}
        return {
            one: {name: row[name] for name in _ASKED_OF_PEOPLE if name in row}
            for one, row in self.view.of_kind("user").items()
            if one in near
        }

    def person(self, object_id: str) -> Row | None:
        """Of a person whether the account is enabled, synced, deleted or a guest's, and its licences."""
        found = self._people.get(object_id)
        return self.view.row("user", object_id) if found is None else found

    @cached_property
    def eligible_for_roles(self) -> Mapping[str, tuple[frozenset[str], Tier]]:
        """Who may activate each role, and the highest tier that it has at any of their scopes."""
        who: dict[str, set[str]] = {}
        tiers: dict[str, Tier] = {}
        for one in self.holdings:
            if one.eligible:
                who.setdefault(one.role_id, set()).add(one.principal_id)
                tier = self.classifier.of_role(one.role_id, one.scope)
                tiers[one.role_id] = min(tier, tiers.get(one.role_id, tier), key=lambda each: each.number)
        return {role_id: (frozenset(who[role_id]), tiers[role_id]) for role_id in sorted(who)}

    @cached_property
    def holdings(self) -> tuple[Holding, ...]:
        """The schedules of roles that hold."""
        return tuple(holdings_of(self.view, self.now))

    @cached_property
    def group_holdings(self) -> tuple[GroupHolding, ...]:
        """The eligibility for groups, whatever is over included."""
        return tuple(group_holdings_of(self.view, self.now))

    @cached_property
    def eligible_members(self) -> EligibleMembers:
        """Who may activate being in which group."""
        return EligibleMembers(self.view)

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

    @cached_property
    def _tiers(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        others = (
            one for one in {*self.privilege.holds, *self.privilege.onward} if not self.privilege.can_act(one)
        )
        of_others = (reach for one in others for reach in reach_of(self.privilege, one))
        for reach in chain(self.reaches, of_others):
            if reach.access in (Access.STANDING, Access.ELIGIBLE):
                one, number = reach.principal_id, reach.tier.number
                found[one] = min(number, found.get(one, number))
        return found

    def tier_of(self, object_id: str) -> int | None:
        """The most powerful tier that somebody or a group has or may activate."""
        return self._tiers.get(object_id)

    def subject(self, kind: str, object_id: str) -> Subject:
        found = self._subjects.get((kind, object_id))
        if found is None:
            found = self._subjects[kind, object_id] = self._subject(kind, object_id)
        return found

    def _subject(self, kind: str, object_id: str) -> Subject:
        actual = kind
        if kind == DIRECTORY_OBJECT:
            actual = self.privilege.kind_of(object_id) or DIRECTORY_OBJECT
        if actual == "user" and (person := self._people.get(object_id)) is not None:
            named = person.get("userPrincipalName") or person.get("displayName")
            return Subject(actual, object_id, str(named or object_id))
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

    def holders(self, role_ids: frozenset[str], *, scoped: bool = True) -> Mapping[str, Reach]:
        """Everybody who has one of these roles or may activate it, each once with the nearest way there.

        Whoever merely owns a group on the way is no holder. Without ``scoped`` only the whole tenant counts.
        """
        asked = (role_ids, scoped)
        if asked not in self._holders:
            self._holders[asked] = self._holders_of(role_ids, scoped=scoped)
        return self._holders[asked]

    def _holders_of(self, role_ids: frozenset[str], *, scoped: bool) -> Mapping[str, Reach]:
        found: dict[str, Reach] = {}
        for right, reaches in self._reaches_by_right.items():
            if right.kind != "role" or right.id not in role_ids:
                continue
            if not scoped and right.scope != TENANT_SCOPE:
                continue
            for reach in reaches:
                before = found.get(reach.principal_id)
                if before is None or reach.access.rank < before.access.rank:
                    found[reach.principal_id] = reach
        return found

    def rights_read(self) -> Iterator[Unknown]:
        """What must have been read to know who holds roles at all."""
        return self.needs("roleAssignmentSchedules", "roleEligibilitySchedules", "roleDefinitions")

    def is_absent(self, kind: str, object_id: str) -> bool:
        """Whether the tenant surely has no such object."""
        return self.view.row(kind, object_id) is None and is_settled(self.view, kind, object_id)
