"""Numbered rows that are too many for memory, in a file that the system forgets when it is closed: read by
number or in the order of their labels, and put back changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from migrate.store.canonical import as_it_is, parsed
from migrate.store.trouble import translated

_PLACE = Path("(temporary file)")

Label = tuple[str, str, str, str, str]


class Shelf:
    """Use it as a context manager. A row is anything that JSON can hold; ``key`` is what it claims, if it
    claims anything.

    SQLite keeps a database without a name in a private temporary file, of which memory holds a few pages, and
    sorts in runs. Raises StateError where the disk is full.
    """

    def __init__(self) -> None:
        with translated(_PLACE):
            self._connection = sqlite3.connect("", isolation_level=None)
            self._connection.execute(
                "CREATE TABLE shelf (number INTEGER PRIMARY KEY, key TEXT, first TEXT, second TEXT,"
                " third TEXT, fourth TEXT, fifth TEXT, row TEXT)"
            )
            self._connection.execute("CREATE TABLE ordered (place INTEGER PRIMARY KEY, number INTEGER)")
        self._in_order = False

    def add(self, rows: Iterable[tuple[int, str | None, Label, Any]]) -> None:
        """Each row with its number, the key that it claims and its label; they are taken as they come."""
        self._in_order = False
        with translated(_PLACE):
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT INTO shelf VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ((number, key, *label, as_it_is(row)) for number, key, label, row in rows),
            )
            self._connection.execute("COMMIT")

    def change(self, rows: Iterable[tuple[int, Any]]) -> None:
        """Puts other rows in the place of those with these numbers; their labels stay."""
        changed = [(as_it_is(row), number) for number, row in rows]
        with translated(_PLACE):
            self._connection.execute("BEGIN")
            self._connection.executemany("UPDATE shelf SET row = ? WHERE number = ?", changed)
            self._connection.execute("COMMIT")

    def count(self) -> int:
        with translated(_PLACE):
            (found,) = self._connection.execute("SELECT count(*) FROM shelf").fetchone()
        return int(found)

    def by_number(self) -> Iterator[tuple[int, Any]]:
        """The rows with their numbers, by number; they stream."""
        yield from self._rows("SELECT number, row FROM shelf ORDER BY number")

    def of(self, numbers: Iterable[int]) -> Iterator[tuple[int, Any]]:
        """The rows with these numbers, as far as they are there."""
        for number in numbers:
            yield from self._rows("SELECT number, row FROM shelf WHERE number = ?", (number,))

    def claiming(self) -> Iterator[tuple[int, Any]]:
        """Those that claim something, by number; they stream."""
        yield from self._rows("SELECT number, row FROM shelf WHERE key IS NOT NULL ORDER BY number")

    def by_label(self) -> Iterator[tuple[int, Any]]:
        """The rows with their numbers, by label as Python orders texts; they stream."""
        if not self._in_order:
            self._put_in_order()
        yield from self._rows(
            "SELECT number, row FROM ordered CROSS JOIN shelf USING (number) ORDER BY ordered.place"
        )

    def claimed_twice(self) -> Iterator[tuple[str, int, Any]]:
        """Key, number and row of those that claim what another one claims too, by key and number."""
        with translated(_PLACE):
            for key, number, text in self._connection.execute(
                "SELECT key, number, row FROM shelf WHERE key IN"
                " (SELECT key FROM shelf WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1)"
                " ORDER BY key, number"
            ):
                yield key, number, parsed(text)

    def _put_in_order(self) -> None:
        """Sorts numbers once, and not whole rows by each reading."""
        with translated(_PLACE):
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM ordered")
            self._connection.execute(
                "INSERT INTO ordered (number) SELECT number FROM shelf"
                " ORDER BY first, second, third, fourth, fifth, number"
            )
            self._connection.execute("COMMIT")
        self._in_order = True

    def _rows(self, sql: str, asked: tuple[int, ...] = ()) -> Iterator[tuple[int, Any]]:
        with translated(_PLACE):
            for number, text in self._connection.execute(sql, asked):
                yield number, parsed(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
