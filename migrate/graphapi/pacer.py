"""Keeps the lanes apart, and each at the pace that its ``LanePace`` allows.

Whoever wants to send takes a turn: at most so many at once, in the order of asking, and none of them
before the lane's pause is over, whoever of them it was that met the refusal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from migrate.graphapi.pace import LanePace
from migrate.kinds.request import Lane


@dataclass(frozen=True)
class _Start:
    """How a lane begins: rates in requests a second, ``at_once`` open requests at most."""

    rate: float
    ceiling: float
    floor: float
    burst: float
    growth: float
    at_once: int
    first_pause: float = 1.0


_STARTS = {
    # The smallest tenants have 350 resource units a second, and a list costs one to three.
    Lane.DIRECTORY: _Start(rate=50, ceiling=150, floor=1, burst=10, growth=2, at_once=16),
    # No published number: begin where nobody has reported trouble and feel the way up.
    Lane.PIM: _Start(rate=10, ceiling=40, floor=0.5, burst=4, growth=0.5, at_once=8),
    Lane.PIM_POLICIES: _Start(rate=10, ceiling=40, floor=0.5, burst=4, growth=0.5, at_once=8),
    # One request a second for all applications of a tenant together, refused without Retry-After.
    Lane.CONDITIONAL_ACCESS: _Start(
        rate=1, ceiling=1, floor=0.1, burst=1, growth=0.05, at_once=1, first_pause=2
    ),
    # Five requests in ten seconds for each application and tenant.
    Lane.REPORTS: _Start(rate=0.5, ceiling=0.5, floor=0.05, burst=4, growth=0.05, at_once=2),
}


@dataclass
class _LaneState:
    pace: LanePace
    slots: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pacer:
    """One tenant's lanes. ``clock`` is monotonic seconds; ``ceilings`` caps lanes in requests a second."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        ceilings: Mapping[Lane, float] | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        caps = ceilings or {}
        self._lanes = {lane: self._begin(start, caps.get(lane)) for lane, start in _STARTS.items()}

    def _begin(self, start: _Start, cap: float | None) -> _LaneState:
        ceiling = start.ceiling if cap is None else cap
        if not ceiling > 0:
            raise ValueError("a lane's ceiling is above 0")
        burst = max(1.0, min(start.burst, ceiling))
        pace = LanePace(
            rate=min(start.rate, ceiling),
            ceiling=ceiling,
            floor=min(start.floor, ceiling),
            burst=burst,
            growth=start.growth,
            allowance=burst,
            counted_at=self._clock(),
            first_pause=start.first_pause,
        )
        return _LaneState(pace, asyncio.Semaphore(start.at_once))

    @asynccontextmanager
    async def turn(self, lane: Lane) -> AsyncIterator[float]:
        """Waits until a request of the lane may leave; gives the moment, to be handed in with the answer."""
        state = self._lanes[lane]
        async with state.slots:
            async with state.gate:
                while (wait := state.pace.wait(self._clock())) > 0:
                    await self._sleep(wait)
                sent_at = self._clock()
                state.pace = state.pace.take(sent_at)
            yield sent_at

    def succeeded(self, lane: Lane, sent_at: float, used: float | None = None) -> None:
        state = self._lanes[lane]
        state.pace = state.pace.succeeded(self._clock(), sent_at, used)

    def throttled(self, lane: Lane, sent_at: float, retry_after: float | None) -> None:
        state = self._lanes[lane]
        state.pace = state.pace.throttled(self._clock(), sent_at, retry_after)

    def starved_for(self, lane: Lane) -> float:
        """Seconds that a refused lane goes without a success, its present pause included; else 0."""
        return self._lanes[lane].pace.starved_for(self._clock())

    def held_for(self, lane: Lane) -> float:
        """Seconds until the lane's pause is over; 0 when it has none."""
        return max(0.0, self._lanes[lane].pace.paused_until - self._clock())

    def pace(self, lane: Lane) -> LanePace:
        """How the lane stands now, for those who show it."""
        return self._lanes[lane].pace
