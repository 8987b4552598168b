"""How a lane stands, for those who show it, and what a pacer remembers from run to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from migrate.kinds.request import Lane


@dataclass(frozen=True)
class LaneUse:
    """``units`` are resource units in the directory's lane and requests in any other.

    ``per_second`` is what this run may send now, ``limit`` what the tenant is believed to sustain (``None``:
    nothing is known), ``runs`` how many runs share it, ``pause`` the seconds until the lane goes on.
    """

    lane: Lane
    requests: int
    units: float
    refused: int
    per_second: float
    limit: float | None
    runs: int
    pause: float


class PaceMemory(Protocol):
    """What is known of one tenant beyond this run. Nothing in here may fail: a run goes on without it."""

    def limits(self) -> dict[str, float]:
        """Units a second by lane, as any run has last learned them."""
        ...

    def learn(self, lane: str, limit: float) -> None: ...

    def reached(self) -> dict[str, float]:
        """Units a second by lane that a run came to without meeting a limit."""
        ...

    def reach(self, lane: str, rate: float) -> None: ...

    def runs(self) -> int:
        """Says that this run is alive, and how many are, this one included."""
        ...


class NoMemory:
    """For a single run that remembers nothing."""

    def limits(self) -> dict[str, float]:
        return {}

    def learn(self, lane: str, limit: float) -> None:
        """Forgotten at once."""

    def reached(self) -> dict[str, float]:
        return {}

    def reach(self, lane: str, rate: float) -> None:
        """Forgotten at once."""

    def runs(self) -> int:
        return 1
