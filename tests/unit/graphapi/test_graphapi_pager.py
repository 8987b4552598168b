from __future__ import annotations

import httpx
import pytest
from graphapi_fakes import OpenSession, error, rows

from migrate.errors import GraphRefused
from migrate.graphapi.pager import RESTARTS, Page, pages, rows_of_all_pages
from migrate.graphapi.session import Session
from migrate.kinds.request import Request, get

LINK = "https://graph.test:8443/v1.0/users?$skiptoken="
USERS = get("/users", select="id")
EXPIRED = error(400, "Directory_ExpiredPageToken", "The specified page token value has expired.")


async def _all(session: Session, request: Request = USERS) -> list[Page]:
    return [page async for page in pages(session, request)]


async def test_every_page_is_followed_even_an_empty_one(open_session: OpenSession) -> None:
    answers = [rows({"id": "1"}, link=LINK + "a"), rows(link=LINK + "b"), rows({"id": "2"})]
    async with open_session(*answers) as (session, service):
        found = await _all(session)
    assert [[row["id"] for row in page.rows] for page in found] == [["1"], [], ["2"]]
    assert [page.number for page in found] == [1, 2, 3]
    assert not any(page.restarted for page in found)
    assert [str(request.url) for request in service.asked[1:]] == [LINK + "a", LINK + "b"]


async def test_the_count_of_the_first_page_is_passed_on(open_session: OpenSession) -> None:
    first = httpx.Response(200, json={"@odata.count": 7, "value": [], "@odata.nextLink": LINK + "a"})
    async with open_session(first, rows()) as (session, _):
        assert [page.count for page in await _all(session)] == [7, None]


async def test_headers_go_along_on_every_page_and_a_posted_listing_goes_on_with_get(
    open_session: OpenSession,
) -> None:
    asked = Request(
        "POST",
        "/directoryObjects/getByIds",
        body={"ids": ["1"]},
        reads=True,
        headers={"ConsistencyLevel": "eventual"},
    )
    async with open_session(rows(link=LINK + "a"), rows()) as (session, service):
        await _all(session, asked)
    assert [request.method for request in service.asked] == ["POST", "GET"]
    assert [request.headers["consistencylevel"] for request in service.asked] == ["eventual"] * 2
    assert service.asked[1].content == b""


async def test_a_dead_page_token_starts_the_listing_again(open_session: OpenSession) -> None:
    answers = [
        rows({"id": "1"}, link=LINK + "a"),
        EXPIRED,
        rows({"id": "1"}, link=LINK + "b"),
        rows({"id": "2"}),
    ]
    async with open_session(*answers) as (session, _):
        found = await _all(session)
    assert [(page.number, page.restarted) for page in found] == [(1, False), (1, True), (2, False)]
    kept: list[str] = []
    for page in found:
        kept = ([] if page.restarted else kept) + [row["id"] for row in page.rows]
    assert kept == ["1", "2"]


async def test_rows_of_before_a_new_start_are_thrown_away(open_session: OpenSession) -> None:
    """Somebody left the list between the two: they are not in it any more."""
    answers = [rows({"id": "left"}, {"id": "1"}, link=LINK + "a"), EXPIRED, rows({"id": "1"}, {"id": "2"})]
    async with open_session(*answers) as (session, _):
        assert [row["id"] for row in await rows_of_all_pages(session, USERS)] == ["1", "2"]


async def test_a_listing_that_keeps_dying_is_given_up(open_session: OpenSession) -> None:
    answers = [rows({"id": "1"}, link=LINK + "a"), EXPIRED] * (RESTARTS + 1)
    async with open_session(*answers) as (session, service):
        with pytest.raises(GraphRefused) as caught:
            await _all(session)
    assert caught.value.code == "page_expired"
    assert "skiptoken" not in caught.value.where
    assert len(service.asked) == 2 * (RESTARTS + 1)


async def test_the_same_link_twice_is_a_loop(open_session: OpenSession) -> None:
    answers = [rows(link=LINK + "a"), rows(link=LINK + "b"), rows(link=LINK + "a")]
    async with open_session(*answers) as (session, service):
        with pytest.raises(GraphRefused) as caught:
            await _all(session)
    assert caught.value.code == "paging_loop"
    assert len(service.asked) == 3


async def test_a_link_to_another_host_is_refused(open_session: OpenSession) -> None:
    async with open_session(rows(link="https://evil.test/v1.0/users?x=1")) as (session, service):
        with pytest.raises(GraphRefused) as caught:
            await _all(session)
    assert caught.value.code == "foreign_link"
    assert len(service.asked) == 1


@pytest.mark.parametrize("cut", [b"{}", b'{"value": null}', b'{"value": [1]}', b'{"value": [{"id"', b""])
async def test_a_page_without_its_list_is_asked_for_again_and_then_refused(
    open_session: OpenSession, cut: bytes
) -> None:
    answer = httpx.Response(200, content=cut)
    async with open_session(answer, rows({"id": "1"})) as (session, _):
        assert [page.rows for page in await _all(session)] == [[{"id": "1"}]]
    async with open_session(rows(link=LINK + "a"), answer) as (session, service):
        with pytest.raises(GraphRefused) as caught:
            await _all(session)
    assert caught.value.code == "truncated_answer"
    assert len(service.asked) == 1 + 6
