"""The query strings of an access review in the ids of the target; nothing else in them changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.kinds.review_query import GRAPH_QUERY, hides_ids, named_in
from migrate.plan.carried import Translate, Why

_QUERIES = frozenset({"query", "queryRoot"})


def translated(value: Any, translate: Translate, why: Why, problems: list[str], path: str = "") -> Any:
    """The value with every query in it translated, however deep; adds a problem for each id that leads
    nowhere, which then still stands there."""
    if isinstance(value, list):
        return [translated(one, translate, why, problems, path) for one in value]
    if not isinstance(value, Mapping):
        return value
    is_graphs = str(value.get("queryType") or GRAPH_QUERY).lower() == GRAPH_QUERY
    found: dict[str, Any] = {}
    for name, part in value.items():
        here = f"{path}.{name}" if path else name
        if name in _QUERIES and isinstance(part, str):
            found[name] = _query(part, is_graphs, translate, why, problems, here)
        else:
            found[name] = translated(part, translate, why, problems, here)
    return found


def _query(
    query: str, is_graphs: bool, translate: Translate, why: Why, problems: list[str], path: str
) -> str:
    if hides_ids(query):
        problems.append(f"{path}: ids stand in it in an encoding that cannot be translated safely")
        return query
    parts: list[str] = []
    done = 0
    for one in named_in(query):
        kind = one.kind if is_graphs else ""
        target = translate(kind, one.id) if kind else None
        if target is None:
            problems.append(f"{path}: {why(kind, one.id)}")
            continue
        parts += query[done : one.start], target
        done = one.end
    return "".join((*parts, query[done:]))
