"""What writing costs: our waves beside a bare aiohttp loop and beside the SDK's loop, in one run.

Each write is a POST and the read that finds it again, so many at once as ours has under way; ours journals
both on disk besides. The lab serves from a process of its own, unthrottled; sign-in and imports are left out.
The own cost is what ours takes longer than the bare loop of the same requests. Figures are ratios, never
asserted: run it with `make bench`. Each loop is measured several times in turn, and the median is told.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from lab_process import APP, SECRET, TENANT, ServedLab, served
from wave_of_rights import rights, run_over, seed

from migrate.graphapi.session import Session
from migrate.kinds import role_eligibility_schedule
from migrate.plan.document import Item
from migrate.replay.apply import apply
from migrate.replay.writes import WriteLine, assign

WRITES, ROUNDS, AT_ONCE = 300, 5, 6
SDK_WRITES = 60
"""Fewer, since each takes long."""
SCHEDULES = role_eligibility_schedule.PIM.schedules
REQUESTS = role_eligibility_schedule.PIM.requests
Cost = tuple[float, float]
"""CPU seconds and wall seconds for each write."""


async def timed(work: Callable[[], Awaitable[None]], writes: int = WRITES) -> Cost:
    cpu, wall = time.process_time(), time.perf_counter()
    await work()
    return (time.process_time() - cpu) / writes, (time.perf_counter() - wall) / writes


async def ours(session: Session, items: Sequence[Item], state: Path, at_once: int) -> Cost:
    """Making the database is not what is measured."""
    lines: list[WriteLine] = []
    async with run_over(session, items, state, lines.append, at_once=at_once) as run:
        cost = await timed(lambda: apply(run, items))
        await run.recorder.on_disk()
    counts = Counter(line.state for line in lines)
    if counts != {"done": WRITES}:
        raise RuntimeError(f"ours: {counts}")
    return cost


def body_of(item: Item) -> dict[str, Any]:
    return dict(assign(item, item.target["roleDefinitionId"], datetime.now(UTC), "bare").body or {})


async def side_by_side(items: Sequence[Item], at_once: int, write: Callable[[Item], Awaitable[None]]) -> None:
    slots = asyncio.Semaphore(at_once)

    async def one(item: Item) -> None:
        async with slots:
            await write(item)

    await asyncio.gather(*(one(item) for item in items))


async def bare(base: str, client: aiohttp.ClientSession, items: Sequence[Item], at_once: int) -> Cost:
    headers = {"Content-Type": "application/json"}

    async def write(item: Item) -> None:
        sent = orjson.dumps(body_of(item), default=dict)
        async with client.post(f"{base}{REQUESTS}", data=sent, headers=headers) as answer:
            made = orjson.loads(await answer.read())
        query = {"$filter": f"principalId eq '{item.target['principalId']}'"}
        async with client.get(f"{base}{SCHEDULES}", params=query) as answer:
            rows = orjson.loads(await answer.read())["value"]
        if made["id"] not in {row["createdUsing"] for row in rows}:
            raise RuntimeError(f"bare: {made}")

    return await timed(lambda: side_by_side(items, at_once, write))


class Sdk:
    """The loop of Microsoft's own samples: typed models, one call after the other."""

    def __init__(self, client: Any) -> None:
        self._pim = client.role_management.directory

    async def write(self, item: Item) -> None:
        from kiota_abstractions.base_request_configuration import RequestConfiguration
        from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
        from msgraph.generated.models.unified_role_eligibility_schedule_request import (
            UnifiedRoleEligibilityScheduleRequest,
        )
        from msgraph.generated.role_management.directory.role_eligibility_schedules import (
            role_eligibility_schedules_request_builder as builders,
        )

        builder = builders.RoleEligibilitySchedulesRequestBuilder
        text = orjson.dumps(body_of(item), default=dict)
        node = JsonParseNodeFactory().get_root_parse_node("application/json", text)
        asked = node.get_object_value(UnifiedRoleEligibilityScheduleRequest)
        made = await self._pim.role_eligibility_schedule_requests.post(asked)
        parameters = builder.RoleEligibilitySchedulesRequestBuilderGetQueryParameters(
            filter=f"principalId eq '{item.target['principalId']}'"
        )
        page = await self._pim.role_eligibility_schedules.get(
            RequestConfiguration(query_parameters=parameters)
        )
        if made.id not in {row.created_using for row in page.value}:
            raise RuntimeError(f"SDK: {made}")


