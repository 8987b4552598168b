"""A journal that a test fills, and a plan that it may be about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from trail_journal import TrailJournal

from migrate.store.database import open_state


@pytest.fixture
def written(tmp_path: Path) -> Iterator[TrailJournal]:
    with open_state(tmp_path / "state" / "engagement.db", create=True) as db:
        yield TrailJournal(db, tmp_path)
