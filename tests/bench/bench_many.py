"""Wall time of reading 5,000 users and 500 groups with their members, beside a bare 25-way loop.

Both ask for the same things, unthrottled and 20 ms late: the bare loop one by one with aiohttp, ours in
batches. Nothing is written. Nothing is asserted: run it with `make bench`.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp
import orjson
from lab_process import LATENCY, TENANT, Seed, ServedLab, app_with, served

from migrate.graphapi.pager import pages
from migrate.graphapi.session import Session
from migrate.kinds import group, user
from migrate.kinds.request import Request, get

USERS, GROUPS, MEMBERS = 5_000, 500, 10
AT_ONCE = 25
ROUNDS = 5


def object_id(number: int, what: int) -> str:
    return f"{number:08d}-{what:04d}-4000-8000-000000000000"


def seed() -> Seed:
    users = [
        {
            "id": object_id(number, 1),
            "displayName": f"Person {number}",
            "userPrincipalName": f"person{number}@contoso.com",
        }
        for number in range(USERS)
    ]
    groups = [
        {"id": object_id(number, 2), "displayName": f"Group {number}", "securityEnabled": True}
        for number in range(GROUPS)
    ]
    members = {
        object_id(number, 2): [object_id((number * MEMBERS + each) % USERS, 1) for each in range(MEMBERS)]
        for number in range(GROUPS)
    }
    return {
        "tenantId": TENANT,
        "displayName": "Bench",
        "users": users,
        "groups": groups,
        "groupMembers": members,
        "apps": [app_with("User.Read.All", "Group.Read.All", "GroupMember.Read.All")],
    }


def members_of(group_id: str) -> Request:
    return get(f"/groups/{group_id}/members", select="id", top="999")


async def ours(session: Session) -> int:
    async def listed(request: Request) -> int:
        return sum([len(page.rows) async for page in pages(session, request)])

    async def members() -> int:
        ids = [row["id"] async for page in pages(session, group.KIND.listing(None)) for row in page.rows]
        found = await session.read_many([members_of(group_id) for group_id in ids])
        return sum(len(body["value"]) for body in found if isinstance(body, dict))

    return sum(await asyncio.gather(listed(user.KIND.listing(None)), members()))


async def bare(base: str, client: aiohttp.ClientSession) -> int:
    slots = asyncio.Semaphore(AT_ONCE)

    async def listed(request: Request) -> list[dict[str, str]]:
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        rows, url = [], f"{base}{request.path}?{query}"
        while url:
            async with slots, client.get(url) as answer:
                body = orjson.loads(await answer.read())
            rows += body["value"]
            url = body.get("@odata.nextLink", "")
        return rows

    async def members() -> int:
        groups = await listed(group.KIND.listing(None))
        return sum(map(len, await asyncio.gather(*(listed(members_of(row["id"])) for row in groups))))

    users, count = await asyncio.gather(listed(user.KIND.listing(None)), members())
    return len(users) + count


async def timed(work: Callable[[], Awaitable[int]]) -> float:
    began = time.perf_counter()
    count = await work()
    if count != USERS + GROUPS * MEMBERS:
        raise RuntimeError(f"{count} rows were read")
    return time.perf_counter() - began


async def measure(lab: ServedLab) -> None:
    found: dict[str, list[float]] = {"bare": [], "ours": []}
    async with lab.session() as session:
        token, _ = await session._signed_in.token()
        headers = {"Authorization": f"Bearer {token}"}
        connector = aiohttp.TCPConnector(ssl=lab.context)
        async with aiohttp.ClientSession(headers=headers, connector=connector) as client:
            await bare(lab.endpoint.graph_url, client)
            await ours(session)
            for _ in range(ROUNDS):
                found["bare"].append(await timed(lambda: bare(lab.endpoint.graph_url, client)))
                found["ours"].append(await timed(lambda: ours(session)))
    base = statistics.median(found["bare"])
    title = f"{USERS} users, {GROUPS} groups with members, {LATENCY * 1000:.0f} ms late"
    sys.stdout.write(f"{title:56}{'wall':>10}{'bare =':>10}\n")
    for name, told in (("bare", f"bare aiohttp, {AT_ONCE} at once"), ("ours", "ours, in batches")):
        seconds = statistics.median(found[name])
        sys.stdout.write(f"{told:56}{seconds:8.2f} s{seconds / base:9.2f}x\n")


def main() -> None:
    with served(seed()) as lab:
        asyncio.run(measure(lab))


if __name__ == "__main__":
    main()
