"""A line that moves, on a terminal; a line now and then, in a pipe; JSON lines for scripts never."""

from __future__ import annotations

import sys
from collections.abc import Callable


class ProgressLine:
    """At most ten lines a second on a terminal, elsewhere one in five seconds. ``clock`` is monotonic."""

    def __init__(self, *, quiet: bool, clock: Callable[[], float]) -> None:
        self._quiet = quiet
        self._clock = clock
        self._moving = sys.stderr.isatty()
        self._every = 0.1 if self._moving else 5.0
        self._began = clock()
        self._shown = self._began
        self._width = 0

    def tell(self, text: str, done: int = 0, total: int = 0) -> None:
        """Shows where things stand, with the time left where ``total`` is known."""
        now = self._clock()
        if self._quiet or now - self._shown < self._every:
            return
        self._shown = now
        if total and done:
            left = (now - self._began) / done * (total - done)
            text = f"{text} {done}/{total}, about {left:.0f} s left"
        self._write(text)

    def end(self) -> None:
        """Leaves the line clean for what comes next."""
        if self._moving and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0

    def _write(self, text: str) -> None:
        if self._moving:
            sys.stderr.write("\r" + text.ljust(self._width))
            self._width = max(self._width, len(text))
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()
