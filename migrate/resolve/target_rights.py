"""What the target has and allows under a key, and where that is not known well enough to write there."""

from __future__ import annotations

from migrate.kinds import (
    pim_group,
    role_definition,
    role_management_policy,
)
from migrate.kinds.kind import Kind, Row
from migrate.kinds.policy_defaults import OF_GROUPS, as_answered
from migrate.kinds.rights import ACTIVE, ELIGIBLE, is_of_group
from migrate.resolve.standing_rows import StandingRows
from migrate.resolve.tenant_view import TenantView


class TargetRights:
    """The target's rights and policies by natural keys made of the target's own ids."""

    def __init__(self, target: TenantView) -> None:
        self._target = target
        self._standing: dict[str, StandingRows] = {}
        self._policies = {
            self._policy_key(row): row for row in target.of_kind("roleManagementPolicy").values()
        }
        self._managed = target.of_kind(pim_group.KIND.name)

    def standing(self, kind: Kind, key: str) -> tuple[Row, ...]:
        """The rows under a key."""
        return self._rows(kind).of(key)

    def why_unknown(self, kind: Kind, key: str) -> str:
        """Why it is not known what stands under a key: absence must be known before a write supposes it."""
        principal, second, third = key.split("|", 2)
        if is_of_group(kind.name):
            if second.startswith("new:"):
                return ""
            managed = second in self._managed or self._target.saw(pim_group.KIND.collection)
            if managed and self._target.saw(kind.collection, second):
                return ""
            name = self._target.name_of("group", second)
            how = "eligible for" if kind in ELIGIBLE else "in"
            return f"who is {how} group {name} in the target was not read completely"
        if not self._target.saw(kind.collection):
            return f"{kind.collection} of the target were not read completely"
        role = self._target.row("roleDefinition", second) or {}
        if not role_definition.is_built_in(role) and self._rows(kind).has_unknown_role(principal, third):
            # PIM may call a custom role by an id that the list of roles does not show (graph-facts §4.1).
            return "the target has a right of this principal at this scope whose role could not be told"
        return ""

    def is_active(self, kind: Kind, key: str) -> bool:
        """Whether the principal of a key was given the same role (at any scope) or group for now: while
        that is so, Graph changes no eligibility (observed behaviours 18). Sessions end by themselves."""
        principal, what, _ = key.split("|", 2)
        return self._rows(ACTIVE[ELIGIBLE.index(kind)]).is_given(principal, what)

    def _rows(self, kind: Kind) -> StandingRows:
        found = self._standing.get(kind.name)
        if found is None:
            found = self._standing[kind.name] = StandingRows(kind, self._target)
        return found

    def policy(self, kind: Kind, key: str) -> Row | None:
        """The policy that governs a key; for a group that PIM does not manage yet, the one it will get.

        ``None`` where it was not read: then only Graph can say what it allows, and a plan says so.
        """
        found = self._policy_row(kind, key)
        if found is None and self.to_onboard(kind, key):
            return {"policy": {"rules": list(as_answered(OF_GROUPS))}}
        return found

    def to_onboard(self, kind: Kind, key: str) -> str | None:
        """The group that a write under this key would put under PIM, if it is not there already."""
        if not is_of_group(kind.name):
            return None
        group_id = key.split("|")[1]
        return None if group_id in self._managed else group_id

    def _policy_row(self, kind: Kind, key: str) -> Row | None:
        _, second, third = key.split("|", 2)
        if is_of_group(kind.name):
            return self._policies.get(role_management_policy.key_of_group(second, third))
        return self._policies.get(role_management_policy.key_of_role(second))

    def _policy_key(self, row: Row) -> str:
        if role_management_policy.is_of_group(row):
            return role_management_policy.natural_key(row)
        listed = self._target.role_id(str(row.get("roleDefinitionId") or ""))
        return role_management_policy.key_of_role(listed)
