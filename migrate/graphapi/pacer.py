"""Keeps the lanes apart, and each at the pace that its ``LanePace`` allows.

Whoever wants to send takes a turn: at most so many at once, in the order of asking, and none of them
before the lane's pause is over, whoever of them it was that met the refusal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf

from migrate.graphapi.interruptible import sleep_unless
from migrate.graphapi.lane_start import STARTS, DirectorySize, Start
from migrate.graphapi.lane_use import LaneUse, NoMemory, PaceMemory
from migrate.graphapi.pace import LanePace
from migrate.kinds.request import Lane

_REMEMBER_EVERY = 5.0
"""Seconds between two looks into what other runs know, and two signs of life."""
_WORTH_TELLING = 0.02
"""A limit that moved by less than this part of it is not written down anew."""


class TurnGivenUp(Exception):
    """The run was stopped while a request waited for its turn: it has not left."""


@dataclass
class _LaneState:
    pace: LanePace
    slots: asyncio.Semaphore
    at_once: int
    kept: float | None = None
    """The limit as it was last written down or read."""
    reached: float | None = None
    """The same of the rate that the lane came to while no limit was met."""
    requests: int = 0
    units: float = 0.0
    refused: int = 0
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pacer:
    """One tenant's lanes. ``clock`` is monotonic seconds; ``ceilings`` caps lanes in units a second.

    ``memory`` brings what earlier runs have learned of this tenant, and what others do at this moment.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        ceilings: Mapping[Lane, float] | None = None,
        memory: PaceMemory | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._memory: PaceMemory = memory or NoMemory()
        self._remembered_at = -inf
        caps = ceilings or {}
        self._lanes = {lane: self._begin(start, caps.get(lane)) for lane, start in STARTS.items()}

    def _begin(self, start: Start, cap: float | None) -> _LaneState:
        pace = start.pace(self._clock(), cap)
        return _LaneState(pace, asyncio.Semaphore(start.at_once), start.at_once)

    @asynccontextmanager
    async def turn(
        self, lane: Lane, units: float = 1.0, requests: int = 1, stop: asyncio.Event | None = None
    ) -> AsyncIterator[float]:
        """Waits until requests of so many units may leave together; gives the moment, to be handed in with
        the answer.

        Raises TurnGivenUp when ``stop`` is set before that: a pause that Graph asked for may be long.
        """
        state = self._lanes[lane]
        async with state.slots:
            async with state.gate:
                self._remember()
                while (wait := state.pace.wait(self._clock(), units)) > 0:
                    await (self._sleep(wait) if stop is None else sleep_unless(stop, self._sleep, wait))
                    if stop is not None and stop.is_set():
                        raise TurnGivenUp
                sent_at = self._clock()
                state.pace = state.pace.take(sent_at, units)
                state.requests += requests
                state.units += units
            yield sent_at

    def settled(self, lane: Lane, more: float) -> None:
        """What left of the lane has cost so many units more (or fewer) than its turn was asked for."""
        state = self._lanes[lane]
        state.pace = state.pace.settled(more)
        state.units += more

    def succeeded(self, lane: Lane, sent_at: float, used: float | None = None, units: float = 1.0) -> None:
        state = self._lanes[lane]
        state.pace = state.pace.succeeded(self._clock(), sent_at, used, units)

    def throttled(self, lane: Lane, sent_at: float, retry_after: float | None, requests: int = 1) -> None:
        state = self._lanes[lane]
        state.pace = state.pace.throttled(self._clock(), sent_at, retry_after, float(requests))
        state.refused += requests

    def knows_users(self, count: int) -> None:
        """The size of the tenant decides how much of the directory it is given (graph-facts §1.1)."""
        state = self._lanes[Lane.DIRECTORY]
        if state.kept is None and not state.pace.tried:
            limit = DirectorySize.of(count).per_second
            if limit <= state.pace.ceiling:
                state.pace = state.pace.learned(self._clock(), limit)

    def starved_for(self, lane: Lane) -> float:
        """Seconds that a refused lane goes without a success, its present pause included; else 0."""
        return self._lanes[lane].pace.starved_for(self._clock())

    def held_for(self, lane: Lane) -> float:
        """Seconds until the lane's pause is over; 0 when it has none."""
        return max(0.0, self._lanes[lane].pace.paused_until - self._clock())

    def pace(self, lane: Lane) -> LanePace:
        """How the lane stands now, for those who show it."""
        return self._lanes[lane].pace

    def at_once(self, lane: Lane) -> int:
        """How many turns of the lane can be open together."""
        return self._lanes[lane].at_once

    def lanes(self) -> list[LaneUse]:
        """All lanes that were used in this run, in the order of ``Lane``."""
        return [
            LaneUse(
                lane,
                state.requests,
                state.units,
                state.refused,
                state.pace.per_second,
                state.pace.limit,
                state.pace.share,
                self.held_for(lane),
            )
            for lane, state in self._lanes.items()
            if state.requests
        ]

    def remember(self) -> None:
        """Writes down what was learned and reads what others have."""
        now = self._clock()
        self._remembered_at = now
        runs = self._memory.runs()
        known, reached = self._memory.limits(), self._memory.reached()
        for lane, state in self._lanes.items():
            if runs != state.pace.share:
                state.pace = state.pace.shared(now, runs)
            self._keep_limit(lane, state, known.get(lane.value))
            if state.pace.limit is None:
                self._keep_reached(lane, state, reached.get(lane.value))

    def _remember(self) -> None:
        if self._clock() - self._remembered_at >= _REMEMBER_EVERY:
            self.remember()

    def _keep_limit(self, lane: Lane, state: _LaneState, known: float | None) -> None:
        own = state.pace.limit
        if state.pace.tried and own is not None and _moved(own, state.kept):
            self._memory.learn(lane.value, own)
            state.kept = own
        elif known is not None and _moved(known, state.kept):
            state.pace = state.pace.learned(self._clock(), known)
            state.kept = known

    def _keep_reached(self, lane: Lane, state: _LaneState, known: float | None) -> None:
        if known is not None and not state.requests:
            state.pace = state.pace.resumed(self._clock(), known)
        own = state.pace.rate
        if state.requests and own > (known or 0.0) and _moved(own, state.reached):
            self._memory.reach(lane.value, own)
            state.reached = own


def _moved(now: float, before: float | None) -> bool:
    return before is None or abs(now - before) > _WORTH_TELLING * before
