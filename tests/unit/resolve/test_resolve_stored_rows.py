"""Rows that stay where they are stored look like a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from migrate.resolve.stored_rows import StoredRows

STORED: dict[str, dict[str, Any]] = {"A1": {"displayName": "Anna"}, "b2": {"displayName": "Ben"}}


@pytest.fixture
def read() -> list[str]:
    return []


@pytest.fixture
def rows(read: list[str]) -> StoredRows:
    def one(object_id: str) -> dict[str, Any] | None:
        read.append(object_id)
        return STORED.get(object_id)

    def names() -> Iterator[tuple[str, str]]:
        return ((one, row["displayName"]) for one, row in STORED.items())

    return StoredRows([*STORED, "gone"], one, lambda: iter(STORED.items()), names)


def test_ids_are_known_without_reading_a_row(rows: StoredRows, read: list[str]) -> None:
    assert (list(rows), len(rows), "a1" in rows, "A1" in rows) == (["a1", "b2", "gone"], 3, True, False)
    assert read == []


def test_a_row_is_read_by_its_stored_id_and_once(rows: StoredRows, read: list[str]) -> None:
    assert rows["a1"] is rows["a1"]
    assert rows.get("nobody") is None
    assert read == ["A1"]


def test_a_row_that_is_gone_from_the_store_is_missing(rows: StoredRows) -> None:
    with pytest.raises(KeyError):
        rows["gone"]


def test_going_through_all_streams(rows: StoredRows, read: list[str]) -> None:
    assert dict(rows.items()) == {"a1": STORED["A1"], "b2": STORED["b2"]}
    assert [row["displayName"] for row in rows.values()] == ["Anna", "Ben"]
    assert list(rows.names()) == [("a1", "Anna"), ("b2", "Ben")]
    assert read == []
