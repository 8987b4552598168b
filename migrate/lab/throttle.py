"""Judges each request before its handler does, as Microsoft documents it (graph-facts §1), and keeps count.

The directory counts resource units and writes. Conditional access lets one request a second through for all
apps together, and its refusal says nothing more. PIM publishes no number: its lane is open until the control
plane gives it one, and its answers never carry the headers of the directory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from migrate.lab.buckets import DEAREST, MOST_PERCENTAGE, Bucket, Limit, directory_limits, directory_writes
from migrate.lab.errors import GraphError

WARN_ABOVE = 0.8


@dataclass
class Settings:
    """What the control plane may change. ``pim`` is (requests, seconds) or None: no number is published."""

    enabled: bool = True
    scale: float = 1.0
    pim: tuple[float, float] | None = None
    pim_retry_after: bool = True
    conditional_access_per_second: float = 1.0
    reports: tuple[float, float] = (5.0, 10.0)
    """Audit and sign-in reports: requests and seconds, per app and tenant."""


@dataclass
class Counts:
    """What the requests of a tenant have cost."""

    requests: int = 0
    refused: int = 0
    writes: int = 0
    units: float = 0.0
    lanes: dict[str, int] = field(default_factory=dict)
    written: dict[tuple[str, str], int] = field(default_factory=dict)
    """Writes that were let through, by lane and app."""


class Throttle:
    def __init__(self) -> None:
        self.settings = Settings()
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self.counts: dict[str, Counts] = {}

    def configure(self, changes: Mapping[str, Any]) -> None:
        """Changes settings; ValueError for one that does not exist or makes no sense, and then none is."""
        made = {name: _setting(name, value) for name, value in changes.items()}
        for name, value in made.items():
            setattr(self.settings, name, value)
        self._buckets.clear()

    def reset(self) -> None:
        self._buckets.clear()
        self.counts.clear()

    def note(self, tenant_id: str, status: int) -> None:
        """Counts a request that scripted trouble answered before it was judged."""
        counts = self.counts.setdefault(tenant_id, Counts())
        counts.requests += 1
        counts.refused += status == 429

    def judge(
        self, *, tenant_id: str, app_id: str, lane: str, cost: int, write: bool, users: int, now: datetime
    ) -> dict[str, str]:
        """Headers for the answer, or the 429. The request is counted either way."""
        counts = self.counts.setdefault(tenant_id, Counts())
        counts.requests += 1
        counts.lanes[lane] = counts.lanes.get(lane, 0) + 1
        headers: dict[str, str] = {}
        if lane == "directory":
            headers["x-ms-resource-unit"] = str(cost)
            counts.units += cost
        if self.settings.enabled:
            try:
                headers |= self._judge(self._limits(tenant_id, app_id, lane, cost, write, users), now, lane)
            except GraphError:
                counts.refused += 1
                raise
        counts.writes += write
        if write:
            counts.written[lane, app_id] = counts.written.get((lane, app_id), 0) + 1
        return headers

    def _limits(self, tenant: str, app: str, lane: str, cost: float, write: bool, users: int) -> list[Limit]:
        """What this request is judged by, as small as ``scale`` makes it."""
        scale = self.settings.scale
        if lane == "directory":
            found = directory_limits(tenant, app, users, cost, write)
            return [limit.scaled(scale, DEAREST if limit.key[0] == "ru" else 1.0) for limit in found]
        return [limit.scaled(scale) for limit in self._of_lane(lane, tenant, app)]

    def _of_lane(self, lane: str, tenant: str, app: str) -> list[Limit]:
        """The limits of a lane that counts requests."""
        settings = self.settings
        if lane == "ca":
            rate = settings.conditional_access_per_second
            quota = max(1.0, rate)
            return [Limit(("ca", tenant), quota, quota / rate, 1, says_when=False)]
        if lane == "reports":
            return [Limit((lane, tenant, app), *settings.reports, 1)]
        if settings.pim is None:
            return []
        return [Limit((lane, tenant, app), *settings.pim, 1, says_when=settings.pim_retry_after)]

    def _judge(self, limits: list[Limit], now: datetime, lane: str) -> dict[str, str]:
        """Every limit is charged, whichever refuses; the refusal tells to wait until all let it through,
        also one that is met only because of it."""
        refusing: tuple[float, Limit] | None = None
        used = longest = 0.0
        for limit in limits:
            bucket = self._buckets.setdefault(limit.key, Bucket())
            bucket.settle(limit, now)
            fits = bucket.wait(limit) <= 0
            bucket.take(limit)
            used = max(used, bucket.level / limit.quota)
            wait = bucket.wait(limit)
            longest = max(longest, wait)
            if not fits and (refusing is None or wait > refusing[0]):
                refusing = (wait, limit)
        told = lane == "directory" and used > WARN_ABOVE
        share = {"x-ms-throttle-limit-percentage": f"{min(used, MOST_PERCENTAGE):.2g}"} if told else {}
        if refusing is not None:
            raise self._refusal(longest, refusing[1], share, lane)
        return share

    def _refusal(self, wait: float, limit: Limit, share: Mapping[str, str], lane: str) -> GraphError:
        if lane == "ca":
            return GraphError(429, "TooManyRequests", "Too many requests.")
        headers = dict(share)
        if limit.says_when:
            headers["Retry-After"] = self._seconds(wait)
        if limit.scope is not None and limit.information is not None:
            headers["x-ms-throttle-scope"] = limit.scope
            headers["x-ms-throttle-information"] = limit.information
        return GraphError(
            429,
            "TooManyRequests",
            "Please retry again later.",
            headers=headers,
            inner={"code": "429", "message": "Please retry after", "status": "429"},
        )

    def _seconds(self, wait: float) -> str:
        """Rounded up, so that waiting as told is enough: to seconds, or to milliseconds when scaled."""
        if self.settings.scale >= 1:
            return str(max(1, math.ceil(wait)))
        return f"{math.ceil(wait * 1000 + 1e-6) / 1000:.3f}"

    def metrics(self) -> dict[str, Any]:
        """Per tenant: requests, refused, units, writes, and the least time that those could have taken."""
        shown: dict[str, Any] = {}
        for tenant_id, counts in self.counts.items():
            least = self._least_seconds(tenant_id, counts)
            shown[tenant_id] = {
                "requests": counts.requests,
                "refused": counts.refused,
                "writes": counts.writes,
                "resource_units": counts.units,
                "by_lane": dict(counts.lanes),
                "least_seconds_by_lane": least,
                "least_seconds_for_writes": max(least.values(), default=0.0),
            }
        return shown

    def _least_seconds(self, tenant: str, counts: Counts) -> dict[str, float]:
        """By lane: how long the writes that were let through take at least. Lanes run side by side."""
        least: dict[str, float] = {}
        together: dict[tuple[str, ...], tuple[Limit, int]] = {}
        for (lane, app), writes in counts.written.items():
            least.setdefault(lane, 0.0)
            found = directory_writes(tenant, app) if lane == "directory" else self._of_lane(lane, tenant, app)
            for limit in found:
                key = (lane, *limit.key)
                together[key] = (limit, writes + together.get(key, (limit, 0))[1])
        for (lane, *_), (limit, writes) in together.items():
            seconds = limit.scaled(self.settings.scale).least_seconds(writes)
            least[lane] = max(least[lane], seconds)
        return least


def _setting(name: str, value: Any) -> Any:
    if name not in Settings.__dataclass_fields__:
        raise ValueError(f"unknown throttle setting: {name!r}")
    if name in ("enabled", "pim_retry_after"):
        if not isinstance(value, bool):
            raise ValueError(f"{name} is true or false")
        return value
    if name == "pim" and value is None:
        return None
    numbers = value if name in ("pim", "reports") else [value]
    if not isinstance(numbers, list | tuple) or len(numbers) != (2 if name in ("pim", "reports") else 1):
        raise ValueError(f"{name} is [requests, seconds]")
    if not all(isinstance(each, int | float) and not isinstance(each, bool) and each > 0 for each in numbers):
        raise ValueError(f"{name} must be more than 0")
    floats = tuple(float(each) for each in numbers)
    return floats if name in ("pim", "reports") else floats[0]


def cost_of(base: int, query: Mapping[str, str]) -> int:
    """Resource units: $select and a page of under 20 take one off, $expand adds one; never below 1."""
    top = query.get("$top", "")
    cost = base - ("$select" in query) + ("$expand" in query) - (top.isdigit() and int(top) < 20)
    return max(1, cost)
