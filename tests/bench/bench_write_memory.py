"""Whether the memory of a wave grows with its writes: 5,000 and 20,000 of them, each in a process of its own.

The target is simulated in the process and forgets every right that was read back, so that only ours is
weighed; the journal is real. Told are what the plan itself takes, and what carrying it out takes beside it.
Figures are printed, never asserted: run it with `make bench`; other numbers of writes may be given.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from wave_of_rights import rights, run_over

from migrate.errors import MigrateError
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.graphapi.session import Session
from migrate.kinds.request import Lane, Request
from migrate.replay.apply import apply

SIZES = (5_000, 20_000)


class Target:
    """Does what it is asked and shows each right once."""

    caller_id = "bench"

    def __init__(self) -> None:
        self._made: dict[str, dict[str, Any]] = {}
        self._count = 0

    async def judged(self, request: Request, stop: asyncio.Event | None = None) -> tuple[Answer, Outcome]:
        await asyncio.sleep(0)
        self._count += 1
        body = dict(request.body or {})
        made = f"request-{self._count}"
        row = {**body, "id": made, "createdUsing": made, "memberType": "Direct"}
        self._made[str(body["principalId"])] = row
        return Answer(201, body={"id": made, "status": "Provisioned"}), Outcome(Meaning.DONE, status=201)

    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]:
        await asyncio.sleep(0)
        principal = request.query.get("$filter", "").partition("'")[2].rstrip("'")
        row = self._made.pop(principal, None)
        return {"value": [] if row is None else [row]}

    async def read_many(self, requests: Sequence[Request]) -> list[dict[str, Any] | MigrateError]:
        return [await self.read(request) for request in requests]

    def held_for(self, lane: Lane) -> float:
        return 0.0


def resident() -> float:
    """MB of memory at this moment; the highest so far where the system tells only that."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def weigh(pipe: Connection, writes: int) -> None:
    empty = resident()
    items = rights(0, range(writes))
    planned = resident()
    most, done = planned, 0

    def report(line: object) -> None:
        nonlocal most, done
        done += 1
        if done % 100 == 0:
            most = max(most, resident())

    async def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            target = cast(Session, Target())
            async with run_over(target, items, Path(folder) / "state.db", report) as run:
                await apply(run, items)

    cpu, wall = time.process_time(), time.perf_counter()
    asyncio.run(work())
    if done != writes:
        raise RuntimeError(f"{done} of {writes} were told")
    spent = (time.process_time() - cpu, time.perf_counter() - wall)
    pipe.send((planned - empty, max(most, resident()) - planned, *spent))


def main() -> None:
    sizes = [int(one) for one in sys.argv[1:]] or list(SIZES)
    head = f"{'plan':>11}{'beside it':>12}{'a write':>11}{'CPU':>11}{'wall':>11}"
    sys.stdout.write(f"{'memory of a wave':44}{head}\n")
    for writes in sizes:
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=weigh, args=(there, writes))
        process.start()
        planned, beside, cpu, wall = here.recv()
        process.join()
        told = f"{planned:8.1f} MB{beside:9.1f} MB{beside / writes * 1e6:8.0f} B"
        each = f"{cpu / writes * 1e3:9.2f} ms{wall / writes * 1e3:8.2f} ms"
        sys.stdout.write(f"{f'{writes} writes':44}{told}{each}\n")
        sys.stdout.flush()
    if hasattr(os, "getloadavg"):
        sys.stdout.write(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")


if __name__ == "__main__":
    main()
