"""Groups: as principals that hold roles, and as the things that PIM for groups makes people eligible for."""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get

PROPERTIES = (
    "id,displayName,description,mail,mailNickname,mailEnabled,securityEnabled,groupTypes,membershipRule,"
    "isAssignableToRole,onPremisesSecurityIdentifier,onPremisesSyncEnabled,visibility"
)


def listing(_parent: str | None) -> Request:
    return get("/groups", permissions=("Group.Read.All", "Directory.Read.All"), select=PROPERTIES, top="999")


def natural_key(row: Row) -> str:
    return str(row.get("displayName") or "")


def can_hold_roles(row: Row) -> bool:
    """``isAssignableToRole`` is null, not false, for ordinary groups, and cannot be changed later."""
    return row.get("isAssignableToRole") is True


def can_be_managed_by_pim(row: Row) -> bool:
    """PIM for groups takes security and Microsoft 365 groups, but not dynamic and not synced ones."""
    types = {str(value).lower() for value in row.get("groupTypes") or ()}
    return (
        "dynamicmembership" not in types
        and row.get("onPremisesSyncEnabled") is not True
        and (row.get("securityEnabled") is True or "unified" in types)
    )


KIND = Kind(
    "group",
    "groups",
    listing,
    natural_key,
    page_size=999,
    properties=tuple(PROPERTIES.split(",")),
)
