"""Who needs whom: the order of writes, ids in place of names, and what stays for whom."""

from __future__ import annotations

from dataclasses import replace

from plain_fakes import NEW_GROUP, NEW_UNIT, group_object, link_item, needing, rule_item, unit_item
from replay_fakes import role_item

from migrate.plan.document import Item
from migrate.replay.board import Board, who_relies
from migrate.replay.fold import WriteState

STANDS = WriteState(standing=True, created=True, image={"id": "made-1"})


def _states(*standing: Item) -> dict[str, WriteState]:
    return {item.id: STANDS for item in standing}


def _board(items: list[Item], *standing: Item, **more: dict[str, str]) -> Board:
    states = _states(*standing)
    return Board(items, lambda item: states.get(item.id, WriteState()), **more)


def test_nothing_comes_before_what_it_needs_and_batches_come_one_after_the_other() -> None:
    unit = unit_item(1)
    link = link_item(2, needs=[unit.id])
    last = replace(needing(role_item(3), link), batch=2)
    board = _board([last, link, unit])
    assert [[item.id[-1] for item in one] for one in board.rounds([last, link, unit], by_batch=False)] == [
        ["1"],
        ["2"],
        ["3"],
    ]
    unrelated = replace(unit_item(4), batch=2)
    board = _board([unrelated, last, link, unit])
    ordered = [[item.id[-1] for item in one] for one in board.rounds(board.items, by_batch=True)]
    assert ordered == [["1"], ["2"], ["4"], ["3"]]


def test_what_is_lacking_is_said() -> None:
    unit = unit_item(1)
    link = link_item(2, needs=[unit.id])
    assert _board([unit, link]).lacks(link) == "it needs all-1.00001, which is not done"
    assert _board([unit, link], unit).lacks(link) == ""
    assert _board([link]).lacks(link) == f"it needs {NEW_UNIT}, which nobody has made"
    assert _board([link], elsewhere={NEW_UNIT: "made-9"}).lacks(link) == ""


def test_ids_take_the_place_of_names_in_scopes_as_well() -> None:
    unit, right = unit_item(1), role_item(2, scope=f"/administrativeUnits/{NEW_UNIT}")
    board = _board([unit, right], unit)
    assert board.bound([right])[0].target["directoryScopeId"] == "/administrativeUnits/made-1"
    assert board.bound([unit])[0].key == NEW_UNIT
    assert _board([unit, right]).bound([right]) == []


def test_a_write_of_another_plan_has_made_what_is_named_by_its_id() -> None:
    unit = unit_item(1)
    right = role_item(2, scope="/administrativeUnits/made-1")
    states = _states(unit)
    board = Board([right], lambda item: states.get(item.id, WriteState()), {}, [unit, right])
    assert board.makers_of([right]) == [unit]
    assert board.makers_of([role_item(3)]) == []


def test_who_relies_by_need_by_id_and_by_policy() -> None:
    unit, group, change = unit_item(1), group_object(2), rule_item(3)
    at_unit = role_item(4, scope="/administrativeUnits/made-1")
    states = _states(unit, at_unit)
    assert who_relies(unit, [at_unit], lambda item: states.get(item.id, WriteState())) == (
        "write all-1.00004 relies on it"
    )
    assert who_relies(unit, [role_item(5)], lambda _item: STANDS) == ""
    in_it = needing(role_item(6), group, principalId=NEW_GROUP)
    assert who_relies(group, [in_it], lambda _item: STANDS) == "write all-1.00006 relies on it"
    assert who_relies(change, [at_unit], lambda _item: STANDS) == "write all-1.00004 relies on it"
    other_role = role_item(7)
    other_role = replace(other_role, target={**other_role.target, "roleDefinitionId": "role-2"})
    assert who_relies(change, [other_role], lambda _item: STANDS) == ""


def test_an_id_deep_in_a_body_is_relied_on_and_one_that_only_begins_alike_is_not() -> None:
    group, change = group_object(1), rule_item(2)
    stages = [{"primaryApprovers": [{"groupId": "made-1"}]}]
    approval = {**change.target["rule"], "setting": {"approvalStages": stages}}
    change = replace(change, id="all-2.00002", target={**change.target, "rule": approval})
    assert who_relies(group, [change], lambda _item: STANDS) == "write all-2.00002 relies on it"
    twelfth = replace(role_item(3, scope="/administrativeUnits/made-12"), id="all-2.00003")
    assert who_relies(group, [twelfth], lambda _item: STANDS) == ""


def test_neither_itself_nor_what_is_gone_nor_what_is_only_for_a_time_relies() -> None:
    group = group_object(1)
    link = link_item(2, "groupMember", NEW_GROUP, needs=[group.id])
    states = _states(group)
    assert who_relies(group, [group, link], lambda item: states.get(item.id, WriteState())) == ""
    loosened = needing(rule_item(3, temporary=True), group)
    assert who_relies(group, [loosened], lambda _item: STANDS) == ""
