"""What differs between two sides of one kind, found by walking both in one order.

Neither side ever stands in memory: a step holds the rows of one key, which are one or two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from migrate.kinds.comparison import fingerprint, unequal

Change = Literal["added", "removed", "changed", "unknown"]
"""``added`` is only in B, ``removed`` only in A; ``unknown`` is missing where not all was read."""
Place = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """One row of one side. ``place`` orders the rows and is equal for those that are the same object;
    ``values`` are what is compared. A row without a second part of its place has no counterpart by itself."""

    place: Place
    id: str
    parent_id: str
    key: str
    name: str
    values: Mapping[str, Any]
    unmapped: tuple[str, ...] = ()
    """Ids in the row without an accepted counterpart: then nothing on the other side can equal it."""


@dataclass(frozen=True)
class Difference:
    """One object that is not the same on both sides; ``id`` is the one of the side that has it, A's first."""

    change: Change
    kind: str
    id: str
    parent_id: str
    key: str
    name: str
    properties: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    other_id: str | None = None
    unmapped: tuple[str, ...] = ()
    missing_in: Literal["", "a", "b"] = ""


Seen = Callable[[Compared], bool]
"""Whether a side was read so that a row of the other side, if it is not here, is proved absent."""


def differences(
    kind: str, a: Iterable[Compared], b: Iterable[Compared], *, seen_by_a: Seen, seen_by_b: Seen
) -> Iterator[Difference]:
    """Both sides must be sorted by ``place``.

    Several rows of one place (objects of one name) are paired only where they say the same: which of the
    rest belongs to which would be a guess, so each of them is told as missing on the other side.
    """
    for of_a, of_b in _side_by_side(a, b):
        if len(of_a) == len(of_b) == 1 and of_a[0].place[1]:
            if found := _changed(kind, of_a[0], of_b[0]):
                yield found
            continue
        if of_a and of_b:
            _strike_equals(of_a, of_b)
        for one in of_a:
            yield _missing(kind, one, "removed" if seen_by_b(one) else "unknown", "b")
        for one in of_b:
            yield _missing(kind, one, "added" if seen_by_a(one) else "unknown", "a")


def _side_by_side(
    a: Iterable[Compared], b: Iterable[Compared]
) -> Iterator[tuple[list[Compared], list[Compared]]]:
    left, right = _by_place(a), _by_place(b)
    of_a, of_b = next(left, None), next(right, None)
    while of_a is not None or of_b is not None:
        if of_b is None or (of_a is not None and of_a[0] < of_b[0]):
            assert of_a is not None
            yield of_a[1], []
            of_a = next(left, None)
        elif of_a is None or of_b[0] < of_a[0]:
            yield [], of_b[1]
            of_b = next(right, None)
        else:
            yield of_a[1], of_b[1]
            of_a, of_b = next(left, None), next(right, None)


def _by_place(rows: Iterable[Compared]) -> Iterator[tuple[Place, list[Compared]]]:
    for place, group in groupby(rows, key=lambda one: one.place):
        yield place, list(group)


def _strike_equals(of_a: list[Compared], of_b: list[Compared]) -> None:
    """Takes away from both what says the same, one for one."""
    said_by_a, said_by_b = ([fingerprint(one.values) for one in side] for side in (of_a, of_b))
    both = Counter(said_by_a) & Counter(said_by_b)
    of_a[:], of_b[:] = _without(of_a, said_by_a, both), _without(of_b, said_by_b, both)


def _without(rows: list[Compared], said: list[str], struck: Counter[str]) -> list[Compared]:
    left = Counter(struck)
    kept = []
    for row, what in zip(rows, said, strict=True):
        if left[what]:
            left[what] -= 1
        else:
            kept.append(row)
    return kept


def _changed(kind: str, one: Compared, other: Compared) -> Difference | None:
    properties = unequal(one.values, other.values)
    if not properties:
        return None
    other_id = None if other.id == one.id else other.id
    return Difference(
        "changed", kind, one.id, one.parent_id, one.key, one.name, properties, other_id, one.unmapped
    )


def _missing(kind: str, one: Compared, change: Change, side: Literal["a", "b"]) -> Difference:
    return Difference(
        change,
        kind,
        one.id,
        one.parent_id,
        one.key,
        one.name,
        unmapped=one.unmapped,
        missing_in=side,
    )
