"""What a verb works with: the engagement file, its database and its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.cli import clock
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.config.engagement import Engagement
    from migrate.store.database import Database


@dataclass(frozen=True)
class Context:
    screen: Screen
    engagement: Engagement

    @classmethod
    def of(cls, path: Path, screen: Screen) -> Context:
        """Reads the engagement file. Raises FileError for anything that is wrong with it."""
        from migrate.config.engagement import read_engagement

        return cls(screen, read_engagement(path))

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """The database for a verb that changes nothing; NoState when there is none."""
        from migrate.store.database import open_state

        with open_state(self.engagement.database_path, create=False) as db:
            yield db

    @contextmanager
    def writing(self, verb: str, *, create: bool = False) -> Iterator[Database]:
        """The database under the engagement's lock, checked to belong to these two tenants."""
        from migrate.store.database import open_state
        from migrate.store.identity import bind
        from migrate.store.journal import Journal
        from migrate.store.lock import hold

        engagement = self.engagement
        if not create and not engagement.database_path.exists():
            with open_state(engagement.database_path, create=False):
                raise AssertionError("a database that is not there was opened")
        with (
            hold(engagement.lock_path, verb, clock.now),
            open_state(engagement.database_path, create=create) as db,
        ):
            bind(
                db,
                name=engagement.name,
                source_tenant_id=engagement.source.tenant_id,
                target_tenant_id=engagement.target.tenant_id,
                at=clock.now(),
            )
            recovered = Journal(db, clock.now).recover_emergency()
            if recovered.folded or recovered.kept:
                kept = f"; unreadable lines were kept in {recovered.kept}" if recovered.kept else ""
                self.screen.note(f"{recovered.folded} outcomes were taken over from the emergency file{kept}")
            yield db
