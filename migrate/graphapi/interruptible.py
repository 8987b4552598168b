"""A sleep that ends early when somebody says stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def sleep_unless(
    stop: asyncio.Event, sleep: Callable[[float], Awaitable[None]], seconds: float
) -> None:
    """Sleeps so many seconds, but not past the moment at which ``stop`` is set."""
    sleeping = asyncio.ensure_future(sleep(seconds))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((sleeping, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeping.cancel()
        stopping.cancel()
