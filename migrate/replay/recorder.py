"""Writes a wave's history into the journal: what is about to be sent, what was answered, what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from migrate.kinds.request import Request
from migrate.kinds.schedule import format_time
from migrate.plan.document import Item
from migrate.replay.fold import Direction, Ended, EntryLike, WriteState, step
from migrate.store.journal import Journal, Kept
from migrate.store.journal_entries import Draft, content_of
from migrate.store.journal_group import GroupCommit

Told = TypeVar("Told")
_UNTOUCHED = WriteState()


class Recorder:
    """One run's pen. Keeps the folded state of each write next to what it writes down.

    ``emergency_file`` is set once an outcome could not go into the database: no new work may start then.
    Inside ``together`` entries of parallel writes share one wait for the disk: an outcome is then on disk
    when ``on_disk`` returns, and before any later Begin; else at once.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        run_id: str,
        states: Mapping[str, WriteState],
        clock: Callable[[], datetime],
    ) -> None:
        self._journal, self._run_id = journal, run_id
        self._states = dict(states)
        self._clock = clock
        self.emergency_file: Path | None = None
        self._group: GroupCommit | None = None

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Commits what parallel writes have to say together, as long as the block lasts."""
        async with GroupCommit(self._journal.path, self._clock) as group:
            self._group = group
            try:
                yield
            finally:
                self._group = None

    async def on_disk(self) -> None:
        """Returns when every outcome so far is on disk, or in the emergency file.

        Raises:
            StateError: one could be kept nowhere.
        """
        if self._group is not None:
            await self._group.on_disk()

    def when_on_disk(self, tell: Callable[[Told], None]) -> Callable[[Told], None]:
        """``tell``, called no earlier than all that was recorded before is on disk."""

        def later(what: Told) -> None:
            if self._group is None:
                tell(what)
            else:
                self._group.when_on_disk(lambda: tell(what))

        return later

    def _now(self) -> str:
        return format_time(self._clock())

    def state(self, item: Item) -> WriteState:
        return self._states.get(item.id, _UNTOUCHED)

    async def begin(
        self,
        item: Item,
        direction: Direction,
        request: Request,
        *,
        wider_before: bool = False,
        before: Mapping[str, Any] | None = None,
    ) -> None:
        """On disk when this returns. Nothing may be sent before. ``before`` is what stood in the place of
        what the write changes.

        Raises:
            StateError: it cannot be written; then nothing was sent and nothing will be.
        """
        payload: dict[str, Any] = {
            "direction": direction.value,
            "key": item.key,
            "request": {"method": request.method, "path": request.path, "body": request.body},
            "wider_before": wider_before,
        }
        if before is not None:
            payload["before"] = before
        draft = Draft("begin", **self._place(item), payload=payload)
        if self._group is None:
            self._note(item, self._journal.append_many([draft])[0])
        else:
            self._note(item, await self._group.append(draft))

    def answered(
        self, item: Item, request_id: str | None, status: str | None, schedule_id: str | None = None
    ) -> None:
        """What Graph said of an assignment: the request that it accepted, the schedule that it promised."""
        payload = {"request_id": request_id, "status": status, "schedule_id": schedule_id}
        self._outcome(item, "answered", payload)

    def end(
        self,
        item: Item,
        direction: Direction,
        outcome: Ended,
        *,
        code: str = "",
        message: str = "",
        image: Mapping[str, Any] | None = None,
        wider_before: bool = False,
    ) -> None:
        payload = {
            "direction": direction.value,
            "outcome": outcome.value,
            "code": code,
            "message": message[:2000],
            "image": image,
            "wider_before": wider_before,
        }
        self._outcome(item, "end", payload)

    def doubt(self, item: Item, reason: str) -> None:
        """Says why a write stays open; from then on a row that nobody claims may be this write's."""
        self._outcome(item, "doubt", {"reason": reason[:2000]})

    def withdraw(self, item: Item) -> None:
        """Takes back the intention of a write that never came to be, whose absence is right from now on, or
        that stays only for as long as another one relies on it."""
        self._outcome(item, "withdrawn", {"key": item.key})

    def stopped(self, plan_id: str, payload: Mapping[str, Any]) -> None:
        """Says why a run ended itself: about the plan, and about no write."""
        draft = Draft("stopped", self._run_id, plan_id, wave_of(f"{plan_id}."), payload=dict(payload))
        self._keep(draft, lambda _entry: None)

    def _place(self, item: Item) -> dict[str, Any]:
        return {
            "run_id": self._run_id,
            "plan_id": plan_of(item.id),
            "wave": wave_of(item.id),
            "batch": item.batch,
            "write_id": item.id,
        }

    def _outcome(self, item: Item, event: str, payload: dict[str, Any]) -> None:
        draft = Draft(event, **self._place(item), payload=payload)
        self._keep(draft, lambda entry: self._note(item, entry))

    def _keep(self, draft: Draft, note: Callable[[EntryLike], None]) -> None:
        unfolded = _Unfolded(self._now(), draft.event, draft.write_id, draft.payload)
        if self._group is None:
            kept = self._journal.append_outcome(**content_of(draft))
            note(kept.entry or unfolded)
            self._kept(kept)
        else:
            # What follows in this run goes by it at once; nobody is told before it is on disk.
            self._group.outcome(draft, self._kept)
            note(unfolded)

    def _kept(self, kept: Kept) -> None:
        if kept.emergency_file is not None:
            self.emergency_file = kept.emergency_file

    def _note(self, item: Item, entry: EntryLike) -> None:
        self._states[item.id] = step(self.state(item), entry)


def plan_of(write_id: str) -> str:
    """The plan that a write belongs to: its id begins with the plan's."""
    return write_id.rpartition(".")[0]


def wave_of(write_id: str) -> str:
    """The wave that a write belongs to, whichever wave a run over several was asked for."""
    return plan_of(write_id).rpartition("-")[0]


@dataclass(frozen=True)
class _Unfolded:
    """An outcome that is on its way to the disk, or lies in the emergency file until the next run folds it
    into the journal."""

    at: str
    event: str
    write_id: str | None
    payload: Mapping[str, Any]
