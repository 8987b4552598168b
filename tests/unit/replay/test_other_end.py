"""Rights that are there already and are given another end, and their own again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from plain_fakes import PlainBench
from replay_fakes import END, group_item, lost, refused, role_item, row_of

from migrate.errors import PlanStale
from migrate.graphapi.outcome import Meaning
from migrate.plan.document import Action, Item
from migrate.replay.apply import apply
from migrate.replay.fold import Ended
from migrate.replay.rollback import rollback
from migrate.replay.verify import verify

Make = Callable[..., PlainBench]
BEFORE = "2026-09-01T00:00:00Z"


def _ending(at: str | None) -> dict[str, Any]:
    kind = "afterDateTime" if at else "noExpiration"
    return {"expiration": {"type": kind, "endDateTime": at}}


def _changed(action: Action, item: Item | None = None) -> Item:
    item = item or role_item()
    base = row_of(item, "theirs", scheduleInfo=_ending(BEFORE))
    return replace(item, action=action, base={"id": "theirs", "endDateTime": BEFORE, "row": base["id"]})


def _bench(plain: Make, action: Action, item: Item | None = None, *, end: str | None = BEFORE) -> PlainBench:
    here = plain(_changed(action, item))
    here.target.rows.append(row_of(here.items[0], "theirs", scheduleInfo=_ending(end)))
    return here


def _ends(here: PlainBench) -> list[Any]:
    found = []
    for row in here.target.rows:
        info = row["scheduleInfo"]["expiration"]
        found.append(str(info.get("endDateTime"))[:10])
    return found


@pytest.mark.parametrize("item", [role_item(), group_item()])
async def test_it_gets_the_end_that_is_asked_for_and_then_its_own_again(plain: Make, item: Item) -> None:
    here = _bench(plain, Action.UPDATE, item)
    await apply(here.run, here.items)
    assert (here.actions(), _ends(here)) == (["adminUpdate"], [END[:10]])
    assert [line.state for line in await verify(here.again(), here.items)] == ["match"]
    await apply(here.again(), here.items)
    await rollback(here.again(), here.items)
    assert (here.actions(), _ends(here)) == (["adminUpdate", "adminUpdate"], [BEFORE[:10]])
    assert [line.state for line in await verify(here.again(), here.items)] == ["match"]


async def test_one_without_an_end_has_none_again(plain: Make) -> None:
    here = _bench(plain, Action.UPDATE, end=None)
    here.items[0] = replace(here.items[0], base=None)
    await apply(here.again(), here.items)
    await rollback(here.again(), here.items)
    assert (here.target.sent[1].body or {})["scheduleInfo"]["expiration"]["type"] == "noExpiration"


async def test_one_that_has_the_end_already_is_left(plain: Make) -> None:
    here = _bench(plain, Action.UPDATE, end=END)
    await apply(here.run, here.items)
    assert here.state().ended is Ended.EXISTS
    await rollback(here.again(), here.items)
    assert here.target.sent == []


async def test_one_that_is_gone_is_stale_and_is_not_made(plain: Make) -> None:
    here = _bench(plain, Action.UPDATE)
    here.target.rows.clear()
    with pytest.raises(PlanStale, match="D11"):
        await apply(here.run, here.items)
    here.items[0] = replace(here.items[0], base=None)
    await apply(here.again(), here.items)
    assert here.target.sent == []
    assert here.told() == ("refused", "the right that was to be changed is not there")


@pytest.mark.parametrize("effect", [True, False])
async def test_a_lost_answer_is_settled(plain: Make, effect: bool) -> None:
    here = _bench(plain, Action.UPDATE)
    here.target.script = [lost(here.target, effect=effect)]
    await apply(here.run, here.items)
    assert len(here.target.sent) == (1 if effect else 2)
    assert (here.state().ended, here.state().created) == (Ended.DONE, True)


async def test_one_that_is_too_young_to_change_is_waited_for(plain: Make) -> None:
    here = _bench(plain, Action.UPDATE)
    begun = here.clock.now()
    script = [refused(Meaning.TOO_YOUNG, "ActiveDurationTooShort")] * 10
    here.target.script = list(script)
    await apply(here.run, here.items)
    assert here.state().ended is Ended.DONE
    assert 0 < (here.clock.now() - begun).total_seconds() < 330


async def test_what_somebody_changed_since_is_refused(plain: Make) -> None:
    action = Action.UPDATE
    here = _bench(plain, action)
    await apply(here.run, here.items)
    here.target.rows[:] = [row_of(here.items[0], "y", scheduleInfo=_ending("2026-11-11T00:00:00Z"))]
    await rollback(here.again(), here.items)
    assert here.told()[1].startswith("D11: changed since by somebody else: endDateTime: 2026-11-11")
    assert len(here.target.sent) == 1
