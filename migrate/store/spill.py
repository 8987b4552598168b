"""Sorts more rows than memory should hold, in a file that the system forgets when it is closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from migrate.store.canonical import canonical, parsed
from migrate.store.trouble import translated

_PLACE = Path("(temporary file)")


class Spill:
    """Takes rows in any order and gives them back by key; use it as a context manager.

    SQLite keeps a database without a name in a private temporary file, of which memory holds a few pages,
    and sorts in runs. Raises StateError where the disk is full.
    """

    def __init__(self) -> None:
        with translated(_PLACE):
            self._connection = sqlite3.connect("")
            self._connection.execute("CREATE TABLE spilt (first TEXT, second TEXT, row TEXT)")

    def add(self, rows: Iterable[tuple[tuple[str, str], Any]]) -> None:
        """Each row with its key; a row is anything that JSON can hold."""
        with translated(_PLACE), self._connection:
            self._connection.executemany(
                "INSERT INTO spilt VALUES (?, ?, ?)", ((*key, canonical(row)) for key, row in rows)
            )

    def sorted(self) -> Iterator[Any]:
        """The rows by key, as Python orders texts; rows of one key by what they hold. They stream."""
        with translated(_PLACE):
            for (text,) in self._connection.execute("SELECT row FROM spilt ORDER BY first, second, row"):
                yield parsed(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
