"""Sorts more lines than memory should hold: in runs, each in a temporary file, which are then merged."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import islice
from operator import itemgetter
from tempfile import TemporaryFile
from typing import IO

RUN = 10_000
"""Lines of one run, which are held at a time."""

Line = tuple[str, list[str]]


def sorted_runs(lines: Iterable[Line], run: int = RUN) -> Iterator[Line]:
    """Lines by their key, as ``sorted`` would give them: those of one key in the order in which they came."""
    rest = iter(lines)
    first = _run(rest, run)
    if len(first) < run:
        yield from first
        return
    with ExitStack() as held:
        runs: list[Iterator[Line]] = []
        while first:
            file = held.enter_context(TemporaryFile())
            for line in first:
                file.write(_written(line))
            runs.append(_read(file))
            first = _run(rest, run)
        yield from merge(*runs, key=itemgetter(0))


def _run(lines: Iterator[Line], run: int) -> list[Line]:
    return sorted(islice(lines, run), key=itemgetter(0))


def _written(line: Line) -> bytes:
    return marshal.dumps(line)


def _read(file: IO[bytes]) -> Iterator[Line]:
    """``marshal`` reads back just what this process wrote, whatever characters are in it."""
    file.seek(0)
    while True:
        try:
            key, cells = marshal.load(file)
        except EOFError:
            return
        yield key, cells
