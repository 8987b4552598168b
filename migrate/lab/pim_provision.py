"""How a request becomes a schedule: at once, for later, or after a decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from migrate.lab import timeline
from migrate.lab.pim_books import Book
from migrate.lab.schedules import SOON, Request, Schedule, Wanted, schedule_info
from migrate.lab.tenant import Tenant

PROVISIONING = timedelta(seconds=1.5)
"""How long after its creation a request says that it was completed."""


def time_request(request: Request, wanted: Wanted, now: datetime) -> bool:
    """Start, end and completion as Graph writes them back; True when it begins later."""
    later = wanted.start > now + SOON
    request.completed = wanted.start if later else now + PROVISIONING
    request.start = wanted.start if later else request.completed
    request.info = schedule_info(request.start, wanted.end, wanted.duration if later else None)
    return later


def provision(
    tenant: Tenant,
    book: Book,
    request: Request,
    wanted: Wanted,
    now: datetime,
    *,
    standing: Schedule | None = None,
    assignment_type: str | None = None,
    activated_using: str | None = None,
) -> Schedule:
    """Puts the schedule that the request asks for, in the place of a standing one of the same key."""
    later = time_request(request, wanted, now)
    assert request.start is not None
    request.status = "Granted" if later else "Provisioned"
    schedule_id = f"{request.target}_{request.where}_{request.id}" if book.group else request.id
    if standing is not None:
        if book.group:
            # Group schedules change their id on every change (graph-facts §3.3).
            tenant.schedules[book.kind].pop(standing.id)
        else:
            schedule_id = standing.id
    kept = standing if standing is not None and not book.group else None
    request.schedule_id = schedule_id
    schedule = Schedule(
        id=schedule_id,
        principal_id=request.principal_id,
        target=request.target,
        where=request.where,
        start=request.start,
        end=wanted.end,
        assignment_type=assignment_type or (None if book.eligibility else "Assigned"),
        request_id=request.id if kept is None else kept.request_id,
        created=now if kept is None else kept.created,
        modified=None if kept is None else now,
        justification=request.justification,
        activated_using=activated_using,
    )
    tenant.schedules[book.kind].put(schedule_id, schedule)
    tenant.requests[book.kind].put(request.id, request)
    if book.group:
        tenant.onboard(request.target)
    if not book.eligibility:
        timeline.watch(tenant, schedule)
        timeline.settle(tenant, now)
    tenant.touch()
    return schedule


def withdraw(tenant: Tenant, book: Book, schedule: Schedule) -> None:
    """Takes a schedule away, and the membership that it gave."""
    tenant.schedules[book.kind].pop(schedule.id)
    if book.group:
        tenant.onboard(schedule.target)
        if not book.eligibility:
            name = "owners" if schedule.where.lower() == "owner" else "members"
            tenant.relink(name, schedule.target, schedule.principal_id, False)
    tenant.touch()
