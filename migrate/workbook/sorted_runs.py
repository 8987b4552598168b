"""Sorts more lines than memory should hold: in runs, each in a temporary file, which are then merged."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from contextlib import ExitStack
from heapq import merge
from operator import itemgetter
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

RUN = 10_000
"""Lines of one run, which are held at a time."""
_BLOCK = 50
"""Lines that are read back at once; each run has so many in memory while they are merged."""

Line = tuple[str, str]
"""A key and what is sorted by it."""


class SortedRuns:
    """Takes lines in any order and gives them by their key; use it as a context manager."""

    def __init__(self, run: int = RUN) -> None:
        self._most = run
        self._held = ExitStack()
        self._lines: list[Line] = []
        self._runs: list[IO[bytes]] = []

    def add(self, line: Line) -> None:
        self._lines.append(line)
        if len(self._lines) >= self._most:
            self._lines.sort(key=itemgetter(0))
            file = self._held.enter_context(TemporaryFile())  # noqa: SIM115 - the stack closes it
            for first in range(0, self._most, _BLOCK):
                marshal.dump(self._lines[first : first + _BLOCK], file)
            self._runs.append(file)
            self._lines.clear()

    def sorted(self) -> Iterator[Line]:
        """As ``sorted`` would give them: lines of one key in the order in which they came."""
        rest = sorted(self._lines, key=itemgetter(0))
        yield from merge(*map(_read, self._runs), rest, key=itemgetter(0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()


def _read(file: IO[bytes]) -> Iterator[Line]:
    """``marshal`` reads back just what this process wrote, whatever characters are in it."""
    file.seek(0)
    while True:
        try:
            block: list[Line] = marshal.load(file)
        except EOFError:
            return
        yield from block
