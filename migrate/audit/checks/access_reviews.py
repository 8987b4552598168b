"""Access reviews of privileged roles: there, often enough, by somebody, and with consequences.

What a review is about stands inside query strings (graph-facts §2.9): a role counts as reviewed where its id
stands in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Subject, Told
from migrate.audit.posture import Posture
from migrate.kinds import access_review, role_definition
from migrate.kinds.kind import Row
from migrate.kinds.schedule import parse_time

_COLLECTION = access_review.KIND.collection
_OVER = frozenset({"completed", "autoreviewed", "completing", "applied"})


def _settings(row: Row) -> Mapping[str, Any]:
    found = row.get("settings")
    return found if isinstance(found, Mapping) else {}


def _recurrence(row: Row, name: str) -> Mapping[str, Any]:
    recurrence = _settings(row).get("recurrence")
    found = recurrence.get(name) if isinstance(recurrence, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _reviewed(posture: Posture, parameters: Parameters) -> dict[str, list[Row]]:
    """The reviews of each role that a control is about; a finished one that does not recur is none."""
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    if parameters.flag("given_only"):
        roles &= {one.role_id for one in posture.holdings}
    found: dict[str, list[Row]] = {one: [] for one in sorted(roles)}
    rows = posture.view.of_kind("roleDefinition")
    for _, row in sorted(posture.view.of_kind(access_review.KIND.name).items()):
        if str(row.get("status") or "").lower() in _OVER and not _recurrence(row, "pattern"):
            continue
        about = [row.get("scope"), row.get("instanceEnumerationScope")]
        text = " ".join(query for one in about for query in access_review.queries(one)).lower()
        for role_id, reviews in found.items():
            if role_id in text or role_definition.template_id(rows[role_id]) in text:
                reviews.append(row)
    return found


def _missing(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    unread = [*posture.needs(_COLLECTION, "roleDefinitions"), *posture.rights_read()]
    yield from dict.fromkeys(unread)
    if unread:
        return
    for role_id, reviews in _reviewed(posture, parameters).items():
        if not reviews:
            yield Finding(posture.role(role_id), "no access review is about it")


_PARAMETERS = {**ROLES, "given_only": False}
MISSING = Check(
    "access-reviews-missing",
    "Each privileged role is reviewed",
    "make a recurring access review of the role, of people and of groups",
    _missing,
    _PARAMETERS,
)


def _each(
    problem: Callable[[Row, Posture, Parameters], str],
) -> Callable[[Posture, Parameters], Iterator[Told]]:
    def judge(posture: Posture, parameters: Parameters) -> Iterator[Told]:
        yield from posture.needs(_COLLECTION, "roleDefinitions")
        about: dict[str, tuple[Row, list[str]]] = {}
        for role_id, reviews in _reviewed(posture, parameters).items():
            for row in reviews:
                about.setdefault(str(row.get("id") or "").lower(), (row, []))[1].append(role_id)
        for review_id, (row, roles) in sorted(about.items()):
            if told := problem(row, posture, parameters):
                name = str(row.get("displayName") or "")
                evidence = tuple(posture.role(one) for one in roles)
                yield Finding(Subject(access_review.KIND.name, review_id, name), told, evidence)

    return judge


def _schedule(row: Row, posture: Posture, parameters: Parameters) -> str:
    pattern, span = _recurrence(row, "pattern"), _recurrence(row, "range")
    often = str(pattern.get("type") or "").lower()
    if not often:
        return "happens once and does not recur"
    days = {"daily": 1, "weekly": 7, "absolutemonthly": 30, "relativemonthly": 30}.get(often, 365)
    days *= int(pattern.get("interval") or 1)
    if days > parameters.number("every_days"):
        return f"recurs every {days} days, at least every {parameters.number('every_days')} it should"
    end = str(span.get("endDate") or "")
    if str(span.get("type") or "").lower() == "enddate" and end:
        ended = parse_time(f"{end}T00:00:00Z")
        if ended is not None and ended <= posture.now:
            return f"ended on {end}"
    longest = parameters.number("longest_days")
    length = int(_settings(row).get("instanceDurationInDays") or 0)
    if longest and length > longest:
        return f"takes {length} days, at most {longest} it should"
    return ""


SCHEDULE = Check(
    "access-reviews-schedule",
    "Reviews of privileged roles recur",
    "let the review recur at least every month, without an end",
    _each(_schedule),
    {**_PARAMETERS, "every_days": 92, "longest_days": 0},
)


def _reviewers(row: Row, _posture: Posture, _parameters: Parameters) -> str:
    staged = [one.get("reviewers") for one in row.get("stageSettings") or () if isinstance(one, Mapping)]
    named = [*(row.get("reviewers") or ()), *(each for one in staged for each in one or ())]
    # Graph calls it a review of oneself when nobody is named.
    return "" if named else "names no reviewers: everybody judges their own right"


REVIEWERS = Check(
    "access-reviews-reviewers",
    "Somebody else reviews a privileged right than who has it",
    "name reviewers",
    _each(_reviewers),
    _PARAMETERS,
)


def _consequences(row: Row, _posture: Posture, parameters: Parameters) -> str:
    settings = _settings(row)
    if settings.get("autoApplyDecisionsEnabled") is not True:
        return "its decisions are not applied by themselves"
    if not parameters.flag("silence_removes"):
        return ""
    decision = str(settings.get("defaultDecision") or "None")
    if settings.get("defaultDecisionEnabled") is True and decision.lower() in ("deny", "recommendation"):
        return ""
    return f"nothing happens where nobody answers (default decision {decision})"


CONSEQUENCES = Check(
    "access-reviews-consequences",
    "A review's decisions are carried out",
    "let the decisions be applied automatically",
    _each(_consequences),
    {**_PARAMETERS, "silence_removes": False},
)

CHECKS = (MISSING, SCHEDULE, REVIEWERS, CONSEQUENCES)
