"""Decisions on what waits: an approver's on an activation, an administrator's on more time."""

from __future__ import annotations

from datetime import datetime

from migrate.lab import pim_events
from migrate.lab.call import Caller
from migrate.lab.pim_books import BOOKS, Book
from migrate.lab.pim_provision import provision
from migrate.lab.schedules import Request, Wanted
from migrate.lab.tenant import Tenant


def decide(tenant: Tenant, request_id: str, now: datetime, *, approve: bool, approver: str | None) -> str:
    """Decides a pending request and tells its new status. ValueError when there is nothing to decide.

    A start that has passed while the request waited becomes now; the length stays.
    """
    for book in BOOKS:
        request = tenant.requests[book.kind].get(request_id)
        if request is not None:
            return _decide(tenant, book, request, now, approve, approver)
    raise ValueError(f"no such request: {request_id}")


def _decide(
    tenant: Tenant, book: Book, request: Request, now: datetime, approve: bool, approver: str | None
) -> str:
    if request.status not in ("PendingApproval", "PendingAdminDecision") or request.wanted is None:
        raise ValueError(f"the request is {request.status}: there is nothing to decide")
    who = None if approver is None else Caller(tenant.id, "", approver, frozenset(), app_only=False)
    activation = request.action == "selfActivate"
    if not approve:
        request.status, request.closed = "Denied", now
        pim_events.write(tenant, now, book, request, who, "denied")
        tenant.touch()
        return request.status
    key = (request.principal_id.lower(), request.target.lower(), request.where.lower())
    if activation:
        pim_events.write(tenant, now, book, request, who, "approved")
    provision(
        tenant,
        book,
        request,
        _from_now(request.wanted, now),
        now,
        standing=tenant.schedule_by_key(book.kind, key, now),
        assignment_type="Activated" if activation else None,
        activated_using=request.activated_using,
    )
    pim_events.write(tenant, now, book, request, who)
    return request.status


def _from_now(wanted: Wanted, now: datetime) -> Wanted:
    start = max(wanted.start, now)
    end = wanted.end
    if end is not None and wanted.duration is not None and wanted.length is not None:
        end = start + wanted.length
    return Wanted(start, end, wanted.duration)
