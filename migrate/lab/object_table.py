"""Directory objects: rows that were given, and rows of a large seed that are made when they are asked for.

A tenant of 500,000 users would be gigabytes of dicts. Its seed gives ``MadeRows`` instead, which makes any
row from a few numbers; only rows that somebody changes are kept. Indexes answer ``eq`` and ``in`` on the
properties by which people are looked up.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Protocol, runtime_checkable

from migrate.lab.table import Table

Json = dict[str, Any]
Source = Callable[[int], Iterator[tuple[int, Json]]]
"""Rows from a position on, each with the position after it."""
INDEXED = frozenset(
    {
        "appId",
        "displayName",
        "employeeId",
        "mail",
        "mailNickname",
        "onPremisesImmutableId",
        "userPrincipalName",
    }
)
WORTH_AN_INDEX = 500
"""Below so many rows looking at each is quicker than keeping an index."""


@runtime_checkable
class MadeRows(Protocol):
    """Rows that never change, made afresh each time; what a seed may give in the place of a list."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int) -> Json: ...

    def __iter__(self) -> Iterator[Json]: ...

    def since(self, place: int) -> Iterator[Json]:
        """The rows from that place on."""
        ...

    def place_of(self, object_id: str) -> int | None:
        """Where the object of that id (in lower case) is; None when there is none."""
        ...

    def maker(self, names: Sequence[str], show: Callable[[Json], Json]) -> Callable[[int], Json] | None:
        """A quicker way to rows of only these properties, where there is one."""
        ...


class Kept(Json):
    """A made row in the hands of somebody who may change it; the first change keeps it for good."""

    def __init__(self, row: Mapping[str, Any], keep: Callable[[Kept], None]) -> None:
        super().__init__(row)
        self._keep = keep

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self._keep(self)

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self._keep(self)

    def update(self, *args: Any, **more: Any) -> None:
        super().update(*args, **more)
        self._keep(self)

    def pop(self, *args: Any) -> Any:
        value = super().pop(*args)
        self._keep(self)
        return value

    def setdefault(self, name: str, default: Any = None) -> Any:
        value = super().setdefault(name, default)
        self._keep(self)
        return value

    def __ior__(self, other: Any) -> Kept:  # type: ignore[misc,override]
        self.update(other)
        return self


