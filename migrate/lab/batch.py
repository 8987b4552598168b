"""``$batch``: up to twenty requests in one, each judged on its own (graph-facts §1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from migrate.lab.api import Api, Incoming, Outcome
from migrate.lab.call import Answer, Json
from migrate.lab.errors import GraphError

MOST = 20
_INNER_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
)


def serve_batch(api: Api, incoming: Incoming) -> Outcome:
    """200 whenever the batch can be read, whatever became of what is in it."""
    try:
        api.caller(incoming)
        requests = _requests(incoming.body)
    except GraphError as error:
        return Outcome(api.refuse(incoming, error))
    answers: dict[str, Answer] = {}
    late: list[Mapping[str, Any]] = []
    waiting = dict(requests)
    while waiting:
        ready = [
            key
            for key, each in waiting.items()
            if all(d.lower() in answers for d in each.get("dependsOn") or [])
        ]
        for key in ready or list(waiting):
            each = waiting.pop(key)
            needs = [str(name).lower() for name in each.get("dependsOn") or []]
            if any(name not in answers or answers[name].status >= 400 for name in needs):
                failed = GraphError(424, "FailedDependency", "A request that this one depends on has failed.")
                answers[key] = api.refuse(incoming, failed)
            else:
                answers[key] = _one(api, incoming, each, late)
    responses = []
    for key, answer in answers.items():
        shown: Json = {
            "id": str(requests[key]["id"]),
            "status": answer.status,
            "headers": dict(answer.headers),
        }
        shown["headers"]["Cache-Control"] = "no-cache"
        if answer.body is not None:
            shown["headers"]["Content-Type"] = _INNER_TYPE
            shown["body"] = answer.body
        responses.append(shown)
    # The whole is as late as the latest of its parts.
    latest = max(late, key=lambda fault: float(fault.get("seconds", 1)), default=None)
    return Outcome(Answer(200, {"responses": responses}), fault=latest)


def _requests(body: Any) -> dict[str, Mapping[str, Any]]:
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        raise GraphError(400, "BadRequest", "Invalid batch payload format.")
    if len(requests) > MOST:
        raise GraphError(
            400, "BadRequest", f"Number of batch request steps exceeds the maximum value of {MOST}."
        )
    found: dict[str, Mapping[str, Any]] = {}
    for each in requests:
        key = str(each.get("id") or "").lower() if isinstance(each, dict) else ""
        if not key or key in found or not each.get("method") or not each.get("url"):
            raise GraphError(
                400, "BadRequest", "Invalid batch payload format: each request needs an id of its own."
            )
        found[key] = each
    return found


def _one(api: Api, outer: Incoming, each: Mapping[str, Any], late: list[Mapping[str, Any]]) -> Answer:
    """The answer to one part; where it draws a delay, that is added to ``late``."""
    parts = urlsplit(str(each["url"]))
    path = "/" + unquote(parts.path).lstrip("/")
    # Graph takes relative URLs; the SDK's builder sends absolute ones, which are accepted with the version.
    path = path.removeprefix(f"/{outer.version}") if parts.netloc else path
    headers = {str(name): str(value) for name, value in (each.get("headers") or {}).items()}
    headers["Authorization"] = outer.header("Authorization") or ""
    inner = Incoming(
        method=str(each["method"]).upper(),
        version=outer.version,
        origin=outer.origin,
        path=path,
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers=headers,
        body=each.get("body"),
    )
    outcome = api.serve(inner)
    if outcome.fault is not None and outcome.fault.get("do") == "delay":
        late.append(outcome.fault)
    if outcome.cut:
        # A connection has no inner request to be cut: the gateway says that it lost the answer.
        return api.refuse(inner, GraphError(504, "GatewayTimeout", "The request timed out."))
    return outcome.answer
