from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from migrate.store.database import DATABASE_NAME, Database, open_state

START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Each look at it is one second later than the one before."""
    moments = iter(range(1_000_000))
    return lambda: START + timedelta(seconds=next(moments))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "contoso" / DATABASE_NAME


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with open_state(path, create=True) as database:
        yield database
