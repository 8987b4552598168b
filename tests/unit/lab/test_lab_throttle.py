"""The token buckets: documented quotas, refusals that count, lanes apart, and the scale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from migrate.lab.errors import GraphError
from migrate.lab.throttle import Throttle, cost_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def judge(
    throttle: Throttle,
    *,
    lane: str = "directory",
    cost: int = 1,
    write: bool = False,
    users: int = 10,
    app: str = "a",
    tenant: str = "t",
    at: float = 0,
) -> dict[str, str]:
    now = NOW + timedelta(seconds=at)
    return throttle.judge(
        tenant_id=tenant, app_id=app, lane=lane, cost=cost, write=write, users=users, now=now
    )


def passes(throttle: Throttle, most: int, **more: object) -> int:
    """How many requests get through at one moment."""
    for number in range(most):
        try:
            judge(throttle, **more)  # type: ignore[arg-type]
        except GraphError:
            return number
    return most


@pytest.mark.parametrize(("users", "quota"), [(49, 3500), (50, 5000), (500, 8000)])
def test_quota_by_size_of_the_tenant(users: int, quota: int) -> None:
    """graph-facts §1.1."""
    assert passes(Throttle(), quota + 1, users=users) == quota


def test_writes_have_a_bucket_of_their_own() -> None:
    """graph-facts §1.1: 3,000 in 150 s."""
    throttle = Throttle()
    assert passes(throttle, 3001, write=True, users=1000) == 3000
    with pytest.raises(GraphError) as caught:
        judge(throttle, write=True, users=1000, at=0.01)
    assert caught.value.headers["x-ms-throttle-information"] == "WriteLimitExceeded"
    judge(throttle, users=1000)


def test_waiting_as_told_is_enough() -> None:
    throttle = Throttle()
    passes(throttle, 4000)
    with pytest.raises(GraphError) as caught:
        judge(throttle)
    wait = caught.value.headers["Retry-After"]
    assert wait == str(int(wait))
    judge(throttle, at=float(wait))


def test_refused_requests_count() -> None:
    """graph-facts §1.4: never retry early."""
    patient, hasty = Throttle(), Throttle()
    for throttle, more in ((patient, 0), (hasty, 1000)):
        passes(throttle, 3501)
        for _ in range(more):
            with pytest.raises(GraphError):
                judge(throttle)
    assert passes(patient, 9000, at=1) > passes(hasty, 9000, at=1)
    assert hasty.metrics()["t"]["refused"] > patient.metrics()["t"]["refused"]


def test_the_percentage_shows_near_the_limit_only() -> None:
    """graph-facts §1.3."""
    throttle = Throttle()
    assert "x-ms-throttle-limit-percentage" not in judge(throttle, cost=2000)
    assert judge(throttle, cost=1000)["x-ms-throttle-limit-percentage"] == "0.86"


def test_apps_and_tenants_do_not_share() -> None:
    throttle = Throttle()
    assert passes(throttle, 4000) == 3500
    judge(throttle, app="b")
    judge(throttle, tenant="u")


def test_conditional_access_is_shared_by_all_apps() -> None:
    """graph-facts §1.1."""
    throttle = Throttle()
    judge(throttle, lane="ca")
    with pytest.raises(GraphError) as caught:
        judge(throttle, lane="ca", app="b")
    assert caught.value.headers == {}
    judge(throttle, lane="ca", at=2)


def test_the_pim_lane_is_off_until_it_is_configured() -> None:
    throttle = Throttle()
    assert passes(throttle, 20_000, lane="pim") == 20_000
    assert judge(throttle, lane="pim") == {}
    throttle.configure({"pim": [5, 10], "pim_retry_after": False})
    assert passes(throttle, 10, lane="pim") == 5
    with pytest.raises(GraphError) as caught:
        judge(throttle, lane="pim")
    assert "Retry-After" not in caught.value.headers


def test_scale_keeps_ratios() -> None:
    throttle = Throttle()
    throttle.configure({"scale": 0.01})
    assert passes(throttle, 100) == 35
    assert passes(throttle, 100, at=0.1) >= 34
    with pytest.raises(ValueError, match="sclae"):
        throttle.configure({"sclae": 1})


def test_it_can_be_switched_off() -> None:
    throttle = Throttle()
    throttle.configure({"enabled": False})
    assert passes(throttle, 5000) == 5000


@pytest.mark.parametrize(
    ("base", "query", "cost"),
    [
        (2, {}, 2),
        (2, {"$select": "id"}, 1),
        (1, {"$select": "id", "$top": "5"}, 1),
        (1, {"$expand": "x"}, 2),
        (3, {"$top": "19"}, 2),
        (3, {"$top": "20"}, 3),
    ],
)
def test_cost(base: int, query: dict[str, str], cost: int) -> None:
    """graph-facts §1.2."""
    assert cost_of(base, query) == cost
