"""A run ends itself: at once, after a batch, at the edge of a window; and what is in flight is finished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from replay_fakes import Bench, refused, role_item

from migrate.graphapi.outcome import Meaning
from migrate.plan.terms import Freeze, Stop, Terms
from migrate.replay.apply import apply
from migrate.replay.brake import Brake
from migrate.replay.rollback import rollback

Make = Callable[..., Bench]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def brake(stop: Stop | None = None, *freezes: Freeze) -> tuple[Brake, list[dict[str, Any]]]:
    journal: list[dict[str, Any]] = []
    made = Brake(Terms(stop or Stop(), freezes), journal.append)
    made.begin()
    return made, journal


def test_failures_are_counted_by_write_and_by_the_last_word() -> None:
    made, journal = brake(Stop(failures=2))
    for write_id, state in (("1", "refused"), ("1", "refused"), ("2", "in_doubt"), ("3", "done")):
        made.note(write_id, state)
        if (write_id, state) == ("2", "in_doubt"):
            assert not made.lets_begin(NOON)
    assert len(journal) == 1 and journal[0]["why"] == "stop_condition"
    settled, _ = brake(Stop(failures=2))
    for write_id, state in (
        ("1", "in_doubt"),
        ("1", "done"),
        ("2", "refused"),
        ("3", "planned"),
        ("4", "kept"),
    ):
        settled.note(write_id, state)
    assert settled.lets_begin(NOON)


def test_the_share_is_judged_after_a_batch() -> None:
    made, journal = brake(Stop(share=50))
    made.note("1", "refused")
    assert made.lets_begin(NOON), "the first of a batch says nothing about the others"
    made.note("2", "done")
    made.note("3", "done")
    made.batch_done(1)
    assert made.lets_begin(NOON)
    made.note("4", "drift")
    made.batch_done(2)
    assert not made.lets_begin(NOON)
    assert journal[0]["states"] == {"refused": 1, "done": 2, "drift": 1}


@pytest.mark.parametrize(("state", "stops"), [("in_doubt", True), ("refused", False)])
def test_the_first_of_a_class(state: str, stops: bool) -> None:
    made, _ = brake(Stop(classes=("in_doubt",)))
    made.note("1", state)
    assert made.lets_begin(NOON) is not stops


def test_a_window_that_begins_while_the_run_goes_on() -> None:
    made, journal = brake(None, Freeze("lunch", (0,), 12 * 60, 13 * 60))
    assert made.lets_begin(NOON.replace(hour=11, minute=59))
    assert not made.lets_begin(NOON)
    assert not made.lets_begin(NOON.replace(hour=14)), "a run that has stopped stays stopped"
    assert [one["why"] for one in journal] == ["freeze_window"]


async def test_what_is_not_begun_stays_planned_and_the_next_run_does_it(bench: Make) -> None:
    here = bench(*(role_item(number, who=f"who-{number}") for number in range(1, 5)))
    here.run.at_once = 1
    here.run.brake = made = Brake(
        Terms(Stop(failures=1)), lambda payload: here.run.recorder.stopped("all-1", payload)
    )
    here.run.report = made.watching(here.run.report)
    here.target.script = [refused(Meaning.REFUSED, "Policy")]
    await apply(here.run, here.items)
    assert made.reason
    assert [here.told(item)[0] for item in here.items].count("planned") == 3
    assert here.events().count("stopped") == 1
    await apply(here.again(), here.items)
    assert all(here.state(item).standing for item in here.items)
    here.journal.verify_chain()


async def test_nobody_takes_their_own_access_back(bench: Make) -> None:
    here = bench(role_item(1, who="who-1"), role_item(2, who="who-2"))
    await apply(here.run, here.items)
    run = here.again()
    here.target.caller_id = str(here.items[0].target["principalId"])
    own = here.items[:1]
    await rollback(run, here.items)
    for item in here.items:
        assert here.state(item).standing is (item in own)
    assert {here.told(item)[0] for item in own} == {"kept"}
