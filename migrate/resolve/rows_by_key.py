"""Very many rows found again by a key that is made of them, at sixteen bytes of memory each.

Of a row only a number made of its key and its place are held. A row that is asked for is read again and its
key compared, so that two keys of one number are told apart.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator

from migrate.kinds.kind import Row

_PLACES = 32
"""Bits for the number of a row among those that were added; the number of its key stands above them."""


class RowsByKey:
    """``at`` reads the row of a place; ``key_of`` gives ``None`` for a row that need not be found."""

    def __init__(self, at: Callable[[int], Row], key_of: Callable[[Row], str | None]) -> None:
        self._at, self._key_of = at, key_of
        self._places = array("q")
        self._numbers = array("Q")
        self._sorted = True

    def add(self, place: int, row: Row) -> None:
        key = self._key_of(row)
        if key is not None:
            self._numbers.append(_number(key) | len(self._places))
            self._places.append(place)
            self._sorted = False

    def of(self, key: str) -> Iterator[Row]:
        """The rows of a key in the order in which they were added."""
        if not self._sorted:
            self._numbers = array("Q", sorted(self._numbers))
            self._sorted = True
        wanted = _number(key)
        for index in range(bisect_left(self._numbers, wanted), len(self._numbers)):
            added = self._numbers[index] - wanted
            if added >> _PLACES:
                return
            row = self._at(self._places[added])
            if self._key_of(row) == key:
                yield row


def _number(key: str) -> int:
    return (hash(key) & 0xFFFFFFFF) << _PLACES
