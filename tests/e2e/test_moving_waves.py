"""Waves with every kind of write: what is changed for a time after a kill, and what relies on what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import NOW, running
from moving_pair import moving_pair
from moving_wave import EVERYTHING, Moving, comparable, without_announced
from prepared_wave import Wave, states

from migrate.replay import crash_points


class Died(BaseException):
    pass


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moving]:
    with running(*moving_pair(NOW)) as pair:
        yield Moving.make(pair, tmp_path_factory.mktemp("moving"), window=0.3)


def _kill_once_loosened(moving: Moving, wave: Wave) -> str:
    """Ends the run for good once the rule is loosened; the id of that write."""
    write = moving.kinds["temporary rule"]
    dead: list[str] = []

    def on_reach(point: str) -> None:
        if dead or (point == "after_end" and crash_points.item and crash_points.item.id == write):
            dead.append(point)
            raise Died

    crash_points.on_reach = on_reach
    try:
        with pytest.raises(Died):
            wave.cli(f"{moving.apply('temporary rule')} {moving.pair.confirmed}")
    finally:
        crash_points.on_reach = None
    return write


def test_status_names_first_what_a_killed_run_left_loosened(moving: Moving, tmp_path: Path) -> None:
    before, _ = moving.ends("temporary rule", tmp_path, meddled=False)
    wave = moving.copy(tmp_path / "work")
    write = _kill_once_loosened(moving, wave)
    assert comparable(wave.dump())["rolePolicies"] != before["rolePolicies"]
    told = wave.cli("status --json")
    assert told.lines[0]["type"] == "temporary"
    assert (told.lines[0]["id"], told.lines[0]["at_work"]) == (write, None)
    assert told.summary["next"].startswith("pim-migrate apply all-1, which first restores")
    text = wave.cli("status").out
    assert text.startswith(f"STILL CHANGED: {write}")
    command = f"rollback all --write {write}"
    assert f"pim-migrate {command}\n" in text
    restored = wave.cli(f"{command} --json {moving.pair.confirmed}")
    assert (restored.code, states(restored)) == (0, {write: "done"})
    assert (
        comparable(wave.dump())["rolePolicies"]["fe930be7-5e62-47db-91af-98c3a49a38b1"]
        == (before["rolePolicies"]["fe930be7-5e62-47db-91af-98c3a49a38b1"])
    )
    assert not wave.cli("status --json").of_type("temporary")


def test_a_run_that_leaves_a_rule_changed_ends_with_3(moving: Moving, tmp_path: Path) -> None:
    """Somebody changes the rule while it is loosened: it is not put back over their change."""
    wave = moving.copy(tmp_path / "work")
    write = moving.kinds["temporary rule"]
    target = moving.items[write]["target"]
    theirs = {
        "rule": target["ruleId"],
        "properties": {"isExpirationRequired": True, "maximumDuration": "P359D"},
    }
    (right,) = [one for one, item in moving.items.items() if write in item["needs"]]
    changed: list[str] = []

    def on_reach(point: str) -> None:
        if point == "after_end" and crash_points.item and crash_points.item.id == right and not changed:
            changed.append(point)
            wave.change(op="rule", roleDefinitionId=target["roleDefinitionId"], **theirs)

    crash_points.on_reach = on_reach
    try:
        done = wave.apply()
    finally:
        crash_points.on_reach = None
    assert [one for one, state in states(done).items() if state != "done"] == [write], done.out
    assert done.code == 3, done.out
    assert "pim-migrate status" in done.err
    assert [line["id"] for line in wave.cli("status --json").of_type("temporary")] == [write]
    taken = wave.rollback()
    assert (taken.code, "STILL CHANGED" in taken.err) == (3, True), taken.out


def test_the_next_apply_restores_and_goes_on(moving: Moving, tmp_path: Path) -> None:
    _, after = moving.ends(EVERYTHING, tmp_path, meddled=False)
    wave = moving.copy(tmp_path / "work")
    _kill_once_loosened(moving, wave)
    assert wave.apply().code == 0
    assert comparable(wave.dump()) == after
    assert not wave.cli("status --json").of_type("temporary")


def test_an_apply_of_another_plan_restores_what_the_first_left(moving: Moving, tmp_path: Path) -> None:
    before, _ = moving.ends("temporary rule", tmp_path, meddled=False)
    wave = moving.copy(tmp_path / "work")
    write = _kill_once_loosened(moving, wave)
    assert wave.cli("plan all --json").code in (0, 3)
    (path,) = (wave.cli.folder / "state").glob("*/plans/plan-all-2*.json")
    items = json.loads(path.read_text(encoding="utf-8"))["items"]
    right = moving.items[moving.kinds["groupEligibilitySchedule"]]
    (one,) = [item["id"] for item in items if item["key"] == right["key"]]
    done = wave.cli(f"apply all-2 --only {one} --json {moving.pair.confirmed}")
    assert done.code in (0, 3), done.out
    assert states(done)[write] == "done"
    assert (
        comparable(wave.dump())["rolePolicies"]["fe930be7-5e62-47db-91af-98c3a49a38b1"]
        == (before["rolePolicies"]["fe930be7-5e62-47db-91af-98c3a49a38b1"])
    )


def test_everything_of_two_plans_goes_where_the_second_relies_on_the_first(
    moving: Moving, tmp_path: Path
) -> None:
    before, after = moving.ends(EVERYTHING, tmp_path, meddled=False)
    wave = moving.copy(tmp_path / "work")
    first = moving.wanted("groupMember") + moving.wanted("administrativeUnit")
    first += moving.wanted("roleManagementPolicyRule")
    done = wave.cli(f"apply all-1 --only {','.join(first)} --json {moving.pair.confirmed}")
    assert done.code == 3, done.out
    assert wave.cli("plan all --json").code in (0, 3)
    done = wave.apply("all-2")
    assert done.code in (0, 3), done.out
    schedules = wave.dump()["schedules"]
    assert {kind: len(rows) for kind, rows in schedules.items()} == {
        kind: len(rows) for kind, rows in after["schedules"].items()
    }
    alone = wave.rollback("all --write " + moving.kinds["group"])
    assert (alone.code, states(alone)) == (3, {moving.kinds["group"]: "kept"})
    done = wave.cli(f"rollback --everything --json {moving.pair.confirmed}")
    assert done.code == 0, done.out
    assert without_announced(comparable(wave.dump())) == before


def test_a_batch_stays_for_the_others_and_goes_with_the_last_of_them(moving: Moving, tmp_path: Path) -> None:
    before, _ = moving.ends(EVERYTHING, tmp_path, meddled=False)
    wave = moving.copy(tmp_path / "work")
    assert wave.apply().code == 0
    group, unit = moving.kinds["group"], moving.kinds["administrativeUnit"]
    first = wave.rollback("all --batch 1")
    assert first.code == 3
    assert states(first)[group] == states(first)[unit] == "kept"
    batches = sorted({item["batch"] for item in moving.items.values()})
    for batch in batches[1:]:
        done = wave.rollback(f"all --batch {batch}")
    assert (done.code, states(done)[group]) == (0, "done"), done.out
    assert without_announced(comparable(wave.dump())) == before
