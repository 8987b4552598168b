"""What holds for the pace of a lane whatever happens to it, in whatever order."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.graphapi.pace import LanePace

SETTINGS = settings(max_examples=100)
FLOAT_SLACK = 1e-5


def fresh(rate: float = 10.0, ceiling: float = 40.0, burst: float = 4.0) -> LanePace:
    return LanePace(
        rate=rate, ceiling=ceiling, floor=0.5, burst=burst, growth=0.5, allowance=burst, counted_at=0.0
    )


@dataclass(frozen=True)
class Event:
    after: float
    kind: str
    retry_after: float | None
    used: float | None
    age: float


events = st.builds(
    Event,
    after=st.floats(0, 30),
    kind=st.sampled_from(["take", "succeeded", "throttled"]),
    retry_after=st.none() | st.floats(0, 120),
    used=st.none() | st.floats(0, 2),
    age=st.floats(0, 10),
)


def play(pace: LanePace, happening: list[Event]) -> list[tuple[float, LanePace, LanePace, Event]]:
    """Each event with its moment and the state before and after; a take waits until it may leave."""
    now, told = 0.0, []
    for event in happening:
        now += event.after
        before = pace
        if event.kind == "take":
            now += pace.wait(now)
            pace = pace.take(now)
        elif event.kind == "succeeded":
            pace = pace.succeeded(now, now - event.age, event.used)
        else:
            pace = pace.throttled(now, now - event.age, event.retry_after)
        told.append((now, before, pace, event))
    return told


@SETTINGS
@given(st.lists(events, max_size=40))
def test_the_rate_stays_between_floor_and_ceiling(happening: list[Event]) -> None:
    for _, _, pace, _ in play(fresh(), happening):
        assert pace.floor <= pace.rate <= pace.ceiling
        assert pace.allowance <= pace.burst


@SETTINGS
@given(st.lists(events, max_size=40))
def test_after_waiting_nothing_more_is_to_wait(happening: list[Event]) -> None:
    for now, _, pace, _ in play(fresh(), happening):
        wait = pace.wait(now)
        assert wait >= 0.0
        assert pace.wait(now + wait) == 0.0


@SETTINGS
@given(st.lists(events, max_size=60))
def test_nothing_leaves_during_a_pause(happening: list[Event]) -> None:
    until = -1.0
    for now, _, _, event in play(fresh(), happening):
        if event.kind == "take":
            assert now >= until - FLOAT_SLACK
        elif event.kind == "throttled" and event.retry_after:
            until = max(until, now + event.retry_after)


@SETTINGS
@given(
    st.floats(0.5, 100),
    st.integers(1, 10),
    st.lists(st.floats(0, 1), min_size=2, max_size=80),
)
def test_no_window_sees_more_than_the_burst_and_the_rate_allow(
    rate: float, burst: int, gaps: list[float]
) -> None:
    pace = fresh(rate=rate, ceiling=rate, burst=float(burst))
    left = [now for now, _, _, _ in play(pace, [Event(gap, "take", None, None, 0.0) for gap in gaps])]
    for first, start in enumerate(left):
        for last in range(first, len(left)):
            assert last - first + 1 <= burst + rate * (left[last] - start) + 1e-3


@SETTINGS
@given(st.lists(events, max_size=40), st.floats(0, 120))
def test_a_refusal_never_makes_it_faster_and_halves_once_per_volley(
    happening: list[Event], retry_after: float
) -> None:
    told = play(fresh(), happening)
    now, pace = (told[-1][0], told[-1][2]) if told else (0.0, fresh())
    sent_at = now
    once = pace.throttled(now + 1, sent_at, retry_after)
    assert once.rate <= pace.rate
    assert once.rate >= pace.rate / 2
    twice = once.throttled(now + 1.5, sent_at, retry_after)
    assert twice.rate == once.rate
    assert twice.paused_until >= once.paused_until


@SETTINGS
@given(st.integers(1, 40))
def test_unasked_pauses_grow_and_stay_bounded(refusals: int) -> None:
    pace, now, last = fresh(), 0.0, 0.0
    for _ in range(refusals):
        pace = pace.throttled(now, now, None)
        pause = pace.paused_until - now
        assert last <= pause <= 60.0 + FLOAT_SLACK
        last, now = pause - FLOAT_SLACK, pace.paused_until + 1.0


@SETTINGS
@given(st.lists(events, max_size=40))
def test_starvation_ends_with_a_success_and_only_then(happening: list[Event]) -> None:
    since: float | None = None
    for now, _, pace, event in play(fresh(), happening):
        if event.kind == "throttled" and since is None:
            since = now
        elif event.kind == "succeeded":
            since = None
        assert pace.throttled_since == since
        assert pace.starved_for(now) >= (0.0 if since is None else now - since)


@SETTINGS
@given(st.integers(1, 1600))
def test_calm_brings_it_back_to_the_ceiling_and_no_further(successes: int) -> None:
    pace = fresh(ceiling=12.0).throttled(0.0, 0.0, 1.0)
    rates = []
    for number in range(successes):
        pace = pace.succeeded(2.0 + number, 2.0 + number)
        rates.append(pace.rate)
    assert rates == sorted(rates)
    assert rates[-1] <= pace.ceiling
    assert successes < 1600 or rates[-1] == pace.ceiling
