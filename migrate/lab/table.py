"""Rows by id in the order of their arrival, with positions that outlive deletions.

A page token holds a position, so a row that is removed between two pages moves no other row, and one that is
added comes last. ``marks`` says by what else a row can be found without looking at all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

Row = TypeVar("Row")


def _no_marks(_row: object) -> tuple[Hashable, ...]:
    return ()


def folded(key: str) -> str:
    """Ids are compared without case, as Graph does; base64 ones, which end in ``-1``, differ by it."""
    return key if key.endswith("-1") else key.lower()


class Table(Generic[Row]):
    def __init__(self, marks: Callable[[Row], Iterable[Hashable]] = _no_marks) -> None:
        """``marks`` is asked when a row is put: what it looks at must not change afterwards."""
        self._rows: dict[str, Row] = {}
        self._order: list[str | None] = []
        self._place: dict[str, int] = {}
        self._marks = marks
        self._marked: dict[Hashable, dict[str, None]] = {}
        self._marks_of: dict[str, tuple[Hashable, ...]] = {}

    def put(self, key: str, row: Row) -> None:
        """Adds the row, or replaces it in its place. Ids are compared without case, as Graph does."""
        key = folded(key)
        if key not in self._rows:
            self._place[key] = len(self._order)
            self._order.append(key)
        self._rows[key] = row
        self._unmark(key)
        marks = tuple(self._marks(row))
        if marks:
            self._marks_of[key] = marks
            for mark in marks:
                self._marked.setdefault(mark, {})[key] = None

    def get(self, key: str) -> Row | None:
        return self._rows.get(folded(key))

    def pop(self, key: str) -> Row | None:
        key = folded(key)
        row = self._rows.pop(key, None)
        if row is not None:
            self._order[self._place.pop(key)] = None
            self._unmark(key)
        return row

    def _unmark(self, key: str) -> None:
        for mark in self._marks_of.pop(key, ()):
            keys = self._marked[mark]
            del keys[key]
            if not keys:
                del self._marked[mark]

    def __contains__(self, key: str) -> bool:
        return folded(key) in self._rows

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

    @property
    def end(self) -> int:
        """The position behind the last row."""
        return len(self._order)

    def marked(self, mark: Hashable, position: int = 0) -> Iterator[tuple[int, Row]]:
        """Rows that bear the mark, as ``since`` would give them."""
        places = sorted((self._place[key], key) for key in self._marked.get(mark, ()))
        for place, key in places:
            if place >= position:
                yield place + 1, self._rows[key]
