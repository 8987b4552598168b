"""One tenant being read: where the rows go, who is told, and what has failed so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from migrate.crawl.progress import Tally
from migrate.errors import MigrateError
from migrate.graphapi.session import Session
from migrate.kinds.kind import Kind
from migrate.kinds.schedule import format_time
from migrate.store.crawl_state import CrawlState
from migrate.store.database import Database
from migrate.store.snapshot_rows import CoverageRow
from migrate.store.snapshots import Snapshots
from migrate.store.touched import Touched

LISTING, LOOK_UP, DELTA = "listing", "look-up", "changes"
BETA, PROBE = "beta listing", "probing candidates"


@dataclass
class Run:
    """``clock`` gives the time in UTC."""

    session: Session
    db: Database
    snapshots: Snapshots
    snapshot_id: str
    clock: Callable[[], datetime]
    tally: Tally
    failures: list[MigrateError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = CrawlState(self.db)
        self.touched = Touched(self.db, self.snapshot_id)

    def covered(self, kind: Kind, parent: str | None = None) -> bool:
        """Whether an earlier run of this snapshot read the listing to its end."""
        return self.state.is_covered(self.snapshot_id, kind.name, parent or "")

    def cover(
        self,
        kind: Kind,
        *,
        way: str,
        parent: str = "",
        problem: tuple[str, str] | None = None,
        pages: int = 0,
        rows: int = 0,
        odata_count: int | None = None,
        started_at: str | None = None,
    ) -> None:
        """Records how much of a listing was read; ``problem`` is the code and reason why it is not whole."""
        code, reason = problem or (None, None)
        self.snapshots.record_coverage(
            self.snapshot_id,
            CoverageRow(
                collection=kind.collection,
                kind=kind.name,
                complete=problem is None,
                way=way,
                parent_id=parent,
                pages=pages,
                rows=rows,
                odata_count=odata_count,
                code=code,
                reason=reason,
                started_at=started_at,
                finished_at=format_time(self.clock()),
            ),
        )

    def unread(self, kind: Kind, error: MigrateError, *, way: str = LISTING, parent: str = "") -> None:
        """Records that a listing was not read, and keeps why."""
        self.failures.append(error)
        self.cover(kind, way=way, parent=parent, problem=(error.code, error.message))

    def answered(self, kind_names: Iterable[str], property_name: str, values: Iterable[str]) -> None:
        """Notes questions whose answers are in the snapshot now."""
        questions = [(property_name, value.casefold()) for value in values]
        for name in kind_names:
            self.state.add_look_ups(self.snapshot_id, name, questions)
