"""Runs that use one tenant at the same moment: they share the pace, and what one learns the others know."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphapi_fakes import FakeTime

from migrate.graphapi.pacer import Pacer
from migrate.kinds.request import Lane
from migrate.store.paces import FILE_NAME, PaceBook

TENANT = "11111111-1111-1111-1111-111111111111"


def book(folder: Path, time: FakeTime, run_id: str) -> PaceBook:
    return PaceBook(folder / FILE_NAME, run_id=run_id, clock=time.clock, tell=pytest.fail)


def pacer(time: FakeTime, known: PaceBook) -> Pacer:
    return Pacer(clock=time.clock, sleep=time.sleep, memory=known.of(TENANT))


async def use(one: Pacer, time: FakeTime, seconds: float) -> float:
    """Sends in the lane of PIM for so long; requests a second."""
    began, sent = time.now, 0
    while time.now - began < seconds:
        async with one.turn(Lane.PIM):
            sent += 1
    return sent / (time.now - began)


async def test_two_runs_of_one_tenant_share_its_pace(tmp_path: Path, fake_time: FakeTime) -> None:
    with book(tmp_path, fake_time, "a") as of_a, book(tmp_path, fake_time, "b") as of_b:
        alone = await use(pacer(fake_time, of_a), fake_time, 20)
        other = pacer(fake_time, of_b)
        async with other.turn(Lane.PIM):
            pass
        together = pacer(fake_time, of_a)
        # The first request of a run looks who else is there.
        shared = await use(together, fake_time, 4)
        assert together.lanes()[0].runs == 2
        assert shared == pytest.approx(alone / 2, rel=0.35)


async def test_what_one_run_learned_the_next_one_begins_with(tmp_path: Path, fake_time: FakeTime) -> None:
    with book(tmp_path, fake_time, "a") as first:
        one = pacer(fake_time, first)
        await use(one, fake_time, 5)
        one.throttled(Lane.PIM, fake_time.now, retry_after=1.0)
        one.remember()
        learned = one.pace(Lane.PIM).limit
        assert learned is not None
    fake_time.now += 3600
    with book(tmp_path, fake_time, "b") as second:
        next_one = pacer(fake_time, second)
        async with next_one.turn(Lane.PIM):
            pass
        assert next_one.pace(Lane.PIM).limit == pytest.approx(learned, rel=0.05)
        assert next_one.pace(Lane.PIM).per_second <= learned


async def test_a_lane_that_met_no_limit_goes_on_near_where_the_last_run_left_it(
    tmp_path: Path, fake_time: FakeTime
) -> None:
    with book(tmp_path, fake_time, "a") as first:
        one = pacer(fake_time, first)
        begun = one.pace(Lane.PIM).rate
        for _ in range(60):
            async with one.turn(Lane.PIM) as sent_at:
                pass
            one.succeeded(Lane.PIM, sent_at)
        one.remember()
        came_to = one.pace(Lane.PIM).rate
        assert came_to > 1.5 * begun
    with book(tmp_path, fake_time, "b") as second:
        next_one = pacer(fake_time, second)
        async with next_one.turn(Lane.PIM):
            pass
        assert begun < next_one.pace(Lane.PIM).rate < came_to
        assert next_one.pace(Lane.PIM).limit is None


async def test_a_limit_outweighs_the_rate_that_was_reached_before_it(
    tmp_path: Path, fake_time: FakeTime
) -> None:
    with book(tmp_path, fake_time, "a") as first:
        first.of(TENANT).reach("pim", 39.0)
        first.of(TENANT).learn("pim", 6.0)
    with book(tmp_path, fake_time, "b") as second:
        one = pacer(fake_time, second)
        async with one.turn(Lane.PIM):
            pass
        assert one.pace(Lane.PIM).rate < 6.0
