"""How powerful a right is: the tier of a role at a scope, or of a group that was declared. 0 is the top."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import translate

from migrate.kinds import role_definition, role_schedule
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import Row
from migrate.resolve.tenant_view import TenantView

IMPLICIT_ROLES = frozenset(
    {
        "a0b1b346-4d3e-4e8b-98f8-753987be4970",  # User
        "10dae51f-b6af-4016-8d66-8c2a99b929b3",  # Guest User
        "2af84b1e-32c8-42b7-82bc-daa82404023b",  # Restricted Guest User
    }
)
"""What everybody is without being assigned. Much of what they allow holds for one's own objects only, so they
say nothing about a custom role with the same action."""


@dataclass(frozen=True)
class TierTable:
    """What people wrote into ``tiers.toml``, with ids, names and patterns of actions in lower case.

    ``lowered`` says by how many tiers a role at a scope of a kind (``administrative_unit``, ``object``,
    ``application``) counts as lower. ``unclassified`` is the tier of what nothing classifies.
    """

    names: Mapping[int, str]
    roles: Mapping[str, int]
    actions: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    custom_roles: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    lowered: Mapping[str, int] = field(default_factory=dict)
    unclassified: int = 0
    unknown_blocks_up_to: int = 1
    model: str = ""

    @property
    def lowest(self) -> int:
        """The number of the least powerful tier."""
        return max((*self.names, self.unclassified), default=0)


@dataclass(frozen=True)
class Tier:
    """``certain`` is false where nothing classifies the right, so that the most cautious tier was taken."""

    number: int
    certain: bool = True


class Classifier:
    """The tiers of one tenant's roles and groups. Looks at each role once."""

    def __init__(self, view: TenantView, table: TierTable) -> None:
        self._view, self._table = view, table
        self._patterns = [
            (number, re.compile("|".join(translate(one) for one in patterns)))
            for number, patterns in sorted(table.actions.items())
            if patterns
        ]
        self._known: dict[str, Tier] = {}
        self._allowed_by: dict[str, int] | None = None

    def of_role(self, role_definition_id: str, scope: str = TENANT_SCOPE) -> Tier:
        """The tier of a role of this tenant, by whichever of its ids, where it holds at this scope."""
        listed = self._view.role_id(role_definition_id)
        if listed not in self._known:
            self._known[listed] = self._classify(listed)
        tier = self._known[listed]
        lowered = self._table.lowered.get(_scope_kind(scope), 0)
        if not lowered or not tier.certain:
            return tier
        return Tier(min(tier.number + lowered, max(tier.number, self._table.lowest)), tier.certain)

    def of_group(self, group_id: str) -> Tier | None:
        """The tier that membership of a group means by itself; ``None`` where nobody declared one."""
        row = self._view.row("group", group_id) or {}
        named = (group_id.lower(), str(row.get("displayName") or "").strip().lower())
        numbers = [self._table.groups[one] for one in named if one in self._table.groups]
        return Tier(min(numbers)) if numbers else None

    def declared_groups(self) -> Iterator[tuple[str, Tier]]:
        """The groups of this tenant that were declared to open a tier, in a fixed order."""
        if self._table.groups:
            for group_id in sorted(self._view.of_kind("group")):
                if tier := self.of_group(group_id):
                    yield group_id, tier

    def _classify(self, role_id: str) -> Tier:
        row = self._view.row("roleDefinition", role_id)
        template = role_id if row is None else role_definition.template_id(row)
        if row is None or role_definition.is_built_in(row):
            # What is true of a template id is true in every tenant, also where the list of roles was cut off.
            if template in self._table.roles:
                return Tier(self._table.roles[template])
            return Tier(self._table.unclassified, certain=False) if row is None else self._by_actions(row)
        name = str(row.get("displayName") or "").strip().lower()
        named = [self._table.custom_roles[one] for one in (role_id, template, name) if self._declares(one)]
        return Tier(min(named)) if named else self._by_actions(row)

    def _declares(self, custom_role: str) -> bool:
        return custom_role in self._table.custom_roles

    def _by_actions(self, row: Row) -> Tier:
        """As high as the highest action. What a condition narrows counts whole, exclusions count not."""
        found = [self._of_action(one) for one in _allowed(row)]
        if any(one is None for one in found):
            unclassified = self._table.unclassified
            return Tier(min((unclassified, *(one for one in found if one is not None))), certain=False)
        return Tier(min((one for one in found if one is not None), default=self._table.lowest))

    def _of_action(self, action: str) -> int | None:
        for number, pattern in self._patterns:
            if pattern.fullmatch(action):
                return number
        return self._of_built_in_roles().get(action)

    def _of_built_in_roles(self) -> Mapping[str, int]:
        """For each action the tier of the least powerful built-in role that allows it without a condition."""
        if self._allowed_by is None:
            self._allowed_by = {}
            for row in self._view.of_kind("roleDefinition").values():
                template = role_definition.template_id(row)
                tier = self._table.roles.get(template)
                if tier is None or template in IMPLICIT_ROLES or not role_definition.is_built_in(row):
                    continue
                for action in _allowed(row, unconditional=True):
                    self._allowed_by[action] = max(tier, self._allowed_by.get(action, 0))
        return self._allowed_by


def _allowed(row: Row, *, unconditional: bool = False) -> set[str]:
    return {
        str(action).lower()
        for block in row.get("rolePermissions") or ()
        if not (unconditional and block.get("condition"))
        for action in block.get("allowedResourceActions") or ()
    }


def _scope_kind(scope: str) -> str:
    if role_schedule.is_app_scope(scope):
        return "application"
    if role_schedule.administrative_unit_in(scope):
        return "administrative_unit"
    return "object" if role_schedule.object_in(scope) else ""
