"""The catalogue of resource actions: what a custom role of this tenant can allow at all."""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get


def listing(_parent: str | None) -> Request:
    return get(
        "/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions",
        permissions=("RoleManagement.Read.Directory", "Directory.Read.All"),
    )


def name_of(row: Row) -> str:
    return str(row.get("name") or row.get("id") or "")


def natural_key(row: Row) -> str:
    """Graph compares actions without case."""
    return name_of(row).lower()


KIND = Kind("resourceAction", "resourceActions", listing, natural_key, name_of=name_of, optional=True)
