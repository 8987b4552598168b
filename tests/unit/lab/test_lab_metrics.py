"""What the control plane tells of the requests: each once, with cost and effect; the least time of writes."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request
from lab_calls import ANN, APP, ELIGIBLE, TENANT, Asker

from migrate.lab.control import ControlServer
from migrate.lab.control_guide import OPERATIONS


@pytest.fixture
def lab() -> Asker:
    return Asker()


def answer(lab: Asker, path: str) -> Any:
    """A GET of the control plane, without a socket."""
    app = ControlServer(lab.control).app()
    request = make_mocked_request("GET", path, app=app)

    async def ask() -> Any:
        match = await app.router.resolve(request)
        request._match_info = match
        response = await match.handler(request)
        return orjson.loads(response.body)

    return asyncio.run(ask())


def test_a_request_that_nobody_stands_behind_is_logged_too(lab: Asker) -> None:
    lab.token = "forged"
    assert lab.status("GET", "/users") == 401
    assert lab.control.log(TENANT) == []
    (entry,) = lab.control.log()
    assert (entry["tenant"], entry["app"], entry["status"], entry["effect"]) == ("", "", 401, False)


def test_the_log_tells_cost_effect_and_who(lab: Asker) -> None:
    lab.ask("GET", "/users")
    lab.ask("GET", "/users?$select=id")
    lab.assign()
    lab.assign()
    found = [(entry["status"], entry["cost"], entry["effect"]) for entry in lab.control.log(TENANT)]
    assert found == [(200, 2, False), (200, 1, False), (201, 1, True), (400, 1, False)]
    assert {entry["app"] for entry in lab.control.log()} == {APP}


def test_the_log_goes_on_where_it_was_read(lab: Asker) -> None:
    for _ in range(3):
        lab.ask("GET", "/users")
    lab.ask("GET", "/organization")
    assert [entry["path"] for entry in lab.control.log(TENANT, since=3)] == ["/v1.0/organization"]
    assert lab.control.log(since=4) == []


def test_refused_requests_count_and_cost_no_time(lab: Asker) -> None:
    lab.control.throttle({"pim": [2, 10]})
    statuses = [lab.assign(principal=f"{ANN[:-1]}{digit}").answer.status for digit in "1234"]
    assert statuses == [201, 201, 429, 429]
    found = lab.control.metrics()["tenants"][TENANT]
    assert (found["requests"], found["refused"], found["writes"]) == (4, 2, 2)
    assert found["least_seconds_for_writes"] == 0
    lab.move(60)
    assert lab.status("POST", ELIGIBLE, {}) == 400, "let through and then refused by its handler: it counts"
    found = lab.control.metrics()["tenants"][TENANT]
    assert found["least_seconds_by_lane"] == {"pim": pytest.approx(5)}
    assert found["least_seconds_for_writes"] == pytest.approx(5)


def test_lanes_run_side_by_side(lab: Asker) -> None:
    """The slowest lane says how long it takes at least."""
    lab.control.throttle({"pim": [1, 4]})
    body = {"displayName": "N", "mailNickname": "n", "mailEnabled": False, "securityEnabled": True}
    for number in range(3):
        lab.move(10)
        assert lab.status("POST", "/groups", body) == 201
        assert lab.assign(principal=f"{ANN[:-1]}{number + 1}").answer.status == 201
    found = lab.control.metrics()["tenants"][TENANT]
    assert found["least_seconds_by_lane"] == {"directory": 0, "pim": pytest.approx(8)}
    assert found["least_seconds_for_writes"] == pytest.approx(8)


@pytest.mark.parametrize(
    "settings",
    [
        {"scale": 0},
        {"scale": "1"},
        {"pim": [5]},
        {"pim": [0, 1]},
        {"pim": 7},
        {"enabled": 1},
        {"reports": None},
    ],
)
def test_settings_that_make_no_sense_change_nothing(lab: Asker, settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        lab.control.throttle({"pim_retry_after": False, **settings})
    assert lab.world.throttle.settings.pim_retry_after is True


def test_it_says_what_it_can_do(lab: Asker) -> None:
    """GET / is complete: a call that is added without a word about it fails here."""
    told = answer(lab, "/")
    app = ControlServer(lab.control).app()
    paths = {f"{route.method} {route.resource.canonical}" for route in app.router.routes() if route.resource}
    named = {re.split(r"[?]", call)[0] for call in told["operations"]}
    assert {path for path in paths if not path.startswith("HEAD")} == named
    assert told["operations"] == OPERATIONS
    assert "cut" in told["faults"]


def test_small_questions(lab: Asker) -> None:
    lab.control.faults([{"do": "cut", "times": 2}])
    assert answer(lab, "/faults")["faults"][0]["times"] == 2
    assert answer(lab, "/clock") == {"now": "2026-03-01T12:00:00Z"}
    (tenant,) = answer(lab, "/tenants")["tenants"]
    assert (tenant["tenantId"], tenant["users"], tenant["domains"]) == (TENANT, 3, ["small.example"])
    lab.control.clear_faults()
    lab.ask("GET", "/users")
    assert len(answer(lab, f"/log?tenant={TENANT}&since=0")["requests"]) == 1
    assert answer(lab, f"/log?tenant={TENANT}&since=1")["requests"] == []
    assert set(answer(lab, f"/dump?tenant={TENANT}&parts=users,domains")) == {
        "tenantId",
        "displayName",
        "users",
        "domains",
    }
