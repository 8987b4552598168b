"""Rows are found again by their keys, whatever numbers the keys happen to have."""

from __future__ import annotations

import pytest

from migrate.kinds.kind import Row
from migrate.resolve import rows_by_key
from migrate.resolve.rows_by_key import RowsByKey

ROWS: tuple[Row, ...] = (
    {"key": "b"},
    {"key": "a", "n": 1},
    {"key": None},
    {"key": "a", "n": 2},
    {"key": "c"},
)


def key_of(row: Row) -> str | None:
    key = row["key"]
    return key if key is None else str(key)


def filled() -> RowsByKey:
    found = RowsByKey(ROWS.__getitem__, key_of)
    for place, row in enumerate(ROWS):
        found.add(place, row)
    return found


def check(found: RowsByKey) -> None:
    assert list(found.of("a")) == [ROWS[1], ROWS[3]]
    assert list(found.of("b")) == [ROWS[0]] and list(found.of("c")) == [ROWS[4]]
    assert list(found.of("d")) == [] and list(found.of("None")) == []


def test_rows_of_a_key_come_in_the_order_in_which_they_were_added() -> None:
    check(filled())


def test_keys_of_one_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_by_key, "_number", lambda _key: 0)
    check(filled())


def test_what_is_added_after_a_question_is_found_too() -> None:
    found = filled()
    before = list(found.of("b"))
    found.add(0, ROWS[0])
    assert before == [ROWS[0]] and list(found.of("b")) == [ROWS[0], ROWS[0]]


def test_each_of_many_keys_is_found() -> None:
    found = RowsByKey(lambda place: {"key": str(place)}, key_of)
    for place in range(3000):
        found.add(place, {"key": str(place)})
    assert list(found.of("2999")) == [{"key": "2999"}]
    assert all(list(found.of(str(place))) == [{"key": str(place)}] for place in range(0, 3000, 7))
    assert list(found.of("3000")) == []
