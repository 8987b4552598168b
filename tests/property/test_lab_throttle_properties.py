"""The lab's token buckets for any sequence of requests, on a clock that only the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from migrate.lab.buckets import READ_WINDOW, WRITE_QUOTA, WRITE_WINDOW
from migrate.lab.errors import GraphError
from migrate.lab.throttle import Throttle

START = datetime(2026, 3, 1, tzinfo=UTC)
LANES = ("directory", "pim", "policy", "ca", "reports")
SCALES = st.sampled_from([1.0, 0.1, 0.01, 0.001])
SHORT = settings(max_examples=60)


class Caller:
    """Sends requests to one tenant as one app and remembers what came of each."""

    def __init__(self, **changes: Any) -> None:
        self.throttle = Throttle()
        self.throttle.configure({"pim": (5, 10), **changes})
        self.at = 0.0
        self.passed: list[float] = []

    def send(self, lane: str = "directory", *, cost: int = 1, write: bool = False) -> dict[str, str] | None:
        """Headers of the answer, or None when it was refused; ``self.refusal`` has those of the refusal."""
        try:
            headers = self.throttle.judge(
                tenant_id="t",
                app_id="a",
                lane=lane,
                cost=cost,
                write=write,
                users=10,
                now=START + timedelta(seconds=self.at),
            )
        except GraphError as refused:
            assert refused.status == 429
            self.refusal = dict(refused.headers)
            return None
        self.passed.append(self.at)
        return headers


REQUESTS = st.lists(
    st.tuples(st.sampled_from(LANES), st.integers(1, 6), st.booleans(), st.floats(0, 2)), max_size=120
)


@SHORT
@given(REQUESTS, SCALES)
def test_every_request_is_counted_once(requests: list[tuple[str, int, bool, float]], scale: float) -> None:
    caller = Caller(scale=scale)
    refused = writes = 0
    for lane, cost, write, pause in requests:
        caller.at += pause
        passed = caller.send(lane, cost=cost, write=write) is not None
        refused += not passed
        writes += passed and write
    if not requests:
        return
    found = caller.throttle.metrics()["t"]
    assert (found["requests"], found["refused"], found["writes"]) == (len(requests), refused, writes)
    assert sum(found["by_lane"].values()) == len(requests)
    assert found["resource_units"] == sum(cost for lane, cost, _, _ in requests if lane == "directory")


@SHORT
@given(
    st.sampled_from(["directory", "pim", "policy", "reports"]), SCALES, st.integers(1, 6), st.integers(0, 30)
)
@example(lane="directory", scale=0.001, cost=3, hasty=0)
def test_waiting_as_told_is_enough(lane: str, scale: float, cost: int, hasty: int) -> None:
    """graph-facts §1.3: Retry-After, whatever was sent in vain before."""
    caller = Caller(scale=scale)
    for _ in range(4000):
        if caller.send(lane, cost=cost, write=True) is None:
            break
    for _ in range(hasty):
        assert caller.send(lane, cost=cost, write=True) is None
    caller.at += float(caller.refusal["Retry-After"])
    assert caller.send(lane, cost=cost, write=True) is not None


@SHORT
@given(SCALES, st.lists(st.floats(0, 0.5), min_size=1, max_size=150))
def test_no_window_lets_more_through_than_its_quota_and_what_flows_back(
    scale: float, pauses: list[float]
) -> None:
    caller = Caller(scale=scale)
    quota = max(1.0, 5 * scale)
    for pause in pauses:
        caller.at += pause
        caller.send("pim")
    for first in range(len(caller.passed)):
        for last in range(first, len(caller.passed)):
            seconds = caller.passed[last] - caller.passed[first]
            assert last - first + 1 <= quota + seconds * 5 / 10 + 1e-6


@SHORT
@given(SCALES, st.integers(1, 400))
def test_the_least_time_is_what_a_perfect_caller_needs(scale: float, writes: int) -> None:
    """Waiting as long as the bucket asks reaches the least time of the metrics; nobody is quicker."""
    caller = Caller(scale=scale)
    rate = WRITE_QUOTA / WRITE_WINDOW
    quota = max(1.0, WRITE_QUOTA * scale)
    for number in range(1, writes + 1):
        caller.at = max(caller.at, (number - quota) / rate + 1e-6)
        assert caller.send(write=True) is not None
    least = caller.throttle.metrics()["t"]["least_seconds_for_writes"]
    assert least <= caller.at + 1e-3
    assert abs(least - max(0.0, (writes - quota) / rate)) < 1e-3


@SHORT
@given(SCALES, st.integers(0, 5000))
def test_the_share_shows_only_above_four_fifths(scale: float, requests: int) -> None:
    """graph-facts §1.3: 0.8 to 1.8, and on directory answers only."""
    caller = Caller(scale=scale)
    quota = max(6.0, 3500 * scale)
    for number in range(1, min(requests, int(quota) + 5) + 1):
        headers = caller.send()
        told = (caller.refusal if headers is None else headers).get("x-ms-throttle-limit-percentage")
        assert (told is not None) == (number > 0.8 * quota)
        assert told is None or 0.8 <= float(told) <= 1.8


@SHORT
@given(st.sampled_from([lane for lane in LANES if lane != "directory"]), st.integers(1, 40))
def test_only_the_directory_sends_its_headers(lane: str, requests: int) -> None:
    """graph-facts §1.3: PIM shows no resource unit; conditional access not even when to come back."""
    caller = Caller()
    for _ in range(requests):
        headers = caller.send(lane)
        if headers is not None:
            assert headers == {}
        else:
            assert set(caller.refusal) == (set() if lane == "ca" else {"Retry-After"})


@SHORT
@given(SCALES, st.sampled_from([("directory", 3500 / READ_WINDOW), ("pim", 0.5), ("ca", 1.0)]))
def test_scale_leaves_the_rate_alone(scale: float, lane: tuple[str, float]) -> None:
    """Once the first burst is spent, as much flows back in a second as without any scale."""
    caller = Caller(scale=scale)
    name, rate = lane
    for _ in range(5000):
        if caller.send(name) is None:
            break
    # A refusal is charged too, so the bucket is over its brim by at most one request.
    caller.at += 2 / rate + 1e-6
    assert caller.send(name) is not None
    assert caller.send(name) is None or name == "directory"
