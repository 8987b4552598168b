from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import orjson
import pytest

from migrate.errors import StateError
from migrate.store.database import Database, open_state
from migrate.store.migrations import MIGRATIONS, Migration, applied_number, bring_up_to_date, latest_number
from migrate.store.schema import TABLES
from migrate.store.snapshots import Snapshots


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


def test_snapshots_of_old_keep_their_rows_their_references_and_their_seals(tmp_path: Path) -> None:
    kept = [["groupSchedule", "s1", "g1", "Ada", "k", '{"id":"s1"}'], ["user", "u1", "", "Eve", "e", "{}"]]
    link = ["groupSchedule", "s1", "groupId", "group", "g1"]
    lines = [
        *(orjson.dumps(row) + b"\n" for row in kept),
        b"\n",
        orjson.dumps(link) + b"\n",
        b"\n",
        b"\n",
        b"\n",
    ]
    seal = hashlib.sha256(b"".join(lines)).hexdigest()
    with Database(tmp_path / "old.db") as old:
        bring_up_to_date(old, MIGRATIONS[:2])
        old.execute(
            "INSERT INTO snapshots (id, tenant, tenant_id, number, started_at, sealed_at, hash, tool_version)"
            " VALUES ('source-0001', 'source', 't', 1, 'then', 'then', ?, '')",
            (seal,),
        )
        for row in kept:
            old.execute(
                "INSERT INTO objects"
                " (snapshot_id, kind, id, parent_id, display_name, natural_key, properties)"
                " VALUES ('source-0001', ?, ?, ?, ?, ?, ?)",
                row,
            )
        old.execute("INSERT INTO object_references VALUES ('source-0001', ?, ?, ?, ?, ?)", link)
    with open_state(tmp_path / "old.db", create=False) as now:
        snapshots = Snapshots(now)
        snapshots.verify_seal("source-0001")
        assert snapshots.row("source-0001", "groupSchedule", "s1") == {"id": "s1"}
        assert [row.from_parent_id for row in snapshots.references("source-0001")] == ["g1"]
        assert now.value("SELECT display_name FROM people") == "Eve"
        now.execute("UPDATE objects SET display_name = 'Mallory' WHERE id = 'u1'")
        with pytest.raises(StateError) as caught:
            snapshots.verify_seal("source-0001")
    assert caught.value.code == "snapshot_changed"
