"""Conditional access policies (graph-facts §2.8, §3.7)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from migrate.lab.ca_references import check_references
from migrate.lab.ca_shape import check_shape, complete, does_not_fit, merged
from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.clock import iso
from migrate.lab.errors import GraphError, request_denied
from migrate.lab.listing import directory_filter, of, page
from migrate.lab.replication import made
from migrate.lab.shapes import selected

POLICIES = "/identity/conditionalAccess/policies"
WRITE = ("Policy.ReadWrite.ConditionalAccess",)
READ = ("Policy.Read.All", "Policy.Read.ConditionalAccess", *WRITE)
MOST_POLICIES = 195
ABOUT = ("Conditional access policies", "§1.1, §2.8, §3.7, observed 36-38", "D O")
_KEY = "conditionalAccessPolicies"


def not_found(object_id: str) -> GraphError:
    """Conditional access has no such object; the wording is not confirmed."""
    return GraphError(404, "ResourceNotFound", f"Resource '{object_id}' does not exist.")


def _show(call: Call, row: Mapping[str, Any], names: list[str] | None = None) -> Json:
    shown = complete(row)
    controls = shown["grantControls"]
    if controls is not None and controls.get("authenticationStrength") is not None:
        # Written as an id, read back as the whole object.
        strength_id = str(controls["authenticationStrength"].get("id"))
        found = call.tenant.documents["authenticationStrengthPolicies"].get(strength_id)
        controls["authenticationStrength"] = copy.deepcopy(found) if found else {"id": strength_id}
    return {name: shown[name] for name in names or shown}


def _names(call: Call) -> list[str]:
    return selected("conditionalAccessPolicy", call.query.get("$select"))


def list_policies(call: Call) -> Answer:
    where = directory_filter(call, "conditionalAccessPolicy")
    names = _names(call)
    rows = [_show(call, row) for row in call.tenant.documents[_KEY]]
    order, _, way = call.query.get("$orderby", "").partition(" ")
    if order:
        rows.sort(key=lambda row: str(row.get(order) or ""), reverse=way.lower() == "desc")
    if call.query.get("$skip", "").isdigit():
        rows = rows[int(call.query["$skip"]) :]
    answer = page(
        call, of(rows), "conditionalAccess/policies", lambda row: {n: row[n] for n in names}, where=where
    )
    if call.query.get("$count", "").lower() == "true":
        answer.body["@odata.count"] = sum(1 for row in rows if where is None or where.test(row))
    return answer


def _find(call: Call, policy_id: str) -> Json:
    row = call.tenant.documents[_KEY].get(policy_id)
    if row is None or call.tenant.is_hidden(policy_id, call.now):
        raise not_found(policy_id)
    return row


def _entity(call: Call, status: int, row: Mapping[str, Any], names: list[str] | None = None) -> Answer:
    context = call.context("conditionalAccess/policies/$entity")
    return Answer(status, {"@odata.context": context, **_show(call, row, names)})


def get_policy(call: Call, id: str) -> Answer:
    return _entity(call, 200, _find(call, id), _names(call))


def _allow(call: Call) -> None:
    """A write needs the permission to read as well (graph-facts §2.8)."""
    if not call.has("Policy.Read.All"):
        raise request_denied()


def create_policy(call: Call) -> Answer:
    _allow(call)
    body = check_shape(call.body)
    if not body.get("displayName") or not body.get("state") or not body.get("conditions"):
        raise does_not_fit()
    if body.get("grantControls") is None and body.get("sessionControls") is None:
        raise does_not_fit()
    check_references(call.tenant, body)
    table = call.tenant.documents[_KEY]
    if len(table) >= MOST_POLICIES:
        raise GraphError(
            400, "BadRequest", f"The number of policies is more than the maximum ({MOST_POLICIES}) allowed."
        )
    row = {**merged({}, body), "id": call.ids.new(), "createdDateTime": iso(call.now)}
    table.put(row["id"], row)
    made(call, row["id"])
    call.tenant.touch()
    return _entity(call, 201, row)


def update_policy(call: Call, id: str) -> Answer:
    _allow(call)
    row, body = _find(call, id), check_shape(call.body)
    check_references(call.tenant, body)
    changed = {**merged(row, body), "modifiedDateTime": iso(call.now)}
    call.tenant.documents[_KEY].put(str(row["id"]), changed)
    call.tenant.touch()
    return Answer(204)


def delete_policy(call: Call, id: str) -> Answer:
    _allow(call)
    call.tenant.documents[_KEY].pop(str(_find(call, id)["id"]))
    call.tenant.touch()
    return Answer(204)


def routes() -> list[Route]:
    one = POLICIES + "/{id}"
    return [
        Route("GET", POLICIES, list_policies, READ, lane="ca"),
        Route("POST", POLICIES, create_policy, WRITE, lane="ca"),
        Route("GET", one, get_policy, READ, lane="ca"),
        Route("PATCH", one, update_policy, WRITE, lane="ca"),
        Route("DELETE", one, delete_policy, WRITE, lane="ca"),
    ]
