"""Named locations of conditional access: address ranges and countries (graph-facts §1.1, §2.8)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from migrate.lab.ca_references import policies_with
from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.clock import iso
from migrate.lab.conditional_access import READ, WRITE, not_found
from migrate.lab.errors import GraphError, request_denied, schema_error
from migrate.lab.filters import parse_filter
from migrate.lab.listing import of, page
from migrate.lab.shapes import check_body, properties, require

LOCATIONS = "/identity/conditionalAccess/namedLocations"
ABOUT = ("Named locations", "§1.1, §2.8", "D, refusals I")
_KEY = "namedLocations"
_KINDS = {"ipnamedlocation": "ipNamedLocation", "countrynamedlocation": "countryNamedLocation"}


def _kind(row: Mapping[str, Any]) -> str:
    given = str(row.get("@odata.type") or "").rsplit(".", 1)[-1].lower()
    if given not in _KINDS:
        raise schema_error(
            "A named location needs an '@odata.type': ipNamedLocation or countryNamedLocation."
        )
    return _KINDS[given]


def _show(row: Mapping[str, Any]) -> Json:
    kind = _kind(row)
    shown: Json = {"@odata.type": f"#microsoft.graph.{kind}"}
    fixed: Json = {"isTrusted": False, "includeUnknownCountriesAndRegions": False}
    for name, many in properties(kind).items():
        value = row.get(name)
        shown[name] = copy.deepcopy(value) if value is not None else [] if many else fixed.get(name)
    return shown


def list_locations(call: Call) -> Answer:
    where = parse_filter(call.query["$filter"]) if call.query.get("$filter") else None
    rows = (_show(row) for row in call.tenant.documents[_KEY])
    return page(call, of(rows), "conditionalAccess/namedLocations", dict, where=where)


def _find(call: Call, location_id: str) -> Json:
    row = call.tenant.documents[_KEY].get(location_id)
    if row is None:
        raise not_found(location_id)
    return row


def _entity(call: Call, status: int, row: Mapping[str, Any]) -> Answer:
    context = call.context("conditionalAccess/namedLocations/$entity")
    return Answer(status, {"@odata.context": context, **_show(row)})


def get_location(call: Call, id: str) -> Answer:
    return _entity(call, 200, _find(call, id))


def _checked(call: Call, body: Json, kind: str) -> Json:
    if not call.has("Policy.Read.All"):
        raise request_denied()
    check_body(body, kind)
    return {k: v for k, v in body.items() if k not in ("id", "createdDateTime", "modifiedDateTime")}


def create_location(call: Call) -> Answer:
    body = call.json()
    row = _checked(call, body, _kind(body))
    require(row, "displayName", "ipRanges" if _kind(row) == "ipNamedLocation" else "countriesAndRegions")
    row |= {"id": call.ids.new(), "createdDateTime": iso(call.now), "modifiedDateTime": iso(call.now)}
    call.tenant.documents[_KEY].put(row["id"], row)
    call.tenant.touch()
    return _entity(call, 201, row)


def update_location(call: Call, id: str) -> Answer:
    row, body = _find(call, id), call.json()
    if _kind(body) != _kind(row):
        raise schema_error("The kind of a named location cannot be changed.")
    changed = {**row, **_checked(call, body, _kind(row)), "modifiedDateTime": iso(call.now)}
    call.tenant.documents[_KEY].put(str(row["id"]), changed)
    call.tenant.touch()
    return Answer(204)


def delete_location(call: Call, id: str) -> Answer:
    row = _find(call, id)
    if not call.has("Policy.Read.All"):
        raise request_denied()
    if policies_with(call.tenant, id) or (_kind(row) == "ipNamedLocation" and row.get("isTrusted")):
        raise GraphError(400, "BadRequest", "A location that is trusted or in use cannot be deleted.")
    call.tenant.documents[_KEY].pop(id)
    call.tenant.touch()
    return Answer(204)


def routes() -> list[Route]:
    one = LOCATIONS + "/{id}"
    return [
        Route("GET", LOCATIONS, list_locations, READ, lane="ca"),
        Route("POST", LOCATIONS, create_location, WRITE, lane="ca"),
        Route("GET", one, get_location, READ, lane="ca"),
        Route("PATCH", one, update_location, WRITE, lane="ca"),
        Route("DELETE", one, delete_location, WRITE, lane="ca"),
    ]
