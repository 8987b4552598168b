"""The rules of ``migrate.replay`` about what is built upon and what is changed for a time, each with a test
of the same name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from plain_fakes import (
    GROUPS,
    NEW_GROUP,
    NEW_UNIT,
    ROLES,
    RULE,
    UNITS,
    PlainBench,
    group_object,
    link_item,
    needing,
    relaxed,
    role_object,
    rule,
    unit_item,
)
from replay_fakes import ROLE_ID, lost, refused, role_item

from migrate.errors import ConsentMissing, GuardStopped
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.plan.document import Item
from migrate.plan.terms import Stop, Terms
from migrate.replay.apply import apply
from migrate.replay.brake import Brake
from migrate.replay.fold import Ended
from migrate.replay.rollback import rollback

Make = Callable[..., PlainBench]


class Died(BaseException):
    """The process is killed."""


async def test_dependents_must_wait_for_end(plain: Make) -> None:
    unit = unit_item()
    here = plain(unit, link_item(2, parent=NEW_UNIT, needs=[unit.id]))
    events: list[list[str]] = []
    here.target.on_send = lambda _request: events.append(here.events())
    await apply(here.run, here.items)
    assert [len(one) for one in events] == [1, 4]
    assert events[1][-2:] == ["end done", "begin"]


@pytest.mark.parametrize("how", ["refused", "in doubt"])
async def test_a_write_whose_need_is_not_done_must_not_be_sent(plain: Make, how: str) -> None:
    unit = unit_item()
    here = plain(unit, link_item(2, parent=NEW_UNIT, needs=[unit.id]))
    accepted = (Answer(201, body={"id": "made-7"}), Outcome(Meaning.DONE, status=201))
    says = {"refused": refused(Meaning.REFUSED, "Forbidden"), "in doubt": lambda _request: accepted}
    here.target.script = [says[how]]
    await apply(here.run, here.items)
    assert here.methods() == [f"POST {UNITS}"]
    assert here.told(here.items[1]) == ("not_done", "it needs all-1.00001, which is not done")


def _ctrl_c(here: PlainBench) -> None:
    here.target.on_send = lambda _request: here.run.stop.set() if len(here.target.sent) == 1 else None


def _halts(here: PlainBench) -> None:
    def widened(request: Any) -> Any:
        body = {**request.body, "directoryScopeId": "/"}
        return here.target.accept(replace(request, body=body), row=True)

    here.items[1] = replace(
        here.items[1],
        target={**here.items[1].target, "directoryScopeId": "/administrativeUnits/unit-1"},
        key=f"who-1|{ROLE_ID}|/administrativeunits/unit-1",
    )
    here.again()
    here.target.script = [here.target.faithful, widened]


def _errs(here: PlainBench) -> None:
    here.target.script = [here.target.faithful, refused(Meaning.CONSENT, "Denied", 403)]


def _brakes(here: PlainBench) -> None:
    here.target.script = [here.target.faithful, refused(Meaning.REFUSED, "Denied")]
    here.run.brake = Brake(Terms(stop=Stop(failures=1)), lambda _payload: None)
    here.run.report = here.run.brake.watching(here.lines.append)


def _loses_the_answer(here: PlainBench) -> None:
    """The loosening itself is in doubt when the person stops the run."""

    def stopped(request: Any) -> Any:
        here.run.stop.set()
        return lost(here.target, effect=True)(request)

    here.target.script = [stopped]


def _is_throttled(here: PlainBench) -> None:
    """The restoring itself is refused for a while after the stop."""
    _ctrl_c(here)
    throttled = refused(Meaning.THROTTLED, "TooManyRequests", 429)
    here.target.script = [here.target.faithful, here.target.faithful, throttled, throttled]


@pytest.mark.parametrize(
    ("stop", "error"),
    [
        (_ctrl_c, None),
        (_halts, GuardStopped),
        (_errs, ConsentMissing),
        (_brakes, None),
        (_loses_the_answer, None),
        (_is_throttled, None),
    ],
)
async def test_what_is_changed_for_a_time_must_be_restored_before_any_stop(
    plain: Make, stop: Callable[[PlainBench], None], error: type[Exception] | None
) -> None:
    here = plain(*relaxed())
    stop(here)
    if error is None:
        await apply(here.run, here.items)
    else:
        with pytest.raises(error):
            await apply(here.run, here.items)
    assert here.methods()[0].startswith("PATCH ")
    assert here.target.policy["rules"][RULE] == rule(10)
    assert not here.state().standing
    assert not here.state().open


async def _killed_while_relaxed(here: PlainBench) -> None:
    def die(_request: Any) -> Any:
        raise Died

    here.target.script = [here.target.faithful, die]
    with pytest.raises(Died):
        # What kills leaves no time to restore.
        await _without_restoring(here)
    assert here.target.policy["rules"][RULE] == rule(99)
    here.target.script = []


async def _without_restoring(here: PlainBench) -> None:
    judged = here.target.judged

    async def dead(_request: Any, _stop: Any = None) -> Any:
        raise Died

    def die(_request: Any) -> None:
        if len(here.target.sent) == 1:
            here.target.judged = dead  # type: ignore[method-assign]
            raise Died

    here.target.on_send = die
    try:
        await apply(here.run, here.items)
    finally:
        here.target.on_send = None
        here.target.judged = judged  # type: ignore[method-assign]


@pytest.mark.parametrize("of_another_plan", [True, False])
async def test_what_a_killed_run_left_changed_for_a_time_must_be_restored_first_by_the_next_apply(
    plain: Make, of_another_plan: bool
) -> None:
    here = plain(*relaxed())
    await _killed_while_relaxed(here)
    sent = len(here.target.sent)
    if of_another_plan:
        other = replace(unit_item(), id="pilot-1.00001")
        await apply(here.again(), [other], here.items)
        assert [one.split()[0] for one in here.methods()[sent:]] == ["PATCH", "POST"]
    else:
        await apply(here.again(), here.items)
        # Restored, then changed again for the right that is still to be written, and restored once more.
        assert [one.split()[0] for one in here.methods()[sent:]] == ["PATCH", "PATCH", "POST", "PATCH"]
        assert here.state(here.items[1]).ended is Ended.DONE
    assert here.target.policy["rules"][RULE] == rule(10)


@pytest.mark.parametrize("of_another_plan", [True, False])
async def test_what_a_killed_run_left_changed_for_a_time_must_be_restored_first_by_the_next_rollback(
    plain: Make, of_another_plan: bool
) -> None:
    here = plain(*relaxed())
    other = replace(unit_item(), id="pilot-1.00001")
    await apply(here.run, [other])
    await _killed_while_relaxed_again(here)
    sent = len(here.target.sent)
    items = [other] if of_another_plan else here.items
    await rollback(here.again(), items, [*here.items, other])
    assert here.methods()[sent].startswith("PATCH ")
    assert here.target.policy["rules"][RULE] == rule(10)


async def _killed_while_relaxed_again(here: PlainBench) -> None:
    here.target.sent.clear()
    await _killed_while_relaxed(here)


@pytest.mark.parametrize(
    ("item", "path", "namesake"),
    [
        (unit_item(), UNITS, {"displayName": "EMEA", "description": "People"}),
        (
            group_object(),
            GROUPS,
            {"displayName": "Admins", "mailNickname": "admins", "securityEnabled": True},
        ),
        (role_object(), ROLES, {"displayName": "Support", "isEnabled": True}),
    ],
)
async def test_an_object_must_be_found_again_by_its_mark_and_never_by_its_name_alone(
    plain: Make, item: Item, path: str, namesake: dict[str, Any]
) -> None:
    here = plain(item)
    here.target.tables[path]["theirs"] = {**namesake, "id": "theirs"}
    here.target.script = [lost(here.target, effect=True)]
    await apply(here.run, here.items)
    assert here.methods() == [f"POST {path}"]
    assert here.state().image["id"] == "made-2"
    await rollback(here.again(), here.items)
    assert set(here.target.tables[path]) == {"theirs"}


@pytest.mark.parametrize("of_another_plan", [True, False])
async def test_a_unit_just_made_must_not_be_used_before_pim_can_know_it(
    plain: Make, of_another_plan: bool
) -> None:
    unit = unit_item()
    scope = "made-1" if of_another_plan else NEW_UNIT
    right = needing(
        role_item(2, scope=f"/administrativeUnits/{scope}"), *(() if of_another_plan else (unit,))
    )
    here = plain(unit, right)
    times: list[timedelta] = []
    begun = here.clock.now()
    here.target.on_send = lambda _request: times.append(here.clock.now() - begun)
    if of_another_plan:
        await apply(here.run, [unit])
        await apply(here.again(), [right], [unit])
    else:
        await apply(here.run, here.items)
    assert times[1] - times[0] >= timedelta(seconds=120)
    assert here.target.rows[0]["directoryScopeId"] == "/administrativeUnits/made-1"


async def test_what_a_surviving_write_relies_on_must_stay(plain: Make) -> None:
    group = group_object(1)
    right = replace(needing(role_item(2), group, principalId=NEW_GROUP), key=f"{NEW_GROUP}|{ROLE_ID}|/")
    here = plain(group, right)
    await apply(here.run, here.items)
    await rollback(here.again(), [group], here.items)
    assert here.told(group)[0] == "kept"
    assert set(here.target.tables[GROUPS]) == {"made-1"}
