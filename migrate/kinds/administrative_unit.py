"""Administrative units: the scopes that narrow a role to some of the people and groups."""

from __future__ import annotations

from migrate.kinds.ids import ADMINISTRATIVE_UNIT_SCOPE
from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get


def listing(_parent: str | None) -> Request:
    return get(
        "/directory/administrativeUnits",
        permissions=("AdministrativeUnit.Read.All", "Directory.Read.All"),
    )


def natural_key(row: Row) -> str:
    return str(row.get("displayName") or "")


def scope_of(administrative_unit_id: str) -> str:
    """The ``directoryScopeId`` that narrows a role to this unit."""
    return f"{ADMINISTRATIVE_UNIT_SCOPE}{administrative_unit_id}"


KIND = Kind("administrativeUnit", "administrativeUnits", listing, natural_key)
