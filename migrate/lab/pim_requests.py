"""What PIM does with a request: adminAssign, adminUpdate, adminExtend, adminRenew, adminRemove, cancel."""

from __future__ import annotations

from migrate.lab import pim_events
from migrate.lab.activation import submit_self
from migrate.lab.call import Answer, Call, Json
from migrate.lab.delegated import check_person
from migrate.lab.errors import (
    assignment_exists,
    assignment_missing,
    assignment_pending,
    duration_too_short,
    invalid_request,
    no_licence,
    pim_not_found,
    role_not_found,
    schema_error,
    scope_not_granted,
    subject_not_found,
)
from migrate.lab.limits import check_assignments
from migrate.lab.pim_books import Book
from migrate.lab.pim_log import created, make_request
from migrate.lab.pim_policy_check import check
from migrate.lab.pim_provision import provision, time_request, withdraw
from migrate.lab.pim_targets import (
    PENDING,
    check_nesting,
    check_principal,
    find_target,
    has_expired,
    is_active,
    is_pending,
    policy_of,
)
from migrate.lab.schedules import SHORTEST, Schedule, Wanted, read_schedule
from migrate.lab.shapes import check_body, check_nested

ACTIONS = {
    name.lower(): name
    for name in (
        *("adminAssign", "adminUpdate", "adminExtend", "adminRenew", "adminRemove"),
        *("selfActivate", "selfDeactivate", "selfExtend", "selfRenew"),
    )
}


def submit(call: Call, book: Book) -> Answer:
    """``POST …ScheduleRequests``: 201 with the whole request, also when nothing will ever come of it."""
    body = call.json()
    check_body(body, book.type_name("Request"))
    action = ACTIONS.get(str(body.get("action") or "").lower())
    if action is None:
        raise schema_error("Requested value for property 'action' was not found.")
    if not call.has(*book.writes) and not (action == "adminRemove" and call.has(*book.removes)):
        raise scope_not_granted(book.writes)
    if not call.tenant.licensed():
        raise no_licence()
    if action.startswith("self"):
        return submit_self(call, book, body, action)
    target, where = find_target(call, book, body)
    check_person(call, write=True, group_id=target if book.group else None)
    principal_id = str(body.get("principalId") or "")
    if not principal_id:
        raise invalid_request()
    check_nested(body, "ticketInfo", "ticketInfo")
    if call.does("subject_not_found"):
        raise subject_not_found()
    if call.does("role_not_found"):
        raise role_not_found()
    key = (principal_id.lower(), target.lower(), where.lower())
    if action == "adminRemove":
        return _remove(call, book, body, key)
    wanted = read_schedule(body, call.now)
    provisions = check_principal(call, book, principal_id)
    check_nesting(call, book, target, principal_id)
    standing = call.tenant.schedule_by_key(book.kind, key, call.now)
    if action == "adminAssign":
        if standing is not None:
            raise assignment_exists()
        if is_pending(call, book, key):
            raise assignment_pending()
        if not book.group and not book.eligibility:
            check_assignments(call.tenant, target, principal_id, where, call.now)
    elif standing is None and not (action == "adminRenew" and has_expired(call, book, key)):
        raise assignment_missing()
    if action == "adminUpdate" and book.eligibility and is_active(call, book, key):
        raise duration_too_short()
    policy = policy_of(call, book, target, where)
    check(policy, book.section, wanted, body, action=action, mfa=call.caller.mfa)
    return _grant(call, book, body, action, target, where, wanted, standing, provisions)


def _grant(
    call: Call,
    book: Book,
    body: Json,
    action: str,
    target: str,
    where: str,
    wanted: Wanted,
    standing: Schedule | None,
    provisions: bool,
) -> Answer:
    now, tenant = call.now, call.tenant
    request = make_request(call, body, action, target, where)
    if call.does("failed_201"):
        time_request(request, wanted, now)
        request.status, request.completed = "Failed", None
        tenant.requests[book.kind].put(request.id, request)
        return created(call, book, request)
    if request.validation_only or not provisions:
        time_request(request, wanted, now)
        request.status, request.completed = "Granted", None
        if not request.validation_only:
            tenant.requests[book.kind].put(request.id, request)
            tenant.touch()
        return created(call, book, request)
    if call.does("escalate_scope") and where.lower().startswith("/administrativeunits/"):
        # Eligibility on a fresh unit became tenant-wide (msgraph-sdk-powershell issue 1996).
        request.where = "/"
    schedule = provision(tenant, book, request, wanted, now, standing=standing)
    pim_events.write(tenant, now, book, request, call.caller)
    if call.does("hide_after_write"):
        tenant.hidden[schedule.id.lower()] = call.hidden_until
    return created(call, book, request)


def _remove(call: Call, book: Book, body: Json, key: tuple[str, str, str]) -> Answer:
    """Removes the schedule of that key, whoever made it; one that has not begun must be cancelled."""
    tenant, now = call.tenant, call.now
    standing = tenant.schedule_by_key(book.kind, key, now)
    if standing is None or standing.status(now) == "Granted":
        raise assignment_missing()
    if not book.eligibility and standing.created is not None and now - standing.created < SHORTEST:
        raise duration_too_short()
    request = make_request(call, body, "adminRemove", standing.target, standing.where)
    request.status, request.justification = "Revoked", None
    if call.does("failed_201"):
        request.status = "Failed"
        tenant.requests[book.kind].put(request.id, request)
        return created(call, book, request)
    if request.validation_only:
        return created(call, book, request)
    withdraw(tenant, book, standing)
    tenant.requests[book.kind].put(request.id, request)
    pim_events.write(tenant, now, book, request, call.caller)
    return created(call, book, request)


def cancel(call: Call, book: Book, id: str) -> Answer:
    """Takes back what is granted but has not begun; a provisioned request is no longer to be cancelled."""
    request = call.tenant.requests[book.kind].get(id)
    if request is None or not request.remembered(call.now):
        raise pim_not_found()
    if not call.caller.app_only and request.created_by.lower() != call.caller.object_id.lower():
        check_person(call, write=True, group_id=request.target if book.group else None)
    if request.status_at(call.now) not in ("Granted", "Denied", "Failed", *PENDING):
        raise invalid_request()
    # The two kinds read differently afterwards (graph-facts §3.4).
    request.status = "Revoked" if book.eligibility else "Canceled"
    request.closed = call.now
    if request.schedule_id is not None:
        call.tenant.schedules[book.kind].pop(request.schedule_id)
    pim_events.write(call.tenant, call.now, book, request, call.caller, "cancelled")
    call.tenant.touch()
    return Answer(204)
