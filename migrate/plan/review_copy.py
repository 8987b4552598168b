"""Access reviews that guard moved privilege, as the target needs them: every reference translated, or none
written at all (graph-facts §2.9, §3.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from migrate.kinds import access_review
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.kinds.review_query import GRAPH_QUERY, named_in
from migrate.plan.carried import Carried, Translate, Why, no_counterpart
from migrate.plan.query_translation import translated
from migrate.plan.review_form import DEFINITION, READ_ONLY, effect
from migrate.plan.review_recurrence import Renewed, renewed
from migrate.plan.write_mark import MARKED_IN, with_mark
from migrate.plan.written_form import written
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView

_KIND = access_review.KIND
_OVER = frozenset({"completed", "applied", "applying", "autoreviewed", "autoreviewing", "completing"})


def guards(reviews: Iterable[Row], roles: frozenset[str], groups: frozenset[str]) -> tuple[Row, ...]:
    """The reviews whose scope names one of these roles or groups of the source (ids in lower case; of roles
    every id they go by). Who reviews, and whose rights to something else are reviewed, does not count."""
    return tuple(row for row in reviews if about(row, roles, groups))


def about(row: Row, roles: frozenset[str], groups: frozenset[str]) -> tuple[Node, ...]:
    """Which of these roles and groups a review is about, in the order in which it names them."""
    found = (node for query in _reviewed(row) for node in _named(query, roles, groups))
    return tuple(dict.fromkeys(found))


def _reviewed(row: Row) -> Iterator[str]:
    for name in ("scope", "instanceEnumerationScope"):
        yield from _resources(row.get(name))


def _resources(scope: Any) -> Iterator[str]:
    """The queries of a scope that say what is reviewed; ``principalScopes`` say whose rights."""
    if not isinstance(scope, Mapping):
        return
    if str(scope.get("queryType") or GRAPH_QUERY).lower() == GRAPH_QUERY and scope.get("query"):
        yield str(scope["query"])
    for each in scope.get("resourceScopes") or ():
        yield from _resources(each)


def _named(query: str, roles: frozenset[str], groups: frozenset[str]) -> Iterator[Node]:
    for one in named_in(query):
        if one.kind == "roleDefinition" and one.id in roles:
            yield one.kind, one.id
        elif one.kind in ("group", DIRECTORY_OBJECT) and one.id in groups:
            yield "group", one.id


def copy_review(
    row: Row,
    translate: Translate,
    *,
    now: datetime,
    target: TenantView,
    mark: str,
    why: Why = no_counterpart,
) -> Carried:
    """What to create in the target for a review of the source, and whether it stands there already.

    ``mark`` names the write and ends the description for administrators; empty leaves it out. Other texts
    for people stay letter by letter, whatever ids somebody wrote into them. A review of the target is equal
    when it reviews the same in the same rhythm, whatever its name.
    """
    problems: list[str] = []
    plain = {name: part for name, part in row.items() if name not in READ_ONLY}
    settings = plain.get("settings")
    recurrence = settings.get("recurrence") if isinstance(settings, Mapping) else None
    if isinstance(settings, Mapping):
        plain["settings"] = {name: part for name, part in settings.items() if name != "recurrence"}
    body = translated(written(plain, DEFINITION, problems), translate, why, problems)
    problems += (f"it has no {name}" for name in ("displayName", "scope", "settings") if not body.get(name))
    when = renewed(recurrence, _days(settings), now.date())
    if when.problem:
        problems.append(when.problem)
    elif not _recurs(recurrence) and str(row.get("status") or "").lower() in _OVER:
        problems.append("it took place once and is over")
    if not target.saw(_KIND.collection):
        problems.append("the target's access reviews were not read: whether it stands there is unknown")
    source_id, name = str(row.get("id") or ""), _KIND.name_of(row)
    if problems:
        return Carried(source_id, name, None, tuple(dict.fromkeys(problems)), (), None)
    if when.value is not None:
        body["settings"]["recurrence"] = when.value
    told, changed = str(row.get("descriptionForAdmins") or ""), list(when.changed)
    if described := with_mark(told, mark):
        body[MARKED_IN[_KIND.name]] = described
    if mark:
        changed.append("its description for administrators ends with the mark of the write")
    equal_to = _equal(body, when, target, now)
    return Carried(source_id, name, body, (), tuple(changed), equal_to)


def _equal(body: Mapping[str, Any], when: Renewed, target: TenantView, now: datetime) -> str | None:
    wanted = effect(body)
    for one, row in sorted(target.of_kind(_KIND.name).items()):
        if effect(row) != wanted:
            continue
        settings = row.get("settings") or {}
        there = renewed(settings.get("recurrence"), _days(settings), now.date())
        over = not _recurs(settings.get("recurrence")) and str(row.get("status") or "").lower() in _OVER
        if not there.problem and there.rhythm == when.rhythm and not over:
            return str(row.get("id") or one)
    return None


def _recurs(recurrence: Any) -> bool:
    return isinstance(recurrence, Mapping) and recurrence.get("pattern") is not None


def _days(settings: Any) -> int:
    """How long one review takes; zero where that cannot be read."""
    value = settings.get("instanceDurationInDays") if isinstance(settings, Mapping) else None
    return value if isinstance(value, int) else 0
