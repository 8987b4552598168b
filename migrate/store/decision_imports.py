"""The sealed copies of what workbooks brought in: what came from which file, when, and in whose name.

``mappings/decisions.csv`` is edited by people; these rows are not, so that it can be told later what a
consultant really sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from migrate.store.canonical import canonical, sha256_hex
from migrate.store.database import Database
from migrate.store.times import utc_text
from migrate.store.trouble import damaged


@dataclass(frozen=True)
class DecisionImport:
    """One imported workbook. ``workbook_hash`` is the SHA-256 of the file, ``hash`` that of this record."""

    number: int
    at: str
    file_name: str
    workbook_hash: str
    who: str
    rows: tuple[Mapping[str, Any], ...]
    hash: str


class DecisionImports:
    """The imports of one engagement, oldest first; none is ever changed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self,
        *,
        at: datetime,
        file_name: str,
        workbook_hash: str,
        who: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
    ) -> DecisionImport:
        """Seals one workbook's rows and returns the record."""
        with self._db.transaction():
            number = (self._db.value("SELECT max(number) FROM decision_imports") or 0) + 1
            values = (number, utc_text(at), file_name, workbook_hash, ", ".join(who))
            text = canonical(list(rows))
            digest = _digest(values, text)
            self._db.execute(
                "INSERT INTO decision_imports (number, at, file_name, workbook_hash, who, rows, hash)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*values, text, digest),
            )
        return DecisionImport(*values, tuple(rows), digest)

    def list(self) -> list[DecisionImport]:
        """Every import; raises StateError ``state_damaged`` where a record does not match its seal."""
        found = []
        for row in self._db.query(
            "SELECT number, at, file_name, workbook_hash, who, rows, hash FROM decision_imports"
            " ORDER BY number"
        ):
            values = (row["number"], row["at"], row["file_name"], row["workbook_hash"], row["who"])
            if _digest(values, row["rows"]) != row["hash"]:
                raise damaged(self._db.path, f"import {row['number']} of decisions does not match its seal")
            rows = tuple(self._db.parsed(row["rows"], f"import {row['number']}"))
            found.append(DecisionImport(*values, rows, row["hash"]))
        return found


def _digest(values: tuple[Any, ...], rows: str) -> str:
    return sha256_hex(canonical([*values, rows]))
