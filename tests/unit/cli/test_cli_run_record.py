from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from migrate import __version__
from migrate.cli.run_record import operator, record_run
from migrate.store.database import open_state
from migrate.store.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with open_state(tmp_path / "state" / "engagement.db", create=True) as db:
        yield Journal(db, lambda: datetime(2026, 6, 1, tzinfo=UTC))


def test_a_run_says_who_signed_in(journal: Journal) -> None:
    session: Any = SimpleNamespace(caller_id="sp-1", app_id="app-1", app_only=True, tenant_id="t-1")
    record_run(journal, "run-1", "apply", plan_id="all-1", wave="all", session=cast(Any, session))
    (entry,) = journal.entries()
    assert (entry.event, entry.run_id, entry.plan_id, entry.wave) == ("run", "run-1", "all-1", "all")
    assert entry.payload == {
        "verb": "apply",
        "version": __version__,
        "operator": operator(),
        "caller": {"object_id": "sp-1", "app_id": "app-1", "app_only": True, "tenant_id": "t-1"},
    }


def test_a_run_in_which_nobody_signed_in_names_no_caller(journal: Journal) -> None:
    record_run(journal, "run-1", "doubt")
    (entry,) = journal.entries()
    assert "caller" not in entry.payload


@pytest.mark.parametrize("error", [OSError(), KeyError("uid not found"), ImportError("pwd")])
def test_an_account_without_a_name_is_no_reason_not_to_run(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert operator() == ""
