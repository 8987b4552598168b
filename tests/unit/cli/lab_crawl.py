"""Takes a snapshot of a lab that nobody has to connect to: requests become calls of the emulated API."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from one_by_one import OneByOne

from migrate.crawl.progress import Tally
from migrate.crawl.run import Run
from migrate.crawl.tenant import TenantCrawl
from migrate.errors import GraphRefused
from migrate.graphapi.session import Session
from migrate.kinds.request import Request
from migrate.lab.api import Api, Incoming
from migrate.lab.world import World
from migrate.store.database import Database
from migrate.store.snapshot_rows import Tenant
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = "https://localhost:1"


class LabSession(OneByOne):
    """What the crawler asks of a session, answered by a lab of these seeds as the first app of the tenant."""

    def __init__(self, seeds: Sequence[Mapping[str, Any]], tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self.world = World(seeds, clock=lambda: NOW, rng=random.Random(1))
        self.world.throttle.configure({"enabled": False})
        self.api = Api(self.world)
        app = next(iter(self.world.tenants[tenant_id.lower()].apps.values()))
        form = {
            "grant_type": "client_credentials",
            "client_id": app.app_id,
            "client_secret": str(app.secret),
            "scope": f"{ORIGIN}/.default",
        }
        token = self.world.tokens.issue(tenant_id, form, ORIGIN)["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]:
        path, query = request.path, dict(request.query)
        if path.startswith(ORIGIN):
            parts = urlsplit(path.removeprefix(f"{ORIGIN}/{request.version}"))
            path, query = parts.path, dict(parse_qsl(parts.query))
        headers = {**self.headers, **request.headers}
        incoming = Incoming(request.method, request.version, ORIGIN, path, query, headers, request.body)
        answer = self.api.serve(incoming).answer
        if answer.status != 200:
            raise GraphRefused(str(answer.body), where=path, code=str(answer.body["error"]["code"]))
        return cast(dict[str, Any], answer.body)


async def snapshot(db: Database, seeds: Sequence[Mapping[str, Any]], tenant_id: str, side: Tenant) -> str:
    """The id of a sealed snapshot of one tenant of a lab with these seeds."""
    session = LabSession(seeds, tenant_id)
    snapshots = Snapshots(db)
    snapshot_id = snapshots.begin(side, tenant_id, NOW)
    tally = Tally(side, lambda _: None)
    one = TenantCrawl(Run(cast(Session, session), db, snapshots, snapshot_id, lambda: NOW, tally), "full")
    await one.read_governing()
    await one.read_principals()
    crawled = one.seal()
    assert crawled.complete
    return crawled.snapshot_id


def contents(db: Database, snapshot_id: str) -> dict[str, dict[str, Any]]:
    """All objects by kind and id."""
    snapshots = Snapshots(db)
    return {
        kind: {str(row["id"]).lower(): row for row in snapshots.rows(snapshot_id, kind)}
        for kind in snapshots.get(snapshot_id).counts
    }
