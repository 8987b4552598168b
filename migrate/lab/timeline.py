"""What happens by itself as time goes on: activations and memberships that begin or end."""

from __future__ import annotations

import heapq
from datetime import datetime
from typing import TYPE_CHECKING

from migrate.lab import audit
from migrate.lab.schedules import SOON, Schedule

if TYPE_CHECKING:
    from migrate.lab.tenant import Tenant


class Timeline:
    """Moments at which a schedule has to be looked at again."""

    def __init__(self) -> None:
        self._moments: list[tuple[datetime, str]] = []

    def expect(self, when: datetime, schedule_id: str) -> None:
        heapq.heappush(self._moments, (when, schedule_id))

    def due(self, now: datetime) -> list[tuple[datetime, str]]:
        """The moments that have come, oldest first; each is told once."""
        found = []
        while self._moments and self._moments[0][0] <= now:
            found.append(heapq.heappop(self._moments))
        return found


def watch(tenant: Tenant, schedule: Schedule) -> None:
    """From now on, what the schedule brings about happens when its time comes."""
    tenant.timeline.expect(schedule.start - SOON, schedule.id)
    if schedule.end is not None:
        tenant.timeline.expect(schedule.end, schedule.id)


def settle(tenant: Tenant, now: datetime) -> None:
    """Brings memberships up to now: a group's active assignments give and take them by their times."""
    for when, schedule_id in tenant.timeline.due(now):
        for kind in ("roleAssignment", "groupAssignment"):
            schedule = tenant.schedules[kind].get(schedule_id)
            if schedule is not None:
                _turn(tenant, kind, schedule, now, when)


def _turn(tenant: Tenant, kind: str, schedule: Schedule, now: datetime, when: datetime) -> None:
    over = not schedule.lives(now)
    if kind == "groupAssignment":
        name = "owners" if schedule.where.lower() == "owner" else "members"
        if not over and schedule.in_force(now):
            tenant.relink(name, schedule.target, schedule.principal_id, True)
        elif over and tenant.schedule_by_key(kind, schedule.key, now) is None:
            tenant.relink(name, schedule.target, schedule.principal_id, False)
    if over and schedule.assignment_type == "Activated":
        category = "GroupManagement" if kind == "groupAssignment" else "RoleManagement"
        audit.record(
            tenant,
            when,
            "Remove member from role (PIM activation expired)",
            None,
            (schedule.target, schedule.principal_id),
            category=category,
            operation="Remove",
            request_id=schedule.request_id,
        )
