"""A line that moves, on a terminal; a line now and then, in a pipe; JSON lines for scripts never."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

Row = TypeVar("Row")
_SELDOM = 500
"""Of so many rows one is told: to ask the clock for each takes longer than to hand it on."""


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

    def begin(self, text: str) -> None:
        """Shows what comes next at once where the line moves; the time left is reckoned from here."""
        self._began = self._clock()
        if self._moving and not self._quiet:
            self._shown = self._began
            self._write(text)

    def counted(self, text: str, rows: Iterable[Row], total: int) -> Iterator[Row]:
        """The rows as they come, and how far they have come of so many, as something of its own."""
        self.begin(text)
        for number, row in enumerate(rows):
            if number % _SELDOM == 0:
                self.tell(text, number, total)
            yield row

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


class Counted(Collection[Row]):
    """A collection that tells how far one has come, each time that one goes through it: by the next of
    ``texts``, and by the last one from then on."""

    def __init__(self, line: ProgressLine, rows: Collection[Row], texts: Collection[str]) -> None:
        self._line, self._rows, self._texts = line, rows, iter(texts)
        self._text = ""

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        self._text = next(self._texts, self._text)
        return self._line.counted(self._text, self._rows, len(self._rows))

    def __contains__(self, one: object) -> bool:
        return one in self._rows
