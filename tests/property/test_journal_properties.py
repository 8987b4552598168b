"""Whatever is written into the journal comes back, and whatever is changed in it is named."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.errors import StateError
from migrate.store.database import Database
from migrate.store.journal import Draft, Journal
from migrate.store.migrations import bring_up_to_date

QUICK = settings(max_examples=60)

text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
drafts = st.builds(
    Draft,
    event=text,
    run_id=st.none() | text,
    plan_id=st.none() | text,
    wave=st.none() | text,
    batch=st.none() | st.integers(0, 1000),
    write_id=st.none() | text,
    payload=st.dictionaries(text, values, max_size=4),
)


def clock() -> datetime:
    return datetime(2026, 1, 31, tzinfo=UTC)


@cache
def empty_state() -> bytes:
    """A database without entries: to bring one up to date takes longer than what is tested with it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "engagement.db"
        with Database(path) as db:
            bring_up_to_date(db)
        return path.read_bytes()


@contextmanager
def new_journal() -> Iterator[tuple[Database, Journal]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "engagement.db"
        path.write_bytes(empty_state())
        with Database(path) as db:
            db.execute("PRAGMA synchronous = OFF")  # the disk is not what is tested here
            yield db, Journal(db, clock)


@QUICK
@given(st.lists(st.lists(drafts, max_size=3), max_size=4))
def test_what_was_appended_comes_back_in_order_and_sound(groups: list[list[Draft]]) -> None:
    with new_journal() as (_, journal):
        for group in groups:
            journal.append_many(group)
        journal.verify_chain()
        found = [
            Draft(
                entry.event,
                entry.run_id,
                entry.plan_id,
                entry.wave,
                entry.batch,
                entry.write_id,
                entry.payload,
            )
            for entry in journal.entries()
        ]
        assert found == [draft for group in groups for draft in group]
        assert journal.head().sequence == len(found)


@QUICK
@given(st.lists(drafts, min_size=1, max_size=5), st.data())
def test_any_change_of_any_column_is_named(entries: list[Draft], data: st.DataObject) -> None:
    with new_journal() as (db, journal):
        journal.append_many(entries)
        sequence = data.draw(st.integers(1, len(entries)))
        column = data.draw(st.sampled_from(["at", "run_id", "event", "payload", "write_id", "hash", "batch"]))
        before = db.value(f"SELECT {column} FROM journal WHERE sequence = ?", (sequence,))
        after = data.draw((text | st.integers(0, 9)).filter(lambda value: value != before))
        db.execute("DROP TRIGGER journal_is_never_updated")
        db.execute(f"UPDATE journal SET {column} = ? WHERE sequence = ?", (after, sequence))
        if db.value(f"SELECT {column} FROM journal WHERE sequence = ?", (sequence,)) == before:
            return  # the column's affinity turned it into what it was
        with pytest.raises(StateError, match=f"entry {sequence} was changed"):
            journal.verify_chain()


@QUICK
@given(st.lists(drafts, min_size=1, max_size=6), st.data())
def test_any_missing_entries_are_named_by_the_first(entries: list[Draft], data: st.DataObject) -> None:
    with new_journal() as (db, journal):
        journal.append_many(entries)
        gone = data.draw(st.sets(st.integers(1, len(entries)), min_size=1))
        db.execute("DROP TRIGGER journal_is_never_deleted")
        db.execute_many("DELETE FROM journal WHERE sequence = ?", [(sequence,) for sequence in gone])
        with pytest.raises(StateError, match=f"entry {min(gone)} is missing"):
            journal.verify_chain()


class Refusing:
    """A database that may refuse to write, as one on a full disk does."""

    def __init__(self, db: Database) -> None:
        self.refuses = False
        self._db = db

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def execute(self, sql: str, parameters: Any = ()) -> int:
        if self.refuses:
            raise StateError("the disk is full", code="state_full")
        return self._db.execute(sql, parameters)


@QUICK
@given(st.lists(st.tuples(st.booleans(), st.booleans(), drafts), max_size=8))
def test_outcomes_are_recorded_once_and_in_order_through_any_fullness(
    steps: list[tuple[bool, bool, Draft]],
) -> None:
    """Each step: whether the disk is full, whether the program was started anew, what happened."""
    with new_journal() as (db, journal):
        refusing = Refusing(db)
        journal = Journal(refusing, clock)  # type: ignore[arg-type]
        for full, restarted, draft in steps:
            refusing.refuses = full
            if restarted:
                journal = Journal(refusing, clock)  # type: ignore[arg-type]
            kept = journal.append_outcome(
                draft.event,
                run_id=draft.run_id,
                plan_id=draft.plan_id,
                wave=draft.wave,
                batch=draft.batch,
                write_id=draft.write_id,
                payload=dict(draft.payload),
            )
            assert (kept.entry is None) == full
        refusing.refuses = False
        journal.recover_emergency()
        journal.verify_chain()
        assert [(entry.event, entry.payload) for entry in journal.entries()] == [
            (draft.event, draft.payload) for _, _, draft in steps
        ]


def test_the_properties_run_against_real_sqlite() -> None:
    with new_journal() as (db, _), pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO journal_head (only_row, sequence, hash) VALUES (2, 0, '')")
