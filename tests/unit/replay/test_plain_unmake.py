"""Plain writes, taken back: what is as before, what others changed, what somebody relies on."""

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
    context_object,
    group_object,
    link_item,
    needing,
    role_object,
    rule,
    rule_item,
    unit_item,
)
from replay_fakes import CALLER, ROLE_ID, lost, refused, role_item, row_of

from migrate.errors import GraphRefused
from migrate.graphapi.outcome import Meaning
from migrate.plan.document import Item
from migrate.replay.apply import apply
from migrate.replay.fold import Direction, WriteState
from migrate.replay.reads import Look
from migrate.replay.rollback import is_left_behind, rollback
from migrate.replay.stages import roll_back_in_stages
from migrate.replay.verify import verify

Make = Callable[..., PlainBench]
EVERY = [
    unit_item(),
    group_object(),
    role_object(),
    link_item(1, parent="unit-9"),
    link_item(1, "groupMember", "group-9"),
    link_item(1, "groupOwner", "group-9"),
    rule_item(),
]
each = pytest.mark.parametrize("item", EVERY, ids=[one.kind for one in EVERY])


def _snapshot(here: PlainBench) -> Any:
    links = {path: list(who) for path, who in here.target.links.items() if who}
    tables = {path: dict(rows) for path, rows in here.target.tables.items()}
    return tables, links, dict(here.target.policy["rules"])


@each
async def test_the_target_is_as_before(plain: Make, item: Item) -> None:
    here = plain(item)
    before = _snapshot(here)
    await apply(here.run, here.items)
    assert _snapshot(here) != before
    await rollback(here.again(), here.items)
    assert _snapshot(here) == before
    await rollback(here.again(), here.items)
    assert len(here.target.sent) == 2
    (line,) = await verify(here.again(), here.items)
    assert line.state == "match"


@each
async def test_a_lost_removal_is_settled_by_reading(plain: Make, item: Item) -> None:
    here = plain(item)
    before = _snapshot(here)
    await apply(here.run, here.items)
    here.target.script = [lost(here.target, effect=True)]
    await rollback(here.again(), here.items)
    assert len(here.target.sent) == 2
    assert not here.state().open
    assert _snapshot(here) == before


@each
async def test_a_removal_without_effect_is_sent_again_after_the_window(plain: Make, item: Item) -> None:
    here = plain(item)
    before = _snapshot(here)
    await apply(here.run, here.items)
    begun = here.clock.now()
    here.target.script = [lost(here.target, effect=False)]
    await rollback(here.again(), here.items)
    assert len(here.target.sent) == 3
    assert here.clock.now() - begun >= timedelta(seconds=120)
    assert _snapshot(here) == before


@each
async def test_what_somebody_took_back_is_done(plain: Make, item: Item) -> None:
    here = plain(item)
    before = _snapshot(here)
    await apply(here.run, here.items)
    here.target.tables, here.target.links, rules = before
    here.target.policy["rules"] = rules
    await rollback(here.again(), here.items)
    assert len(here.target.sent) == 1
    assert here.told()[:1] == ("done",)


@pytest.mark.parametrize(
    ("item", "path"), [(unit_item(), UNITS), (group_object(), GROUPS), (role_object(), ROLES)]
)
async def test_an_object_that_was_changed_since_is_refused(plain: Make, item: Item, path: str) -> None:
    here = plain(item)
    await apply(here.run, here.items)
    here.target.tables[path]["made-1"]["displayName"] = "theirs"
    await rollback(here.again(), here.items)
    assert here.told() == ("refused", "D11: changed since by somebody else: displayName")
    assert here.methods() == [f"POST {path}"]
    assert is_left_behind(item, here.state())


async def test_a_rule_that_was_changed_since_is_refused(plain: Make) -> None:
    here = plain(rule_item())
    await apply(here.run, here.items)
    here.target.policy["rules"][RULE] = rule(77)
    await rollback(here.again(), here.items)
    assert here.told()[1].startswith("D11: changed since by somebody else")
    assert here.target.policy["rules"][RULE] == rule(77)


async def test_a_context_is_announced_residue_and_leaves_nothing_to_explain(plain: Make) -> None:
    here = plain(context_object())
    await apply(here.run, here.items)
    await rollback(here.again(), here.items)
    assert here.told() == ("kept", "it stays: nothing takes it away again, as the plan has announced")
    assert not is_left_behind(replace(here.items[0], reverse=None), here.state())
    assert len(here.target.sent) == 1


