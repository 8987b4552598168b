"""Many reads, twenty to a request: Graph judges each of them alone, and so do we (graph-facts §1.5).

A batch saves ways, not budget: it takes as much of the lane as its parts would. Only the parts that were
refused as too many, or that failed in passing, are sent again, in another batch together with what still
waits. A tenant (or a proxy before it) that takes no batches is asked one by one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from migrate.errors import GraphRefused, MigrateError, first_of
from migrate.graphapi.answer import Answer, Failure
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.graphapi.reading import (
    FIRST_TRIES,
    RENEWALS,
    STARVED,
    TRIES,
    TRY_AGAIN,
    Attempts,
    is_listing,
    read,
    wait_before,
)
from migrate.graphapi.refusal import error_of, exhausted, no_connection, throttled_out, where
from migrate.graphapi.resource_units import units_of
from migrate.kinds.request import Lane, Request

MOST = 20
PATH = "/$batch"

Judged = tuple[Answer, Outcome]


class Batching(Attempts, Protocol):
    """What a session offers to those who ask for many things."""

    async def judged_together(
        self, requests: Sequence[Request], urls: Sequence[str]
    ) -> tuple[Judged, list[Judged]]: ...

    def relative(self, request: Request) -> str: ...

    def room(self, lane: Lane) -> float: ...

    def at_once(self, lane: Lane) -> int: ...


@dataclass
class _Part:
    """One of the reads: where its body belongs, and what it has been through."""

    place: int
    request: Request
    tries: int = 0
    renewals: int = 0


def batch_of(requests: Sequence[Request], urls: Sequence[str]) -> Request:
    """The request that carries these; its parts are numbered from 0."""
    parts = [
        {
            "id": str(number),
            "method": request.method,
            "url": url,
            "headers": {"Accept": "application/json", **request.headers},
        }
        for number, (request, url) in enumerate(zip(requests, urls, strict=True))
    ]
    first = requests[0]
    return Request("POST", PATH, body={"requests": parts}, lane=first.lane, version=first.version, reads=True)


def inner_answers(whole: Answer, count: int) -> list[Answer]:
    """The answers in the order of the requests; one that is missing or garbled counts as cut off."""
    lost = Answer(200, failure=Failure.BODY, detail="the batch holds no answer to it", sign_in=whole.sign_in)
    found = [lost] * count
    responses = (whole.body or {}).get("responses")
    for response in responses if isinstance(responses, list) else ():
        number = str(response.get("id")) if isinstance(response, dict) else ""
        if number.isascii() and number.isdigit() and int(number) < count:
            found[int(number)] = _answer(response, whole.sign_in) or lost
    return found


def _answer(response: Mapping[str, Any], sign_in: int) -> Answer | None:
    status, headers, body = response.get("status"), response.get("headers"), response.get("body")
    if not isinstance(status, int):
        return None
    named = headers.items() if isinstance(headers, Mapping) else ()
    spelt = {str(name).lower(): str(value) for name, value in named}
    if body is None or isinstance(body, Mapping):
        return Answer(status, spelt, body, sign_in=sign_in)
    return Answer(status, spelt, failure=Failure.BODY, detail="the body is no JSON object", sign_in=sign_in)


async def read_many(
    session: Batching,
    requests: Sequence[Request],
    *,
    sleep: Callable[[float], Awaitable[None]],
    listing: bool,
) -> list[dict[str, Any] | MigrateError]:
    """A body, or the error that ``read`` would have raised, for each request in its place."""
    if not requests:
        return []
    lane, version = requests[0].lane, requests[0].version
    for one in requests:
        if one.method != "GET" or one.lane is not lane or one.version != version:
            raise ValueError(f"a batch holds GETs of one lane and version: {where(one)}")
    many = _Many(session, lane, sleep, listing, len(requests))
    many.waiting.extend(_Part(place, one) for place, one in enumerate(requests))
    workers = min(session.at_once(lane), len(requests))
    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(workers):
                tasks.create_task(many.work())
    except BaseExceptionGroup as group:
        raise first_of(group) from None
    return many.results()


class _Many:
    def __init__(
        self,
        session: Batching,
        lane: Lane,
        sleep: Callable[[float], Awaitable[None]],
        listing: bool,
        count: int,
    ) -> None:
        self.waiting: deque[_Part] = deque()
        self._session = session
        self._lane = lane
        self._sleep = sleep
        self._listing = listing
        self._found: list[dict[str, Any] | MigrateError | None] = [None] * count
        self._tries = TRIES if session.heard else FIRST_TRIES
        self._one_by_one = False

    def results(self) -> list[dict[str, Any] | MigrateError]:
        return [one for one in self._found if one is not None]

    async def work(self) -> None:
        """One batch after the other; what has to be asked again goes along with what still waits."""
        again: list[_Part] = []
        while parts := self._filled(again):
            if self._one_by_one or len(parts) == 1:
                for part in parts:
                    await self._alone(part)
                again = []
            else:
                again = await self._together(parts)

    def _filled(self, parts: list[_Part]) -> list[_Part]:
        """As many as a batch takes and the lane lets out at once."""
        filled, room = list(parts), self._session.room(self._lane)
        units = sum(units_of(part.request) for part in filled)
        while self.waiting and len(filled) < MOST:
            units += units_of(self.waiting[0].request)
            if filled and units > room:
                break
            filled.append(self.waiting.popleft())
        return filled

    async def _alone(self, part: _Part) -> None:
        try:
            self._found[part.place] = await read(
                self._session, part.request, sleep=self._sleep, listing=self._listing
            )
        except MigrateError as error:
            self._found[part.place] = error

    async def _together(self, parts: list[_Part]) -> list[_Part]:
        """Those parts that have to be asked again."""
        parts, urls = self._addressed(parts)
        if not parts:
            return []
        (answer, outcome), judged = await self._session.judged_together(
            [part.request for part in parts], urls
        )
        if not judged and outcome.meaning not in {Meaning.THROTTLED, Meaning.UNAUTHENTICATED, *TRY_AGAIN}:
            # What is wrong with the whole need not be wrong with its parts: they tell by themselves.
            self._one_by_one = True
            return parts
        again: list[_Part] = []
        wait = 0.0
        for part, (its_answer, its_outcome) in zip(
            parts, judged or [(answer, outcome)] * len(parts), strict=True
        ):
            asked = await self._settle(part, its_answer, its_outcome)
            if asked is not None:
                again.append(part)
                wait = max(wait, asked)
        if wait:
            await self._sleep(wait)
        return again

    def _addressed(self, parts: list[_Part]) -> tuple[list[_Part], list[str]]:
        """The parts that can be sent, with their addresses; the others are told as errors."""
        urls = {}
        for part in parts:
            try:
                urls[part.place] = self._session.relative(part.request)
            except GraphRefused as refused:
                self._found[part.place] = refused
        return [part for part in parts if part.place in urls], list(urls.values())

    async def _settle(self, part: _Part, answer: Answer, outcome: Outcome) -> float | None:
        """Takes the answer, or says how long to wait before the part is asked again."""
        if outcome.meaning is Meaning.THROTTLED:
            starved = self._session.starved_for(self._lane)
            if starved < STARVED:
                return 0.0
            self._found[part.place] = throttled_out(part.request, starved)
        elif outcome.meaning is Meaning.UNAUTHENTICATED and part.renewals < RENEWALS:
            part.renewals += 1
            await self._session.renew(answer)
            return 0.0
        elif outcome.meaning in TRY_AGAIN or (outcome.meaning is Meaning.DONE and not self._whole(answer)):
            part.tries += 1
            if answer.failure is Failure.CERTIFICATE:
                self._found[part.place] = no_connection(answer, where(part.request))
            elif part.tries >= self._tries:
                self._found[part.place] = exhausted(part.request, outcome, answer, part.tries)
            else:
                return wait_before(part.tries, outcome.retry_after)
        elif outcome.meaning is Meaning.DONE:
            self._found[part.place] = dict(answer.body or {})
        else:
            self._found[part.place] = error_of(part.request, outcome)
        return None

    def _whole(self, answer: Answer) -> bool:
        return not self._listing or is_listing(answer.body or {})
