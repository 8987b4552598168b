"""Entries of parallel writes, committed together: one wait for the disk serves all that came meanwhile.

A thread of its own holds a connection of its own. While it commits, what is handed in waits for the next
commit, in the order in which it was handed in; nothing waits longer than for two commits. What ``Journal``
promises of an append holds for each entry:

- ``append`` returns when its entry is on disk, or raises, and then it is not there.
- What ``outcome`` takes is on disk when ``on_disk`` returns, or kept in the emergency file.
- A group that the disk refuses begins nothing: each ``append`` in it raises, and each outcome is recorded
  alone.
- Nothing begins after an outcome that could be kept nowhere, and whoever leaves meets that error, whatever
  else went wrong.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from migrate.errors import StateError
from migrate.store.database import Database
from migrate.store.journal import Crash, Journal, Kept
from migrate.store.journal_entries import Draft, Entry, content_of
from migrate.store.times import Clock

Result = Entry | Kept | Exception


@dataclass
class _Waiting:
    """One entry that is handed in; ``kept`` is told where an outcome lies, None for an entry that must wait.

    ``then`` is called, in order, once it is on disk or kept; never for an outcome that is neither."""

    draft: Draft
    done: asyncio.Future[Entry]
    kept: Callable[[Kept], None] | None = None
    then: list[Callable[[], None]] = field(default_factory=list)


class GroupCommit:
    """The pen of one run; use it as an async context manager, which ends when all is on disk.

    Whoever uses it must hold the lock of the engagement. ``path`` is the database, which must exist.
    """

    def __init__(self, path: Path, clock: Clock, *, crash: Crash | None = None) -> None:
        self._path, self._clock, self._crash = path, clock, crash
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._db: Database | None = None
        self._waiting: list[_Waiting] = []
        self._under_way: list[_Waiting] = []
        self._failure: Exception | None = None

    async def append(self, draft: Draft) -> Entry:
        """Records one event; on disk when it returns. Raises StateError when it cannot be, and where an
        earlier outcome could be kept nowhere."""
        self._check_nothing_lost()
        return await asyncio.shield(self._put(draft, None).done)

    def outcome(self, draft: Draft, kept: Callable[[Kept], None]) -> None:
        """Takes what became of a request that was sent; ``kept`` is called once it is safe."""
        self._put(draft, kept)

    def when_on_disk(self, then: Callable[[], None]) -> None:
        """Calls ``then`` when all that was handed in before is safe: at once where nothing waits."""
        if newest := self._newest():
            newest.then.append(then)
        else:
            then()

    async def on_disk(self) -> None:
        """Returns when all that was handed in before is safe.

        Raises StateError ``outcome_unrecorded`` where an outcome could be kept nowhere.
        """
        if newest := self._newest():
            await asyncio.wait([newest.done])
        self._check_nothing_lost()

    def _check_nothing_lost(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _newest(self) -> _Waiting | None:
        return next(reversed(self._waiting or self._under_way), None)

    def _put(self, draft: Draft, kept: Callable[[Kept], None] | None) -> _Waiting:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(draft, loop.create_future(), kept)
        # Whoever waits for it may be gone by then; what failed is told by ``on_disk`` as well.
        waiting.done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting.append(waiting)
        if len(self._waiting) == 1 and not self._under_way:
            # Not before the others who are ready at this moment have handed in theirs.
            loop.call_soon(self._next)
        return waiting

    def _next(self) -> None:
        if self._under_way or not self._waiting:
            return
        self._under_way, self._waiting = self._waiting, []
        group = [(one.draft, one.kept is None) for one in self._under_way]
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._thread, self._commit, group).add_done_callback(self._committed)

    def _committed(self, done: asyncio.Future[list[Result]]) -> None:
        group, self._under_way = self._under_way, []
        trouble = done.exception()
        results = done.result() if trouble is None else [trouble] * len(group)
        self._next()
        for one, result in zip(group, results, strict=True):
            self._tell(one, result)

    def _tell(self, one: _Waiting, result: Result | BaseException) -> None:
        if isinstance(result, BaseException):
            one.done.set_exception(result)
            if one.kept is not None:
                if isinstance(result, Exception):
                    self._failure = self._failure or result
                # It is not on disk: nobody may be told of it.
                return
        elif isinstance(result, Entry):
            if one.kept is not None:
                one.kept(Kept(result, None))
            one.done.set_result(result)
        elif one.kept is not None:
            one.kept(result)
            one.done.cancel()
        for then in one.then:
            then()

    def _journal(self) -> Journal:
        """Made in the thread that uses it: SQLite holds a connection to its thread."""
        if self._db is None:
            self._db = Database(self._path)
        return Journal(self._db, self._clock, crash=self._crash)

    def _commit(self, group: Sequence[tuple[Draft, bool]]) -> list[Result]:
        try:
            return [*self._journal().append_many([draft for draft, _ in group])]
        except (StateError, sqlite3.Error) as error:
            return [error if must_wait else self._alone(draft) for draft, must_wait in group]

    def _alone(self, draft: Draft) -> Result:
        try:
            return self._journal().append_outcome(**content_of(draft))
        except (StateError, sqlite3.Error) as error:
            # Here, in the thread: whoever leaves at once hears of no result any more.
            self._failure = self._failure or error
            return error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            while newest := self._newest():
                await asyncio.wait([newest.done])
        finally:
            # Told to leave at once: outcomes that still wait are recorded all the same.
            left = [(one.draft, False) for one in self._waiting if one.kept is not None]
            self._waiting = []
            self._thread.submit(self._end, left).result()
            self._thread.shutdown()
            if self._failure is not None and error is not self._failure:
                raise self._failure from error

    def _end(self, left: Sequence[tuple[Draft, bool]]) -> None:
        if left:
            self._commit(left)
        if self._db is not None:
            self._db.close()
