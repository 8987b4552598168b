"""How close to the budget reading comes under throttling, and how little is refused on the way.

Beside the least time that the lab's budget allows for the same reads. The directory warns before it refuses;
PIM does not: its first run finds the limit out, its second knows it from the first. Nothing is asserted: run
it with `make bench`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lab_process import TENANT, Seed, ServedLab, app_with, served

from migrate.graphapi.pacer import Pacer
from migrate.kinds.request import Lane, Request, get
from migrate.lab.buckets import Limit
from migrate.store.paces import PaceBook

DIRECTORY_READS = 3_600
PIM_READS = 330
PIM_LIMIT = (15.0, 1.0)
SMALL = Limit(("ru",), 3500, 10, 1)


def group_id(number: int) -> str:
    return f"{number:08d}-0000-4000-8000-000000000000"


def seed() -> Seed:
    groups = [
        {"id": group_id(number), "displayName": f"Group {number}", "securityEnabled": True}
        for number in range(DIRECTORY_READS)
    ]
    roles = ("Group.Read.All", "GroupMember.Read.All", "RoleManagement.Read.Directory")
    return {"tenantId": TENANT, "displayName": "Bench", "groups": groups, "apps": [app_with(*roles)]}


async def run(lab: ServedLab, requests: Sequence[Request], memory: Path) -> tuple[float, float]:
    """Seconds, and the part of the requests that was refused."""
    before = _counted(lab)
    with PaceBook(memory, run_id="bench", clock=time.time, tell=sys.stderr.write) as book:
        pacer = Pacer(clock=time.monotonic, sleep=asyncio.sleep, memory=book.of(TENANT))
        async with lab.session(pacer) as session:
            began = time.monotonic()
            found = await session.read_many(requests)
            seconds = time.monotonic() - began
    errors = [one for one in found if isinstance(one, Exception)]
    if errors:
        raise errors[0]
    asked, refused = (now - then for now, then in zip(_counted(lab), before, strict=True))
    return seconds, refused / asked


def _counted(lab: ServedLab) -> tuple[int, int]:
    counts = lab.tell("metrics")["tenants"].get(TENANT, {})
    return counts.get("requests", 0), counts.get("refused", 0)


def show(name: str, least: float, seconds: float, refused: float) -> None:
    sys.stdout.write(f"{name:44}{least:9.1f} s{seconds:9.1f} s{seconds / least:9.2f}x{refused:11.1%}\n")
    sys.stdout.flush()


def main() -> None:
    sys.stdout.write(f"{'under throttling':44}{'least':>11}{'ours':>11}{'ratio':>10}{'refused':>11}\n")
    members = [get(f"/groups/{group_id(number)}/members", top="999") for number in range(DIRECTORY_READS)]
    roles = "/roleManagement/directory/roleAssignmentSchedules"
    rights = [get(roles, lane=Lane.PIM, top="999") for _ in range(PIM_READS)]
    with served(seed()) as lab, tempfile.TemporaryDirectory() as folder:
        lab.tell("throttle", enabled=True)
        least = SMALL.least_seconds(3 * DIRECTORY_READS)
        show("directory", least, *asyncio.run(run(lab, members, Path(folder) / "a.db")))
        lab.tell("throttle", pim=PIM_LIMIT)
        least = Limit(("pim",), *PIM_LIMIT, 1).least_seconds(PIM_READS)
        memory = Path(folder) / "b.db"
        show("PIM, nothing known", least, *asyncio.run(run(lab, rights, memory)))
        time.sleep(PIM_LIMIT[1])
        show("PIM, once learned", least, *asyncio.run(run(lab, rights, memory)))


if __name__ == "__main__":
    main()
