"""Plain writes whose answer was lost, and what may be concluded from what stands there afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from plain_fakes import RULE, UNITS, PlainBench, link_item, relaxed, rule, rule_item, unit_item
from replay_fakes import refused, role_item

from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.plan.document import Action, Item
from migrate.replay.apply import apply
from migrate.replay.fold import Ended
from migrate.replay.person import settle_as_told
from migrate.replay.rollback import rollback
from migrate.replay.verify import verify

Make = Callable[..., PlainBench]
LOST = (Answer(504), Outcome(Meaning.IN_DOUBT, message="gateway", status=504))


async def _restoring_fails(here: PlainBench) -> None:
    good = here.target.faithful
    here.target.script = [good, good, *[refused(Meaning.REFUSED, "Denied")] * 9]
    await apply(here.run, here.items)
    assert here.target.policy["rules"][RULE] == rule(99)


@pytest.mark.parametrize("item", [unit_item(), rule_item(), link_item(1, parent="unit-9")])
async def test_what_could_not_be_taken_back_is_drift(plain: Make, item: Item) -> None:
    here = plain(item)
    await apply(here.run, here.items)
    here.target.script = [refused(Meaning.REFUSED, "Denied")]
    await rollback(here.again(), here.items)
    (line,) = await verify(here.again(), here.items)
    assert (line.state, line.action) == ("drift", "remove")


async def test_a_rule_that_is_still_changed_for_the_time_being_is_drift(plain: Make) -> None:
    here = plain(*relaxed())
    await _restoring_fails(here)
    line = (await verify(here.again(), here.items))[0]
    assert line.state == "drift"


def _odd(here: PlainBench) -> Any:
    """The change comes true, though not quite as asked, and its answer is lost."""

    def answer(_request: Any) -> Any:
        here.target.policy["rules"][RULE] = rule(29)
        return LOST

    return answer


async def test_what_is_neither_as_before_nor_as_asked_is_no_proof_of_absence(plain: Make) -> None:
    here = plain(rule_item())
    here.target.script = [_odd(here)]
    await apply(here.run, here.items)
    await apply(here.again(), here.items)
    # Sent again over it, the rollback would bring back what is perhaps our own.
    assert len(here.target.sent) == 1
    assert here.state().open
    assert here.told()[0] == "in_doubt"


@pytest.mark.parametrize("item", [unit_item(), rule_item(), link_item(1, parent="unit-9")])
async def test_what_a_person_has_seen_is_taken_back_as_it_is_found(plain: Make, item: Item) -> None:
    here = plain(item)
    here.target.script = [lambda _request: (Answer(201, body={}), Outcome(Meaning.DONE, status=201))]
    await apply(here.run, here.items)
    assert here.state().open
    here.target.faithful(here.target.sent[0])
    settle_as_told(here.again().recorder, item, present=True)
    assert here.state().ended is Ended.DONE
    await apply(here.again(), here.items)
    await rollback(here.again(), here.items)
    assert not here.state().standing
    assert here.target.policy["rules"][RULE] == rule(10)
    assert here.target.tables[UNITS] == {}
    assert not any(here.target.links.values())


async def test_what_a_person_has_seen_stays_for_who_depends_on_it(plain: Make) -> None:
    here = plain(unit_item())
    here.target.script = [lambda _request: (Answer(201, body={}), Outcome(Meaning.DONE, status=201))]
    await apply(here.run, here.items)
    here.target.faithful(here.target.sent[0])
    settle_as_told(here.again().recorder, here.items[0], present=True)
    here.target.links = {f"{UNITS}/made-1/members": ["somebody"]}
    await rollback(here.again(), here.items)
    assert here.told() == ("kept", "it stays: 1 members are in it")


@pytest.mark.parametrize("present", [True, False])
def test_a_right_that_was_to_give_way_has_done_so_where_a_person_sees_none(
    plain: Make, present: bool
) -> None:
    item = replace(role_item(), kind="roleAssignmentSchedule", action=Action.REPLACE)
    here = plain(item)
    here.run.recorder.doubt(item, "lost")
    settle_as_told(here.run.recorder, item, present=present)
    assert here.state().standing is not present
