"""Authentication strengths: three that every tenant has, and a tenant's own (graph-facts §2.8)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from migrate.lab.ca_references import policies_with
from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.clock import iso
from migrate.lab.conditional_access import not_found
from migrate.lab.errors import GraphError, bad_request
from migrate.lab.filters import parse_filter
from migrate.lab.listing import of, page
from migrate.lab.shapes import check_body, require

PATHS = (
    "/policies/authenticationStrengthPolicies",
    "/identity/conditionalAccess/authenticationStrength/policies",
)
WRITE = ("Policy.ReadWrite.AuthenticationMethod", "Policy.ReadWrite.ConditionalAccess")
READ = ("Policy.Read.AuthenticationMethod", "Policy.Read.ConditionalAccess", "Policy.Read.All", *WRITE)
MOST_CUSTOM = 15
ABOUT = ("Authentication strengths", "§2.8", "D, refusals I")
_KEY = "authenticationStrengthPolicies"
_WRITABLE = ("displayName", "description", "allowedCombinations")


def _show(call: Call, row: Mapping[str, Any]) -> Json:
    made = "2024-01-01T00:00:00Z"
    shown: Json = {
        "policyType": "custom",
        "requirementsSatisfied": "mfa",
        "description": None,
        "createdDateTime": made,
        "modifiedDateTime": made,
        **copy.deepcopy(dict(row)),
    }
    fragment = f"policies/authenticationStrengthPolicies('{row['id']}')/combinationConfigurations"
    shown["combinationConfigurations@odata.context"] = call.context(fragment)
    shown.setdefault("combinationConfigurations", [])
    return shown


def list_strengths(call: Call) -> Answer:
    where = parse_filter(call.query["$filter"]) if call.query.get("$filter") else None
    rows = (_show(call, row) for row in call.tenant.documents[_KEY])
    return page(call, of(rows), "policies/authenticationStrengthPolicies", dict, where=where)


def _find(call: Call, strength_id: str) -> Json:
    row = call.tenant.documents[_KEY].get(strength_id)
    if row is None:
        raise not_found(strength_id)
    return row


def _custom(call: Call, strength_id: str) -> Json:
    row = _find(call, strength_id)
    if row.get("policyType") == "builtIn":
        raise bad_request("A built-in authentication strength cannot be changed.")
    return row


def _entity(call: Call, status: int, row: Mapping[str, Any]) -> Answer:
    context = call.context("policies/authenticationStrengthPolicies/$entity")
    return Answer(status, {"@odata.context": context, **_show(call, row)})


def get_strength(call: Call, id: str) -> Answer:
    return _entity(call, 200, _find(call, id))


def create_strength(call: Call) -> Answer:
    body = call.json()
    check_body(body, "authenticationStrengthPolicy")
    require(body, "displayName")
    if not body.get("allowedCombinations"):
        raise bad_request("Required property missing or empty: 'allowedCombinations'.")
    table = call.tenant.documents[_KEY]
    own = [row for row in table if row.get("policyType") != "builtIn"]
    if len(own) >= MOST_CUSTOM:
        raise bad_request(f"A tenant can have at most {MOST_CUSTOM} custom authentication strengths.")
    row: Json = {name: body[name] for name in _WRITABLE if name in body}
    row |= {"id": call.ids.new(), "policyType": "custom", "requirementsSatisfied": "mfa"}
    row |= {"createdDateTime": iso(call.now), "modifiedDateTime": iso(call.now)}
    table.put(row["id"], row)
    call.tenant.touch()
    return _entity(call, 201, row)


def update_strength(call: Call, id: str) -> Answer:
    """Name and description; the combinations change by an action of their own, which is not emulated."""
    row, body = _custom(call, id), call.json()
    check_body(body, "authenticationStrengthPolicy")
    if "allowedCombinations" in body:
        raise bad_request("Use the action updateAllowedCombinations to change 'allowedCombinations'.")
    row.update({name: body[name] for name in _WRITABLE if name in body})
    row["modifiedDateTime"] = iso(call.now)
    call.tenant.touch()
    return Answer(204)


def delete_strength(call: Call, id: str) -> Answer:
    row = _custom(call, id)
    if policies_with(call.tenant, id):
        raise GraphError(400, "BadRequest", "An authentication strength that is in use cannot be deleted.")
    call.tenant.documents[_KEY].pop(str(row["id"]))
    call.tenant.touch()
    return Answer(204)


def routes() -> list[Route]:
    made = []
    for path in PATHS:
        # No limit is published for these (graph-facts §1.1), so they go by the lane without a number.
        made += [
            Route("GET", path, list_strengths, READ, lane="policy"),
            Route("POST", path, create_strength, WRITE, lane="policy"),
            Route("GET", path + "/{id}", get_strength, READ, lane="policy"),
            Route("PATCH", path + "/{id}", update_strength, WRITE, lane="policy"),
            Route("DELETE", path + "/{id}", delete_strength, WRITE, lane="policy"),
        ]
    return made
