"""One tenant as the checks look at it: its snapshot, who reaches what, and what people declared about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from migrate.audit.declared import Declared
from migrate.audit.finding import TENANT, Subject, Unknown
from migrate.kinds import role_assignment_schedule, role_definition, role_eligibility_schedule, role_schedule
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.kinds.schedule import end_of, is_shadow
from migrate.resolve import governing
from migrate.resolve.effective import Reach, reach_of
from migrate.resolve.governing import Governed
from migrate.resolve.presence import is_settled
from migrate.resolve.privilege import Access, Privilege, privilege_of
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import IMPLICIT_ROLES, Classifier, TierTable


@dataclass(frozen=True)
class Holding:
    """One schedule of PIM that gives somebody a role: ``eligible`` or standing, never a mirror of another.

    ``end`` is None for a right without an end and where ``end_known`` is false.
    """

    row: Row
    eligible: bool
    principal_id: str
    role_id: str
    scope: str
    end: datetime | None
    end_known: bool


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

    @cached_property
    def classifier(self) -> Classifier:
        return Classifier(self.view, self.table)

    @cached_property
    def privilege(self) -> Privilege:
        return privilege_of(self.view, self.classifier, self.now)

    @cached_property
    def policies(self) -> Mapping[Governed, Row]:
        return governing.policies_of(self.view)

    @cached_property
    def reaches(self) -> tuple[Reach, ...]:
        """What everybody reaches who can act, groups left out, each right on the nearest way."""
        return tuple(reach for one in self.privilege.actors() for reach in reach_of(self.privilege, one))

    @cached_property
    def holdings(self) -> tuple[Holding, ...]:
        return tuple(self._holdings())

    def _holdings(self) -> Iterator[Holding]:
        for kind, eligible in (
            (role_assignment_schedule.KIND, False),
            (role_eligibility_schedule.KIND, True),
        ):
            for _, row in sorted(self.view.of_kind(kind.name).items()):
                if is_shadow(row):
                    continue
                try:
                    end, known = end_of(row), True
                except ValueError:
                    end, known = None, False
                if known and end is not None and end <= self.now:
                    continue
                principal = str(row.get("principalId") or "").lower()
                role = self.view.role_id(str(row.get("roleDefinitionId") or ""))
                yield Holding(row, eligible, principal, role, role_schedule.scope_of(row), end, known)

    @cached_property
    def emergency_ids(self) -> Mapping[str, str]:
        """The declared emergency accounts that the tenant has: object id by declared name."""
        wanted = {one.name for one in self.declared.emergency}
        found: dict[str, str] = {}
        for object_id, row in self.view.of_kind("user").items():
            for name in (object_id, str(row.get("userPrincipalName") or "").lower()):
                if name in wanted:
                    found[name] = object_id
        return found

    def is_emergency(self, principal_id: str) -> bool:
        return principal_id in self.emergency_ids.values()

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
        for one in sorted({*self.privilege.holds, *self.privilege.onward}):
            for reach in reach_of(self.privilege, one):
                if reach.access in (Access.STANDING, Access.ELIGIBLE):
                    found[one] = min(reach.tier.number, found.get(one, reach.tier.number))
        return found

    def tier_of(self, object_id: str) -> int | None:
        """The most powerful tier that somebody or a group has or may activate."""
        return self._tiers.get(object_id)

    def subject(self, kind: str, object_id: str) -> Subject:
        actual = kind
        if kind == DIRECTORY_OBJECT:
            actual = self.privilege.kind_of(object_id) or DIRECTORY_OBJECT
        name = self.view.name_of(actual, object_id)
        return Subject(actual, object_id, name)

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
        for group_id in self._groups_before(role_ids):
            # Whoever owns a group is no holder of what it holds.
            missing = [one for one in self.privilege.unknown.get(group_id, ()) if one != "owners"]
            if missing:
                told = f"{', '.join(missing)} of a group that leads to the role was not read"
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

    def holders(self, role_ids: frozenset[str], *, scoped: bool = True) -> dict[str, Reach]:
        """Everybody who has one of these roles or may activate it, each once with the nearest way there.

        Whoever merely owns a group on the way is no holder. Without ``scoped`` only the whole tenant counts.
        """
        found: dict[str, Reach] = {}
        for reach in self.reaches:
            if (
                reach.right.kind == "role"
                and reach.right.id in role_ids
                and reach.access in (Access.STANDING, Access.ELIGIBLE)
                and (scoped or reach.right.scope == TENANT_SCOPE)
                and (
                    reach.principal_id not in found
                    or reach.access.rank < found[reach.principal_id].access.rank
                )
            ):
                found[reach.principal_id] = reach
        return found

    def rights_read(self) -> Iterator[Unknown]:
        """What must have been read to know who holds roles at all."""
        return self.needs("roleAssignmentSchedules", "roleEligibilitySchedules", "roleDefinitions")

    def is_absent(self, kind: str, object_id: str) -> bool:
        """Whether the tenant surely has no such object."""
        return self.view.row(kind, object_id) is None and is_settled(self.view, kind, object_id)
