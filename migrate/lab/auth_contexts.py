"""Authentication contexts: c1 to c99, made or changed by the same PATCH (graph-facts §2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.lab.ca_references import policies_with
from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.errors import GraphError
from migrate.lab.filters import parse_filter
from migrate.lab.listing import of, page
from migrate.lab.shapes import check_body, show

CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"
WRITE = ("AuthenticationContext.ReadWrite.All", "Policy.ReadWrite.ConditionalAccess")
READ = ("AuthenticationContext.Read.All", "Policy.Read.ConditionalAccess", "Policy.Read.All", *WRITE)
ABOUT = ("Authentication contexts", "§2.8, §4.9, observed 39", "D, POST I")
_TYPE = "authenticationContextClassReference"


def list_contexts(call: Call) -> Answer:
    where = parse_filter(call.query["$filter"]) if call.query.get("$filter") else None
    return page(call, of(call.tenant.contexts), CONTEXTS.strip("/"), _show, where=where)


def _show(row: Mapping[str, Any]) -> Json:
    return show(_TYPE, row, ["id", "displayName", "description", "isAvailable"])


def _find(call: Call, context_id: str) -> Json:
    row = call.tenant.contexts.get(context_id)
    if row is None:
        raise GraphError(404, "ResourceNotFound", f"Resource '{context_id}' does not exist.")
    return row


def _entity(call: Call, status: int, row: Mapping[str, Any]) -> Answer:
    return Answer(status, {"@odata.context": call.context(f"{CONTEXTS.strip('/')}/$entity"), **_show(row)})


def get_context(call: Call, id: str) -> Answer:
    return _entity(call, 200, _find(call, id))


def _put(call: Call, context_id: str, body: Json) -> Json:
    number = context_id[1:] if context_id.lower().startswith("c") else ""
    if not number.isdigit() or not 1 <= int(number) <= 99:
        raise GraphError(400, "BadRequest", "The id of an authentication context is c1 to c99.")
    row = call.tenant.contexts.get(context_id) or {"id": context_id.lower()}
    row.update({k: v for k, v in body.items() if not k.startswith("@") and k != "id"})
    call.tenant.contexts.put(context_id, row)
    call.tenant.touch()
    return row


def put_context(call: Call, id: str) -> Answer:
    """PATCH makes the context when there is none."""
    body = call.json()
    check_body(body, _TYPE)
    _put(call, id, body)
    return Answer(204)


def create_context(call: Call) -> Answer:
    """POST with an id of one's own choice; one that is taken is refused, never overwritten."""
    body = call.json()
    check_body(body, _TYPE)
    wanted = str(body.get("id") or "")
    if wanted in call.tenant.contexts:
        raise GraphError(409, "Conflict", f"The authentication context '{wanted}' already exists.")
    return _entity(call, 201, _put(call, wanted, body))


def delete_context(call: Call, id: str) -> Answer:
    """403 while it is published, 400 while conditional access uses it; the wording is not confirmed."""
    row = _find(call, id)
    if row.get("isAvailable"):
        raise GraphError(403, "Forbidden", "A published authentication context cannot be deleted.")
    if policies_with(call.tenant, str(row["id"])):
        raise GraphError(400, "BadRequest", "The authentication context is used by conditional access.")
    call.tenant.contexts.pop(str(row["id"]))
    call.tenant.touch()
    return Answer(204)


def routes() -> list[Route]:
    return [
        Route("GET", CONTEXTS, list_contexts, READ, lane="ca"),
        Route("POST", CONTEXTS, create_context, WRITE, lane="ca"),
        Route("GET", CONTEXTS + "/{id}", get_context, READ, lane="ca"),
        Route("PATCH", CONTEXTS + "/{id}", put_context, WRITE, lane="ca"),
        Route("DELETE", CONTEXTS + "/{id}", delete_context, WRITE, lane="ca"),
    ]
