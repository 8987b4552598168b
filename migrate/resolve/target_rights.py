"""What the target has and allows under a key, and where that is not known well enough to write there."""

from __future__ import annotations

import orjson

from migrate.kinds import (
    pim_group,
    role_definition,
    role_management_policy,
    role_schedule,
)
from migrate.kinds.kind import Kind, Row
from migrate.kinds.policy_defaults import OF_GROUPS, as_answered
from migrate.kinds.rights import ACTIVE, ELIGIBLE, is_of_group
from migrate.kinds.schedule import is_direct, is_shadow
from migrate.resolve import drift
from migrate.resolve.streamed_rows import StreamedRows
from migrate.resolve.tenant_view import TenantView


class TargetRights:
    """The target's rights and policies by natural keys made of the target's own ids."""

    def __init__(self, target: TenantView) -> None:
        self._target = target
        self._standing: dict[str, dict[str, tuple[Row, ...]]] = {}
        self._packed: dict[str, dict[str, tuple[str, ...]]] = {}
        self._policies = {
            self._policy_key(row): row for row in target.of_kind("roleManagementPolicy").values()
        }
        self._managed = target.of_kind(pim_group.KIND.name)
        self._of_unknown_role: dict[str, set[tuple[str, str]]] = {}
        self._active: dict[str, frozenset[tuple[str, str]]] = {}

    def standing(self, kind: Kind, key: str) -> tuple[Row, ...]:
        """The rows under a key."""
        if isinstance(self._target.of_kind(kind.name), StreamedRows):
            if kind.name not in self._packed:
                self._packed[kind.name] = _packed(kind, self._target)
            return tuple(orjson.loads(one) for one in self._packed[kind.name].get(key, ()))
        if kind.name not in self._standing:
            self._standing[kind.name] = drift.standing(kind, self._target)
        return self._standing[kind.name].get(key, ())

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
        if not role_definition.is_built_in(role) and (principal, third) in self._unknown_roles(kind):
            # PIM may call a custom role by an id that the list of roles does not show (graph-facts §4.1).
            return "the target has a right of this principal at this scope whose role could not be told"
        return ""

    def is_active(self, kind: Kind, key: str) -> bool:
        """Whether the principal of a key was given the same role (at any scope) or group for now: while
        that is so, Graph changes no eligibility (observed behaviours 18). Sessions end by themselves."""
        active = ACTIVE[ELIGIBLE.index(kind)]
        if active.name not in self._active:
            self._active[active.name] = frozenset(
                (str(row.get("principalId") or "").lower(), self._of_what(active, row))
                for _, row in self._target.in_order(active.name)
                if is_direct(row)
            )
        principal, what, _ = key.split("|", 2)
        return (principal, what) in self._active[active.name]

    def _of_what(self, kind: Kind, row: Row) -> str:
        if is_of_group(kind.name):
            return str(row.get("groupId") or "").lower()
        return self._target.role_id(str(row.get("roleDefinitionId") or ""))

    def _unknown_roles(self, kind: Kind) -> set[tuple[str, str]]:
        """Principals and scopes of the rows of which nobody knows what role they are about."""
        if kind.name not in self._of_unknown_role:
            self._of_unknown_role[kind.name] = {
                (str(row.get("principalId") or "").lower(), role_schedule.scope_of(row).lower())
                for _, row in self._target.in_order(kind.name)
                if not is_shadow(row) and not self._target.knows_role(str(row.get("roleDefinitionId") or ""))
            }
        return self._of_unknown_role[kind.name]

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


def _packed(kind: Kind, target: TenantView) -> dict[str, tuple[str, ...]]:
    """As ``drift.standing`` for very many rows, each as its text: a third of the memory of what it says."""
    found: dict[str, tuple[str, ...]] = {}
    for key, row in drift.standing_rows(kind, target):
        # As a text it has just the room that it needs; the bytes of orjson come in a larger one.
        found[key] = (*found.get(key, ()), orjson.dumps(row).decode())
    return found
