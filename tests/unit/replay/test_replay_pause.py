"""A pause of a run, however long, ends with Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from replay_fakes import Bench, role_item


async def test_a_pause_ends_as_soon_as_the_run_is_to_stop(bench: Callable[..., Bench]) -> None:
    run = bench(role_item()).run
    begun, ended = asyncio.Event(), asyncio.Event()

    async def endless(_seconds: float) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    run.sleep = endless
    pause = asyncio.ensure_future(run.pause(60))
    await begun.wait()
    assert not pause.done()
    run.stop.set()
    await asyncio.wait_for(pause, 10)
    await asyncio.wait_for(ended.wait(), 10)
