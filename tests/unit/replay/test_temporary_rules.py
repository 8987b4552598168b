"""Rules that are loosened only while the writes that need it go through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from plain_fakes import RULE, PlainBench, needing, relaxed, rule, rule_item
from replay_fakes import CALLER, refused, role_item

from migrate.errors import ConsentMissing, GuardStopped
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.plan.document import Action
from migrate.replay.apply import apply
from migrate.replay.rollback import rollback
from migrate.replay.temporary import stands

Make = Callable[..., PlainBench]
OTHER = "Expiration_Admin_Assignment"


async def test_a_pause_between_batches_finds_the_rule_restored(plain: Make) -> None:
    loosened, first = relaxed()
    second = replace(needing(role_item(3, who="who-2"), loosened), batch=2)
    here = plain(loosened, first, second)
    seen: list[Any] = []

    async def between(_before: int, _next: int) -> None:
        seen.append(here.target.policy["rules"][RULE])

    here.run.between = between
    when: list[str] = []
    here.target.on_send = lambda _request: when.append(here.target.policy["rules"][RULE]["maximumDuration"])
    await apply(here.run, here.items)
    assert seen == [rule(10)]
    # Loosened, the right, restored; loosened again, the other right, restored.
    assert when == ["P10D", "P99D", "P99D", "P10D", "P99D", "P99D"]
    assert here.target.policy["rules"][RULE] == rule(10)
    assert len(here.target.rows) == 2


async def test_one_that_cannot_be_restored_keeps_none_of_the_others(plain: Make) -> None:
    loosened, right = relaxed()
    body = {**rule(50), "id": OTHER, "target": {**rule(50)["target"], "level": "Assignment"}}
    other = rule_item(5, temporary=True)
    other = replace(other, target={**other.target, "ruleId": OTHER, "rule": body}, key="another")
    here = plain(loosened, other, needing(right, loosened, other))
    here.target.policy["rules"][OTHER] = {**body, "maximumDuration": "P10D"}
    good = here.target.faithful
    here.target.script = [good, good, good, refused(Meaning.CONSENT, "Denied", 403)]
    with pytest.raises(ConsentMissing):
        await apply(here.run, here.items)
    # The newest goes first and is denied; the older one is restored all the same.
    assert here.target.policy["rules"][OTHER] == body
    assert here.target.policy["rules"][RULE] == rule(10)
    assert [stands(item, here.state(item)) for item in here.items[:2]] == [False, True]


async def test_one_that_stays_changed_is_told(plain: Make) -> None:
    """Graph answers and does nothing, as often as it is asked."""
    here = plain(*relaxed())
    good, nothing = here.target.faithful, (Answer(204), Outcome(Meaning.DONE, status=204))
    here.target.script = [good, good, *[lambda _request: nothing] * 9]
    await apply(here.run, here.items)
    assert here.target.policy["rules"][RULE] == rule(99)
    assert stands(here.items[0], here.state())
    assert here.told() == ("not_done", "still changed for the time being")


async def test_what_graph_accepted_and_does_not_show_is_restored_all_the_same(plain: Make) -> None:
    """It may come true at any moment; then the rule must not stay loosened."""
    here = plain(*relaxed())
    here.target.script = [lambda _request: (Answer(204), Outcome(Meaning.DONE, status=204))]
    await apply(here.run, here.items)
    assert here.methods() == [here.methods()[0]] * 2
    assert here.target.sent[1].body == rule(10)
    assert not here.state().open
    assert here.told(here.items[1])[0] == "not_done"


async def test_a_rule_that_somebody_changed_meanwhile_is_left_and_named(plain: Make) -> None:
    here = plain(*relaxed())

    def meddles(request: Any) -> Any:
        answer = here.target.faithful(request)
        here.target.policy["rules"][RULE] = rule(55)
        return answer

    here.target.script = [here.target.faithful, meddles]
    await apply(here.run, here.items)
    assert here.told()[1].startswith("D11: changed since by somebody else")
    assert here.target.policy["rules"][RULE] == rule(55)


async def test_nothing_is_loosened_for_nobody(plain: Make) -> None:
    here = plain(*relaxed())
    await apply(here.run, here.items)
    sent = len(here.target.sent)
    await apply(here.again(), here.items)
    run = here.again()
    run.wanted = frozenset({here.items[0].id})
    await rollback(run, here.items)
    await apply(here.again(), [here.items[0]])
    assert [one.method for one in here.target.sent[sent:]] == ["POST"]


async def test_a_second_stop_leaves_at_once(plain: Make) -> None:
    here = plain(*relaxed())

    def cancel(_request: Any) -> Any:
        raise asyncio.CancelledError

    here.target.script = [here.target.faithful, cancel]
    with pytest.raises(asyncio.CancelledError):
        await apply(here.run, here.items)
    assert len(here.target.sent) == 2
    assert here.state().standing


async def test_a_run_that_is_refused_restores_first_what_a_killed_one_has_left(plain: Make) -> None:
    loosened, right = relaxed()
    own = replace(role_item(3, who=CALLER), action=Action.REPLACE, base={"id": "standing-1"})
    here = plain(loosened, right, own)

    def killed(_request: Any) -> Any:
        raise asyncio.CancelledError

    here.target.script = [here.target.faithful, killed]
    with pytest.raises(asyncio.CancelledError):
        await apply(here.run, here.items[:2])
    assert here.target.policy["rules"][RULE] == rule(99)
    with pytest.raises(GuardStopped, match="access of whom this program is signed in as"):
        await apply(here.again(), here.items)
    assert here.target.policy["rules"][RULE] == rule(10)
    assert not here.target.rows
