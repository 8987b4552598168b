"""Token buckets as Microsoft documents them, per app and tenant (graph-facts §1).

``scale`` shrinks windows and quotas together: at 0.01 a tenant has a hundredth of the units, back in a
hundredth of the time, so tests are quick and every ratio stays true.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from migrate.lab.errors import GraphError

READ_WINDOW = 10.0
WRITE_QUOTA, WRITE_WINDOW = 3000.0, 150.0
SIZES = ((50, 3500.0), (500, 5000.0))
LARGE = 8000.0
WARN_ABOVE = 0.8
MOST_PERCENTAGE = 1.8


@dataclass
class Settings:
    """What the control plane may change. ``pim`` is (requests, seconds) or None: no number is published."""

    enabled: bool = True
    scale: float = 1.0
    pim: tuple[float, float] | None = None
    pim_retry_after: bool = True
    conditional_access_per_second: float = 1.0


@dataclass
class Bucket:
    quota: float
    window: float
    level: float = 0.0
    """Units used that have not flowed back yet."""
    seen: datetime | None = None

    def settle(self, now: datetime) -> None:
        if self.seen is not None:
            back = max(0.0, (now - self.seen).total_seconds()) * self.quota / self.window
            self.level = max(0.0, self.level - back)
        self.seen = now

    def wait(self, cost: float) -> float:
        """Seconds until this cost fits; 0 when it does now."""
        over = self.level + cost - self.quota
        return max(0.0, over * self.window / self.quota)

    def take(self, cost: float) -> None:
        """Refused requests count too, up to 1.8 of the quota, the highest percentage that Graph reports."""
        self.level = min(self.level + cost, self.quota * MOST_PERCENTAGE)


@dataclass
class Counts:
    """What the requests of a tenant have cost."""

    requests: int = 0
    refused: int = 0
    writes: int = 0
    units: float = 0.0
    lanes: dict[str, int] = field(default_factory=dict)


class Throttle:
    """Judges each request before it reaches its handler."""

    def __init__(self) -> None:
        self.settings = Settings()
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self.counts: dict[str, Counts] = {}

    def configure(self, changes: Mapping[str, Any]) -> None:
        """Changes settings; ValueError for one that does not exist."""
        for name, value in changes.items():
            if name not in Settings.__dataclass_fields__:
                raise ValueError(f"unknown throttle setting: {name!r}")
            setattr(self.settings, name, tuple(value) if name == "pim" and value else value)
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
                self._judge(tenant_id, app_id, lane, cost, write, users, now, headers)
            except GraphError:
                counts.refused += 1
                raise
        counts.writes += write
        return headers

    def _judge(
        self,
        tenant_id: str,
        app_id: str,
        lane: str,
        cost: int,
        write: bool,
        users: int,
        now: datetime,
        headers: dict[str, str],
    ) -> None:
        scale = self.settings.scale
        if lane == "ca":
            # One request a second for the tenant, all apps together; the refusal carries no Retry-After.
            rate = self.settings.conditional_access_per_second
            bucket = self._bucket(("ca", tenant_id), max(1.0, rate), max(1.0, rate) / rate * scale, now)
            refused = bucket.wait(1) > 0
            bucket.take(1)
            if refused:
                raise GraphError(429, "TooManyRequests", "Too many requests.")
            return
        if lane in ("pim", "policy"):
            if self.settings.pim is None:
                return
            quota, window = self.settings.pim
            bucket = self._bucket((lane, tenant_id, app_id), max(1.0, quota * scale), window * scale, now)
            self._take(bucket, 1, None, tenant_id, app_id, self.settings.pim_retry_after)
            return
        quota = next((units for most, units in SIZES if users < most), LARGE)
        reads = self._bucket(("ru", tenant_id, app_id), max(1.0, quota * scale), READ_WINDOW * scale, now)
        self._take(reads, cost, "ResourceUnitLimitExceeded", tenant_id, app_id, True)
        used = reads.level / reads.quota
        if write:
            writes = self._bucket(
                ("write", tenant_id, app_id), max(1.0, WRITE_QUOTA * scale), WRITE_WINDOW * scale, now
            )
            self._take(writes, 1, "WriteLimitExceeded", tenant_id, app_id, True)
            used = max(used, writes.level / writes.quota)
        if used > WARN_ABOVE:
            headers["x-ms-throttle-limit-percentage"] = f"{min(used, MOST_PERCENTAGE):.2g}"

    def _bucket(self, key: tuple[str, ...], quota: float, window: float, now: datetime) -> Bucket:
        bucket = self._buckets.setdefault(key, Bucket(quota, window))
        bucket.settle(now)
        return bucket

    def _take(
        self,
        bucket: Bucket,
        cost: float,
        information: str | None,
        tenant_id: str,
        app_id: str,
        says_when: bool,
    ) -> None:
        wait = bucket.wait(cost)
        bucket.take(cost)
        if wait <= 0:
            return
        wait = bucket.wait(cost)
        headers: dict[str, str] = {}
        if says_when:
            headers["Retry-After"] = str(math.ceil(wait)) if self.settings.scale >= 1 else f"{wait:.3f}"
        if information is not None:
            limit = "Write" if information.startswith("Write") else "ReadWrite"
            headers["x-ms-throttle-scope"] = f"Tenant_Application/{limit}/{app_id}/{tenant_id}"
            headers["x-ms-throttle-information"] = information
        raise GraphError(
            429,
            "TooManyRequests",
            "Please retry again later.",
            headers=headers,
            inner={"code": "429", "message": "Please retry after", "status": "429"},
        )

    def metrics(self) -> dict[str, Any]:
        """Per tenant: requests, refused, units, writes, and the least time that those could have taken."""
        shown: dict[str, Any] = {}
        for tenant_id, counts in self.counts.items():
            over = max(0.0, counts.writes - WRITE_QUOTA * self.settings.scale)
            shown[tenant_id] = {
                "requests": counts.requests,
                "refused": counts.refused,
                "writes": counts.writes,
                "resource_units": counts.units,
                "by_lane": dict(counts.lanes),
                "least_seconds_for_writes": over * WRITE_WINDOW / WRITE_QUOTA,
            }
        return shown


def cost_of(base: int, query: Mapping[str, str]) -> int:
    """Resource units: $select and a page of under 20 take one off, $expand adds one; never below 1."""
    top = query.get("$top", "")
    cost = base - ("$select" in query) + ("$expand" in query) - (top.isdigit() and int(top) < 20)
    return max(1, cost)