ROLE_RIGHT = role_item(9, who="somebody")


@pytest.mark.parametrize(
    ("item", "there", "says"),
    [
        (unit_item(), {f"{UNITS}/made-1/members": ["somebody"]}, "1 members are in it"),
        (group_object(), {f"{GROUPS}/made-1/members": ["somebody"]}, "it has 1 members"),
        (group_object(), {f"{GROUPS}/made-1/owners": [CALLER, "somebody"]}, "it has 1 owners"),
        (
            unit_item(),
            row_of(ROLE_RIGHT, directoryScopeId="/administrativeUnits/made-1"),
            "has a right at it",
        ),
        (group_object(), row_of(ROLE_RIGHT, directoryScopeId="/made-1"), "somebody has a right at it"),
        (group_object(), row_of(ROLE_RIGHT, principalId="made-1"), "it has a right to role role-1"),
        (role_object(), row_of(ROLE_RIGHT, roleDefinitionId="made-1"), "somebody has a right to it"),
        (
            group_object(),
            {"groupId": "made-1", "accessId": "member", "principalId": "somebody", "id": "r"},
            "somebody has a right to be in it",
        ),
    ],
)
async def test_an_object_on_which_somebody_else_depends_stays(
    plain: Make, item: Item, there: dict[str, Any], says: str
) -> None:
    here = plain(item)
    await apply(here.run, here.items)
    if any(path.startswith("/") for path in there):
        here.target.links = there
    else:
        here.target.rows.append(there)
    await rollback(here.again(), here.items)
    state, reason = here.told()
    assert (state, says in reason) == ("kept", True), reason
    assert is_left_behind(item, here.state())
    here.target.links, here.target.rows = {}, []
    await rollback(here.again(), here.items)
    assert not here.state().standing


@pytest.mark.parametrize("item", [unit_item(), group_object(), role_object()])
async def test_nothing_goes_while_nobody_can_say_who_has_a_right(plain: Make, item: Item) -> None:
    here = plain(item)
    await apply(here.run, here.items)
    read = here.target.read

    async def reads(request: Any, *, listing: bool = False) -> dict[str, Any]:
        if "roleManagement/directory" in request.path and "Schedules" in request.path:
            raise GraphRefused("no such list", code="not_found")
        return await read(request, listing=listing)

    here.target.read = reads  # type: ignore[method-assign]
    with pytest.raises(GraphRefused):
        await rollback(here.again(), here.items)
    assert [one.method for one in here.target.sent] == ["POST"]
    assert here.state().standing


async def test_who_made_a_group_owns_it_and_keeps_nobody_from_taking_it_back(plain: Make) -> None:
    here = plain(group_object())
    await apply(here.run, here.items)
    here.target.links[f"{GROUPS}/made-1/owners"] = [CALLER]
    await rollback(here.again(), here.items)
    assert here.target.tables[GROUPS] == {}


async def test_a_role_that_pim_knows_by_another_id_is_depended_on_all_the_same(plain: Make) -> None:
    here = plain(role_object())
    await apply(here.run, here.items)
    here.target.rows.append(row_of(ROLE_RIGHT, roleDefinitionId="alias-1"))
    here.target.tables[ROLES]["alias-1"] = here.target.tables[ROLES]["made-1"]
    await rollback(here.again(), here.items)
    assert here.told() == ("kept", "it stays: somebody has a right to it")


async def test_a_link_goes_with_its_parent_that_somebody_deleted(plain: Make) -> None:
    here = plain(link_item(1, parent="unit-9"))
    here.target.tables[UNITS]["unit-9"] = {"id": "unit-9"}
    await apply(here.run, here.items)
    here.target.links.clear()
    await rollback(here.again(), here.items)
    assert here.told()[0] == "done"


async def test_a_removal_that_is_refused_is_said(plain: Make) -> None:
    here = plain(unit_item())
    await apply(here.run, here.items)
    here.target.script = [refused(Meaning.REFUSED, "Forbidden")]
    await rollback(here.again(), here.items)
    assert here.told() == ("refused", "Forbidden: Forbidden told")
    assert here.state().standing


def _group_and_right() -> tuple[Item, Item]:
    group = replace(group_object(1), batch=1)
    right = needing(role_item(2), group, principalId=NEW_GROUP)
    return group, replace(right, key=f"{NEW_GROUP}|{ROLE_ID}|/", batch=2)


