"""Writes a wave's history into the journal: what is about to be sent, what was answered, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from migrate.kinds.request import Request
from migrate.kinds.schedule import format_time
from migrate.plan.document import Item
from migrate.replay.fold import Direction, Ended, EntryLike, WriteState, step
from migrate.store.journal import Journal


class Recorder:
    """One run's pen. Keeps the folded state of each write next to what it writes down.

    ``emergency_file`` is set once an outcome could not go into the database: no new work may start then.
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

    def _now(self) -> str:
        return format_time(self._clock())

    def state(self, item: Item) -> WriteState:
        return self._states.get(item.id, WriteState())

    def begin(
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
        self._note(item, self._journal.append("begin", **self._place(item), payload=payload))

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
        kept = self._journal.append_outcome(
            "stopped",
            run_id=self._run_id,
            plan_id=plan_id,
            wave=wave_of(f"{plan_id}."),
            payload=dict(payload),
        )
        if kept.emergency_file is not None:
            self.emergency_file = kept.emergency_file

    def _place(self, item: Item) -> dict[str, Any]:
        return {
            "run_id": self._run_id,
            "plan_id": plan_of(item.id),
            "wave": wave_of(item.id),
            "batch": item.batch,
            "write_id": item.id,
        }

    def _outcome(self, item: Item, event: str, payload: dict[str, Any]) -> None:
        kept = self._journal.append_outcome(event, **self._place(item), payload=payload)
        self._note(item, kept.entry or _Unfolded(self._now(), event, item.id, payload))
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
    """An outcome that lies in the emergency file until the next run folds it into the journal."""

    at: str
    event: str
    write_id: str | None
    payload: Mapping[str, Any]
