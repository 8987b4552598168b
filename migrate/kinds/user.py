"""People. Everything that can tell who a person is in the other tenant is selected by name:
without ``$select`` Graph leaves out the on-premises ids and the employee id."""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get

PROPERTIES = (
    "id,displayName,userPrincipalName,mail,proxyAddresses,employeeId,onPremisesImmutableId,"
    "onPremisesSecurityIdentifier,onPremisesSyncEnabled,userType,externalUserState,accountEnabled,"
    "department,jobTitle,assignedLicenses"
)


def listing(_parent: str | None) -> Request:
    return get("/users", permissions=("User.Read.All", "Directory.Read.All"), select=PROPERTIES, top="999")


def natural_key(row: Row) -> str:
    return str(row.get("userPrincipalName") or "").lower()


def is_guest(row: Row) -> bool:
    return str(row.get("userType") or "").lower() == "guest"


KIND = Kind(
    "user",
    "users",
    listing,
    natural_key,
    page_size=999,
    properties=tuple(PROPERTIES.split(",")),
)
