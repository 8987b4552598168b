"""Roles: built-in ones, the same in every tenant by template id, and custom ones.

A custom role's id in PIM may differ from the id that this list shows (microsoft-graph-docs issues
15285, 16586, 20588); ``role_aliases`` of a snapshot keep the other spelling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get

LIST_PERMISSIONS = ("RoleManagement.Read.Directory", "Directory.Read.All")
WRITE_PERMISSIONS = ("RoleManagement.ReadWrite.Directory",)
_ROLES = "/roleManagement/directory/roleDefinitions"


def listing(_parent: str | None) -> Request:
    return get(_ROLES, permissions=LIST_PERMISSIONS)


def by_id(role_definition_id: str) -> Request:
    """One role by either of its ids: Graph resolves the alias that PIM uses as well."""
    return get(f"{_ROLES}/{role_definition_id}", permissions=LIST_PERMISSIONS)


def create(
    *,
    template_id: str | None,
    display_name: str,
    description: str | None,
    is_enabled: bool,
    role_permissions: Sequence[Mapping[str, Any]],
    version: str | None,
) -> Request:
    """A custom role. With ``template_id`` it gets that id, so that both tenants share one (graph-facts §3.6).

    ``resourceScopes`` is left out: only ``/`` exists, and Graph sets it. Excluded actions and conditions go
    along where the source has any, since without them the role would allow more.
    """
    body: dict[str, Any] = {
        "displayName": display_name,
        "isEnabled": is_enabled,
        "rolePermissions": [_block(one) for one in role_permissions],
    }
    more = {"templateId": template_id, "description": description or None, "version": version}
    body |= {name: value for name, value in more.items() if value is not None}
    return Request("POST", _ROLES, body=body, permissions=WRITE_PERMISSIONS)


def _block(given: Mapping[str, Any]) -> dict[str, Any]:
    block: dict[str, Any] = {"allowedResourceActions": list(given.get("allowedResourceActions") or ())}
    if excluded := given.get("excludedResourceActions"):
        block["excludedResourceActions"] = list(excluded)
    if condition := given.get("condition"):
        block["condition"] = condition
    return block


def delete(role_id: str) -> Request:
    """Graph refuses while anybody holds the role or is eligible for it."""
    return Request("DELETE", f"{_ROLES}/{role_id}", permissions=WRITE_PERMISSIONS)


def natural_key(row: Row) -> str:
    return template_id(row) if is_built_in(row) else str(row.get("displayName") or "")


def is_built_in(row: Row) -> bool:
    return row.get("isBuiltIn") is True


def template_id(row: Row) -> str:
    return str(row.get("templateId") or row.get("id") or "").lower()


def actions(row: Row) -> frozenset[str]:
    """What the role allows, as a set: blocks may repeat actions, and Graph compares them without case.

    Excluded actions are kept apart by a leading ``-`` and conditions by a suffix, so that two roles
    are equal only when they really allow the same.
    """
    found: set[str] = set()
    for block in row.get("rolePermissions") or ():
        condition = str(block.get("condition") or "")
        suffix = f" if {condition}" if condition else ""
        found |= {f"{action}".lower() + suffix for action in block.get("allowedResourceActions") or ()}
        found |= {f"-{action}".lower() + suffix for action in block.get("excludedResourceActions") or ()}
    return frozenset(found)


KIND = Kind("roleDefinition", "roleDefinitions", listing, natural_key)
