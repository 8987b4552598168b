from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from migrate.store.database import Database, open_state
from migrate.store.migrations import MIGRATIONS, Migration, applied_number, bring_up_to_date, latest_number
from migrate.store.schema import TABLES


def test_numbers_are_dense_and_rise() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    assert latest_number() == len(MIGRATIONS)


def test_every_step_is_recorded(db: Database) -> None:
    found = [(row["number"], row["name"]) for row in db.query("SELECT * FROM schema_migrations")]
    assert found == [(migration.number, migration.name) for migration in MIGRATIONS]


def test_the_list_of_tables_is_what_the_steps_make(db: Database) -> None:
    made = {row["name"] for row in db.query("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert made == set(TABLES)


def test_a_second_pass_does_nothing(db: Database) -> None:
    assert bring_up_to_date(db) == []


def test_an_old_database_is_brought_up_to_date(tmp_path: Path) -> None:
    with Database(tmp_path / "old.db") as old:
        bring_up_to_date(old, MIGRATIONS[:1])
        old.execute("INSERT INTO runs (id, verb, started_at) VALUES ('kept', 'plan', 'now')")
    with open_state(tmp_path / "old.db", create=False) as now:
        assert applied_number(now) == latest_number()
        assert now.value("SELECT id FROM runs") == "kept"
        assert now.value("SELECT count(*) FROM people") == 0


def test_a_failing_step_leaves_no_trace(db: Database) -> None:
    bad = Migration(99, "bad", ("CREATE TABLE half_made (id)", "CREATE TABLE half_made (id)"))
    with pytest.raises(sqlite3.OperationalError):
        bring_up_to_date(db, [*MIGRATIONS, bad])
    assert applied_number(db) == latest_number()
    assert db.value("SELECT 1 FROM sqlite_master WHERE name = 'half_made'") is None
