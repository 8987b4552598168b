"""Plain writes, made: over nothing, over what is there, and with every answer that Graph may give or lose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from plain_fakes import (
    CONTEXTS,
    GROUPS,
    NEW_UNIT,
    ROLES,
    RULE,
    UNITS,
    PlainBench,
    context_object,
    group_object,
    link_item,
    role_object,
    rule,
    rule_item,
    unit_item,
)
from replay_fakes import WHO, lost, refused

from migrate.errors import ConsentMissing, PlanStale
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.plan.document import Item
from migrate.replay.apply import apply
from migrate.replay.fold import Ended
from migrate.replay.mark import nickname_of
from migrate.replay.rollback import rollback
from migrate.replay.writes import WriteLine

Make = Callable[..., PlainBench]
LIST = f"{UNITS}/unit-9/members"
EVERY = [
    unit_item(),
    group_object(),
    role_object(),
    context_object(),
    link_item(1, parent="unit-9"),
    link_item(1, "groupMember", "group-9"),
    link_item(1, "groupOwner", "group-9"),
    rule_item(),
]
each = pytest.mark.parametrize(
    "item", EVERY, ids=[one.kind + one.target.get("parentId", "") for one in EVERY]
)


@each
async def test_over_nothing_it_is_made_once_and_is_ours(plain: Make, item: Item) -> None:
    here = plain(item)
    await apply(here.run, here.items)
    assert len(here.target.sent) == 1
    assert (here.state().ended, here.state().created) == (Ended.DONE, True)
    await apply(here.again(), here.items)
    assert len(here.target.sent) == 1


@each
async def test_what_another_plan_has_made_is_done_only_while_it_stands(plain: Make, item: Item) -> None:
    here = plain(item)
    await apply(here.run, here.items)
    mine = replace(item, id="rest-1-0007")
    await apply(here.again(), [], here.items, [(mine, item)])
    assert here.lines[-1] == WriteLine.of(mine, "done", f"made by write {item.id}")
    for table in here.target.tables.values():
        table.clear()
    here.target.links.clear()
    here.target.policy["rules"][RULE] = rule(10)
    told = len(here.lines)
    with pytest.raises(PlanStale, match=item.id):
        await apply(here.again(), [], here.items, [(mine, item)])
    assert len(here.lines) == told and len(here.target.sent) == 1


@each
async def test_a_lost_answer_that_had_an_effect_is_found_and_ours(plain: Make, item: Item) -> None:
    here = plain(item)
    here.target.script = [lost(here.target, effect=True)]
    await apply(here.run, here.items)
    assert len(here.target.sent) == 1
    assert here.state().created


@each
async def test_a_lost_answer_without_effect_is_sent_again_after_the_window(plain: Make, item: Item) -> None:
    here = plain(item)
    begun = here.clock.now()
    here.target.script = [lost(here.target, effect=False)]
    await apply(here.run, here.items)
    assert len(here.target.sent) == 2
    assert (here.clock.now() - begun).total_seconds() >= 120
    assert "end absent" in here.events()
    assert here.state().ended is Ended.DONE


@each
async def test_what_graph_accepted_and_never_shows_stays_in_doubt(plain: Make, item: Item) -> None:
    here = plain(item)
    accepted = (Answer(201, body={"id": "made-7"}), Outcome(Meaning.DONE, status=201))
    here.target.script = [lambda _request: accepted]
    await apply(here.run, here.items)
    await apply(here.again(), here.items)
    assert len(here.target.sent) == 1
    assert here.state().open
    assert here.told()[0] == "in_doubt"


@pytest.mark.parametrize("meaning", [Meaning.REPLICATING, Meaning.CONTENDED])
async def test_what_will_pass_is_tried_again_within_the_window(plain: Make, meaning: Meaning) -> None:
    here = plain(link_item(1, parent="unit-9"))
    here.target.script = [refused(meaning, "Later"), refused(meaning, "Later")]
    await apply(here.run, here.items)
    assert len(here.target.sent) == 3
    assert here.state().ended is Ended.DONE
    here = plain(link_item(1, parent="unit-9"))
    here.target.script = [refused(meaning, "Later")] * 200
    begun = here.clock.now()
    await apply(here.run, here.items)
    assert here.told() == ("refused", "Later: Later told")
    assert (here.clock.now() - begun).total_seconds() <= 130


async def test_what_is_refused_is_said_and_left(plain: Make) -> None:
    here = plain(unit_item(), link_item(2, parent="unit-9"))
    here.target.script = [refused(Meaning.REFUSED, "Directory_QuotaExceeded")]
    await apply(here.run, here.items)
    assert here.told() == ("refused", "Directory_QuotaExceeded: Directory_QuotaExceeded told")
    assert here.state(here.items[1]).ended is Ended.DONE


async def test_an_answer_that_all_would_get_ends_the_run(plain: Make) -> None:
    here = plain(unit_item())
    here.target.script = [refused(Meaning.CONSENT, "Authorization_RequestDenied", 403)]
    with pytest.raises(ConsentMissing):
        await apply(here.run, here.items)
    assert here.state().ended is Ended.REFUSED


@pytest.mark.parametrize("kind", ["administrativeUnitMember", "groupMember", "groupOwner"])
async def test_who_is_in_the_list_already_stays_at_a_rollback(plain: Make, kind: str) -> None:
    here = plain(link_item(1, kind, "unit-9"))
    for path in (LIST, f"{GROUPS}/unit-9/members", f"{GROUPS}/unit-9/owners"):
        here.target.links[path] = [WHO]
    await apply(here.run, here.items)
    assert here.state().ended is Ended.EXISTS
    await rollback(here.again(), here.items)
    assert here.target.sent == []
    assert here.told()[0] == "kept"


async def test_who_was_put_in_by_another_a_moment_before_is_not_ours(plain: Make) -> None:
    """Graph says that the link is there already, and no answer of ours was lost."""
    here = plain(link_item(1, parent="unit-9"))

    def overtaken(request: Any) -> Any:
        here.target.faithful(request)
        return here.target.faithful(request)

    here.target.script = [overtaken]
    await apply(here.run, here.items)
    assert here.state().ended is Ended.EXISTS


async def test_a_rule_that_is_so_already_is_left(plain: Make) -> None:
    here = plain(rule_item(days=10))
    await apply(here.run, here.items)
    assert here.target.sent == []
    assert here.state().ended is Ended.EXISTS


async def test_the_id_of_a_policy_is_read_again_before_each_write(plain: Make) -> None:
    """It changes with the first change of a group's policy."""
    here = plain(rule_item(groupId="group-9", accessId="member"))
    here.target.on_send = lambda _request: here.target.policy.update(policyId="policy-2")
    await apply(here.run, here.items)
    await rollback(here.again(), here.items)
    rules = f"PATCH /policies/roleManagementPolicies/{{}}/rules/{RULE}"
    assert here.methods() == [rules.format("policy-1"), rules.format("policy-2")]
    assert here.target.policy["rules"][RULE] == rule(10)


