"""How close to the least time writing comes under the lab's throttles, and how little is refused on the way.

In PIM's lane every write is read back under the same throttle: the least time is that of both. Its first run
finds the limit out, its second knows it from the first. The directory counts writes apart from what it gives
for reads: there the least time is that of the writes alone. Nothing is asserted: run it with `make bench`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lab_process import TENANT, ServedLab, served
from wave_of_rights import links, rights, run_over, seed

from migrate.graphapi.pacer import Pacer
from migrate.lab.buckets import WRITE_QUOTA, WRITE_WINDOW, Limit
from migrate.plan.document import Item
from migrate.replay.apply import apply
from migrate.store.paces import PaceBook

PIM_WRITES, LINKS = 330, 900
PIM_LIMIT = (15.0, 1.0)
SCALE = 0.1
"""The directory's quota and window shrink together: its rate stays, and fewer writes meet it."""


async def run(lab: ServedLab, items: Sequence[Item], memory: Path, state: Path) -> tuple[float, int, int]:
    """Seconds, requests, and how many were refused."""
    before = _counted(lab)
    with PaceBook(memory, run_id="bench", clock=time.time, tell=sys.stderr.write) as book:
        pacer = Pacer(clock=time.monotonic, sleep=asyncio.sleep, memory=book.of(TENANT))
        async with lab.session(pacer) as session:
            lines: list[str] = []
            async with run_over(session, items, state, lambda line: lines.append(line.state)) as one:
                began = time.monotonic()
                await apply(one, items)
                seconds = time.monotonic() - began
    if lines != ["done"] * len(items):
        raise RuntimeError(f"{len(lines)} lines, among them {sorted(set(lines))}")
    asked, refused = (now - then for now, then in zip(_counted(lab), before, strict=True))
    return seconds, asked, refused


def _counted(lab: ServedLab) -> tuple[int, int]:
    counts = lab.tell("metrics")["tenants"].get(TENANT, {})
    return counts.get("requests", 0), counts.get("refused", 0)


def show(name: str, least: float, seconds: float, asked: int, refused: int) -> None:
    sys.stdout.write(
        f"{name:44}{least:9.1f} s{seconds:9.1f} s{seconds / least:9.2f}x{refused / asked:11.1%}{asked:10}\n"
    )
    sys.stdout.flush()


def main() -> None:
    head = f"{'least':>11}{'ours':>11}{'ratio':>10}{'refused':>11}{'requests':>10}"
    sys.stdout.write(f"{'writing under throttling':44}{head}\n")
    with served(seed(LINKS, 4), latency=0) as lab, tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        lab.tell("throttle", enabled=True, pim=PIM_LIMIT)
        for number, name in enumerate(("PIM, nothing known", "PIM, once learned")):
            items = rights(number, range(PIM_WRITES))
            found = asyncio.run(run(lab, items, here / "pim.db", here / f"{number}.db"))
            # What ours asks for: a write and a read of each.
            least = Limit(("pim",), *PIM_LIMIT, 1).least_seconds(2 * PIM_WRITES)
            show(name, least, *found)
            time.sleep(PIM_LIMIT[1])
        lab.tell("throttle", enabled=True, scale=SCALE)
        writes = Limit(("write",), WRITE_QUOTA, WRITE_WINDOW, 1).scaled(SCALE)
        found = asyncio.run(run(lab, links(range(LINKS)), here / "links.db", here / "c.db"))
        show("directory, writes", writes.least_seconds(LINKS), *found)


if __name__ == "__main__":
    main()
