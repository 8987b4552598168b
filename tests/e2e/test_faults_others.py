"""Somebody else works in the target at the same time: nothing of theirs is claimed, changed or removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prepared_wave import Wave, book_of, schedule_of, states
from wave_fixtures import prepared, wave

__all__ = ["prepared", "wave"]

LATER = (datetime.now(UTC) + timedelta(days=17)).strftime("%Y-%m-%dT%H:%M:%SZ")
both = pytest.mark.parametrize("kind", ["role", "group"])


def _count(wave: Wave) -> int:
    return sum(len(rows) for rows in wave.dump()["schedules"].values())


@both
@pytest.mark.parametrize("end", ["equal", "other"])
def test_made_between_plan_and_apply_makes_the_plan_stale(wave: Wave, kind: str, end: str) -> None:
    item = wave.item(kind)
    more = {} if end == "equal" else {"endDateTime": LATER}
    wave.change(op="create", kind=book_of(item), object=schedule_of(item, **more))
    done = wave.apply()
    assert (done.code, done.error["code"]) == (13, "plan_stale")
    assert "D11" in done.error["message"]
    assert wave.writes() == []


@both
@pytest.mark.parametrize("lost", [False, True])
def test_made_after_the_preflight_stays_at_a_rollback(wave: Wave, kind: str, lost: bool) -> None:
    """The lab cannot act between two requests of ours, so the refusal is scripted and the right made then."""
    item = wave.item(kind)
    if lost:
        wave.fault("status", on=kind, status=504, times=1)
    made: list[bool] = []

    def make() -> None:
        if not made:
            made.append(True)
            wave.change(op="create", kind=book_of(item), object=schedule_of(item, justification="by hand"))

    done = _interfering(wave, item, make)
    assert done.code == 0, done.out + done.err
    assert wave.rollback().code == 0
    kept = [line for line in wave.rollback().of_type("write") if line["state"] == "kept"]
    assert [line["id"] for line in kept] == [item["id"]]
    key = "principalId"
    book = "roleEligibility" if kind == "role" else "groupEligibility"
    assert any(row[key] == item["target"][key] for row in wave.dump()["schedules"][book])


def _interfering(wave: Wave, item, act):  # type: ignore[no-untyped-def]
    """Applies while ``act`` happens just before this item's request is sent."""
    from migrate.replay import crash_points

    def on_reach(point: str) -> None:
        if point == "after_begin":
            act()

    crash_points.on_reach = on_reach
    try:
        return wave.apply()
    finally:
        crash_points.on_reach = None


@both
def test_another_end_made_after_the_preflight_is_drift(wave: Wave, kind: str) -> None:
    item = wave.item(kind)
    done_once: list[bool] = []

    def make() -> None:
        if not done_once:
            done_once.append(True)
            wave.change(op="create", kind=book_of(item), object=schedule_of(item, endDateTime=LATER))

    done = _interfering(wave, item, make)
    assert done.code == 3
    line = next(
        line for line in done.of_type("write") if line["id"] == item["id"] and line["state"] == "refused"
    )
    assert "D10" in line["reason"]
    assert wave.verify().code == 4
    assert wave.rollback().code == 0
    assert _count(wave) == sum(len(rows) for rows in wave.prepared.before["schedules"].values()) + 1


@both
def test_changed_before_the_rollback_is_refused_and_named(wave: Wave, kind: str) -> None:
    item = wave.item(kind)
    assert wave.apply().code == 0
    wave.change(op="update", kind=book_of(item), object=schedule_of(item, endDateTime=LATER))
    assert wave.verify().code == 4
    done = wave.rollback()
    assert done.code == 3
    assert {key: state for key, state in states(done).items() if state != "done"} == {item["id"]: "refused"}
    (line,) = [line for line in done.of_type("write") if line["state"] == "refused"]
    assert "by somebody else" in line["reason"]
    assert _count(wave) == sum(len(rows) for rows in wave.prepared.before["schedules"].values()) + 1


@both
def test_removed_before_the_rollback_is_done(wave: Wave, kind: str) -> None:
    item = wave.item(kind)
    assert wave.apply().code == 0
    wave.change(op="delete", kind=book_of(item), object=schedule_of(item))
    done = wave.rollback()
    assert done.code == 0
    (line,) = [line for line in done.of_type("write") if line["id"] == item["id"]]
    assert line["reason"] == "already gone"
    assert wave.is_as_before
    assert wave.verify().code == 0


@both
def test_made_anew_by_somebody_else_is_left_though_equal(wave: Wave, kind: str) -> None:
    item = wave.item(kind)
    assert wave.apply().code == 0
    wave.change(op="delete", kind=book_of(item), object=schedule_of(item))
    wave.change(op="create", kind=book_of(item), object=schedule_of(item))
    done = wave.rollback()
    assert done.code == 3
    assert states(done)[item["id"]] == "refused"
    assert _count(wave) == sum(len(rows) for rows in wave.prepared.before["schedules"].values()) + 1


@both
def test_removed_between_two_applies_makes_the_plan_stale(wave: Wave, kind: str) -> None:
    item = wave.item(kind)
    assert wave.apply().code == 0
    wave.change(op="delete", kind=book_of(item), object=schedule_of(item))
    done = wave.apply()
    assert (done.code, done.error["code"]) == (13, "plan_stale")
    assert "removed by somebody else" in done.error["message"]


def test_rollback_of_one_batch(wave: Wave) -> None:
    assert wave.apply().code == 0
    second = {item["id"] for item in wave.items() if item["batch"] == 2}
    done = wave.rollback("all --batch 2")
    assert done.code == 0
    assert set(states(done)) == second
    assert wave.verify().code == 0
    assert wave.rollback().code == 0
    assert wave.is_as_before


def test_rollback_of_one_write_and_apply_again(wave: Wave) -> None:
    assert wave.apply().code == 0
    item = wave.item("group")
    done = wave.rollback(f"all --write {item['id']}")
    assert states(done) == {item["id"]: "done"}
    assert wave.apply().code == 0
    assert wave.is_applied


def test_rollback_of_everything_is_known_to_the_wave(wave: Wave) -> None:
    assert wave.apply().code == 0
    assert wave.rollback("--everything").code == 0
    assert wave.is_as_before
    assert wave.verify().code == 0
    done = wave.rollback()
    assert (done.code, states(done)) == (0, {})