async def test_a_rule_that_pim_does_not_show_yet_is_waited_for(plain: Make) -> None:
    here = plain(rule_item(), window=30)
    here.target.blind = {"/policies"}
    await apply(here.run, here.items)
    assert here.told() == ("refused", "PIM shows no such rule of a policy for it")
    assert here.target.sent == []
    here = plain(rule_item(), window=30)
    here.target.blind = {"/policies"}
    run, until = here.again(), here.clock.now()

    async def sleep(seconds: float) -> None:
        await here.clock.sleep(seconds)
        if (here.clock.now() - until).total_seconds() > 5:
            here.target.blind.clear()

    run.sleep = sleep
    await apply(run, here.items)
    assert here.state().ended is Ended.DONE


async def test_a_group_is_marked_by_its_nickname_and_the_others_in_their_description(plain: Make) -> None:
    here = plain(unit_item(1), group_object(2), role_object(3), context_object(4))
    await apply(here.run, here.items)
    bodies = {one.path: one.body or {} for one in here.target.sent}
    assert bodies[UNITS]["description"] == "People [all-1.00001]"
    assert bodies[GROUPS]["mailNickname"] == nickname_of("all-1.00002")
    assert bodies[ROLES]["description"] == "[all-1.00003]"
    assert bodies[ROLES]["templateId"] == "11111111-1111-1111-1111-111111111111"
    assert bodies[f"{CONTEXTS}/c1"]["description"] == "[all-1.00004]"


