"""A listing, page by page, to its very end.

A page token that dies makes the pages before it worthless: between two listings rows move from page to page,
so going on from a new first page would lose some and repeat others. The listing starts again, and says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from migrate.errors import GraphRefused
from migrate.graphapi.refusal import where
from migrate.kinds.request import Request

RESTARTS = 5


@dataclass(frozen=True)
class Page:
    """``number`` counts from 1, anew after a restart; ``count`` is Graph's own, on first pages only.

    ``restarted`` tells the caller to throw away every row it has been given so far; this page begins anew.
    ``next_link`` leads to the following page, None on the last one; ``delta_link`` stands on the last page
    of a delta query.
    """

    rows: list[dict[str, Any]]
    count: int | None
    number: int
    restarted: bool = False
    next_link: str | None = None
    delta_link: str | None = None


class Reader(Protocol):
    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]: ...


async def pages(
    session: Reader, request: Request, *, link: str | None = None, number: int = 1
) -> AsyncIterator[Page]:
    """The pages of a listing; an empty page that has a nextLink is not the last.

    With ``link``, the listing goes on there with page ``number``; where that link has died meanwhile it
    starts again from ``request``, and says so.

    Raises what ``Session.read`` raises, and ``GraphRefused`` as ``paging_loop`` (a link that was followed
    already) or ``page_expired`` (the listing died once more after its last restart).
    """
    for round_ in range(RESTARTS + 1):
        try:
            first = (link, number) if round_ == 0 else (None, 1)
            async for page in _one_round(session, request, *first):
                yield replace(page, restarted=True) if round_ and page.number == 1 else page
        except GraphRefused as refused:
            if refused.code != "page_expired" or round_ == RESTARTS:
                raise
        else:
            return


async def rows_of_all_pages(session: Reader, request: Request) -> list[dict[str, Any]]:
    """The rows of a listing that came to its end; of one that started again, only those since. Raises as
    ``pages``."""
    rows: list[dict[str, Any]] = []
    async for page in pages(session, request):
        if page.restarted:
            rows.clear()
        rows += page.rows
    return rows


async def _one_round(
    session: Reader, request: Request, start: str | None, number: int
) -> AsyncIterator[Page]:
    followed: set[str] = {start} if start else set()
    asked = _at(request, start) if start else request
    while True:
        body = await session.read(asked, listing=True)
        link, delta = _link(body, "@odata.nextLink"), _link(body, "@odata.deltaLink")
        yield Page(body["value"], _count(body), number, next_link=link, delta_link=delta)
        if link is None:
            return
        if link in followed:
            raise GraphRefused(
                "Graph's listing leads back to a page that was read before",
                where=where(request),
                hint="the listing cannot be completed now: run the command again",
                code="paging_loop",
            )
        followed.add(link)
        asked, number = _at(request, link), number + 1


def _at(request: Request, link: str) -> Request:
    return replace(request, method="GET", path=link, query={}, body=None)


def _link(body: dict[str, Any], name: str) -> str | None:
    link = body.get(name)
    return link if isinstance(link, str) and link else None


def _count(body: dict[str, Any]) -> int | None:
    count = body.get("@odata.count")
    return count if isinstance(count, int) else None