async def typed(lab: ServedLab, items: Sequence[Item], at_once: int) -> Cost:
    import httpx
    from azure.identity.aio import ClientSecretCredential
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )
    from msgraph import GraphRequestAdapter, GraphServiceClient

    endpoint = lab.endpoint
    async with (
        ClientSecretCredential(
            TENANT,
            APP,
            SECRET,
            authority=endpoint.authority,
            disable_instance_discovery=True,
            connection_verify=str(lab.ca_file),
        ) as credential,
        httpx.AsyncClient(verify=lab.context) as http,
    ):
        provider = AzureIdentityAuthenticationProvider(
            credential, scopes=[endpoint.scope], allowed_hosts=[endpoint.host.split(":")[0], endpoint.host]
        )
        adapter = GraphRequestAdapter(provider, client=http)
        adapter.base_url = endpoint.graph_url
        sdk = Sdk(GraphServiceClient(request_adapter=adapter))
        await sdk.write(items[0])
        return await timed(lambda: side_by_side(items[1:], at_once, sdk.write), SDK_WRITES)


async def measure(lab: ServedLab, folder: Path) -> None:
    roles = iter(range(1000))

    def wave() -> list[Item]:
        return rights(next(roles), range(WRITES))

    async with lab.session() as session:
        token, _ = await session._signed_in.token()
        headers = {"Authorization": f"Bearer {token}"}
        connector = aiohttp.TCPConnector(ssl=lab.context)
        async with aiohttp.ClientSession(headers=headers, connector=connector) as client:
            base = lab.endpoint.graph_url
            for at_once in (AT_ONCE, 1):
                found: dict[str, list[Cost]] = {}
                await ours(session, wave(), folder / f"warm{at_once}.db", at_once)
                await bare(base, client, wave(), at_once)
                for number in range(ROUNDS):
                    state = folder / f"{at_once}-{number}.db"
                    found.setdefault("bare aiohttp", []).append(await bare(base, client, wave(), at_once))
                    found.setdefault("ours, journalled", []).append(
                        await ours(session, wave(), state, at_once)
                    )
                if at_once > 1:
                    items = wave()[: SDK_WRITES + 1]
                    found["SDK, typed models"] = [await typed(lab, items, at_once)]
                show(at_once, found)


def show(at_once: int, found: dict[str, list[Cost]]) -> None:
    title = f"{WRITES} writes with read-back, {at_once} at once"
    sys.stdout.write(f"{title:44}{'CPU':>10}{'bare =':>9}{'wall':>12}{'bare =':>9}{'own':>12}\n")
    base: Cost = (0.0, 0.0)
    for name, rounds in found.items():
        cpu, wall = (statistics.median(each) for each in zip(*rounds, strict=True))
        base = base if any(base) else (cpu, wall)
        told = f"{cpu * 1e3:7.2f} ms{cpu / base[0]:8.2f}x{wall * 1e3:9.2f} ms{wall / base[1]:8.2f}x"
        sys.stdout.write(f"{name:44}{told}{(wall - base[1]) * 1e3:9.2f} ms\n")
    if hasattr(os, "getloadavg"):
        sys.stdout.write(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    sys.stdout.flush()


def main() -> None:
    with served(seed(WRITES, 40), latency=0) as lab, tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(lab, Path(folder)))


if __name__ == "__main__":
    main()
