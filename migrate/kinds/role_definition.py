"""Roles: built-in ones, the same in every tenant by template id, and custom ones.

A custom role's id in PIM may differ from the id that this list shows (microsoft-graph-docs issues
15285, 16586, 20588); ``role_aliases`` of a snapshot keep the other spelling.
"""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get

LIST_PERMISSIONS = ("RoleManagement.Read.Directory", "Directory.Read.All")


def listing(_parent: str | None) -> Request:
    return get("/roleManagement/directory/roleDefinitions", permissions=LIST_PERMISSIONS)


def by_id(role_definition_id: str) -> Request:
    """One role by either of its ids: Graph resolves the alias that PIM uses as well."""
    return get(
        f"/roleManagement/directory/roleDefinitions/{role_definition_id}", permissions=LIST_PERMISSIONS
    )


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
