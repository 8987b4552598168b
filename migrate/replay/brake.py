"""Ends a run by itself: too much went wrong, or a window began in which nothing may be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from migrate.plan.terms import Terms
from migrate.replay.writes import WriteLine

FAILURES = ("refused", "drift", "not_done", "in_doubt")
"""States of a write that count as a failure."""
_TRIED = (*FAILURES, "done", "granted")
STOP_CONDITION, FREEZE = "stop_condition", "freeze_window"


@dataclass
class Brake:
    """Watches what comes of the writes of one run. Once it holds, nothing new begins; what is in flight is
    finished and settled.

    ``journal`` puts down why, at the moment when it happens. Failures and classes are judged with each write,
    the share of failures at the end of each batch: the first of a batch says nothing about the others.
    """

    terms: Terms
    journal: Callable[[dict[str, Any]], object]
    reason: str = ""
    _states: dict[str, str] = field(default_factory=dict)
    _counting: bool = False

    def begin(self) -> None:
        """From now on lines are about what this run does, and no longer about earlier ones."""
        self._counting = True

    def watching(self, show: Callable[[WriteLine], None]) -> Callable[[WriteLine], None]:
        """Passes lines on and counts them."""

        def both(line: WriteLine) -> None:
            show(line)
            self.note(line.id, line.state)

        return both

    def note(self, write_id: str, state: str) -> None:
        """What came of a write; its last state counts."""
        if not self._counting or state not in _TRIED:
            return
        self._states[write_id] = state
        stop, failures = self.terms.stop, self._failures()
        if state in stop.classes:
            self._hold(STOP_CONDITION, f"write {write_id} is {state}, one of {', '.join(stop.classes)}")
        elif stop.failures is not None and failures >= stop.failures:
            self._hold(STOP_CONDITION, f"{failures} writes failed, {stop.failures} are the limit")

    def batch_done(self, batch: int) -> None:
        """The end of a batch, when the share is judged over all that was tried."""
        share, tried = self.terms.stop.share, len(self._states)
        if share is not None and tried and self._failures() and self._failures() * 100 >= share * tried:
            told = f"{self._failures()} of {tried} writes failed after batch {batch}"
            self._hold(STOP_CONDITION, f"{told}, {share:g} % are the limit")

    def lets_begin(self, now: datetime) -> bool:
        """Whether another write may begin at this moment."""
        if not self.reason and (freeze := self.terms.frozen_at(now)) is not None:
            self._hold(FREEZE, f"the freeze window {freeze.told} has begun")
        return not self.reason

    def _failures(self) -> int:
        return sum(state in FAILURES for state in self._states.values())

    def _hold(self, why: str, reason: str) -> None:
        if not self.reason:
            self.reason = reason
            counts = {state: list(self._states.values()).count(state) for state in set(self._states.values())}
            self.journal({"why": why, "reason": reason, "states": counts})
