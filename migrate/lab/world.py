"""All tenants of one lab with its clock, its faults, its throttle and its log."""

from __future__ import annotations

import copy
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from migrate.lab.clock import Clock
from migrate.lab.faults import Faults
from migrate.lab.ids import Ids
from migrate.lab.tenant import Tenant
from migrate.lab.throttle import Throttle
from migrate.lab.tokens import Tokens

LONGEST_LOG = 200_000


@dataclass(frozen=True)
class LogEntry:
    """One request to the emulated API. Headers and tokens are never kept."""

    time: str
    tenant: str
    app: str
    method: str
    path: str
    query: str
    status: int
    cost: int
    effect: bool
    fault: str | None
    body: Any

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class World:
    def __init__(
        self, seeds: Sequence[Mapping[str, Any]], *, clock: Callable[[], datetime], rng: random.Random
    ) -> None:
        self.clock = Clock(clock)
        self.ids = Ids(rng)
        self.faults = Faults(rng)
        self.throttle = Throttle()
        self.tokens = Tokens(self.find, self.clock.now, self.ids)
        self.tenants: dict[str, Tenant] = {}
        self.log: deque[LogEntry] = deque(maxlen=LONGEST_LOG)
        self._seeds: list[Mapping[str, Any]] = []
        self.load(seeds)

    def load(self, seeds: Sequence[Mapping[str, Any]]) -> None:
        """Replaces all tenants; nothing changes when a seed is wrong."""
        kept = [copy.deepcopy(dict(seed)) for seed in seeds]
        tenants = {str(seed["tenantId"]).lower(): Tenant(seed) for seed in kept}
        self._seeds, self.tenants = list(kept), tenants
        self.log.clear()

    def reset(self) -> None:
        """Back to the loaded seeds: state, faults, log and counters; the clock stays."""
        self.tenants = {str(seed["tenantId"]).lower(): Tenant(seed) for seed in self._seeds}
        self.faults.clear()
        self.throttle.reset()
        self.log.clear()

    def find(self, name: str) -> Tenant | None:
        """A tenant by its id or one of its domains."""
        name = name.lower()
        if name in self.tenants:
            return self.tenants[name]
        for tenant in self.tenants.values():
            if any(str(domain["id"]).lower() == name for domain in tenant.domains):
                return tenant
        return None

    def consent(self, tenant_name: str, app_id: str, roles: Sequence[str]) -> None:
        """Replaces what an app may do; KeyError when there is no such tenant or app."""
        tenant = self.find(tenant_name)
        if tenant is None or app_id.lower() not in tenant.apps:
            raise KeyError(app_id)
        tenant.apps[app_id.lower()] = replace(tenant.apps[app_id.lower()], roles=frozenset(roles))
