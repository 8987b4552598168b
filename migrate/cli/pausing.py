"""The pause between two batches of ``apply``: so many seconds, or until a person says to go on."""

from __future__ import annotations

import math
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.cli.stopping import SIGNALS
from migrate.errors import UsageError

if TYPE_CHECKING:
    from types import FrameType

    from migrate.replay.run import Run
    from migrate.views.screen import Screen

ASK = "ask"
LONGEST = 86_400.0
"""Seconds: a day. Who wants to wait longer ends the run with --until."""


@dataclass(frozen=True)
class Pause:
    """``seconds`` to wait after each batch, or ``None`` where a person is asked."""

    seconds: float | None

    def of(self, run: Run, screen: Screen) -> Callable[[int, int], Awaitable[None]]:
        """What ``run.between`` is to do: it waits, or asks. Ctrl-C ends the run in either case."""

        async def between(done: int, following: int) -> None:
            screen.line("pause", after_batch=done, next_batch=following, seconds=self.seconds)
            if self.seconds is None:
                _ask(run, screen, done, following)
                return
            told = f"batch {done} is done; batch {following} follows in {self.seconds:g} s (Ctrl-C ends here)"
            screen.note(told)
            await run.pause(self.seconds)

        return between


def pause_of(text: str, *, as_json: bool, yes: bool) -> Pause | None:
    """What ``--pause`` asks for; ``None`` where it is not given.

    Raises UsageError ``pause_invalid``, and ``pause_nobody`` where there is nobody to ask.
    """
    if not text:
        return None
    if text.strip().lower() == ASK:
        if as_json or yes or not sys.stdin.isatty():
            raise UsageError(
                "there is nobody to ask between two batches",
                where="--pause ask",
                hint="give seconds instead: --pause 60; or end after a batch: --until 1",
                code="pause_nobody",
            )
        return Pause(None)
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST:
        raise UsageError(
            f"no pause: {text[:40]}",
            where="--pause",
            hint=f"seconds from 0 to {LONGEST:g}, or ask",
            code="pause_invalid",
        )
    return Pause(seconds)


def _ask(run: Run, screen: Screen, done: int, following: int) -> None:
    """Nothing is in flight here, so the loop may stand still while a person thinks.

    While it reads a line, Ctrl-C must end the reading: the handlers of the run only leave a mark.
    """
    sys.stderr.write(f"Batch {done} is done. Go on with batch {following}? [y/N] ")
    sys.stderr.flush()
    before = {one: signal.signal(one, _leave) for one in SIGNALS}
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        run.stop.set()
        sys.stderr.write("\n")
        return
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    if answer.strip().lower() not in ("y", "yes"):
        run.enough = True
        screen.note("no more batches, as you say")


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
