"""Plans: each is registered with its hash and its whole document, beside the file that people look at.

The file can be lost or edited; what was planned is what stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from migrate.errors import NoState, StateError
from migrate.store.canonical import canonical
from migrate.store.database import Database
from migrate.store.times import utc_text

_COLUMNS = "SELECT id, wave, number, path, hash, made_at, resolution_id, document FROM plans"


@dataclass(frozen=True)
class PlanRow:
    """One plan; ``path`` is where its file lies, ``document`` the whole plan as JSON."""

    id: str
    wave: str
    number: int
    path: Path
    hash: str
    made_at: str
    resolution_id: str | None
    document: Mapping[str, Any]


class Plans:
    """The plans of one engagement; none is ever changed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def next_number(self, wave: str) -> int:
        """The number that the next plan of the wave gets, from 1."""
        return int(self._db.value("SELECT max(number) FROM plans WHERE wave = ?", (wave,)) or 0) + 1

    def register(
        self,
        *,
        plan_id: str,
        wave: str,
        number: int,
        path: Path,
        hash: str,
        made_at: datetime,
        resolution_id: str | None,
        document: Mapping[str, Any],
    ) -> PlanRow:
        """Records the plan; the same plan twice is no error, another under the same id, number or path is.

        Raises StateError ``plan_exists`` for the latter.
        """
        row = PlanRow(
            plan_id, wave, number, self._absolute(path), hash, utc_text(made_at), resolution_id, document
        )
        text = canonical(document)
        stored = self._stored(row.path)
        with self._db.transaction():
            taken = self._db.one(
                f"{_COLUMNS} WHERE id = ? OR path = ? OR (wave = ? AND number = ?)",
                (plan_id, stored, wave, number),
            )
            if taken is None:
                self._db.execute(
                    "INSERT INTO plans (id, wave, number, path, hash, made_at, resolution_id, document)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (plan_id, wave, number, stored, hash, row.made_at, resolution_id, text),
                )
            elif (taken["id"], taken["path"], taken["hash"], taken["document"]) != (
                plan_id,
                stored,
                hash,
                text,
            ):
                raise StateError(
                    f"another plan stands under the id, number or path of plan {plan_id}",
                    where=str(self._db.path),
                    hint="make a new plan with `pim-migrate plan`",
                    code="plan_exists",
                )
        return row

    def get(self, plan: str | Path) -> PlanRow:
        """The plan of that id or path; raises NoState when there is none."""
        row = self._db.one(f"{_COLUMNS} WHERE id = ?", (str(plan),)) or self._db.one(
            f"{_COLUMNS} WHERE path = ?", (self._stored(Path(plan).absolute()),)
        )
        if row is None:
            raise NoState(
                f"there is no plan {plan}",
                where=str(self._db.path),
                hint="make one with `pim-migrate plan WAVE`; a plan goes by its id or the path of its file",
                code="plan_unknown",
            )
        return self._row(row)

    def list(self) -> list[PlanRow]:
        """All plans by wave and number."""
        return [self._row(row) for row in self._db.query(f"{_COLUMNS} ORDER BY wave, number")]

    def _row(self, row: Mapping[str, Any]) -> PlanRow:
        document = self._db.parsed(row["document"], f"plan {row['id']}")
        path = self._absolute(Path(row["path"]))
        return PlanRow(**{**row, "path": path, "document": document})

    def _absolute(self, path: Path) -> Path:
        return self._db.folder.absolute() / path

    def _stored(self, path: Path) -> str:
        """The path as it is kept: relative to the state folder, so that the folder can be moved whole."""
        folder = self._db.folder.resolve()
        full = path.resolve()
        return full.relative_to(folder).as_posix() if full.is_relative_to(folder) else full.as_posix()
