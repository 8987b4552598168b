"""A run of another process as it goes on: in place at a terminal, else a line for each change."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Self

from migrate.replay.fold import WriteState
from migrate.replay.recorder import plan_of
from migrate.store.runs import RunRow
from migrate.views.plain_text import visible
from migrate.views.screen import Screen
from migrate.views.status import tell_run, word_for

if TYPE_CHECKING:
    from rich.live import Live

NEWEST = 8
"""How many of the newest changes a terminal shows."""
WAITING = "no run is under way: waiting for one (Ctrl-C ends this)"


def live_word(state: WriteState) -> str:
    """Where a write stands while somebody works on it: what is on its way is not in doubt yet."""
    return "under_way" if state.open and not state.doubted else word_for(state)


class WatchView:
    """Shows and decides nothing. ``live`` is a terminal that is drawn anew, ``None`` elsewhere."""

    def __init__(self, screen: Screen, live: Live | None) -> None:
        self._screen, self._live = screen, live
        self._words: dict[str, str] = {}
        self._newest: deque[str] = deque(maxlen=NEWEST)
        self._head = WAITING
        self._now: datetime | None = None

    @classmethod
    @contextmanager
    def on(cls, screen: Screen) -> Iterator[Self]:
        """The view for this screen; it leaves the terminal as it should be."""
        if screen.as_json or not sys.stdout.isatty():
            yield cls(screen, None)
            return
        # Rich takes a tenth of a second to load: only who watches at a terminal pays for it.
        from rich.console import Console
        from rich.live import Live

        with Live(console=Console(file=sys.stdout, highlight=False), auto_refresh=False) as live:
            yield cls(screen, live)

    def begin(self, states: Mapping[str, WriteState], now: datetime) -> None:
        """Where the writes stand when the watching begins."""
        self._words = {name: live_word(state) for name, state in states.items()}
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """A look at which nothing need have changed: the clock of a terminal goes on."""
        first, self._now = self._now is None, now
        if first and self._live is None:
            self._screen.note("watching; Ctrl-C ends it")
        self._draw()

    def run_begins(self, run: RunRow) -> None:
        what = run.plan_id or run.wave or ""
        self._head = f"{run.verb} {what}, since {run.started_at[:19]} UTC"
        tell_run(self._screen, run)
        if self._live is None:
            self._screen.say(f"{run.started_at[11:19]}  {self._head}")

    def changed(self, write_id: str, at: str, state: WriteState) -> None:
        """A write that stands elsewhere than before."""
        word = self._words[write_id] = live_word(state)
        self._screen.line("write_state", id=write_id, plan=plan_of(write_id), at=at, state=word)
        told = f"{at[11:19]}  {word:<11}  {write_id}  {visible(state.message, 120)}".rstrip()
        self._say(told)

    def stopped(self, reason: str) -> None:
        """A condition of the wave, or a freeze window, ends the run."""
        self._screen.line("stopped", reason=reason)
        self._say(f"stopped by itself: {visible(reason, 200)}")

    def run_ends(self, run: RunRow) -> None:
        """How the run ended; one whose process is gone has no end."""
        tell_run(self._screen, run)
        ended = run.outcome or "its process is gone: the next run carries on where it stood"
        self._head = f"{run.verb} {run.plan_id or run.wave or ''}: {ended}"
        self._draw()
        if self._live is None:
            self._screen.say(f"{(run.finished_at or '')[11:19] or '        '}  {self._head}")

    def _say(self, told: str) -> None:
        self._newest.append(told)
        if self._live is None:
            self._screen.say(told)

    def _draw(self) -> None:
        if self._live is None:
            return
        from rich.text import Text

        counts: dict[str, Counter[str]] = {}
        for name, word in self._words.items():
            counts.setdefault(plan_of(name), Counter())[word] += 1
        plans = [
            f"plan {plan}: " + ", ".join(f"{count} {word}" for word, count in sorted(found.items()))
            for plan, found in sorted(counts.items())
        ]
        clock = f"{self._now:%H:%M:%S} UTC" if self._now else ""
        lines = [f"{clock}  {self._head}", *plans, *self._newest]
        self._live.update(Text("\n".join(lines), no_wrap=True, overflow="ellipsis"), refresh=True)
