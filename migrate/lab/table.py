"""Rows by id in the order of their arrival, with positions that outlive deletions.

A page token holds a position, so a row that is removed between two pages moves no other row, and one that is
added comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Table(Generic[Row]):
    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._order: list[str | None] = []
        self._place: dict[str, int] = {}

    def put(self, key: str, row: Row) -> None:
        """Adds the row, or replaces it in its place. Ids are compared without case, as Graph does."""
        key = key.lower()
        if key not in self._rows:
            self._place[key] = len(self._order)
            self._order.append(key)
        self._rows[key] = row

    def get(self, key: str) -> Row | None:
        return self._rows.get(key.lower())

    def pop(self, key: str) -> Row | None:
        key = key.lower()
        row = self._rows.pop(key, None)
        if row is not None:
            self._order[self._place.pop(key)] = None
        return row

    def __contains__(self, key: str) -> bool:
        return key.lower() in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def since(self, position: int) -> Iterator[tuple[int, Row]]:
        """Rows from a position on, each with the position that follows it."""
        for index in range(position, len(self._order)):
            key = self._order[index]
            if key is not None:
                yield index + 1, self._rows[key]
