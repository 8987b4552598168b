"""Writes in doubt, settled by reading: all of them at the same time, within one replication window.

A write that is found is ended as found. One that is not found by the end of the window, and to which no
answer had come, is proved not to have happened and may be sent again. One that Graph had accepted stays
open when it does not appear: nobody knows whether it still will.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from migrate.plan.document import Item
from migrate.replay.assign import look, repair
from migrate.replay.crash_points import reach
from migrate.replay.fold import Direction, Ended
from migrate.replay.remove import look_gone
from migrate.replay.run import Run, waits
from migrate.replay.writes import WriteLine


async def settle(run: Run, items: Iterable[Item]) -> list[Item]:
    """Looks for every open write; returns those that are proved not to have happened.

    Raises what a read raises, after all the others were looked at.
    """
    reach("before_settle")
    pending = [item for item in items if run.recorder.state(item).open]
    results = await asyncio.gather(*(_settle_one(run, item) for item in pending), return_exceptions=True)
    failures = [result for result in results if isinstance(result, BaseException)]
    if failures:
        raise failures[0]
    return [item for item, absent in zip(pending, results, strict=True) if absent is True]


async def _settle_one(run: Run, item: Item) -> bool:
    state = run.recorder.state(item)
    since = state.begun_at or run.now()
    until = run.deadline(since)
    find: Callable[[], Awaitable[bool]]
    if state.intent is Direction.REMOVE:

        async def find() -> bool:
            return await look_gone(run, item, seconds=0)
    else:

        async def find() -> bool:
            return await look(run, item, seconds=0)

    if await _until(run, find, until):
        return False
    state = run.recorder.state(item)
    if not state.open:
        return False
    if run.must_stop:
        run.report(WriteLine.of(item, "in_doubt", "the run was stopped before this was settled"))
        return False
    if state.intent is Direction.REMOVE:
        run.recorder.end(item, Direction.REMOVE, Ended.ABSENT, message="still there after the window")
        return True
    if state.request_id is not None:
        reason = "Graph accepted the request, but the right has not appeared"
        run.recorder.doubt(item, reason)
        run.report(WriteLine.of(item, "in_doubt", reason))
        return False
    run.recorder.end(item, Direction.ASSIGN, Ended.ABSENT, message="not there after the replication window")
    return True


async def _until(run: Run, find: Callable[[], Awaitable[bool]], until: datetime) -> bool:
    waited = 0.5
    while True:
        if await find():
            return True
        if not await waits(run, until, waited):
            return False
        waited *= 2


async def repair_widened(run: Run, items: Iterable[Item]) -> None:
    """Finishes removals of tenant-wide rights that an earlier run began or could not begin."""
    for item in items:
        state = run.recorder.state(item)
        if state.unrepaired:
            gone = await repair(run, item)
            told = "removed" if gone else "it still stands"
            run.report(WriteLine.of(item, "refused", f"D02: the tenant-wide right of an earlier run: {told}"))
