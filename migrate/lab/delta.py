"""Delta queries: everything once, then what has changed since, and what is gone (graph-facts §2.6, §2.7).

How long a link lives is documented; so are two ways in which an old one is refused: 400 syncStateNotFound
after seven days, and 410 with a Location that starts again when the service has lost its state.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.clock import iso, parse_time
from migrate.lab.directory import PATHS, READERS, visible
from migrate.lab.errors import GraphError, bad_request
from migrate.lab.filters import parse_filter
from migrate.lab.shapes import selected, show
from migrate.lab.tenant import TYPE_OF

LIVES_FOR = timedelta(days=7)
PAGE = 100
MOST_FILTERED = 50
ABOUT = (
    "Delta of users, groups, service principals and administrative units",
    "§2.6, §2.7",
    "D, page size I",
)
_LINKS = {"groups": ("members", "members"), "administrativeUnits": ("unit_members", "members")}
Token = dict[str, Any]


def _encode(token: Token) -> str:
    raw = json.dumps(token, separators=(",", ":")).encode("utf-8")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> Token:
    try:
        token = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise bad_request("Badly formed token.") from error
    if not isinstance(token, dict) or not {"from", "made", "epoch"} <= set(token):
        raise bad_request("Badly formed token.")
    return token


def _link(call: Call, kind: str, name: str, token: Token) -> str:
    return f"{call.root}{PATHS[kind]}/delta?{name}={quote(_encode(token), safe='')}"


def _check_age(call: Call, kind: str, token: Token) -> None:
    if token["epoch"] != call.tenant.page_epoch:
        again = f"{call.root}{PATHS[kind]}/delta?$deltatoken="
        message = "The synchronization state is gone: start again from the Location header."
        raise GraphError(410, "resyncRequired", message, headers={"Location": again})
    if call.now - parse_time(token["made"]) >= LIVES_FOR:
        raise GraphError(
            400,
            "syncStateNotFound",
            "The sync state generation is not found. The delta token is expired and data must be "
            "synchronized again.",
        )


def _start(call: Call) -> Token:
    """What the first request asks for goes into the token: later ones bring nothing else."""
    for name in ("$expand", "$orderby", "$search"):
        if name in call.query:
            raise bad_request(f"The query parameter '{name}' is not supported for delta queries.")
    ids = None
    if call.query.get("$filter"):
        where = parse_filter(call.query["$filter"])
        if where.properties != {"id"} or not where.operators <= {"eq", "or"}:
            raise bad_request("Delta queries can be filtered by id only.")
        if where.alternatives > MOST_FILTERED:
            raise bad_request(f"Delta queries can be filtered by at most {MOST_FILTERED} ids.")
        ids = call.query["$filter"]
    return {
        "made": iso(call.now),
        "epoch": call.tenant.page_epoch,
        "from": None,
        "to": call.tenant.changes.serial,
        "at": 0,
        "select": call.query.get("$select"),
        "filter": ids,
    }


def _token(call: Call, kind: str) -> Token:
    if call.query.get("$skiptoken"):
        token = _decode(call.query["$skiptoken"])
        _check_age(call, kind, token)
        return token
    text = call.query.get("$deltatoken")
    if text and text.lower() != "latest":
        token = _decode(text)
        _check_age(call, kind, token)
        return {**token, "made": iso(call.now), "to": call.tenant.changes.serial, "at": 0}
    return _start(call)


def delta(call: Call, kind: str) -> Answer:
    """One page: of everything when the token has no beginning, else of the changes after it."""
    token = _token(call, kind)
    if call.query.get("$deltatoken", "").lower() == "latest":
        return _answer(call, kind, [], _link(call, kind, "$deltatoken", {**token, "from": token["to"]}))
    keeps = parse_filter(token["filter"]).test if token["filter"] else None
    rows: list[Json] = []
    for at, object_id, row in _source(call, kind, token):
        if keeps is not None and not keeps({"id": object_id}):
            continue
        if len(rows) == PAGE:
            return _answer(call, kind, rows, _link(call, kind, "$skiptoken", token), more=True)
        rows.append(_shown(call, kind, token, object_id, row))
        token = {**token, "at": at}
    done = {**token, "from": token["to"], "at": 0}
    return _answer(call, kind, rows, _link(call, kind, "$deltatoken", done))


def _source(call: Call, kind: str, token: Token) -> Iterator[tuple[int, str, Mapping[str, Any] | None]]:
    """Position after it, id and row; None for a row that is gone."""
    if token["from"] is None:
        for at, row in visible(call, kind)(token["at"]):
            yield at, str(row["id"]), row
        return
    table = call.tenant.objects[kind]
    for place, object_id in enumerate(call.tenant.changes.since(token["from"])):
        if place < token["at"] or call.tenant.is_hidden(object_id, call.now):
            continue
        standing = table.get(object_id)
        gone = call.tenant.gone.get(object_id)
        if standing is not None:
            yield place + 1, str(standing["id"]), standing
        elif gone is not None and gone[0] == kind:
            yield place + 1, str(gone[1]["id"]), None


def _shown(call: Call, kind: str, token: Token, object_id: str, row: Mapping[str, Any] | None) -> Json:
    if row is None:
        # "changed": it can still be restored from the deleted items; units are gone at once.
        reason = "deleted" if kind == "administrativeUnits" else "changed"
        return {"id": object_id, "@removed": {"reason": reason}}
    type_name = TYPE_OF[kind]
    wanted = [name.strip() for name in (token["select"] or "").split(",") if name.strip()]
    links = kind in _LINKS and (not wanted or "members" in wanted)
    names = selected(type_name, ",".join(name for name in wanted if name != "members") or None)
    if wanted:
        names = list(dict.fromkeys(["id", *(name for name in names if name in wanted)]))
    known = show(type_name, row, names)
    # A property that was never set is not there at all.
    shown = {name: value for name, value in known.items() if name in row or value not in (None, [])}
    shown["id"] = object_id
    members = list(_members(call, kind, token, object_id)) if links else []
    if members:
        shown["members@delta"] = members
    return shown


def _members(call: Call, kind: str, token: Token, object_id: str) -> Iterator[Json]:
    table, _ = _LINKS[kind]
    if token["from"] is None:
        links: dict[str, dict[str, None]] = getattr(call.tenant, table)
        changes = ((member, True) for member in links.get(object_id.lower(), {}))
    else:
        changes = ((m, p) for m, p in call.tenant.changes.links_since(token["from"], table, object_id))
    for member, present in changes:
        found = call.tenant.find(member) or call.tenant.gone.get(member)
        if found is None:
            continue
        shown = {"@odata.type": f"#microsoft.graph.{TYPE_OF[found[0]]}", "id": str(found[1]["id"])}
        yield shown if present else {**shown, "@removed": {"reason": "deleted"}}


def _answer(call: Call, kind: str, rows: list[Json], link: str, *, more: bool = False) -> Answer:
    context = call.context(PATHS[kind].strip("/"))
    return Answer(
        200,
        {"@odata.context": context, "@odata.nextLink" if more else "@odata.deltaLink": link, "value": rows},
    )


def routes() -> list[Route]:
    made = []
    for kind in ("users", "groups", "servicePrincipals", "administrativeUnits"):
        for name in ("delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()"):
            handler = partial(delta, kind=kind)
            made.append(Route("GET", f"{PATHS[kind]}/{name}", handler, READERS[kind]))
    return made