async def test_what_the_plan_leaves_open_graph_fills_in(plain: Make) -> None:
    """A role without a template id gets one, an ordinary group says null where false was asked for."""
    here = plain(role_object(1, template=None), group_object(2))

    def fills_in(request: Any) -> Any:
        answer = here.target.faithful(request)
        for row in here.target.tables[ROLES].values():
            row["templateId"] = row["id"]
        for row in here.target.tables[GROUPS].values():
            row["isAssignableToRole"] = None
        return answer

    here.target.script = [fills_in, fills_in]
    await apply(here.run, here.items)
    assert [here.state(item).ended for item in here.items] == [Ended.DONE, Ended.DONE]


@pytest.mark.parametrize("lost", [True, False])
async def test_an_object_of_ours_that_somebody_changed_is_not_made_twice(plain: Make, lost: bool) -> None:
    """The process died, or the answer was lost, and somebody has renamed the unit meanwhile."""
    here = plain(unit_item())

    class Died(BaseException):
        pass

    def renamed(request: Any) -> Any:
        here.target.faithful(request)
        next(iter(here.target.tables[UNITS].values()))["displayName"] = "Europe"
        if not lost:
            raise Died
        return Answer(504), Outcome(Meaning.IN_DOUBT, message="gateway", status=504)

    here.target.script = [renamed]
    if lost:
        await apply(here.run, here.items)
    else:
        with pytest.raises(Died):
            await apply(here.run, here.items)
        await apply(here.again(), here.items)
    assert len(here.target.tables[UNITS]) == len(here.target.sent) == 1
    assert here.state().ended is Ended.DIFFERENT
    assert here.told() == ("drift", "there, but not as asked: displayName")
    await rollback(here.again(), here.items)
    assert here.target.tables[UNITS] == {}


async def test_a_context_of_somebody_else_is_never_written_over(plain: Make) -> None:
    here = plain(context_object(), window=5)
    theirs = {"id": "c1", "displayName": "Theirs", "isAvailable": True}
    here.target.tables[CONTEXTS]["c1"] = dict(theirs)
    await apply(here.run, here.items)
    assert here.told() == ("refused", "somebody else has one of this id")
    assert here.target.sent == []
    assert here.target.tables[CONTEXTS]["c1"] == theirs


async def test_what_is_in_it_is_found_by_the_id_of_the_object_that_was_made(plain: Make) -> None:
    unit = unit_item()
    here = plain(unit, link_item(2, parent=NEW_UNIT, needs=[unit.id]))
    await apply(here.run, here.items)
    assert here.target.links == {f"{UNITS}/made-1/members": [WHO]}


async def test_a_chain_is_not_kept_waiting_by_a_need_that_had_to_be_sent_again(plain: Make) -> None:
    """Each depth below it is written in the same run."""
    unit = unit_item()
    chain = [unit, link_item(2, parent=NEW_UNIT, needs=[unit.id])]
    for number in range(3, 7):
        chain.append(link_item(number, parent=f"unit-{number}", needs=[chain[-1].id]))
    here = plain(*chain)
    here.target.script = [lost(here.target, effect=False)]
    await apply(here.run, here.items)
    assert {item.id: here.state(item).ended for item in here.items} == dict.fromkeys(
        [item.id for item in here.items], Ended.DONE
    )
