from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from migrate.errors import NoState, StateError, WrongTenant
from migrate.store.database import Database, open_state
from migrate.store.identity import bind
from migrate.store.plans import PlanRow, Plans
from migrate.store.runs import Runs

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def register(db: Database, number: int, wave: str = "all", **changed: object) -> PlanRow:
    values = {
        "plan_id": f"plan-{wave}-{number}",
        "wave": wave,
        "number": number,
        "path": db.folder / "plans" / f"plan-{wave}-{number}.json",
        "hash": f"hash of {wave} {number}",
        "made_at": NOW,
        "resolution_id": None,
        "document": {"writes": [{"id": "w1"}]},
        **changed,
    }
    return Plans(db).register(**values)  # type: ignore[arg-type]


def test_numbers_count_per_wave(db: Database) -> None:
    plans = Plans(db)
    assert plans.next_number("all") == 1
    register(db, 1)
    register(db, 2)
    assert plans.next_number("all") == 3
    assert plans.next_number("pilot") == 1


def test_a_plan_goes_by_its_id_and_by_its_path(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = register(db, 1)
    plans = Plans(db)
    assert plans.get("plan-all-1") == plan
    assert plans.get(plan.path) == plan
    monkeypatch.chdir(db.folder)
    assert plans.get("plans/plan-all-1.json") == plan
    assert plans.get("./plans/../plans/plan-all-1.json") == plan


def test_an_unknown_plan_is_no_state(db: Database) -> None:
    with pytest.raises(NoState) as caught:
        Plans(db).get("plan-all-9")
    assert caught.value.code == "plan_unknown"


def test_plans_are_listed_by_wave_and_number(db: Database) -> None:
    assert Plans(db).list() == []
    register(db, 11, wave="pilot")
    register(db, 10)
    register(db, 9)
    assert [plan.id for plan in Plans(db).list()] == ["plan-all-9", "plan-all-10", "plan-pilot-11"]


def test_the_same_plan_twice_is_no_error_but_another_in_its_place_is(db: Database) -> None:
    register(db, 1)
    register(db, 1)
    assert len(Plans(db).list()) == 1
    for changed in ({"hash": "other"}, {"plan_id": "other"}, {"document": {}}):
        with pytest.raises(StateError) as caught:
            register(db, 1, **changed)
        assert caught.value.code == "plan_exists"


def test_the_state_folder_can_be_moved(path: Path, tmp_path: Path) -> None:
    with open_state(path, create=True) as db:
        register(db, 1)
    shutil.move(path.parent, tmp_path / "moved")
    with open_state(tmp_path / "moved" / path.name, create=False) as db:
        plan = Plans(db).get(tmp_path / "moved" / "plans" / "plan-all-1.json")
        assert plan.path == tmp_path / "moved" / "plans" / "plan-all-1.json"


def test_a_run_without_an_end_shows_that_it_was_killed(db: Database) -> None:
    runs = Runs(db)
    runs.begin("r1", "apply", NOW, plan_id="plan-all-1", wave="all")
    runs.begin("r2", "verify", NOW, wave="all")
    runs.finish("r2", "done", NOW)
    assert [(run.id, run.outcome, run.finished_at is None) for run in runs.list()] == [
        ("r1", None, True),
        ("r2", "done", False),
    ]


def test_the_state_belongs_to_one_pair_of_tenants(db: Database) -> None:
    bind(db, name="a", source_tenant_id="S", target_tenant_id="T", at=NOW)
    bind(db, name="renamed", source_tenant_id="s", target_tenant_id="t", at=NOW)
    assert db.value("SELECT name FROM engagement") == "renamed"
    with pytest.raises(WrongTenant) as caught:
        bind(db, name="a", source_tenant_id="s", target_tenant_id="other", at=NOW)
    assert (caught.value.code, caught.value.exit) == ("state_of_other_tenants", 18)
