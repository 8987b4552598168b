"""Whose a row is, on any service that answers for Graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from replay_fakes import CALLER, Bench, group_item, role_item, row_of

from migrate.errors import ConsentMissing
from migrate.replay.attribute import is_ours, whose
from migrate.replay.fold import WriteState
from migrate.replay.writes import carries

Make = Callable[..., Bench]
BEGUN = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ANSWERED = WriteState(request_id="R1", known_requests=frozenset({"r1"}), begun_at=BEGUN)
LOST = WriteState(doubted=True, begun_at=BEGUN)


@pytest.mark.parametrize(
    "more",
    [
        {"id": "r1", "createdUsing": "R1"},
        {"id": "other", "createdUsing": "r1"},
        {"id": "R1", "createdUsing": None},
        {"id": "R1", "createdUsing": "something-else"},
        {"id": "group-1_member_R1", "createdUsing": "something-else"},
        {"id": "group-1_member_x", "createdUsing": None},
        {"id": "x", "createdUsing": "not-in-the-log"},
    ],
)
async def test_an_accepted_request_makes_the_row_ours(bench: Make, more: dict[str, Any]) -> None:
    item = group_item()
    here = bench(item)
    assert await is_ours(here.run.live, item, row_of(item, **more), ANSWERED)


async def test_a_promised_schedule_makes_the_row_ours(bench: Make) -> None:
    item = group_item()
    here = bench(item)
    state = replace(LOST, schedule_id="S9")
    assert await is_ours(here.run.live, item, row_of(item, id="s9", createdUsing="x"), state)


async def test_the_justification_of_the_maker_decides_before_anything_vaguer(bench: Make) -> None:
    item = role_item()
    here = bench(item)
    row = row_of(item, "made-it")
    for justification, ours in ((f"batch 1 write {item.id}", True), ("by hand", False)):
        here.target.requests["made-it"] = {"id": "made-it", "justification": justification}
        assert await whose(here.run.live, item, row, LOST) is ours
        assert await whose(here.run.live, item, row, ANSWERED) is ours


async def test_a_maker_that_is_another_caller_is_not_ours(bench: Make) -> None:
    item = role_item()
    here = bench(item)
    here.target.requests["made-it"] = {"id": "made-it", "createdBy": {"user": {"id": "somebody"}}}
    assert await whose(here.run.live, item, row_of(item, "made-it"), LOST) is False
    here.target.requests["made-it"] = {"id": "made-it", "createdBy": {"user": {"id": CALLER.upper()}}}
    assert await whose(here.run.live, item, row_of(item, "made-it"), LOST) is None


async def test_without_a_lost_answer_an_unclaimed_row_is_not_ours(bench: Make) -> None:
    item = role_item()
    here = bench(item)
    assert await whose(here.run.live, item, row_of(item, createdUsing=None), WriteState()) is False


async def test_after_a_lost_answer_the_log_decides(bench: Make) -> None:
    item = role_item()
    here = bench(item)
    row = row_of(item, createdUsing=None)
    assert await whose(here.run.live, item, row, LOST) is None
    found = {
        "id": "R7",
        "action": "AdminAssign",
        "justification": f"write {item.id}",
        "status": "Provisioned",
    }
    here.target.requests["R7"] = found
    assert await whose(here.run.live, item, row, LOST) is True
    for other in ({"status": "Failed"}, {"action": "adminRemove"}, {"justification": f"write {item.id}1"}):
        here.target.requests["R7"] = found | other
        assert await whose(here.run.live, item, row, LOST) is None
    here.target.requests["R7"] = found
    assert await whose(here.run.live, item, row, replace(LOST, known_requests=frozenset({"r7"}))) is None


async def test_where_nobody_may_read_the_log_a_row_made_since_the_begin_is_ours(bench: Make) -> None:
    item = role_item()
    here = bench(item)
    here.target.read_error = ConsentMissing("not for you")
    assert await whose(here.run.live, item, row_of(item), LOST) is True
    old = row_of(item, createdDateTime="2026-06-01T11:00:00Z")
    assert await whose(here.run.live, item, old, LOST) is False
    assert await whose(here.run.live, item, row_of(item, createdDateTime=None), LOST) is False


def test_a_write_id_is_a_whole_word() -> None:
    assert carries("pim-migrate x batch 1 write all-1.00001", "all-1.00001")
    assert carries("write all-1.00001, by wave", "all-1.00001")
    assert not carries("write all-1.000010", "all-1.00001")
    assert not carries("", "all-1.00001")
