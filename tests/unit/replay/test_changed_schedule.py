"""Rights that stand and are changed: another end, or an end now; and active ones that are too young to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from replay_fakes import CALLER, END, WHO, Bench, FakeTarget, refused, role_item, row_of

from migrate.errors import GuardStopped, PlanStale
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.kinds.request import Request
from migrate.plan.document import Action, Item
from migrate.replay.apply import apply
from migrate.replay.rollback import rollback

ACTIVE = "roleAssignmentSchedule"
FOR_GOOD = {"scheduleInfo": {"expiration": {"type": "noExpiration"}}}
BEFORE = "2026-09-01T00:00:00Z"
UNTIL_BEFORE = {"scheduleInfo": {"expiration": {"type": "afterDateTime", "endDateTime": BEFORE}}}
YOUNG = refused(Meaning.TOO_YOUNG, "ActiveDurationTooShort")
MakeBench = Callable[..., Bench]


def ending(who: str = WHO) -> Item:
    item = role_item(who=who)
    base = {"id": "standing-1", "endDateTime": None}
    target = {**item.target, "endDateTime": None}
    return replace(item, action=Action.REPLACE, kind=ACTIVE, base=base, target=target)


def other_end() -> Item:
    return replace(role_item(), action=Action.UPDATE, base={"id": "standing-1", "endDateTime": BEFORE})


def standing(item: Item, **more: Any) -> dict[str, Any]:
    return row_of(item, "standing-1", createdUsing=None, **more)


def updates(target: FakeTarget) -> Callable[[Request], tuple[Answer, Outcome]]:
    """The end of what stands under the key becomes what the request says."""

    def answer(request: Request) -> tuple[Answer, Outcome]:
        body = dict(request.body or {})
        assert body["action"] == "adminUpdate"
        (row,) = target.rows
        row |= {"id": f"updated-{len(target.sent)}", "scheduleInfo": body["scheduleInfo"]}
        return Answer(201, body={"id": row["id"], "status": "Provisioned"}), Outcome(Meaning.DONE, status=201)

    return answer


async def test_what_gives_way_is_made_again_at_a_rollback(bench: MakeBench) -> None:
    item = ending()
    made = bench(item)
    made.target.rows = [standing(item, **FOR_GOOD)]
    await apply(made.run, [item])
    assert (made.target.rows, made.told()) == ([], ("done", "gone, as asked"))
    await rollback(made.again(), [item])
    assert made.actions() == ["adminRemove", "adminAssign"]
    (row,) = made.target.rows
    assert row["scheduleInfo"]["expiration"] == {"type": "noExpiration"}
    assert made.told() == ("done", "taken back")
    assert not made.state().standing


async def test_what_somebody_has_taken_away_already_is_not_given_back(bench: MakeBench) -> None:
    item = ending()
    made = bench(item)
    await apply(made.run, [item])
    await rollback(made.again(), [item])
    assert made.actions() == []
    assert made.target.rows == []


async def test_nobody_ends_the_right_of_whom_they_are_signed_in_as(bench: MakeBench) -> None:
    item = ending(CALLER)
    made = bench(item)
    made.target.rows = [standing(item, **FOR_GOOD)]
    with pytest.raises(GuardStopped) as caught:
        await apply(made.run, [item])
    assert (caught.value.code, made.actions(), made.events()) == ("self_removal", [], [])


async def test_an_own_right_that_this_run_leaves_alone_stops_nothing(bench: MakeBench) -> None:
    mine, other = ending(CALLER), replace(role_item(2, who="who-2"))
    made = bench(mine, other)
    made.target.rows = [standing(mine, **FOR_GOOD)]
    made.run.wanted = frozenset({other.id})
    await apply(made.run, [mine, other])
    assert made.actions() == ["adminAssign"]


async def test_another_end_and_back_again(bench: MakeBench) -> None:
    item = other_end()
    made = bench(item)
    made.target.rows = [standing(item, **UNTIL_BEFORE)]
    made.target.script = [updates(made.target)] * 2
    await apply(made.run, [item])
    assert made.target.rows[0]["scheduleInfo"]["expiration"]["endDateTime"] == END
    await rollback(made.again(), [item])
    assert made.target.rows[0]["scheduleInfo"]["expiration"]["endDateTime"] == BEFORE
    assert made.told() == ("done", "taken back")


async def test_an_end_that_is_no_longer_that_of_the_plan_is_left(bench: MakeBench) -> None:
    item = other_end()
    made = bench(item)
    made.target.rows = [standing(item, **FOR_GOOD)]
    with pytest.raises(PlanStale, match="D11"):
        await apply(made.run, [item])
    assert made.actions() == []


async def test_an_end_that_somebody_changed_after_us_is_not_taken_back(bench: MakeBench) -> None:
    item = other_end()
    made = bench(item)
    made.target.rows = [standing(item, **UNTIL_BEFORE)]
    made.target.script = [updates(made.target)]
    await apply(made.run, [item])
    made.target.rows[0] |= FOR_GOOD
    await rollback(made.again(), [item])
    assert made.actions() == ["adminUpdate"]
    assert made.told() == ("refused", "D11: changed since by somebody else: endDateTime: never")


async def test_no_end_is_changed_while_a_session_of_the_same_right_runs_longer_than_that(
    bench: MakeBench,
) -> None:
    item = other_end()
    made = bench(item)
    made.target.rows = [standing(item, **UNTIL_BEFORE)]
    made.target.script = [YOUNG] * 1000
    begun = made.clock.now()
    await apply(made.run, [item])
    assert made.told()[0] == "refused" and "ActiveDurationTooShort" in made.told()[1]
    assert timedelta(minutes=5) <= made.clock.now() - begun < timedelta(minutes=7)
    assert made.target.rows[0]["scheduleInfo"]["expiration"]["endDateTime"] == BEFORE


async def test_an_active_right_that_is_too_young_is_waited_for(bench: MakeBench) -> None:
    item = replace(role_item(), kind=ACTIVE)
    made = bench(item)
    await apply(made.run, [item])
    made.target.script = [YOUNG] * 3
    begun = made.clock.now()
    await rollback(made.again(), [item])
    assert made.actions() == ["adminAssign", *["adminRemove"] * 4]
    assert made.target.rows == []
    assert timedelta() < made.clock.now() - begun < timedelta(minutes=6)
