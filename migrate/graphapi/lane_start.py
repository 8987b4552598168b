"""How each lane begins in a tenant that nothing is known of yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from migrate.graphapi.pace import LanePace
from migrate.kinds.request import Lane

_WINDOW = 10.0
"""Seconds in which a tenant is given its resource units."""


class DirectorySize(Enum):
    """Resource units in ten seconds for an app in one tenant, by the number of its users (§1.1)."""

    SMALL = 3500
    MEDIUM = 5000
    LARGE = 8000

    @classmethod
    def of(cls, users: int) -> DirectorySize:
        if users < 50:
            return cls.SMALL
        return cls.MEDIUM if users <= 500 else cls.LARGE

    @property
    def per_second(self) -> float:
        return self.value / _WINDOW


@dataclass(frozen=True)
class Start:
    """Rates in units a second; ``at_once`` open turns at most; ``limit`` where one is published."""

    rate: float
    ceiling: float
    floor: float
    burst: float
    growth: float
    at_once: int
    first_pause: float = 1.0
    limit: float | None = None
    told: bool = False

    def pace(self, now: float, cap: float | None) -> LanePace:
        """The lane at the beginning; ``cap`` replaces the ceiling. ValueError where it lets nothing out."""
        ceiling = self.ceiling if cap is None else cap
        if not ceiling > 0:
            raise ValueError("a lane's ceiling is above 0")
        burst = max(1.0, min(self.burst, ceiling))
        limit, rate = self.limit, min(self.rate, ceiling)
        if limit is not None and not self.told and ceiling > limit:
            # Graph never tells how near the limit is: who configures a higher one knows of it.
            limit, rate = ceiling, 0.95 * ceiling
        return LanePace(
            rate=rate,
            ceiling=ceiling,
            floor=min(self.floor, ceiling),
            burst=burst,
            growth=self.growth,
            allowance=burst,
            counted_at=now,
            first_pause=self.first_pause,
            limit=None if limit is None else min(limit, ceiling),
            told=self.told,
        )


STARTS = {
    # The smallest tenants are given 350 units a second, and ten seconds' worth at once; half of that is
    # ours from the start. Graph warns when four fifths are used up.
    Lane.DIRECTORY: Start(
        rate=0.9 * DirectorySize.SMALL.per_second,
        ceiling=3000,
        floor=5,
        burst=0.5 * DirectorySize.SMALL.value,
        growth=20,
        at_once=16,
        limit=DirectorySize.SMALL.per_second,
        told=True,
    ),
    # No published number: begin where nobody has reported trouble and feel the way up.
    Lane.PIM: Start(rate=10, ceiling=40, floor=0.5, burst=4, growth=0.5, at_once=8),
    Lane.PIM_POLICIES: Start(rate=10, ceiling=40, floor=0.5, burst=4, growth=0.5, at_once=8),
    # One request a second for all applications of a tenant together, refused without Retry-After.
    Lane.CONDITIONAL_ACCESS: Start(
        rate=0.95, ceiling=1, floor=0.1, burst=1, growth=0.05, at_once=1, first_pause=2, limit=0.98
    ),
    # Five requests in ten seconds for each application and tenant.
    Lane.REPORTS: Start(rate=0.45, ceiling=0.5, floor=0.05, burst=4, growth=0.02, at_once=2, limit=0.5),
}
