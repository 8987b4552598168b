"""What an object is in its own tenant, and who there names it: groups, units, owners, approvers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from migrate.kinds import group, role_definition, role_management_policy
from migrate.kinds.kind import Row
from migrate.resolve.tenant_view import TenantView

_FACTS: Mapping[str, tuple[str, ...]] = {
    "user": (
        "displayName",
        "mail",
        "employeeId",
        "userType",
        "accountEnabled",
        "onPremisesImmutableId",
        "onPremisesSecurityIdentifier",
    ),
    "group": ("mail", "groupTypes", "membershipRule", "onPremisesSecurityIdentifier"),
    "servicePrincipal": ("appId", "servicePrincipalType", "accountEnabled"),
    "administrativeUnit": ("membershipType", "membershipRule", "isMemberManagementRestricted", "visibility"),
    "roleDefinition": ("isBuiltIn", "isEnabled", "templateId"),
}
_SCHEDULE = (
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "appScopeId",
    "groupId",
    "accessId",
    "memberType",
    "status",
)
LISTS: tuple[tuple[str, str, str], ...] = (
    ("groupMember", "group", "member of group"),
    ("groupOwner", "group", "owner of group"),
    ("administrativeUnitMember", "administrativeUnit", "member of administrative unit"),
)
"""Kinds that Graph lists per parent: the list, the parent's kind, and what being in it is called."""


@dataclass(frozen=True)
class Referrer:
    """One object of the same tenant that names the object asked about."""

    how: str
    kind: str
    id: str
    name: str


def facts_of(kind: str, row: Row | None, view: TenantView) -> dict[str, Any]:
    """The properties that tell an object from others, under Graph's names; those that say nothing are left
    out. Empty for an object that the tenant does not have."""
    if row is None:
        return {}
    facts = {name: row[name] for name in _FACTS.get(kind, _SCHEDULE) if row.get(name) not in (None, "", [])}
    if kind == "group":
        facts["canHoldRoles"] = group.can_hold_roles(row)
        facts["canBeManagedByPim"] = group.can_be_managed_by_pim(row)
        facts["managedByPim"] = view.row("pimGroup", str(row.get("id") or "")) is not None
    if kind == "roleDefinition":
        facts["actions"] = len(role_definition.actions(row))
        spelling = view.pim_spelling(str(row.get("id") or ""))
        if spelling != str(row.get("id") or "").lower():
            facts["idInPim"] = spelling
    if row.get("deletedDateTime"):
        facts["deletedDateTime"] = row["deletedDateTime"]
    return facts


def referrers_of(kind: str, object_id: str, view: TenantView) -> tuple[tuple[Referrer, ...], tuple[str, ...]]:
    """Who names the object, and in which lists that could not be looked up because they were not read."""
    found = []
    if kind == "roleDefinition":
        return _policies(kind, object_id, view), ()
    unlisted = []
    for listed, parent_kind, how in LISTS:
        if kind not in ("user", "group", "servicePrincipal"):
            continue
        lists = view.lists.get(listed, {})
        if any(parent not in lists for parent in view.of_kind(parent_kind)):
            unlisted.append(f"{listed}s")
        for parent, rows in sorted(lists.items()):
            if any(str(row.get("id") or "").lower() == object_id for row in rows):
                found.append(Referrer(how, parent_kind, parent, view.name_of(parent_kind, parent)))
    return (*_policies(kind, object_id, view), *found), tuple(unlisted)


def _policies(kind: str, object_id: str, view: TenantView) -> tuple[Referrer, ...]:
    """The policies that name the object: as an approver, or because they govern it."""
    found = []
    for policy_id, row in sorted(view.of_kind("roleManagementPolicy").items()):
        for reference in role_management_policy.references(row):
            named = reference.to_id.lower()
            if reference.to_kind == "roleDefinition":
                named = view.role_id(named)
            if named != object_id or kind == "administrativeUnit":
                continue
            how = "approver in" if reference.property == "primaryApprovers" else "governed by"
            found.append(Referrer(how, "roleManagementPolicy", policy_id, policy_name(row, view)))
    return tuple(found)


def policy_name(row: Row, view: TenantView) -> str:
    """A policy by what it governs: its own id says nothing to anybody."""
    governed = str(row.get("roleDefinitionId") or "?")
    if role_management_policy.is_of_group(row):
        return f"policy for {governed} of {view.name_of('group', str(row.get('scopeId') or '?'))}"
    return f"policy for {view.name_of('roleDefinition', view.role_id(governed))}"
