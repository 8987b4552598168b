"""Definitions of access reviews (graph-facts §2.9, §3.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.clock import iso
from migrate.lab.errors import GraphError
from migrate.lab.listing import of, page
from migrate.lab.review_references import check_references
from migrate.lab.review_shape import check_shape, invalid, normalised, scopes_in, status_at, stored
from migrate.lab.shapes import selected

DEFINITIONS = "/identityGovernance/accessReviews/definitions"
WRITE = ("AccessReview.ReadWrite.All",)
READ = ("AccessReview.Read.All", *WRITE)
ABOUT = ("Access reviews", "§2.9, §3.7", "D, normalised queries L, refusals I, licence U")
_KEY = "accessReviewDefinitions"
_TYPE = "accessReviewScheduleDefinition"
_CONTAINS = re.compile(
    r"^\s*contains\(\s*scope/microsoft\.graph\.accessReviewQueryScope/query\s*,\s*'((?:[^']|'')*)'\s*\)\s*$",
    re.IGNORECASE,
)


def _check_licence(call: Call) -> None:
    if not call.tenant.licensed():
        raise GraphError(403, "Forbidden", "The tenant does not have access to any of the reviews.")


def _show(call: Call, row: Mapping[str, Any]) -> Json:
    shown = normalised(stored(row))
    shown["status"] = status_at(row, call.now)
    return shown


def list_definitions(call: Call) -> Answer:
    """Only one filter is known; any other is ignored without a word (graph-facts §2.9)."""
    _check_licence(call)
    rows = [_show(call, row) for row in call.tenant.documents[_KEY]]
    match = _CONTAINS.match(call.query.get("$filter", ""))
    if match is not None:
        wanted = match.group(1).replace("''", "'").casefold()
        rows = [row for row in rows if _holds(row, wanted)]
    if call.query.get("$skip", "").isdigit():
        rows = rows[int(call.query["$skip"]) :]
    names = selected(_TYPE, call.query.get("$select"))
    context = "identityGovernance/accessReviews/definitions"
    answer = page(call, of(rows), context, lambda row: {name: row[name] for name in names})
    if "$skiptoken" not in call.query:
        answer.body["@odata.count"] = len(rows)
    return answer


def _holds(row: Mapping[str, Any], wanted: str) -> bool:
    return any(wanted in str(each.get("query") or "").casefold() for each in scopes_in(row.get("scope")))


def _find(call: Call, definition_id: str) -> Json:
    _check_licence(call)
    row = call.tenant.documents[_KEY].get(definition_id)
    if row is None:
        raise GraphError(404, "NotFound", "The review definition is not found.")
    return row


def get_definition(call: Call, id: str) -> Answer:
    shown = _show(call, _find(call, id))
    names = selected(_TYPE, call.query.get("$select"))
    context = call.context("identityGovernance/accessReviews/definitions/$entity")
    return Answer(200, {"@odata.context": context, **{name: shown[name] for name in names}})


def _creator(call: Call) -> Json:
    app = call.tenant.apps.get(call.caller.app_id.lower())
    found = call.tenant.find(call.caller.object_id)
    row = found[1] if found is not None else {}
    return {
        "id": call.caller.object_id,
        "displayName": row.get("displayName") or (None if app is None else app.display_name),
        "userPrincipalName": row.get("userPrincipalName"),
    }


def create_definition(call: Call) -> Answer:
    """201 with the reviewers as they were sent; only a later read has them normalised."""
    _check_licence(call)
    body = check_shape(call.json())
    check_references(call.tenant, body)
    row = stored(body)
    now = iso(call.now)
    row |= {"id": call.ids.new(), "createdBy": _creator(call), "status": None}
    row |= {"createdDateTime": now, "lastModifiedDateTime": now}
    call.tenant.documents[_KEY].put(row["id"], row)
    call.tenant.touch()
    context = call.context("identityGovernance/accessReviews/definitions/$entity")
    return Answer(201, {"@odata.context": context, **row, "status": "NotStarted"})


def replace_definition(call: Call, id: str) -> Answer:
    """PUT replaces the whole definition; the id in the body, when there is one, is the id in the path."""
    standing, body = _find(call, id), call.json()
    if str(body.get("id") or id).lower() != id.lower():
        raise invalid("The id of a review definition cannot be changed.")
    check_references(call.tenant, check_shape(body))
    row = stored(body)
    kept = ("id", "createdBy", "createdDateTime")
    row |= {name: standing.get(name) for name in kept}
    row |= {"status": None, "lastModifiedDateTime": iso(call.now)}
    call.tenant.documents[_KEY].put(id, row)
    call.tenant.touch()
    return Answer(204)


def delete_definition(call: Call, id: str) -> Answer:
    call.tenant.documents[_KEY].pop(str(_find(call, id)["id"]))
    call.tenant.touch()
    return Answer(204)


def routes() -> list[Route]:
    one = DEFINITIONS + "/{id}"
    return [
        # No limit is published for reviews (graph-facts §1.1).
        Route("GET", DEFINITIONS, list_definitions, READ, lane="policy"),
        Route("POST", DEFINITIONS, create_definition, WRITE, lane="policy"),
        Route("GET", one, get_definition, READ, lane="policy"),
        Route("PUT", one, replace_definition, WRITE, lane="policy"),
        Route("DELETE", one, delete_definition, WRITE, lane="policy"),
    ]