async def test_a_batch_stays_for_the_right_of_another_and_goes_with_it(plain: Make) -> None:
    group, right = _group_and_right()
    here = plain(group, right)
    await apply(here.run, here.items)
    run = here.again()
    run.made_elsewhere = {NEW_GROUP: "made-1"}
    await rollback(run, [group], here.items)
    assert here.told(group) == ("kept", f"it stays: write {right.id} relies on it")
    assert here.state(group).released
    (line,) = await verify(run, [group])
    assert line.state == "match"
    run = here.again()
    run.made_elsewhere = {NEW_GROUP: "made-1"}
    kept = [item for item in here.items if here.state(item).released]
    await roll_back_in_stages(run, [*kept, right], here.items)
    assert here.target.tables[GROUPS] == {}
    assert here.target.rows == []


@pytest.mark.parametrize("second_first", [True, False])
async def test_all_of_two_plans_goes_where_the_second_relies_on_the_first(
    plain: Make, second_first: bool
) -> None:
    """The second plan was made later: it names the unit by its id, and no need of its own says so."""
    unit = unit_item(1)
    scope = "/administrativeUnits/made-1"
    right = replace(role_item(1, scope=scope), id="all-2.00001")
    here = plain(unit, right)
    await apply(here.run, [unit])
    await apply(here.again(), [right], [unit])
    run = here.again()
    run.made_elsewhere = {NEW_UNIT: "made-1"}
    await rollback(run, [unit], [unit, right])
    assert here.told(unit) == ("kept", "it stays: write all-2.00001 relies on it")
    order = [unit, right] if second_first else [right, unit]
    await roll_back_in_stages(here.again(), order, [unit, right])
    assert here.target.tables[UNITS] == {}
    assert here.target.rows == []


async def test_a_rule_stays_while_a_right_of_another_plan_is_governed_by_it(plain: Make) -> None:
    change, right = rule_item(1), replace(role_item(1), id="all-2.00001")
    here = plain(change, right)
    await apply(here.run, [change])
    await apply(here.again(), [right], [change])
    await rollback(here.again(), [change], [change, right])
    assert here.told(change) == ("kept", "it stays: write all-2.00001 relies on it")
    await roll_back_in_stages(here.again(), [change, right], [change, right])
    assert here.target.policy["rules"][RULE] == rule(10)


async def test_verify_says_what_differs(plain: Make) -> None:
    link = link_item(2, parent=NEW_UNIT, needs=["all-1.00001"])
    here = plain(unit_item(), rule_item(3), link)
    look = Look(here.run.session, here.run.live, str, {})
    assert [line.state for line in await verify(look, here.items)] == ["missing", "missing", "missing"]
    await apply(here.run, here.items)
    here.target.tables[UNITS]["made-1"]["displayName"] = "theirs"
    here.target.policy["rules"][RULE] = rule(5)
    here.target.links.clear()
    bound = [here.items[0], here.items[1], replace(link, target={**link.target, "parentId": "made-1"})]
    lines = await verify(here.again(), bound)
    assert [line.state for line in lines] == ["drift", "drift", "missing"]
    assert "displayName" in lines[0].reason
    assert "maximumDuration" in lines[1].reason
    here.target.blind = {"/policies"}
    unread = await verify(here.again(), [here.items[1]])
    assert unread[0].state == "missing"


async def test_verify_of_what_is_in_doubt_is_unknown(plain: Make) -> None:
    here = plain(unit_item(), link_item(2, parent=NEW_UNIT))
    state = WriteState(intent=Direction.ASSIGN, assigning=True)
    look = Look(here.run.session, here.run.live, str, {here.items[0].id: state})
    (unit, link) = await verify(look, here.items)
    assert (unit.state, link.state) == ("unknown", "missing")
    assert link.reason == "never applied: what it needs was not made"


async def test_the_members_of_a_unit_that_is_gone_are_gone_with_it(plain: Make) -> None:
    unit = unit_item()
    here = plain(unit, link_item(2, parent=NEW_UNIT, needs=[unit.id]))
    await apply(here.run, here.items)
    await rollback(here.again(), here.items)
    lines = await verify(here.again(), here.items)
    assert [line.state for line in lines] == ["match", "match"]
    assert here.target.links == {f"{UNITS}/made-1/members": []}
