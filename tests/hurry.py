"""A clock for command lines that a test runs: nobody waits for real."""

from __future__ import annotations

import asyncio
import time


class Hurry:
    """Time that passes as soon as somebody waits for it: the pacer keeps its pace, and no test sleeps."""

    def __init__(self) -> None:
        self._ahead = 0.0

    async def sleep(self, seconds: float) -> None:
        self._ahead += seconds
        await asyncio.sleep(min(seconds, 0.002))

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead
