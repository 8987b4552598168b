"""Lists: filter, select, count and pages with opaque tokens."""

from __future__ import annotations

import base64
import binascii
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from migrate.lab.call import Answer, Call, Json
from migrate.lab.errors import bad_request, expired_page, invalid_filter, schema_error, unsupported_query
from migrate.lab.filters import Filter, parse_filter
from migrate.lab.object_table import ObjectTable
from migrate.lab.shapes import properties, selected, shower

DEFAULT_PAGE = 100
LARGEST_PAGE = 999
_PLAIN = "/$()',:"
Kind = TypeVar("Kind")
Source = Callable[[int], Iterator[tuple[int, Mapping[str, Any]]]]
"""Rows from a position on, each with the position after it."""


def of(rows: Iterable[Mapping[str, Any]]) -> Source:
    """A source over rows that are made for this request."""

    def since(position: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        return ((at + 1, row) for at, row in enumerate(rows) if at >= position)

    return since


def shown(rows: Iterable[Kind], show: Callable[[Kind], Mapping[str, Any]]) -> Source:
    """A source over things that are shown only when a page holds them."""

    def since(position: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        return ((at + 1, show(row)) for at, row in enumerate(rows) if at >= position)

    return since


def narrowed(table: ObjectTable, where: Filter | None, revision: int) -> Source:
    """The rows that may meet the filter: from an index where there is one, else all of them."""
    for name, values in where.one_of.items() if where is not None else ():
        found = table.candidates(name, values, revision)
        if found is not None:
            return found
    return table.since


def directory_filter(call: Call, type_name: str, *, exact: frozenset[str] = frozenset()) -> Filter | None:
    """The filter of a directory list, refused where only an advanced query may use it."""
    text = call.query.get("$filter")
    if not text:
        return None
    found = parse_filter(text, exact=exact)
    known = {name.lower() for name in properties(type_name)}
    for name in sorted(found.properties):
        if name.lower() not in known:
            raise schema_error(
                f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'."
            )
    counted = call.query.get("$count", "").lower() == "true"
    if found.advanced and not (call.eventual and counted):
        raise unsupported_query("Unsupported or invalid query filter clause specified for property")
    if found.alternatives > 15 and not (call.eventual and counted):
        # microsoft-graph-docs issue 21098.
        raise unsupported_query(
            "Too many child clauses specified in search filter expression containing 'OR' operators: "
            f"{found.alternatives}. Max allowed: 15."
        )
    return found


def pim_filter(call: Call, allowed: frozenset[str]) -> Filter | None:
    """The filter of a PIM list: a few properties, comparisons only."""
    text = call.query.get("$filter")
    if not text:
        return None
    found = parse_filter(text)
    if not found.properties <= allowed:
        raise invalid_filter()
    if found.operators & {"startswith", "endswith", "contains", "in"}:
        raise invalid_filter()
    return found


def page_size(call: Call) -> int:
    text = call.query.get("$top")
    if text is None:
        return DEFAULT_PAGE
    if not text.isdigit() or not 1 <= int(text) <= LARGEST_PAGE:
        raise unsupported_query(
            f"Invalid page size specified: '{text}'. Must be between 1 and 999 inclusive."
        )
    return int(text)


def _encode(token: Mapping[str, Any]) -> str:
    raw = json.dumps(token, separators=(",", ":")).encode("utf-8")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        token = json.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise bad_request("Invalid value specified for parameter '$skiptoken'.") from error
    if not isinstance(token, dict) or not isinstance(token.get("at"), int):
        raise bad_request("Invalid value specified for parameter '$skiptoken'.")
    return token


def _next_link(call: Call, token: Mapping[str, Any]) -> str:
    query = {name: value for name, value in call.query.items() if name != "$skiptoken"}
    query["$skiptoken"] = _encode(token)
    text = "&".join(quote(name, safe="$") + "=" + quote(value, safe=_PLAIN) for name, value in query.items())
    return call.root + quote(call.path, safe=_PLAIN) + "?" + text


def page(
    call: Call,
    source: Source,
    context: str,
    shape: Callable[[Mapping[str, Any]], Json],
    *,
    where: Filter | None = None,
    counts: bool = False,
    total: int | None = None,
) -> Answer:
    """One page of a list. ``counts`` says that the list knows ``$count``, which needs the advanced header;
    ``total`` is how many rows the source has, where that is known without counting."""
    size = page_size(call)
    position, first, lost = 0, True, None
    if "$skiptoken" in call.query:
        token = _decode(call.query["$skiptoken"])
        position, first, lost = token["at"], False, token.get("lost")
        if token.get("epoch") != call.tenant.page_epoch:
            raise expired_page()
    body: Json = {"@odata.context": call.context(context)}
    if counts and call.query.get("$count", "").lower() == "true":
        if not call.eventual:
            raise bad_request("$count is not currently supported.")
        if first:
            known = total if where is None else None
            body["@odata.count"] = (
                sum(1 for _, row in source(0) if where is None or where.test(row)) if known is None else known
            )
    if call.does("empty_page"):
        body["@odata.nextLink"] = _next_link(call, {"at": position, "epoch": call.tenant.page_epoch})
        body["value"] = []
        return Answer(200, body)
    rows = source(position)
    if where is not None or lost is not None:
        # A row that has moved to an earlier page is not met again (fault move_rows).
        rows = ((at, row) for at, row in rows if at != lost and (where is None or where.test(row)))
    taken = list(itertools.islice(rows, size + 1))
    if len(taken) > size:
        following, behind = taken[size - 1][0], taken[size][0]
        taken = taken[:size]
        token = {"epoch": call.tenant.page_epoch}
        if call.does("repeat_rows") or call.does("move_rows"):
            # The last row of this page comes again as the first of the next one.
            following = taken[-2][0] if len(taken) > 1 else position
        if call.does("move_rows"):
            token["lost"] = behind
        body["@odata.nextLink"] = _next_link(call, {"at": following, **token})
    body["value"] = [shape(row) for _, row in taken]
    return Answer(200, body)


def select_page(
    call: Call,
    source: Source,
    context: str,
    type_name: str,
    *,
    where: Filter | None = None,
    counts: bool = False,
    total: int | None = None,
    full: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    table: ObjectTable | None = None,
) -> Answer:
    """A page of one type with ``$select``; ``full`` completes a stored row first. ``table`` is where the rows
    come from when they are all there is to it: it may know a quicker way to show them."""
    names = selected(type_name, call.query.get("$select"))
    if call.query.get("$select"):
        context = f"{context}({','.join(names)})"
    show = shower(type_name, names)
    if table is not None and where is None:
        return page(call, table.shown(names, show), context, _as_it_is, counts=counts, total=total)
    shape = show if full is None else lambda row: show(full(row))
    return page(call, source, context, shape, where=where, counts=counts, total=total)


def _as_it_is(row: Mapping[str, Any]) -> Json:
    assert isinstance(row, dict)
    return row
