"""The built-in directory roles of Entra and the shape in which Graph v1.0 lists a role definition.

`builtin_roles.json` holds facts only (ids, names, actions as of August 2026, taken from the MIT-licensed
classification of the AzurePrivilegedIAM project, which is an export of Graph). A built-in role has the same
id in every tenant, and its id is its template id.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

Row = dict[str, Any]


@cache
def catalogue() -> tuple[Row, ...]:
    """Every built-in role as stored: id, displayName, isPrivileged, tier, inheritsPermissionsFrom,
    actions."""
    raw = files("migrate.lab.seed").joinpath("builtin_roles.json").read_bytes()
    rows: list[Row] = orjson.loads(raw)
    return tuple(rows)


@cache
def role_id(display_name: str) -> str:
    """The id of the built-in role with this exact name; KeyError when there is none."""
    for row in catalogue():
        if row["displayName"] == display_name:
            return str(row["id"])
    raise KeyError(display_name)


def definition(
    role: str,
    display_name: str,
    blocks: Sequence[Sequence[str]],
    *,
    built_in: bool,
    enabled: bool = True,
    description: str | None = None,
    version: str | None = "1",
    inherits: Sequence[str] = (),
) -> Row:
    """One role definition as Graph v1.0 lists it; `blocks` are the action lists of its `rolePermissions`.

    `inheritsPermissionsFrom` is a navigation that Graph includes for built-in roles only, so it is left out
    when there is nothing in it. `isPrivileged` exists in beta only and is never part of this.
    """
    row: Row = {
        "id": role,
        "description": description,
        "displayName": display_name,
        "isBuiltIn": built_in,
        "isEnabled": enabled,
        "resourceScopes": ["/"],
        "templateId": role,
        "version": version,
        "rolePermissions": [
            {"allowedResourceActions": list(actions), "condition": None} for actions in blocks
        ],
    }
    if inherits:
        row["inheritsPermissionsFrom"] = [{"id": parent} for parent in inherits]
    return row


def built_in_definitions() -> list[Row]:
    """A fresh list of all built-in role definitions, safe to change by whoever asked for it."""
    return [
        definition(
            row["id"],
            row["displayName"],
            [row["actions"]],
            built_in=True,
            description=f"Built-in role {row['displayName']}.",
            inherits=row["inheritsPermissionsFrom"],
        )
        for row in catalogue()
    ]
