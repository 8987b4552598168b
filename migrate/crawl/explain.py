"""What a snapshot would ask of a tenant, told before anything is read into the database."""

from __future__ import annotations

from migrate.crawl.principals import count_of
from migrate.crawl.ways import Way, choose
from migrate.graphapi.pager import pages
from migrate.graphapi.session import Session
from migrate.kinds.catalogue import PRINCIPALS, RIGHTS
from migrate.store.snapshot_rows import Scope


async def named_by_rights(session: Session) -> int:
    """How many principals the rights of the tenant name; groups' members and approvers come on top."""
    named: set[str] = set()
    for kind in RIGHTS:
        async for page in pages(session, kind.listing(None)):
            named |= {str(row.get("principalId")).lower() for row in page.rows}
    return len(named)


async def explain(session: Session, scope: Scope, *, named: int, questions_each: float) -> list[Way]:
    """The way that would be taken for each large collection.

    ``questions_each`` is how many look-ups one object of the other tenant brings, on average.
    """
    ways = []
    for kind in PRINCIPALS:
        way = choose(
            kind,
            await count_of(session, kind),
            ids=named,
            questions=round(named * questions_each),
            rivals=not questions_each,
        )
        ways.append(way if scope == "privileged" else way.as_whole())
    return ways
