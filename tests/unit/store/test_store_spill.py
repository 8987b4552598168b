"""Rows sorted outside memory, and a snapshot's rows in a fixed order."""

from __future__ import annotations

import random
import tracemalloc
from datetime import UTC, datetime

from migrate.store.database import Database
from migrate.store.snapshot_order import has_object, in_order, name_in
from migrate.store.snapshot_rows import ObjectRow
from migrate.store.snapshots import Snapshots
from migrate.store.spill import Spill

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def test_rows_come_back_in_the_order_of_python() -> None:
    keys = [("", "b"), ("é", "a"), ("z", "\U0001f600"), ("z", "\uffff"), ("", "B"), ("a", "")]
    with Spill() as spill:
        spill.add((key, list(key)) for key in keys)
        assert [tuple(row) for row in spill.sorted()] == sorted(keys)


def test_many_rows_do_not_fill_the_memory() -> None:
    numbers = list(range(20_000))
    random.Random(1).shuffle(numbers)
    with Spill() as spill:
        tracemalloc.start()
        spill.add((("", f"{number:05d}"), {"number": number, "text": "x" * 500}) for number in numbers)
        seen = [row["number"] for row in spill.sorted()]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert seen == sorted(numbers)
    assert peak < 3_000_000, "20,000 rows of half a kilobyte are 10 MB"


def test_a_snapshot_is_walked_by_parent_and_id(db: Database) -> None:
    snapshots = Snapshots(db)
    snapshot = snapshots.begin("source", "t", NOW)
    rows = [
        ObjectRow(one, {"id": one}, parent_id=parent) for one, parent in (("c", ""), ("a", "g"), ("b", ""))
    ]
    snapshots.add_rows(snapshot, "user", rows)
    assert [(row.parent_id, row.id) for row in in_order(db, snapshot, "user")] == [
        ("", "b"),
        ("", "c"),
        ("g", "a"),
    ]
    assert has_object(db, snapshot, "user", "B")
    assert not has_object(db, snapshot, "user", "a"), "found through a parent"
    assert name_in(db, snapshot, ("group", "user"), "b") == "b"
    assert name_in(db, snapshot, ("group",), "b") is None
