"""The numbered steps that bring a database of any age to the schema of this version.

A step that was released is never edited: what comes later is a new step with the next number. Each step and
its record in ``schema_migrations`` are one transaction, so that a killed run leaves whole steps only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from migrate.store.crawl_state_schema import CREATE_CRAWL_STATE
from migrate.store.schema import CREATE_DECISION_IMPORTS, CREATE_TABLES
from migrate.store.schema_findings import ADD_BLOCKS
from migrate.store.schema_parents import KEYED_BY_PARENT
from migrate.store.schema_reuse import CREATE_REUSE
from migrate.store.schema_views import CREATE_VIEWS


class Migratable(Protocol):
    """What a step needs of the database."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int: ...

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any: ...

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[dict[str, Any]]: ...

    def transaction(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True)
class Migration:
    number: int
    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "tables", CREATE_TABLES),
    Migration(2, "views", CREATE_VIEWS),
    Migration(3, "objects are keyed by their parent too", KEYED_BY_PARENT),
    Migration(4, "decision imports", CREATE_DECISION_IMPORTS),
    Migration(5, "what drift blocks", ADD_BLOCKS),
    Migration(6, "crawl state", CREATE_CRAWL_STATE),
    Migration(7, "resolutions taken up again", CREATE_REUSE),
)

# The moment of a step is told by SQLite: it is for people who look into the file; nothing is decided by it.
_CREATE_RECORD = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)
"""


def latest_number(migrations: Iterable[Migration] = MIGRATIONS) -> int:
    """The number of the last step that this version knows."""
    return max(migration.number for migration in migrations)


def applied_number(database: Migratable) -> int:
    """The number of the last step that the database has seen; 0 when none is recorded."""
    if not database.value("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"):
        return 0
    return int(database.value("SELECT max(number) FROM schema_migrations") or 0)


def bring_up_to_date(database: Migratable, migrations: Sequence[Migration] = MIGRATIONS) -> list[int]:
    """Applies the missing steps in order and returns their numbers; a failing step leaves no trace."""
    applied = []
    for migration in sorted(migrations, key=lambda migration: migration.number):
        if applied_number(database) >= migration.number:
            continue
        with database.transaction():
            # Asked again under the write lock: another process may have applied it while we waited.
            if applied_number(database) >= migration.number:
                continue
            database.execute(_CREATE_RECORD)
            for statement in migration.statements:
                database.execute(statement)
            database.execute(
                "INSERT INTO schema_migrations (number, name) VALUES (?, ?)",
                (migration.number, migration.name),
            )
            applied.append(migration.number)
    return applied
