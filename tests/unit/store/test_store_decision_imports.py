"""What a workbook brought in stays as it came."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from migrate.errors import StateError
from migrate.store.database import Database
from migrate.store.decision_imports import DecisionImports
from migrate.store.redaction_key import redaction_key

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ROWS = ({"kind": "user", "source_id": "1", "decision": "skip", "reason": "=1+1 🐘"},)


def _add(db: Database) -> None:
    DecisionImports(db).add(at=NOW, file_name="a.xlsx", workbook_hash="ab" * 32, who=["AB", "CD"], rows=ROWS)


def test_an_import_is_kept_with_its_seal(db: Database) -> None:
    _add(db)
    _add(db)
    first, second = DecisionImports(db).list()
    assert (first.number, second.number) == (1, 2)
    assert (first.who, first.rows, first.file_name) == ("AB, CD", ROWS, "a.xlsx")
    assert first.hash != second.hash and len(first.hash) == 64


@pytest.mark.parametrize(
    "statement", ["UPDATE decision_imports SET who = 'X'", "DELETE FROM decision_imports"]
)
def test_it_is_never_changed(db: Database, statement: str) -> None:
    _add(db)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(statement)


def test_a_changed_record_does_not_match_its_seal(db: Database) -> None:
    _add(db)
    db.execute("DROP TRIGGER decision_imports_are_never_updated")
    db.execute("UPDATE decision_imports SET rows = '[]'")
    with pytest.raises(StateError) as caught:
        DecisionImports(db).list()
    assert caught.value.code == "state_damaged"


def test_the_key_of_redacted_reports_is_made_once_and_private(tmp_path: Path) -> None:
    first = redaction_key(tmp_path, lambda: bytes(range(32)))
    assert redaction_key(tmp_path, lambda: bytes(32)) == first == bytes(range(32))
    if os.name == "posix":
        assert (tmp_path / "redaction.key").stat().st_mode & 0o077 == 0
    (tmp_path / "redaction.key").write_bytes(b"short")
    with pytest.raises(StateError) as caught:
        redaction_key(tmp_path, lambda: bytes(32))
    assert caught.value.code == "state_damaged"
