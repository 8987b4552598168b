"""Many reads together: each part is judged alone, and only what can be bettered is asked again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
from graphapi_fakes import FakeAuthority, FakeTime, OpenSession, error, rows

from migrate.errors import ConsentMissing, GraphRefused, MigrateError
from migrate.kinds.request import Lane, Request, get

Inner = dict[str, Any]
OK = {"status": 200, "headers": {"x-ms-resource-unit": "3"}, "body": {"value": [{"id": "m"}]}}


def refused(status: int, code: str, **headers: str) -> Inner:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "headers": named, "body": {"error": {"code": code, "message": "said Graph"}}}


def members(count: int) -> list[Request]:
    return [get(f"/groups/g{number}/members", top="999") for number in range(count)]


def answering(
    judge: Callable[[str, int], Inner],
) -> tuple[Callable[[httpx.Request], httpx.Response], list[list[str]]]:
    """A tenant that answers batches, last part first; ``judge`` is told the address and how often it came."""
    batches: list[list[str]] = []
    seen: dict[str, int] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":  # a part that is left alone is asked alone
            alone = judge(request.url.path, 2)
            return httpx.Response(alone["status"], headers=alone["headers"], json=alone["body"])
        parts = orjson.loads(request.content)["requests"]
        batches.append([part["url"] for part in parts])
        told = []
        for part in reversed(parts):
            seen[part["url"]] = seen.get(part["url"], 0) + 1
            told.append({"id": part["id"], **judge(part["url"], seen[part["url"]])})
        return httpx.Response(200, json={"responses": told})

    return answer, batches


async def test_twenty_at_most_go_together_and_the_order_stays(open_session: OpenSession) -> None:
    handler, batches = answering(lambda url, _: {**OK, "body": {"value": [{"id": url}]}})
    async with open_session(handler) as (session, service):
        found = await session.read_many(members(45))
        (lane,) = session.lanes()
    assert sorted(map(len, batches)) == [5, 20, 20]
    assert [body["value"][0]["id"] for body in found if isinstance(body, dict)] == [
        f"/groups/g{number}/members?$top=999" for number in range(45)
    ]
    assert {(asked.method, asked.url.path) for asked in service.asked} == {("POST", "/v1.0/$batch")}
    assert (lane.lane, lane.requests, lane.units, lane.refused) == (Lane.DIRECTORY, 45, 135.0, 0)


async def test_only_what_was_refused_as_too_many_is_asked_again_after_the_longest_wait(
    open_session: OpenSession, fake_time: FakeTime
) -> None:
    def judge(url: str, times: int) -> Inner:
        if times == 1 and url.startswith(("/groups/g3/", "/groups/g7/")):
            return refused(429, "TooManyRequests", Retry_After="4" if "g3" in url else "9")
        return OK

    handler, batches = answering(judge)
    start = fake_time.now
    async with open_session(handler) as (session, _):
        found = await session.read_many(members(10))
        assert session.lanes()[0].refused == 2
    assert all(isinstance(body, dict) for body in found)
    assert [len(urls) for urls in batches] == [10, 2]
    assert fake_time.now - start >= 9.0


async def test_an_error_stands_in_its_place_and_what_passes_is_tried_again(open_session: OpenSession) -> None:
    def judge(url: str, times: int) -> Inner:
        if "/g0/" in url:
            return refused(403, "Authorization_RequestDenied")
        if "/g1/" in url:
            return refused(404, "Request_ResourceNotFound")
        if "/g2/" in url and times == 1:
            return refused(503, "ServiceUnavailable")
        if "/g3/" in url:
            return refused(500, "InternalServerError")
        if "/g4/" in url and times == 1:
            return {"status": 200, "headers": {}, "body": {"value": None}}
        return OK

    handler, _ = answering(judge)
    async with open_session(rows(), handler) as (session, _):
        await session.read(get("/users"))
        found = await session.read_many(members(6))
    codes = [one.code if isinstance(one, MigrateError) else None for one in found]
    assert codes == ["consent_missing", "not_found", None, "server_error", None, None]
    assert isinstance(found[0], ConsentMissing)


async def test_an_expired_token_is_renewed_once(open_session: OpenSession, authority: FakeAuthority) -> None:
    handler, batches = answering(
        lambda _, times: refused(401, "InvalidAuthenticationToken") if times == 1 else OK
    )
    async with open_session(handler) as (session, _):
        found = await session.read_many(members(3))
    assert all(isinstance(body, dict) for body in found)
    assert len(batches) == 2
    assert len(authority.tokens) == 2


@pytest.mark.parametrize("status", [404, 405])
async def test_without_batches_it_asks_one_by_one(open_session: OpenSession, status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return error(status, "Request_BadRequest", "not allowed")
        return rows({"id": request.url.path})

    async with open_session(answer) as (session, service):
        found = await session.read_many(members(3))
    assert [body["value"][0]["id"] for body in found if isinstance(body, dict)] == [
        f"/v1.0/groups/g{number}/members" for number in range(3)
    ]
    assert [asked.method for asked in service.asked] == ["POST", "GET", "GET", "GET"]


async def test_a_part_that_is_missing_is_asked_again(open_session: OpenSession) -> None:
    half = httpx.Response(200, json={"responses": [{"id": "1", **OK}, {"id": "77", **OK}, "odd"]})
    handler, batches = answering(lambda _url, _times: OK)
    async with open_session(half, handler) as (session, _):
        found = await session.read_many([*members(2), get("/groups/g9/members")])
    assert all(isinstance(body, dict) for body in found)
    assert [len(urls) for urls in batches] == [2]


async def test_a_link_to_elsewhere_is_never_put_into_a_batch(open_session: OpenSession) -> None:
    handler, batches = answering(lambda _url, _times: OK)
    links = [get("https://evil.test/v1.0/users"), get("https://graph.test:8443/beta/users"), *members(2)]
    async with open_session(handler) as (session, _):
        found = await session.read_many(links)
    assert [one.code for one in found if isinstance(one, GraphRefused)] == ["foreign_link"] * 2
    assert [len(urls) for urls in batches] == [2]


async def test_nothing_but_gets_of_one_lane(open_session: OpenSession) -> None:
    async with open_session(rows()) as (session, _):
        assert await session.read_many([]) == []
        for odd in (
            Request("DELETE", "/groups/g"),
            get("/users", lane=Lane.PIM),
            get("/users", version="beta"),
        ):
            with pytest.raises(ValueError, match="one lane and version"):
                await session.read_many([*members(1), odd])
