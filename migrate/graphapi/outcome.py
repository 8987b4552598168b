"""The one place that says what an answer of Graph means. Pure: nothing is sent, slept or logged here.

Two questions decide: did the request take effect (for a write), and can the same request succeed later?
Codes are Graph's contract, messages are not; the few messages that are looked at belong to codes that
say everything and nothing (``Request_BadRequest``), and whoever acts on them confirms with a read.

How a write is judged when the service failed rather than refused:

* no answer, and certain that nothing left: ``NOT_SENT``; it may be sent again;
* no answer otherwise (timeout, reset, a connection closed before the answer): ``IN_DOUBT``;
* 500, 502, 504: a gateway lost its patience or its backend; the backend may have finished: ``IN_DOUBT``;
* 503: promises nothing about how far the request came, so ``IN_DOUBT`` as well, Retry-After or not;
* 408: says that the request did not arrive whole, but proxies answer so after handing it on: ``IN_DOUBT``;
* 2xx with a body that cannot be read: done by its status, unknown by its content: ``IN_DOUBT``;
* 2xx with an empty body: done; the read that follows every write sees what came of it;
* 429 and 509: refused before anything happened: ``THROTTLED``;
* 401: refused before anything happened: ``UNAUTHENTICATED``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from migrate.graphapi.answer import Answer
from migrate.graphapi.graph_error import GraphError, graph_error
from migrate.graphapi.retry_after import retry_after
from migrate.kinds.request import Request


class Meaning(StrEnum):
    DONE = "done"
    THROTTLED = "throttled"
    """Nothing was done; the lane must pause."""
    TRANSIENT = "transient"
    """A read that may work the next time."""
    NOT_SENT = "not_sent"
    """Certain that nothing reached the service."""
    IN_DOUBT = "in_doubt"
    """A write that may have taken effect: only a read can tell."""
    REPLICATING = "replicating"
    """A write that names something Graph does not know yet, or never will: to be tried for a bounded time."""
    CONTENDED = "contended"
    """Nothing was done because something else was being changed at the same moment; try again shortly."""
    PENDING = "pending"
    """An earlier request for the same key is still on its way."""
    EXISTS = "exists"
    """What was to be created seems to be there already; a read confirms."""
    ABSENT = "absent"
    """The object that the request names is not there."""
    TOO_YOUNG = "too_young"
    """PIM removes and changes an assignment only five minutes after it began."""
    PAGE_EXPIRED = "page_expired"
    UNAUTHENTICATED = "unauthenticated"
    CONSENT = "consent"
    LICENCE = "licence"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """``code`` and ``message`` are Graph's, unwrapped; ``retry_after`` is in seconds."""

    meaning: Meaning
    code: str = ""
    message: str = ""
    retry_after: float | None = None
    status: int | None = None


_LICENCE_CODES = {"AadPremiumLicenseRequired", "Authentication_RequestFromNonPremiumTenantOrB2CTenant"}
_BY_CODE = {
    "RoleAssignmentExists": Meaning.EXISTS,
    "PendingRoleAssignmentRequest": Meaning.PENDING,
    "RoleAssignmentDoesNotExist": Meaning.ABSENT,
    "ActiveDurationTooShort": Meaning.TOO_YOUNG,
    "PermissionScopeNotGranted": Meaning.CONSENT,
    "Directory_ConcurrencyViolation": Meaning.CONTENDED,
    "ResourceIsLocked": Meaning.CONTENDED,
    "Request_MultipleObjectsWithSameKeyValue": Meaning.EXISTS,
} | dict.fromkeys(_LICENCE_CODES, Meaning.LICENCE)

_REPLICATION_CODES = {"SubjectNotFound", "RoleNotFound", "ResourceNotFound", "Request_ResourceNotFound"}
"""Seen with 400 and with 404 (the sources disagree), so the code alone decides."""

_ALREADY_THERE = re.compile(
    r"conflicting object with one or more of the specified property values is present|\balready exists?\b",
    re.IGNORECASE,
)
"""The words for a member who is in the group, a context's id or a role's templateId or name that is taken."""
_CONCURRENT = re.compile(r"concurren(t|cy)", re.IGNORECASE)
_LICENCE_WORDS = re.compile(
    r"premium licen[cs]e|licen[cs]e (is )?required|governance licen[cs]e", re.IGNORECASE
)

