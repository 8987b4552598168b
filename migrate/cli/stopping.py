"""Ctrl-C, and the signal by which a service manager ends a program: finish what is in flight, or leave."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.replay.run import Run

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))
"""Ctrl-C; a polite kill; Ctrl-Break, on Windows only."""


@contextmanager
def stoppable(run: Run, note: Callable[[str], None]) -> Iterator[None]:
    """The first signal lets what is in flight finish, the second leaves at once; both are safe."""
    loop, task, pressed = asyncio.get_running_loop(), asyncio.current_task(), 0

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed += 1
        if pressed == 1:
            loop.call_soon_threadsafe(run.stop.set)
            note("\nstopping after the writes in flight; Ctrl-C again leaves at once")
        elif pressed == 2 and task is not None:
            loop.call_soon_threadsafe(task.cancel)
        else:
            raise KeyboardInterrupt

    before = {one: signal.signal(one, on_signal) for one in SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
