"""Asking again for what can only be read: never used for a write.

Two clocks run. Refusals as too many (429) cost no try, because the pacer already waits as Graph asks; they
end only when the whole lane has starved. Everything else that may pass (5xx, lost connections, cut-off
answers) gets a bounded number of tries with growing waits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from migrate.errors import MigrateError
from migrate.graphapi.answer import Answer, Failure
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.graphapi.refusal import error_of, exhausted, no_connection, throttled_out, where
from migrate.kinds.request import Lane, Request

TRIES = 6
FIRST_TRIES = 2
"""While nothing was ever heard from the host, a mistyped address is likelier than a bad moment."""
STARVED = 900.0
"""Seconds without any success in a lane after which its reads give up."""
_LONGEST_WAIT = 60.0

TRY_AGAIN = {Meaning.TRANSIENT, Meaning.NOT_SENT}


RENEWALS = 3
"""So often a request is answered by signing in afresh. More than once: among many side by side a token may be
revoked again before this one gets through. A sign-in that Graph never takes ends soon all the same."""


class Attempts(Protocol):
    """What a session offers to those who ask again."""

    async def judged(self, request: Request) -> tuple[Answer, Outcome]: ...

    async def renew(self, answer: Answer) -> None: ...

    def starved_for(self, lane: Lane) -> float: ...

    @property
    def heard(self) -> bool: ...


@dataclass
class _Unanswered(Exception):
    answer: Answer
    outcome: Outcome


async def read(
    session: Attempts,
    request: Request,
    *,
    sleep: Callable[[float], Awaitable[None]],
    listing: bool = False,
) -> dict[str, Any]:
    """The body of a read, after as many tries as it takes; with ``listing``, one that has a list of values.

    Raises ``ConsentMissing``, ``LicenceMissing``, ``SignInFailed``, ``Unreachable`` or ``GraphRefused``.
    """
    tries = TRIES if session.heard else FIRST_TRIES

    async def once() -> dict[str, Any]:
        return await _one_try(session, request, listing)

    repeated = AsyncRetrying(
        stop=stop_after_attempt(tries),
        wait=_wait,
        retry=retry_if_exception_type(_Unanswered),
        sleep=sleep,
        reraise=True,
    )
    trouble: MigrateError
    try:
        return await repeated(once)
    except _Unanswered as unanswered:
        trouble = exhausted(request, unanswered.outcome, unanswered.answer, tries)
    raise trouble


async def _one_try(session: Attempts, request: Request, listing: bool) -> dict[str, Any]:
    """One try: any number of refusals as too many, and a few renewals of the token, are part of it."""
    renewals = 0
    while True:
        answer, outcome = await session.judged(request)
        if outcome.meaning is Meaning.THROTTLED:
            starved = session.starved_for(request.lane)
            if starved >= STARVED:
                raise throttled_out(request, starved)
        elif outcome.meaning is Meaning.UNAUTHENTICATED and renewals < RENEWALS:
            await session.renew(answer)
            renewals += 1
        elif outcome.meaning in TRY_AGAIN:
            if answer.failure is Failure.CERTIFICATE:
                raise no_connection(answer, where(request))
            raise _Unanswered(answer, outcome)
        elif outcome.meaning is not Meaning.DONE:
            raise error_of(request, outcome)
        else:
            body = dict(answer.body or {})
            if listing and not is_listing(body):
                raise _Unanswered(answer, outcome)
            return body


def is_listing(body: Mapping[str, Any]) -> bool:
    values = body.get("value")
    return isinstance(values, list) and set(map(type, values)) <= {dict}


def wait_before(tries: int, asked: float | None) -> float:
    """1, 2, 4 … seconds after so many tries, or what the answer asks for when that is longer."""
    return max(min(_LONGEST_WAIT, 2.0 ** (tries - 1)), asked or 0.0)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    asked = error.outcome.retry_after if isinstance(error, _Unanswered) else None
    return wait_before(state.attempt_number, asked)