_REFUSED_5XX = {501, 505}
"""Answers about the request itself, whatever the state of the service."""


def is_link(request: Request) -> bool:
    """Whether the request follows a nextLink: its path is then the whole address, as Graph gave it."""
    return "://" in request.path


def outcome_of(request: Request, answer: Answer, now: float) -> Outcome:
    """What ``answer`` means for ``request``; ``now`` (seconds since 1970) serves a Retry-After date."""
    error = graph_error(answer.body)
    return Outcome(
        _meaning(request, answer, error),
        code=error.code if error else "",
        message=(error.message if error else "") or answer.detail,
        retry_after=retry_after(answer.headers, now),
        status=answer.status,
    )


def _meaning(request: Request, answer: Answer, error: GraphError | None) -> Meaning:
    status = answer.status
    unsettled = Meaning.IN_DOUBT if request.is_write else Meaning.TRANSIENT
    if status is None:
        return unsettled if answer.sent else Meaning.NOT_SENT
    if 200 <= status < 300:
        return _success(request, answer, unsettled)
    if status in (429, 509):
        return Meaning.THROTTLED
    if status == 401:
        return Meaning.UNAUTHENTICATED
    if status == 408 or (status >= 500 and status not in _REFUSED_5XX):
        return unsettled
    if 400 <= status < 500:
        return _refusal(request, status, error, answer)
    return Meaning.REFUSED


def _success(request: Request, answer: Answer, unsettled: Meaning) -> Meaning:
    if answer.failure is not None:
        return unsettled
    if not request.is_write:
        return Meaning.DONE if answer.body is not None else Meaning.TRANSIENT
    # Within the replication window PIM accepts a request with 201 and fails it in the same breath.
    failed = str((answer.body or {}).get("status", "")).casefold() == "failed"
    return Meaning.REPLICATING if failed and _asks_pim(request) else Meaning.DONE


def _refusal(request: Request, status: int, error: GraphError | None, answer: Answer) -> Meaning:
    """A 4xx. One without Graph's error object comes from something in between and proves nothing."""
    if is_link(request) and status == 410:
        return Meaning.PAGE_EXPIRED
    if error is None:
        return Meaning.REFUSED
    if error.code in _BY_CODE:
        return _for_reads(request, _BY_CODE[error.code])
    if _LICENCE_WORDS.search(error.message):
        return Meaning.LICENCE
    if status == 403:
        return Meaning.CONSENT
    if is_link(request) and status in (400, 404):
        # A nextLink is opaque and was good a moment ago: what Graph dislikes is its page token.
        return Meaning.PAGE_EXPIRED
    if not request.is_write:
        return _refused_read(status, error, answer)
    return _refused_write(request, status, error, answer)


def _for_reads(request: Request, meaning: Meaning) -> Meaning:
    return Meaning.TRANSIENT if meaning is Meaning.CONTENDED and not request.is_write else meaning


def _refused_read(status: int, error: GraphError, answer: Answer) -> Meaning:
    if error.code.casefold().endswith("notfound"):
        return Meaning.ABSENT
    if status in (409, 423, 425) and "retry-after" in answer.headers:
        return Meaning.TRANSIENT
    return Meaning.REFUSED


def _refused_write(request: Request, status: int, error: GraphError, answer: Answer) -> Meaning:
    """What is deleted and not there is gone, by whoever's hand; anything else that is not there may come yet,
    since what was created a moment ago is unknown to other parts of Graph for a while (graph-facts §4.3)."""
    if request.method == "DELETE" or request.path.endswith("/cancel"):
        if status == 404 or error.code in _REPLICATION_CODES:
            return Meaning.ABSENT
    elif status == 404 or (error.code in _REPLICATION_CODES and _asks_pim(request)):
        # The object, or one that the body names, has not reached this part of Graph (yet).
        return Meaning.REPLICATING
    if _ALREADY_THERE.search(error.message):
        return Meaning.EXISTS
    if status in (409, 412, 423, 425) and ("retry-after" in answer.headers or _CONCURRENT.search(error.code)):
        return Meaning.CONTENDED
    return Meaning.REFUSED


def _asks_pim(request: Request) -> bool:
    return request.path.casefold().endswith("schedulerequests")
