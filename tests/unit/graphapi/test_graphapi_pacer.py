"""The mechanism: who waits for whom. The arithmetic has its properties in tests/property."""

from __future__ import annotations

import asyncio

import pytest
from graphapi_fakes import FakeTime, OpenSession, error, rows

from migrate.graphapi.outcome import Meaning
from migrate.graphapi.pacer import Pacer, TurnGivenUp
from migrate.kinds.request import Lane, Request, get


def _pacer(time: FakeTime, **ceilings: float) -> Pacer:
    return Pacer(
        clock=time.clock, sleep=time.sleep, ceilings={Lane(lane): rate for lane, rate in ceilings.items()}
    )


async def _turns(pacer: Pacer, lane: Lane, count: int) -> list[float]:
    moments: list[float] = []
    for _ in range(count):
        async with pacer.turn(lane) as sent_at:
            moments.append(sent_at)
    return moments


async def test_a_lane_bursts_and_then_keeps_its_rate(fake_time: FakeTime) -> None:
    start = fake_time.now
    moments = [moment - start for moment in await _turns(_pacer(fake_time), Lane.PIM, 24)]
    assert moments[:4] == [0.0] * 4
    assert moments[-1] == pytest.approx(2.0, abs=0.01)


async def test_conditional_access_goes_hardly_one_a_second_and_one_at_a_time(fake_time: FakeTime) -> None:
    pacer = _pacer(fake_time)
    start = fake_time.now
    moments = [moment - start for moment in await _turns(pacer, Lane.CONDITIONAL_ACCESS, 4)]
    assert moments == pytest.approx([0.0, 1.05, 2.1, 3.15], abs=0.02)
    open_turns, most = 0, 0

    async def one() -> None:
        nonlocal open_turns, most
        async with pacer.turn(Lane.CONDITIONAL_ACCESS):
            open_turns += 1
            most = max(most, open_turns)
            await asyncio.sleep(0)
            open_turns -= 1

    await asyncio.gather(*(one() for _ in range(5)))
    assert most == 1


async def test_all_waiters_of_a_lane_obey_the_pause_and_other_lanes_do_not(fake_time: FakeTime) -> None:
    pacer = _pacer(fake_time)
    start = fake_time.now
    pacer.throttled(Lane.PIM, start, retry_after=30.0)
    assert (await _turns(pacer, Lane.DIRECTORY, 1))[0] == start
    gathered = await asyncio.gather(*(_turns(pacer, Lane.PIM, 1) for _ in range(5)))
    assert min(moment for (moment,) in gathered) >= start + 30.0


async def test_a_pause_that_grows_while_somebody_waits_is_obeyed(fake_time: FakeTime) -> None:
    start = fake_time.now
    refused_again = False

    async def sleep(seconds: float) -> None:
        nonlocal refused_again
        await fake_time.sleep(seconds)
        if not refused_again:
            refused_again = True
            pacer.throttled(Lane.PIM, start, retry_after=60.0)

    pacer = Pacer(clock=fake_time.clock, sleep=sleep)
    pacer.throttled(Lane.PIM, start, retry_after=5.0)
    (moment,) = await _turns(pacer, Lane.PIM, 1)
    assert moment >= start + 65.0


async def test_turns_come_in_the_order_of_asking(fake_time: FakeTime) -> None:
    pacer = _pacer(fake_time, pim=1.0)
    order: list[int] = []

    async def one(number: int) -> None:
        async with pacer.turn(Lane.PIM):
            order.append(number)

    await asyncio.gather(*(one(number) for number in range(20)))
    assert order == list(range(20))


async def test_a_ceiling_holds_from_the_first_request(fake_time: FakeTime) -> None:
    pacer = _pacer(fake_time, directory=2.0)
    start = fake_time.now
    moments = await _turns(pacer, Lane.DIRECTORY, 12)
    assert moments[-1] - start == pytest.approx(5.0, abs=0.01)
    for _ in range(500):
        pacer.succeeded(Lane.DIRECTORY, fake_time.now)
    assert pacer.pace(Lane.DIRECTORY).rate == 2.0


@pytest.mark.parametrize("ceiling", [0.0, -1.0, float("nan")])
def test_a_ceiling_that_lets_nothing_through_is_a_mistake(fake_time: FakeTime, ceiling: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        _pacer(fake_time, pim=ceiling)


async def test_a_session_slows_down_when_graph_says_the_limit_is_near(open_session: OpenSession) -> None:
    near = rows()
    near.headers["x-ms-throttle-limit-percentage"] = "1.1"
    garbled = rows()
    garbled.headers["x-ms-throttle-limit-percentage"] = "much"
    async with open_session(near, garbled) as (session, _):
        before = session._pacer.pace(Lane.DIRECTORY).rate
        await session.read(get("/users"))
        near_the_limit = session._pacer.pace(Lane.DIRECTORY).rate
        await session.read(get("/users"))
        after = session._pacer.pace(Lane.DIRECTORY).rate
    assert near_the_limit < before
    assert after > near_the_limit


async def test_a_refused_write_pauses_its_lane_only(open_session: OpenSession, fake_time: FakeTime) -> None:
    write = Request(
        "POST", "/roleManagement/directory/roleEligibilityScheduleRequests", body={}, lane=Lane.PIM
    )
    async with open_session(error(429, "TooManyRequests", Retry_After="9"), rows()) as (session, _):
        await session.send(write)
        start = fake_time.now
        await session.send(get("/users"))
        assert fake_time.now == start
        await session.send(write)
    assert fake_time.now >= start + 9.0


async def test_conditional_access_waits_longer_each_time_when_nothing_is_said(
    open_session: OpenSession, fake_time: FakeTime
) -> None:
    ask = get("/identity/conditionalAccess/policies", lane=Lane.CONDITIONAL_ACCESS)
    refused = error(429, "TooManyRequests", "Too many requests.")
    async with open_session(refused, refused, refused, rows()) as (session, service):
        start = fake_time.now
        await session.read(ask)
    assert len(service.asked) == 4
    assert fake_time.now - start == pytest.approx(2.0 + 4.0 + 8.0, abs=0.01)


async def test_whoever_waits_out_a_pause_gives_up_when_told_to_stop(fake_time: FakeTime) -> None:
    begun, stop = asyncio.Event(), asyncio.Event()

    async def endless(_seconds: float) -> None:
        begun.set()
        await asyncio.Event().wait()

    pacer = Pacer(clock=fake_time.clock, sleep=endless)
    pacer.throttled(Lane.PIM, fake_time.now, retry_after=150.0)
    left: list[float] = []

    async def one() -> None:
        async with pacer.turn(Lane.PIM, stop=stop) as sent_at:
            left.append(sent_at)

    waiting = [asyncio.ensure_future(one()) for _ in range(3)]
    await begun.wait()
    assert not any(each.done() for each in waiting)
    stop.set()
    ended = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10)
    assert [type(each) for each in ended] == [TurnGivenUp] * 3
    assert left == []


async def test_a_write_whose_turn_was_given_up_was_not_sent(
    open_session: OpenSession, fake_time: FakeTime
) -> None:
    stop = asyncio.Event()
    write = Request("POST", "/roleManagement/directory/roleEligibilityScheduleRequests", lane=Lane.PIM)
    async with open_session(error(429, "TooManyRequests", Retry_After="150")) as (session, service):
        await session.send(write)
        pressed = asyncio.get_running_loop().call_soon(stop.set)
        answer, outcome = await session.judged(write, stop)
        pressed.cancel()
    assert (answer.sent, outcome.meaning) == (False, Meaning.NOT_SENT)
    assert len(service.asked) == 1
