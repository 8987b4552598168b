"""Which writes a run may send: a write whose needs are neither done nor selected is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from migrate.cli.selecting import check_usage, named_ids, selected
from migrate.errors import UsageError
from migrate.plan.document import Action, Item, Plan


def _item(number: int, batch: int, *needs: int, action: Action = Action.CREATE) -> Item:
    waits = tuple(_id(one) for one in needs)
    return Item(_id(number), action, "kind", f"key-{number}", batch, "", (), {}, {}, {}, needs=waits)


def _id(number: int) -> str:
    return f"all-1.{number:05}"


PLAN = Plan(
    "all-1",
    "all",
    1,
    "move",
    "2026-06-01T12:00:00Z",
    {},
    {},
    {},
    (_item(1, 1), _item(2, 1, 1), _item(3, 2, 1, 2), _item(4, 2), _item(5, 0, action=Action.KEEP)),
)


@pytest.mark.parametrize(
    ("until", "only", "done", "wanted"),
    [
        (None, [], (), [1, 2, 3, 4]),
        (1, [], (), [1, 2]),
        (2, [], (), [1, 2, 3, 4]),
        (None, [4], (), [4]),
        (None, [3, 1, 2], (), [1, 2, 3]),
        (None, [3], (1, 2), [3]),
        (None, [3], (3,), [3]),
    ],
)
def test_what_is_selected(until: int | None, only: list[int], done: Any, wanted: list[int]) -> None:
    found = selected(PLAN, until, [_id(one) for one in only], {_id(one) for one in done})
    assert [item.id for item in found] == [_id(one) for one in wanted]


@pytest.mark.parametrize(
    ("until", "only", "code", "says"),
    [
        (3, [], "unknown_batch", "its last is 2"),
        (None, [9], "unknown_write", "all-1.00009"),
        (None, [1, 5], "not_a_write", r"all-1\.00005 \(keep\)"),
        (None, [3], "needs_missing", r"all-1\.00003 needs all-1\.00002"),
    ],
)
def test_what_is_refused(until: int | None, only: list[int], code: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        selected(PLAN, until, [_id(one) for one in only], {_id(1)})
    assert refused.value.code == code


def test_ids_may_be_repeated_and_stand_together() -> None:
    assert named_ids(["a, b", "b,c,", ""]) == ["a", "b", "c"]


@pytest.mark.parametrize(("plan", "resume"), [("", False), ("all-1", True)])
def test_one_way_to_a_plan(plan: str, resume: bool) -> None:
    with pytest.raises(UsageError):
        check_usage(None, [], plan, resume=resume)
    check_usage(1, [], "all-1", resume=False)


def test_what_is_changed_for_the_time_being_goes_with_whoever_needs_it() -> None:
    relaxed = replace(_item(1, 1), temporary=True)
    plan = replace(PLAN, items=(relaxed, _item(2, 1, 1), _item(3, 1)))
    assert {item.id for item in selected(plan, None, [_id(2)], set())} == {_id(1), _id(2)}
    assert {item.id for item in selected(plan, None, [_id(3)], set())} == {_id(3)}
