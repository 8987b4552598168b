"""One thing in the state is broken, and that thing alone is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from migrate.errors import StateError
from migrate.store.database import DATABASE_NAME, open_state
from migrate.store.journal import Journal
from migrate.store.migrations import latest_number
from migrate.store.schema import TABLES
from migrate.store.snapshot_rows import CoverageRow, ObjectRow, ReferenceRow
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 1, 31, tzinfo=UTC)
USERS = 400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sound state: two sealed snapshots and a journal of twenty entries."""
    path = tmp_path / "state" / DATABASE_NAME
    with open_state(path, create=True) as db:
        snapshots = Snapshots(db)
        for _ in range(2):
            snapshot = snapshots.begin("source", "S", NOW)
            rows = [
                ObjectRow(f"u{n:04d}", {"id": f"u{n:04d}", "displayName": "x" * 50}) for n in range(USERS)
            ]
            snapshots.add_rows(
                snapshot, "user", rows, [ReferenceRow("user", "u0001", "manager", "user", "u0002")]
            )
            snapshots.add_alias(snapshot, "a", "b")
            snapshots.record_coverage(snapshot, CoverageRow("users", "user", True, "list", rows=USERS))
            snapshots.seal(snapshot, NOW)
        journal = Journal(db, lambda: NOW)
        for number in range(20):
            journal.append("begin", write_id=f"w{number}")
    return path


def edit(path: Path, *statements: str) -> None:
    """What a person with a database browser can do, foreign keys and fences aside."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA writable_schema = OFF")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


def opening(path: Path) -> StateError:
    with pytest.raises(StateError) as caught:
        open_state(path, create=True).close()
    assert caught.value.exit == 20
    assert caught.value.where == str(path)
    assert caught.value.hint
    return caught.value


def test_the_sound_state_is_sound(path: Path) -> None:
    with open_state(path, create=False) as db:
        Journal(db, lambda: NOW).verify_chain()
        for snapshot in Snapshots(db).list():
            Snapshots(db).verify_seal(snapshot.id)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def empty(content: bytes) -> bytes:
    return b""


def other_format(content: bytes) -> bytes:
    return b"PK\x03\x04" + content[4:]


def scribbled(content: bytes) -> bytes:
    return content[:8192] + b"\xff" * 4096 * 4 + content[8192 + 4096 * 4 :]


@pytest.mark.parametrize("damage", [cut, empty, other_format, scribbled])
def test_a_damaged_file_is_named_and_left_as_it_is(path: Path, damage: Callable[[bytes], bytes]) -> None:
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    assert opening(path).code == "state_damaged"
    assert path.read_bytes() == damaged


def test_another_programs_database_is_not_taken_over(path: Path) -> None:
    path.unlink()
    edit(path, "CREATE TABLE recipes (name TEXT)")
    error = opening(path)
    assert (error.code, "schema_migrations" in error.message) == ("state_damaged", True)


@pytest.mark.parametrize("table", [table for table in TABLES if table != "schema_migrations"])
def test_a_missing_table_is_named(path: Path, table: str) -> None:
    edit(path, f"DROP TABLE {table}")
    error = opening(path)
    assert error.code == "state_damaged"
    assert f"table {table} is missing" in error.message


def test_a_newer_schema_is_refused_and_left_as_it_is(path: Path) -> None:
    edit(
        path,
        f"INSERT INTO schema_migrations (number, name) VALUES ({latest_number() + 1}, 'from the future')",
    )
    before = path.read_bytes()
    assert opening(path).code == "state_newer"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE objects SET properties = '{}' WHERE snapshot_id = 'source-0001' AND id = 'u0007'",
        "UPDATE objects SET display_name = 'Eve' WHERE snapshot_id = 'source-0001' AND id = 'u0007'",
        "DELETE FROM objects WHERE snapshot_id = 'source-0001' AND id = 'u0007'",
        "INSERT INTO objects (snapshot_id, kind, id, properties) VALUES ('source-0001', 'user', 'new', '{}')",
        "DELETE FROM object_references WHERE snapshot_id = 'source-0001'",
        "UPDATE role_aliases SET role_definition_id = 'c' WHERE snapshot_id = 'source-0001'",
        "UPDATE coverage SET complete = 0 WHERE snapshot_id = 'source-0001'",
        "UPDATE snapshots SET hash = 'x' WHERE id = 'source-0001'",
    ],
)
def test_a_changed_snapshot_alone_is_named(path: Path, change: str) -> None:
    edit(path, change)
    with open_state(path, create=False) as db:
        with pytest.raises(StateError, match="source-0001") as caught:
            Snapshots(db).verify_seal("source-0001")
        assert caught.value.code == "snapshot_changed"
        Snapshots(db).verify_seal("source-0002")
        Journal(db, lambda: NOW).verify_chain()


def test_an_unreadable_object_is_named(path: Path) -> None:
    edit(path, "UPDATE objects SET properties = '{' WHERE snapshot_id = 'source-0001' AND id = 'u0007'")
    with open_state(path, create=False) as db:
        with pytest.raises(StateError, match="source-0001 user u0007") as caught:
            list(Snapshots(db).rows("source-0001", "user"))
        assert caught.value.code == "state_damaged"
        assert Snapshots(db).row("source-0001", "user", "u0008") is not None


@pytest.mark.parametrize("sequence", [1, 10, 20])
def test_a_changed_journal_entry_alone_is_named(path: Path, sequence: int) -> None:
    edit(
        path,
        "DROP TRIGGER journal_is_never_updated",
        f"UPDATE journal SET event = 'end' WHERE sequence = {sequence}",
    )
    with open_state(path, create=False) as db:
        with pytest.raises(StateError, match=rf"entry {sequence} was changed") as caught:
            Journal(db, lambda: NOW).verify_chain()
        assert caught.value.code == "journal_broken"
        for snapshot in Snapshots(db).list():
            Snapshots(db).verify_seal(snapshot.id)
