"""What a wave can go by: tier, role, scope, department, groups and ids of one right of the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from migrate.kinds import group_member, role_definition, role_schedule
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.rights import is_of_group
from migrate.plan.document import Draft
from migrate.resolve.privilege import Privilege
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import Classifier, TierTable


@dataclass(frozen=True)
class RightFacts:
    """Sets, so that a selector meets any of them. Texts are in lower case (case-folded), with ids beside
    names. ``roles`` of a right in a group are those that the group leads to."""

    principal: str
    tiers: frozenset[int]
    roles: frozenset[str]
    scopes: frozenset[str]
    departments: frozenset[str]
    groups: frozenset[str]
    ids: frozenset[str]

    @property
    def tier(self) -> int:
        return min(self.tiers)


class FactsOf:
    """Knows the source tenant; looks at every group, role and person once."""

    def __init__(self, source: TenantView, privilege: Privilege, table: TierTable) -> None:
        self._source, self._privilege, self._table = source, privilege, table
        self._classifier = Classifier(source, table)
        self._reached: dict[str, tuple[frozenset[int], frozenset[str]]] = {}
        self._roles: dict[str, frozenset[str]] = {}
        self._parents: dict[str, list[str]] = {}
        for group_id, rows in source.lists.get(group_member.KIND.name, {}).items():
            for row in rows:
                self._parents.setdefault(str(row.get("id") or "").lower(), []).append(group_id)
        self._groups: dict[str, frozenset[str]] = {}

    def of(self, draft: Draft) -> RightFacts:
        row = draft.source
        principal = str(row.get("principalId") or "").lower()
        if is_of_group(draft.kind):
            group_id = str(row.get("groupId") or "").lower()
            tiers, roles = self._of_group(group_id)
            scopes, groups = frozenset({"group"}), self._named("group", group_id)
        else:
            scope = role_schedule.scope_of(row)
            role = str(row.get("roleDefinitionId") or "")
            tiers = frozenset({self._classifier.of_role(role, scope).number})
            roles = self._of_role(self._source.role_id(role))
            scopes, groups = self._of_scope(scope), frozenset()
        person = self._source.row("user", principal) or {}
        department = _folded(person.get("department"))
        ids = {principal, str(row.get("id") or "").lower(), _folded(person.get("userPrincipalName"))}
        return RightFacts(
            principal,
            tiers,
            roles,
            scopes,
            frozenset({department} - {""}),
            groups | self._of_member(principal),
            frozenset(ids - {""}),
        )

    def _of_group(self, group_id: str) -> tuple[frozenset[int], frozenset[str]]:
        """The tier and the roles that one comes to through a group: the lowest tier where it leads nowhere,
        the most cautious where what it holds was not read."""
        if group_id not in self._reached:
            numbers: set[int] = set()
            roles: set[str] = set()
            waiting, seen = [group_id], {group_id}
            for here in waiting:
                for hold in self._privilege.holds.get(here, ()):
                    numbers.add(self._privilege.tiers[hold.right].number)
                    if hold.right.kind == "role":
                        roles |= self._of_role(hold.right.id)
                for way in self._privilege.onward.get(here, ()):
                    if way.other not in seen:
                        seen.add(way.other)
                        waiting.append(way.other)
            if not self._rights_were_read():
                numbers.add(self._table.unclassified)
            lowest = {self._table.lowest}
            self._reached[group_id] = frozenset({min(numbers or lowest)}), frozenset(roles)
        return self._reached[group_id]

    def _rights_were_read(self) -> bool:
        return all(self._source.saw(f"role{word}Schedules") for word in ("Assignment", "Eligibility"))

    def _of_role(self, role_id: str) -> frozenset[str]:
        if role_id not in self._roles:
            row = self._source.row("roleDefinition", role_id)
            found = {role_id}
            if row is not None:
                found |= {role_definition.template_id(row), _folded(row.get("displayName"))}
            self._roles[role_id] = frozenset(found - {""})
        return self._roles[role_id]

    def _of_scope(self, scope: str) -> frozenset[str]:
        if scope == TENANT_SCOPE:
            return frozenset({"tenant", scope})
        if role_schedule.is_app_scope(scope):
            return frozenset({"application", scope.casefold()})
        if unit := role_schedule.administrative_unit_in(scope):
            return frozenset({"administrative_unit", scope.casefold()}) | self._named(
                "administrativeUnit", unit.lower()
            )
        return frozenset({"object", scope.casefold(), scope[1:].casefold()})

    def _of_member(self, principal: str) -> frozenset[str]:
        """The principal, if it is a group, and every group that it is in, through groups in groups too."""
        if principal not in self._groups:
            waiting, seen = [principal], {principal}
            for here in waiting:
                for parent in self._parents.get(here, ()):
                    if parent not in seen:
                        seen.add(parent)
                        waiting.append(parent)
            names = [self._named("group", one) for one in waiting if self._source.row("group", one)]
            self._groups[principal] = frozenset[str]().union(*names)
        return self._groups[principal]

    def _named(self, kind: str, object_id: str) -> frozenset[str]:
        row = self._source.row(kind, object_id) or {}
        return frozenset({object_id, _folded(row.get("displayName"))} - {""})


def _folded(value: Any) -> str:
    return " ".join(str(value or "").split()).casefold()
