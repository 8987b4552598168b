"""Reads of writes that go side by side, sent together: what is asked while a batch is under way is gathered
for the next. A read that nobody else asks along with goes alone and at once.
"""

from __future__ import annotations

import asyncio
from typing import Any

from migrate.errors import MigrateError
from migrate.graphapi.session import Session
from migrate.kinds.request import Lane, Request

AT_ONCE = 2
"""Batches of a lane under way together: one that has to be asked again does not hold up all the others."""

_Asked = tuple[Request, asyncio.Future[dict[str, Any]]]


class AskedTogether:
    """First pages of listings, asked for by many at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: dict[tuple[Lane, str], list[_Asked]] = {}
        self._under_way: dict[tuple[Lane, str], set[asyncio.Task[None]]] = {}

    async def first_page(self, request: Request) -> dict[str, Any]:
        """The body of a listing's first page. Raises what ``Session.read`` raises."""
        place = (request.lane, request.version)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(place, [])
        waiting.append((request, answer))
        if len(waiting) == 1:
            # Not before the others who are ready at this moment have asked as well.
            asyncio.get_running_loop().call_soon(self._next, place)
        return await answer

    def _next(self, place: tuple[Lane, str]) -> None:
        under_way = self._under_way.setdefault(place, set())
        if len(under_way) >= AT_ONCE or not (asked := self._waiting.get(place)):
            return
        self._waiting[place] = []
        task = asyncio.create_task(self._ask(asked))
        under_way.add(task)

        def over(done: asyncio.Task[None]) -> None:
            under_way.discard(done)
            self._next(place)

        task.add_done_callback(over)

    async def _ask(self, asked: list[_Asked]) -> None:
        wanted = [one for one in asked if not one[1].done()]
        try:
            answers = await self._session.read_many([request for request, _ in wanted])
        except BaseException as error:  # whatever it was, each of those who wait is to meet it
            for _, answer in wanted:
                _fail(answer, error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, answer), found in zip(wanted, answers, strict=True):
            if isinstance(found, MigrateError):
                _fail(answer, found)
            elif not answer.done():
                answer.set_result(found)


def _fail(answer: asyncio.Future[dict[str, Any]], error: BaseException) -> None:
    if answer.done():
        return
    if isinstance(error, asyncio.CancelledError):
        answer.cancel()
    else:
        answer.set_exception(error)
