"""Runs: which verb ran when, and how it ended. A run without an end was killed or is still going on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from migrate.store.database import Database
from migrate.store.times import utc_text

_COLUMNS = "SELECT id, verb, plan_id, wave, started_at, finished_at, outcome FROM runs"


@dataclass(frozen=True)
class RunRow:
    """One run of one verb; ``outcome`` is a word of the caller's, for example ``done`` or an error code."""

    id: str
    verb: str
    plan_id: str | None
    wave: str | None
    started_at: str
    finished_at: str | None
    outcome: str | None


class Runs:
    """The runs of one engagement."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(
        self, run_id: str, verb: str, at: datetime, *, plan_id: str | None = None, wave: str | None = None
    ) -> None:
        """Records that a run starts; its id must be new."""
        self._db.execute(
            "INSERT INTO runs (id, verb, plan_id, wave, started_at) VALUES (?, ?, ?, ?, ?)",
            (run_id, verb, plan_id, wave, utc_text(at)),
        )

    def finish(self, run_id: str, outcome: str, at: datetime) -> None:
        """Records how the run ended."""
        self._db.execute(
            "UPDATE runs SET finished_at = ?, outcome = ? WHERE id = ?", (utc_text(at), outcome, run_id)
        )

    def list(self) -> list[RunRow]:
        """All runs, oldest first."""
        return [RunRow(**row) for row in self._db.query(f"{_COLUMNS} ORDER BY started_at, rowid")]
