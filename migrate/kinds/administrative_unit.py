"""Administrative units: the scopes that narrow a role to some of the people and groups."""

from __future__ import annotations

from typing import Any

from migrate.kinds.ids import ADMINISTRATIVE_UNIT_SCOPE
from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get

READ_PERMISSIONS = ("AdministrativeUnit.Read.All", "Directory.Read.All")
WRITE_PERMISSIONS = ("AdministrativeUnit.ReadWrite.All", "Directory.ReadWrite.All")
_UNITS = "/directory/administrativeUnits"


def listing(_parent: str | None) -> Request:
    return get(_UNITS, permissions=READ_PERMISSIONS)


def by_id(unit_id: str) -> Request:
    return get(f"{_UNITS}/{unit_id}", permissions=READ_PERMISSIONS)


def create(
    *,
    display_name: str,
    description: str,
    visibility: str | None,
    membership_type: str | None,
    membership_rule: str | None,
    processing_state: str | None,
    restricted: bool,
) -> Request:
    """A unit without members. ``restricted`` is settled for ever here: Graph takes
    ``isMemberManagementRestricted`` at creation only (observed behaviours 34). What is ``None`` is left to
    Graph's own default, as is an empty description."""
    body: dict[str, Any] = {
        "displayName": display_name,
        "description": description or None,
        "visibility": visibility,
        "membershipType": membership_type,
        "membershipRule": membership_rule,
        "membershipRuleProcessingState": processing_state,
        "isMemberManagementRestricted": restricted or None,
    }
    chosen = {name: value for name, value in body.items() if value is not None}
    return Request("POST", _UNITS, body=chosen, permissions=WRITE_PERMISSIONS)


def delete(unit_id: str) -> Request:
    return Request("DELETE", f"{_UNITS}/{unit_id}", permissions=WRITE_PERMISSIONS)


def natural_key(row: Row) -> str:
    return str(row.get("displayName") or "")


def scope_of(administrative_unit_id: str) -> str:
    """The ``directoryScopeId`` that narrows a role to this unit."""
    return f"{ADMINISTRATIVE_UNIT_SCOPE}{administrative_unit_id}"


KIND = Kind("administrativeUnit", "administrativeUnits", listing, natural_key)
