"""What reading costs: our crawler beside a bare aiohttp loop and beside the SDK's typed loop, in one run.

Figures are ratios, never asserted: run it with `make bench`. The lab serves from a process of its own, so
that its work is not counted; sign-in and imports are left out.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
import ssl
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from migrate.crawl.collection import Target, read_collection
from migrate.graphapi.endpoint import Credential, CredentialKind, Endpoint, Secret, endpoint_for
from migrate.graphapi.pacer import Pacer
from migrate.graphapi.session import Session
from migrate.kinds import user
from migrate.kinds.request import Lane
from migrate.lab.serve import LabThread
from migrate.store.database import open_state
from migrate.store.snapshots import Snapshots

TENANT = "11111111-1111-1111-1111-111111111111"
APP = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
SECRET = "bench-secret"
USERS, TYPED_USERS = 20_000, 999


def seed() -> dict[str, Any]:
    users = [
        {
            "id": f"{number:08d}-0000-4000-8000-000000000000",
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
    app = {
        "appId": APP,
        "secret": SECRET,
        "servicePrincipalId": "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb",
        "displayName": "bench",
        "roles": ["User.Read.All"],
    }
    return {"tenantId": TENANT, "displayName": "Bench", "users": users, "apps": [app]}


def serve(pipe: Connection) -> None:
    with LabThread([seed()]) as lab:
        lab.throttle(enabled=False)
        pipe.send((lab.url, lab.ca_pem))
        pipe.recv()


async def timed(work: Callable[[], Awaitable[int]]) -> tuple[float, float]:
    """CPU seconds and wall seconds for each object that ``work`` says it read."""
    cpu, wall = time.process_time(), time.perf_counter()
    count = await work()
    return (time.process_time() - cpu) / count, (time.perf_counter() - wall) / count


async def ours(session: Session, folder: Path) -> int:
    with open_state(folder / "engagement.db", create=True) as db:
        snapshots = Snapshots(db)
        now = datetime.now(UTC)
        snapshot_id = snapshots.begin("source", TENANT, now)
        into = Target(session, snapshots, snapshot_id, lambda: now, lambda _name, _rows: None)
        return len(await read_collection(into, user.KIND) or ())


async def bare(base: str, token: str, context: ssl.SSLContext, folder: Path) -> int:
    database = sqlite3.connect(folder / "bare.db")
    database.execute("CREATE TABLE users (id TEXT PRIMARY KEY, properties TEXT)")
    count, url = 0, f"{base}/users?$select={user.PROPERTIES}&$top=999"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
        while url:
            async with client.get(url, ssl=context) as answer:
                body = orjson.loads(await answer.read())
            rows = [(row["id"], orjson.dumps(row).decode()) for row in body["value"]]
            with database:
                database.executemany("INSERT OR REPLACE INTO users VALUES (?, ?)", rows)
            count, url = count + len(rows), body.get("@odata.nextLink", "")
    database.close()
    return count


async def typed(endpoint: Endpoint, ca_file: Path) -> int:
    """The loop of Microsoft's own samples: typed models, one page."""
    import httpx
    from azure.identity.aio import ClientSecretCredential
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )
    from msgraph import GraphRequestAdapter, GraphServiceClient

    credential = ClientSecretCredential(
        TENANT,
        APP,
        SECRET,
        authority=endpoint.authority,
        disable_instance_discovery=True,
        connection_verify=str(ca_file),
    )
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=[endpoint.scope], allowed_hosts=[endpoint.host.split(":")[0], endpoint.host]
    )
    async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=str(ca_file))) as http:
        adapter = GraphRequestAdapter(provider, client=http)
        adapter.base_url = endpoint.graph_url
        page = await GraphServiceClient(request_adapter=adapter).users.get()
        count = len(page.value)
    await credential.close()
    return count


async def measure(url: str, ca_pem: str, folder: Path) -> None:
    ca_file = folder / "ca.pem"
    ca_file.write_text(ca_pem, encoding="ascii")
    endpoint = endpoint_for(
        "global", tenant_id=TENANT, graph_url=f"{url}/v1.0", authority=url, ca_bundle=ca_file
    )
    pacer = Pacer(clock=time.monotonic, sleep=asyncio.sleep, ceilings={Lane.DIRECTORY: 100_000.0})
    context = ssl.create_default_context(cafile=str(ca_file))
    async with Session.open(
        endpoint,
        Credential(CredentialKind.CLIENT_SECRET, APP, Secret(SECRET)),
        pacer=pacer,
        clock=time.time,
        sleep=asyncio.sleep,
        new_id=lambda: "bench",
        user_agent="bench",
    ) as session:
        await session.read(user.KIND.listing(None))
        our_cpu, our_wall = await timed(lambda: ours(session, folder))
        token, _ = await session._signed_in.token()
        bare_cpu, bare_wall = await timed(lambda: bare(endpoint.graph_url, token, context, folder))
    await typed(endpoint, ca_file)  # the first call pays for the imports
    typed_cpu, typed_wall = await timed(lambda: typed(endpoint, ca_file))
    show(
        [
            ("ours, into a sealed-snapshot database", our_cpu, our_wall),
            ("bare aiohttp and orjson into SQLite", bare_cpu, bare_wall),
            ("client.users.get(), typed models", typed_cpu, typed_wall),
        ]
    )


def show(rows: list[tuple[str, float, float]]) -> None:
    base_cpu, base_wall = rows[0][1], rows[0][2]
    title = f"reading {USERS} users"
    sys.stdout.write(f"{title:42}{'CPU/object':>14}{'ours =':>9}{'wall/object':>14}{'ours =':>9}\n")
    for name, cpu, wall in rows:
        told_cpu = f"{cpu * 1e6:11.1f} us{base_cpu / cpu:8.3f}x"
        sys.stdout.write(f"{name:42}{told_cpu}{wall * 1e6:11.1f} us{base_wall / wall:8.3f}x\n")


def main() -> None:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    url, ca_pem = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(url, ca_pem, Path(folder)))
    here.send("done")
    server.join()


if __name__ == "__main__":
    main()
