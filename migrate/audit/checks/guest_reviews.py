"""Whether somebody reviews from time to time which guests still have access.

A review of guests says so inside its query strings (graph-facts §2.9): ``userType eq 'Guest'``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.audit import review_terms
from migrate.audit.check import Check, Parameters
from migrate.audit.finding import Finding, Subject, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import access_review
from migrate.kinds.kind import Row

_COLLECTION = access_review.KIND.collection
_GUESTS = re.compile(r"usertype\s+eq\s+'guest'", re.IGNORECASE)


def _about_guests(posture: Posture) -> Iterator[tuple[str, Row]]:
    for review_id, row in sorted(posture.view.of_kind(access_review.KIND.name).items()):
        scopes = [row.get("scope"), row.get("instanceEnumerationScope")]
        text = " ".join(query for one in scopes for query in access_review.queries(one))
        if _GUESTS.search(text) and not review_terms.is_over(row):
            yield review_id, row


def _problems(row: Row, posture: Posture, parameters: Parameters) -> list[str]:
    every, longest = parameters.number("every_days"), parameters.number("longest_days")
    found = [
        review_terms.schedule(row, posture.now, every, longest),
        review_terms.endless(row),
        review_terms.reviewers(row),
        review_terms.consequences(row, silence_removes=True, only_deny=True),
        review_terms.attention(row),
    ]
    return [one for one in found if one]


def _is_of_single_groups(row: Row) -> bool:
    """A review of all groups lists them by a second scope; without one it is about the group it names."""
    return not any(access_review.queries(row.get("instanceEnumerationScope"))) and any(
        one.to_kind == "group" for one in access_review.references(row)
    )


def _guests(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs(_COLLECTION)
    if not posture.view.saw(_COLLECTION):
        return
    found = [
        (Subject(access_review.KIND.name, review_id, str(row.get("displayName") or "")), row)
        for review_id, row in _about_guests(posture)
    ]
    if not found:
        yield Finding(posture.tenant, "has no access review of guests")
        return
    wrong = [(subject, _problems(row, posture, parameters)) for subject, row in found]
    good = {subject for subject, problems in wrong if not problems}
    if not good:
        for subject, problems in wrong:
            yield Finding(subject, f"reviews guests, and {'; '.join(problems)}")
    elif all(_is_of_single_groups(row) for subject, row in found if subject in good):
        for subject in sorted(good):
            yield Unknown(
                "it reviews the guests of single groups: whether those are all is not told", subject
            )


CHECKS = (
    Check(
        "guest-access-reviews",
        "Which guests still have access is reviewed every month, and silence removes them",
        "make a monthly review of the guests of all groups, with reviewers, mail and reminders, that removes"
        " whoever nobody vouches for",
        _guests,
        {"every_days": 31, "longest_days": 14},
    ),
)
