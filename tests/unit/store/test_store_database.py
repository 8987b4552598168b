from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from errno import EACCES
from pathlib import Path

import pytest

from migrate.errors import NoState, StateError
from migrate.store.database import Database, open_state


def test_an_absent_database_is_no_state_and_nothing_is_made(path: Path) -> None:
    with pytest.raises(NoState) as caught:
        open_state(path, create=False)
    assert caught.value.exit == 10
    assert not path.parent.exists()


def test_a_new_database_opens_again_without_create(path: Path) -> None:
    open_state(path, create=True).close()
    with open_state(path, create=False) as db:
        assert db.value("SELECT count(*) FROM journal") == 0


def test_what_cannot_be_read_ahead_is_left_to_sqlite(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_state(path, create=True).close()

    def locked(*_: object, **_more: object) -> None:
        raise PermissionError(EACCES, "another program holds a part of the file")

    monkeypatch.setattr(Path, "open", locked)
    with open_state(path, create=False) as db:
        assert db.value("SELECT count(*) FROM journal") == 0


def test_creating_leaves_no_draft_behind(path: Path) -> None:
    open_state(path, create=True).close()
    assert [each.name for each in path.parent.iterdir()] == ["engagement.db"]


def test_a_failed_creation_leaves_no_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(database: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("migrate.store.database.bring_up_to_date", full)
    with pytest.raises(sqlite3.OperationalError):
        open_state(path, create=True)
    assert list(path.parent.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="modes exist on POSIX only")
def test_only_the_owner_can_read_the_state(path: Path) -> None:
    path.parent.mkdir(parents=True, mode=0o755)
    with open_state(path, create=True):
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        for each in path.parent.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o600, each


def test_commits_are_durable_and_foreign_keys_hold(db: Database) -> None:
    assert db.value("PRAGMA synchronous") == 2
    assert db.value("PRAGMA foreign_keys") == 1
    assert db.value("PRAGMA journal_mode") == "wal"
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO role_aliases VALUES ('nobody', 'a', 'b')")


def test_a_statement_commits_by_itself(db: Database, path: Path) -> None:
    db.execute("INSERT INTO runs (id, verb, started_at) VALUES ('r', 'plan', 'now')")
    with open_state(path, create=False) as other:
        assert other.value("SELECT verb FROM runs") == "plan"


def test_a_transaction_is_all_or_nothing(db: Database) -> None:
    with pytest.raises(LookupError), db.transaction():
        db.execute("INSERT INTO runs (id, verb, started_at) VALUES ('r', 'plan', 'now')")
        raise LookupError
    assert db.value("SELECT count(*) FROM runs") == 0
    assert not db.in_transaction


def test_an_inner_transaction_can_fail_alone(db: Database) -> None:
    with db.transaction():
        db.execute("INSERT INTO runs (id, verb, started_at) VALUES ('outer', 'plan', 'now')")
        with pytest.raises(LookupError), db.transaction():
            db.execute("INSERT INTO runs (id, verb, started_at) VALUES ('inner', 'plan', 'now')")
            raise LookupError
    assert db.value("SELECT id FROM runs") == "outer"


def test_network_errors_of_a_caller_pass_through_a_transaction(db: Database) -> None:
    with pytest.raises(ConnectionResetError), db.transaction():
        raise ConnectionResetError("the peer went away")


def test_a_full_disk_is_named(db: Database, path: Path) -> None:
    pages = db.value("PRAGMA page_count")
    db.value(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StateError) as caught:
        db.execute("INSERT INTO runs (id, verb, started_at) VALUES ('r', ?, 'now')", ("x" * 1_000_000,))
    assert (caught.value.code, caught.value.exit, caught.value.where) == ("state_full", 20, str(path))
    assert db.value("SELECT count(*) FROM runs") == 0


def test_a_readonly_database_is_named(db: Database) -> None:
    db.execute("PRAGMA query_only = 1")
    with pytest.raises(StateError) as caught:
        db.execute("INSERT INTO runs (id, verb, started_at) VALUES ('r', 'plan', 'now')")
    assert caught.value.code == "state_readonly"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands where the folder should")
    with pytest.raises(StateError) as caught:
        open_state(tmp_path / "state" / "contoso" / "engagement.db", create=True)
    assert caught.value.code == "state_readonly"


def test_a_locked_database_can_be_tried_again(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migrate.store.database.BUSY_SECONDS", 0.0)
    with open_state(path, create=False) as other, other.transaction():
        other.execute("INSERT INTO runs (id, verb, started_at) VALUES ('r', 'plan', 'now')")
        db.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(StateError) as caught, db.transaction():
            pass
    assert caught.value.code == "state_busy"
    assert caught.value.retry


def test_our_own_mistakes_look_like_bugs(db: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        db.execute("UPDATE runs SET vreb = 'x'")


def test_rows_stream(db: Database) -> None:
    db.execute_many(
        "INSERT INTO runs (id, verb, started_at) VALUES (?, 'plan', 'now')", ((str(n),) for n in range(5))
    )
    rows = db.query("SELECT id FROM runs ORDER BY id")
    assert next(rows) == {"id": "0"}
    assert [row["id"] for row in rows] == ["1", "2", "3", "4"]


def test_rows_that_are_left_half_way_do_not_mind_that_the_database_is_closed(db: Database) -> None:
    """Ctrl-C closes the database first, and then whoever was reading."""
    rows = db.tuples("SELECT 1 UNION SELECT 2")
    assert next(rows) == (1,)
    db.close()
    rows.close()  # type: ignore[attr-defined]


def test_opening_it_twice_takes_no_lock_from_the_first(db: Database, path: Path) -> None:
    """POSIX lets go of all locks of a process on a file once it closes the file anywhere."""
    db.value("SELECT count(*) FROM runs")
    with open_state(path, create=False):
        pass
    code = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('PRAGMA journal_mode = DELETE')"
    )
    other = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert "database is locked" in other.stderr
