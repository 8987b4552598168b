"""Runs a crawl of one tenant in memory against a database, whole or to the moment in which it dies."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

from paged_tenant import TENANT

from migrate.crawl.begin import Asked, begin
from migrate.crawl.progress import Tally
from migrate.crawl.run import Run
from migrate.crawl.tenant import Crawled, TenantCrawl
from migrate.crawl.wanted import NOTHING, Wanted
from migrate.graphapi.session import Session
from migrate.store.database import Database
from migrate.store.snapshot_rows import Scope
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def crawl(
    tenant: Any,
    db: Database,
    scope: Scope = "full",
    *,
    wanted: Wanted = NOTHING,
    base_id: str | None = None,
    fresh: bool = False,
) -> Crawled:
    snapshots = Snapshots(db)
    asked = Asked("source", TENANT, scope, base_id, "test")
    snapshot_id, _ = begin(snapshots, asked, NOW, fresh=fresh)
    run = Run(cast(Session, tenant), db, snapshots, snapshot_id, lambda: NOW, Tally("source", lambda _: None))

    async def whole() -> Crawled:
        one = TenantCrawl(run, scope, base_id)
        await one.read_governing()
        await one.read_principals(wanted)
        return one.seal()

    return asyncio.run(whole())


def content(db: Database, crawled: Crawled) -> dict[str, list[Any]]:
    """Everything that the snapshot holds, by kind, with the parent of each row."""
    found: dict[str, list[Any]] = {}
    for row in db.query(
        "SELECT kind, parent_id, id, properties FROM objects WHERE snapshot_id = ? ORDER BY 1, 2, 3",
        (crawled.snapshot_id,),
    ):
        found.setdefault(row["kind"], []).append((row["parent_id"], row["id"], row["properties"]))
    return found