class ObjectTable(Table[Json]):
    """Objects of one kind. Made rows come first, those that were added behind them."""

    def __init__(self, made: MadeRows | None = None) -> None:
        super().__init__()
        self._made = made
        self._first = 0 if made is None else len(made)
        self._changed: dict[int, Json | None] = {}
        """Made rows that are no longer as they were made; None where one was removed."""
        self._version = 0
        self._made_index: dict[str, array[int]] = {}
        self._index: dict[str, tuple[tuple[int, int], dict[str, list[int]]]] = {}

    def _made_place(self, key: str) -> int | None:
        return None if self._made is None else self._made.place_of(key.lower())

    def put(self, key: str, row: Json) -> None:
        self._version += 1
        place = self._made_place(key)
        if place is None:
            super().put(key, row)
        else:
            self._changed[place] = row

    def get(self, key: str) -> Json | None:
        place = self._made_place(key)
        if place is None:
            return super().get(key)
        if place in self._changed:
            return self._changed[place]
        assert self._made is not None
        return Kept(self._made[place], lambda row: self._changed.__setitem__(place, row))

    def pop(self, key: str) -> Json | None:
        self._version += 1
        place = self._made_place(key)
        if place is None:
            return super().pop(key)
        row = self.get(key)
        self._changed[place] = None
        return row

    def __contains__(self, key: str) -> bool:
        place = self._made_place(key)
        if place is None:
            return super().__contains__(key)
        return self._changed.get(place, key) is not None

    def __len__(self) -> int:
        gone = sum(1 for row in self._changed.values() if row is None)
        return self._first - gone + super().__len__()

    def __iter__(self) -> Iterator[Json]:
        return (row for _, row in self.since(0))

    def since(self, position: int) -> Iterator[tuple[int, Json]]:
        if self._made is not None and position < self._first:
            if self._changed:
                yield from self._made_since(position)
            else:
                yield from enumerate(self._made.since(position), position + 1)
        for at, row in super().since(max(0, position - self._first)):
            yield at + self._first, row

    def shown(self, names: Sequence[str], show: Callable[[Json], Json]) -> Source:
        """A source of rows that are shown already; made ones with no more than they show."""

        def since(position: int) -> Iterator[tuple[int, Json]]:
            make = None if self._made is None or self._changed else self._made.maker(names, show)
            if make is not None and position < self._first:
                yield from zip(count(position + 1), map(make, range(position, self._first)), strict=False)
                position = self._first
            for at, row in self.since(position):
                yield at, show(row)

        return since

    def _made_since(self, position: int) -> Iterator[tuple[int, Json]]:
        assert self._made is not None
        for place in range(position, self._first):
            row = self._changed[place] if place in self._changed else self._made[place]
            if row is not None:
                yield place + 1, row

    @property
    def end(self) -> int:
        return self._first + super().end

    # -- looking up by a property ---------------------------------------------------------------------------

    def candidates(self, name: str, values: Iterable[str], revision: int) -> Source | None:
        """The rows in which the property may have one of the values, as ``since`` gives them.

        None where looking at every row is the way. ``revision`` is the tenant's: rows change in place, and an
        index is as old as the tenant was when it was made.
        """
        places: set[int] = set()
        if name == "id":
            for value in values:
                place = self._made_place(value)
                own = self._place.get(value.lower())
                places |= {place} if place is not None else set() if own is None else {own + self._first}
        elif name not in INDEXED or len(self) < WORTH_AN_INDEX:
            return None
        else:
            for value in values:
                places.update(self._made_with(name, value))
                places.update(self._own_with(name, value, revision))
        ordered = sorted(places)

        def since(position: int) -> Iterator[tuple[int, Json]]:
            for place in ordered:
                row = self._at(place) if place >= position else None
                if row is not None:
                    yield place + 1, row

        return since

    def with_value(self, name: str, value: str, revision: int) -> Json | None:
        """The first object with this value, case aside; it may be changed."""
        found = self.candidates(name, (value,), revision) or self.since
        for _, row in found(0):
            if str(row.get(name) or "").casefold() == value.casefold():
                return self.get(str(row["id"]))
        return None

    def _at(self, place: int) -> Json | None:
        if place >= self._first:
            key = self._order[place - self._first]
            return None if key is None else self._rows[key]
        if place in self._changed:
            return self._changed[place]
        assert self._made is not None
        return self._made[place]

    def _made_with(self, name: str, value: str) -> Iterator[int]:
        """Places by a sorted array of (hash, place): eight bytes a row, and no text kept."""
        if self._made is None:
            return
        if name not in self._made_index:
            pairs = [
                _mark(text) << 32 | place
                for place, row in enumerate(self._made)
                if isinstance(text := row.get(name), str)
            ]
            pairs.sort()
            self._made_index[name] = array("Q", pairs)
        index, mark = self._made_index[name], _mark(value)
        at = bisect_left(index, mark << 32)
        while at < len(index) and index[at] >> 32 == mark:
            yield index[at] & 0xFFFFFFFF
            at += 1
        # A changed row may have come to this value; the filter looks at each candidate again.
        yield from self._changed

    def _own_with(self, name: str, value: str, revision: int) -> list[int]:
        stamp = (self._version, revision)
        made_at, index = self._index.get(name, (None, {}))
        if made_at != stamp:
            index = {}
            for at, row in super().since(0):
                text = row.get(name)
                if isinstance(text, str):
                    index.setdefault(text.casefold(), []).append(at - 1 + self._first)
            self._index[name] = (stamp, index)
        return index.get(value.casefold(), [])


def _mark(text: str) -> int:
    return hash(text.casefold()) & 0xFFFFFFFF
