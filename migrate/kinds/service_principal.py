"""Applications in a tenant. ``appId`` is the same in every tenant that uses the application."""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get

PROPERTIES = "id,appId,displayName,servicePrincipalType,appOwnerOrganizationId,accountEnabled"


def listing(_parent: str | None) -> Request:
    return get(
        "/servicePrincipals",
        permissions=("Application.Read.All", "Directory.Read.All"),
        select=PROPERTIES,
        top="999",
    )


def natural_key(row: Row) -> str:
    return str(row.get("appId") or "").lower()


def is_managed_identity(row: Row) -> bool:
    """Managed identities belong to an Azure resource of one tenant and cannot move."""
    return str(row.get("servicePrincipalType") or "").lower() == "managedidentity"


KIND = Kind(
    "servicePrincipal",
    "servicePrincipals",
    listing,
    natural_key,
    page_size=999,
    properties=tuple(PROPERTIES.split(",")),
)
