"""Which limits a request is judged by (graph-facts §1.1), as plain data, and the bucket behind each.

``scale`` shrinks windows and quotas together: at 0.01 a tenant has a hundredth of the units, back in a
hundredth of the time. Rates stay what they are, so every ratio stays true, while a handful of requests is
enough to meet a limit. A quota never shrinks below what one request may cost; its window then stays longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SIZES = ((50, 3500.0), (500, 5000.0))
"""Resource units in ten seconds for tenants of fewer users than that."""
LARGE = 8000.0
READ_WINDOW = 10.0
WRITE_QUOTA, WRITE_WINDOW = 3000.0, 150.0
TENANT_WRITES, TENANT_WRITE_WINDOW = 18_000.0, 300.0
APP_UNITS, APP_WINDOW = 150_000.0, 20.0
APP_WRITES, APP_WRITE_WINDOW = 35_000.0, 300.0
"""Revisions of the page say 70,000 and 35,000: the smaller one is the safe one."""
DEAREST = 6.0
"""The highest published cost of one request: transitive members, expanded."""
MOST_PERCENTAGE = 1.8
"""The highest share of a limit that Graph reports."""


@dataclass(frozen=True)
class Limit:
    """So many units in a window of seconds, for whoever ``key`` names together."""

    key: tuple[str, ...]
    quota: float
    window: float
    cost: float
    scope: str | None = None
    """``x-ms-throttle-scope`` of a refusal; None where Graph sends no such header."""
    information: str | None = None
    says_when: bool = True

    @property
    def rate(self) -> float:
        return self.quota / self.window

    def scaled(self, scale: float, least: float = 1.0) -> Limit:
        quota = max(least, self.quota * scale)
        return Limit(
            self.key, quota, quota / self.rate, self.cost, self.scope, self.information, self.says_when
        )

    def least_seconds(self, units: float) -> float:
        """How long so many units take at the very least when the bucket is empty at first."""
        return max(0.0, units - self.quota) / self.rate


@dataclass
class Bucket:
    """What has been used of a limit and has not flowed back yet."""

    level: float = 0.0
    seen: datetime | None = None

    def settle(self, limit: Limit, now: datetime) -> None:
        if self.seen is not None:
            back = max(0.0, (now - self.seen).total_seconds()) * limit.rate
            self.level = max(0.0, self.level - back)
        self.seen = now

    def wait(self, limit: Limit) -> float:
        """Seconds until a request of this cost fits; 0 when it does now."""
        return max(0.0, (self.level + limit.cost - limit.quota) / limit.rate)

    def take(self, limit: Limit) -> None:
        """Refused requests count too, up to the highest share that Graph reports."""
        self.level = min(self.level + limit.cost, limit.quota * MOST_PERCENTAGE)


def directory_limits(tenant: str, app: str, users: int, cost: float, write: bool) -> list[Limit]:
    """App and tenant together, the app in all tenants, and for writes the tenant with all apps."""
    units = next((quota for most, quota in SIZES if users < most), LARGE)
    told, who = "ResourceUnitLimitExceeded", f"ReadWrite/{app}/{tenant}"
    found = [
        Limit(("ru", tenant, app), units, READ_WINDOW, cost, f"Tenant_Application/{who}", told),
        Limit(("ru", "", app), APP_UNITS, APP_WINDOW, cost, f"Application/{who}", told),
    ]
    return found + directory_writes(tenant, app) if write else found


def directory_writes(tenant: str, app: str) -> list[Limit]:
    told, who = "WriteLimitExceeded", f"Write/{app}/{tenant}"
    return [
        Limit(("write", tenant, app), WRITE_QUOTA, WRITE_WINDOW, 1, f"Tenant_Application/{who}", told),
        Limit(("write", tenant), TENANT_WRITES, TENANT_WRITE_WINDOW, 1, f"Tenant/{who}", told),
        Limit(("write", "", app), APP_WRITES, APP_WRITE_WINDOW, 1, f"Application/{who}", told),
    ]
