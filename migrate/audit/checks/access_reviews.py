"""Access reviews of privileged roles: there, often enough, by somebody, and with consequences.

What a review is about stands inside query strings (graph-facts §2.9): a role counts as reviewed where its id
stands in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from migrate.audit import review_terms
from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Subject, Told
from migrate.audit.posture import Posture
from migrate.kinds import access_review, role_definition
from migrate.kinds.kind import Row

_COLLECTION = access_review.KIND.collection


def _reviewed(posture: Posture, parameters: Parameters) -> dict[str, list[Row]]:
    """The reviews of each role that a control is about; a finished one that does not recur is none."""
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    if parameters.flag("given_only"):
        roles &= {one.role_id for one in posture.holdings}
    found: dict[str, list[Row]] = {one: [] for one in sorted(roles)}
    rows = posture.view.of_kind("roleDefinition")
    for _, row in sorted(posture.view.of_kind(access_review.KIND.name).items()):
        if review_terms.is_over(row):
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
    every, longest = parameters.number("every_days"), parameters.number("longest_days")
    return review_terms.schedule(row, posture.now, every, longest)


SCHEDULE = Check(
    "access-reviews-schedule",
    "Reviews of privileged roles recur",
    "let the review recur at least every month, without an end",
    _each(_schedule),
    {**_PARAMETERS, "every_days": 92, "longest_days": 0},
)


REVIEWERS = Check(
    "access-reviews-reviewers",
    "Somebody else reviews a privileged right than who has it",
    "name reviewers",
    _each(lambda row, _posture, _parameters: review_terms.reviewers(row)),
    _PARAMETERS,
)


def _consequences(row: Row, _posture: Posture, parameters: Parameters) -> str:
    return review_terms.consequences(row, silence_removes=parameters.flag("silence_removes"))


CONSEQUENCES = Check(
    "access-reviews-consequences",
    "A review's decisions are carried out",
    "let the decisions be applied automatically",
    _each(_consequences),
    {**_PARAMETERS, "silence_removes": False},
)

ATTENTION = Check(
    "access-reviews-attention",
    "Reviewers are told and reminded, and say why a right is kept",
    "switch on mail and reminders in the review, and demand a reason for every approval",
    _each(lambda row, _posture, _parameters: review_terms.attention(row)),
    _PARAMETERS,
)

CHECKS = (MISSING, SCHEDULE, REVIEWERS, CONSEQUENCES, ATTENTION)
