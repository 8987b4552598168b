"""What reading costs: our crawler beside a bare aiohttp loop and beside the SDK's typed loop, in one run.

Figures are ratios, never asserted: run it with `make bench`. The lab serves from a process of its own and
answers 20 ms late; sign-in and imports are left out. Both loops write the same rows: what the snapshot is
about, id, display name, natural key and all properties. Each is measured several times in turn, and the
median is told.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import orjson
from lab_process import APP, LATENCY, SECRET, TENANT, Seed, ServedLab, app_with, served

from migrate.crawl.keep import keep
from migrate.graphapi.pager import pages
from migrate.graphapi.session import Session
from migrate.kinds import user
from migrate.store.database import open_state
from migrate.store.snapshots import Snapshots

USERS = 20_000
ROUNDS = 7
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def seed() -> Seed:
    drawn = random.Random(1)
    users = [
        {
            "id": str(uuid.UUID(int=drawn.getrandbits(128), version=4)),
            "displayName": f"Person {number}",
            "userPrincipalName": f"person{number}@contoso.com",
            "mail": f"person{number}@contoso.com",
            "employeeId": str(number),
            "accountEnabled": True,
            "userType": "Member",
            "proxyAddresses": [f"SMTP:person{number}@contoso.com"],
        }
        for number in range(USERS)
    ]
    return {"tenantId": TENANT, "displayName": "Bench", "users": users, "apps": [app_with("User.Read.All")]}


@dataclass
class Into:
    snapshots: Snapshots
    snapshot_id: str


async def timed(work: Callable[[], Awaitable[int]]) -> tuple[float, float]:
    """CPU seconds and wall seconds for each object that ``work`` says it read."""
    cpu, wall = time.process_time(), time.perf_counter()
    count = await work()
    return (time.process_time() - cpu) / count, (time.perf_counter() - wall) / count


async def ours(session: Session, path: Path, *, sealed: bool) -> int:
    """A new engagement database each time: making one is not what is measured."""
    count = 0
    with open_state(path, create=False) as db:
        into = Into(Snapshots(db), "source-0001")
        async for page in pages(session, user.KIND.listing(None)):
            keep(into, user.KIND, None, page.rows)
            count += len(page.rows)
        if sealed:
            into.snapshots.seal(into.snapshot_id, NOW)
    return count


async def bare(base: str, client: aiohttp.ClientSession, path: Path) -> int:
    database = sqlite3.connect(path)
    count, url = 0, f"{base}/users?$select={user.PROPERTIES}&$top=999"
    while url:
        async with client.get(url) as answer:
            body = orjson.loads(await answer.read())
        rows = [
            (
                "source-0001",
                "user",
                "",
                row["id"],
                row.get("displayName") or row["id"],
                (row.get("userPrincipalName") or "").lower(),
                orjson.dumps(row).decode(),
            )
            for row in body["value"]
        ]
        with database:
            database.executemany("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        count, url = count + len(rows), body.get("@odata.nextLink", "")
    database.close()
    return count


async def typed(lab: ServedLab) -> int:
    """The loop of Microsoft's own samples: typed models, one page."""
    import httpx
    from azure.identity.aio import ClientSecretCredential
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )
    from msgraph import GraphRequestAdapter, GraphServiceClient

    endpoint = lab.endpoint
    credential = ClientSecretCredential(
        TENANT,
        APP,
        SECRET,
        authority=endpoint.authority,
        disable_instance_discovery=True,
        connection_verify=str(lab.ca_file),
    )
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=[endpoint.scope], allowed_hosts=[endpoint.host.split(":")[0], endpoint.host]
    )
    async with httpx.AsyncClient(verify=lab.context) as http:
        adapter = GraphRequestAdapter(provider, client=http)
        adapter.base_url = endpoint.graph_url
        page = await GraphServiceClient(request_adapter=adapter).users.get()
        count = len(page.value)
    await credential.close()
    return count


def made(path: Path) -> Path:
    """Where ours writes: an engagement database with an empty snapshot."""
    with open_state(path, create=True) as db:
        Snapshots(db).begin("source", TENANT, NOW)
    return path


def bare_made(path: Path) -> Path:
    """The same rows: a table like that of the snapshots, told apart by the same columns."""
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE objects (snapshot_id TEXT, kind TEXT, parent_id TEXT, id TEXT, display_name TEXT,"
            " natural_key TEXT, properties TEXT, PRIMARY KEY (snapshot_id, kind, parent_id, id))"
        )
    database.close()
    return path


async def measure(lab: ServedLab, folder: Path) -> None:
    found: dict[str, list[tuple[float, float]]] = {}
    async with lab.session() as session:
        await session.read(user.KIND.listing(None))
        token, _ = await session._signed_in.token()
        headers = {"Authorization": f"Bearer {token}"}
        connector = aiohttp.TCPConnector(ssl=lab.context)
        async with aiohttp.ClientSession(headers=headers, connector=connector) as client:
            base = lab.endpoint.graph_url
            await bare(base, client, bare_made(folder / "warm.db"))
            for number in range(ROUNDS):
                state, sealed = made(folder / f"{number}a.db"), made(folder / f"{number}b.db")
                plain = bare_made(folder / f"{number}c.db")
                for name, work in {
                    "bare aiohttp and orjson into SQLite": lambda: bare(base, client, plain),  # noqa: B023
                    "ours, into the snapshot": lambda: ours(session, state, sealed=False),  # noqa: B023
                    "ours, and sealed": lambda: ours(session, sealed, sealed=True),  # noqa: B023
                }.items():
                    found.setdefault(name, []).append(await timed(work))
    await typed(lab)  # the first call pays for the imports
    found["client.users.get(), typed models"] = [await timed(lambda: typed(lab))]
    show(found)


def show(found: dict[str, list[tuple[float, float]]]) -> None:
    bare_rounds = next(iter(found.values()))
    bare_cpu, bare_wall = (statistics.median(each) for each in zip(*bare_rounds, strict=True))
    title = f"reading {USERS} users, {LATENCY * 1000:.0f} ms late"
    sys.stdout.write(f"{title:42}{'CPU/object':>14}{'bare =':>10}{'wall/object':>14}{'bare =':>10}\n")
    for name, rounds in found.items():
        cpu, wall = (statistics.median(each) for each in zip(*rounds, strict=True))
        told = f"{cpu * 1e6:11.1f} us{cpu / bare_cpu:9.2f}x{wall * 1e6:11.1f} us{wall / bare_wall:9.2f}x"
        sys.stdout.write(f"{name:42}{told}\n")


def main() -> None:
    with served(seed()) as lab, tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(lab, Path(folder)))


if __name__ == "__main__":
    main()
