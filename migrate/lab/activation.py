"""What people do for themselves: activate, deactivate, and ask for more time (delegated tokens only)."""

from __future__ import annotations

from migrate.lab import pim_events
from migrate.lab.call import Answer, Call, Json
from migrate.lab.errors import (
    acrs_failed,
    assignment_exists,
    assignment_missing,
    assignment_pending,
    duration_too_short,
    invalid_request,
    policy_failed,
    unauthorized,
)
from migrate.lab.pim_books import Book
from migrate.lab.pim_log import created, make_request
from migrate.lab.pim_policy_check import failing_rules, wanted_context, wants_approval
from migrate.lab.pim_provision import provision, time_request, withdraw
from migrate.lab.pim_targets import Key, find_target, has_expired, is_pending, policy_of
from migrate.lab.schedules import SHORTEST, Schedule, read_schedule
from migrate.lab.shapes import check_nested


def submit_self(call: Call, book: Book, body: Json, action: str) -> Answer:
    """One of the four ``self…`` actions. An app, or a person acting for another, is not authorized."""
    person = call.caller.object_id
    if call.caller.app_only or str(body.get("principalId") or person).lower() != person.lower():
        raise unauthorized()
    check_nested(body, "ticketInfo", "ticketInfo")
    body = {**body, "principalId": person}
    target, where = find_target(call, book, body)
    key = (person.lower(), target.lower(), where.lower())
    if action in ("selfExtend", "selfRenew"):
        return _ask_for_time(call, book, body, action, target, where)
    if book.eligibility:
        raise invalid_request()
    if action == "selfDeactivate":
        return _deactivate(call, book, body, key)
    return _activate(call, book, body, target, where)


def find_eligibility(call: Call, book: Book, key: Key) -> Schedule | None:
    """The eligibility in force that the person holds, directly or through a group."""
    person, target, where = key
    kind = "groupEligibility" if book.group else "roleEligibility"
    for _, row in call.tenant.schedules[kind].marked(("target", target)):
        if row.where.lower() != where or not row.in_force(call.now):
            continue
        holder = row.principal_id.lower()
        if holder == person or person in call.tenant.members.get(holder, {}):
            return row
    return None


def _activate(call: Call, book: Book, body: Json, target: str, where: str) -> Answer:
    tenant, now = call.tenant, call.now
    key = (call.caller.object_id.lower(), target.lower(), where.lower())
    wanted = read_schedule(body, now)
    if tenant.schedule_by_key(book.kind, key, now) is not None:
        raise assignment_exists()
    if is_pending(call, book, key):
        raise assignment_pending()
    eligible = find_eligibility(call, book, key)
    policy = policy_of(call, book, target, where)
    context = wanted_context(policy)
    if eligible is not None and context is not None and context not in call.caller.acrs:
        # Which of several refusals comes first is not documented.
        raise acrs_failed(context)
    failed = [] if eligible is not None else ["EligibilityRule"]
    failed += failing_rules(policy, "EndUser_Assignment", wanted, body, mfa=call.caller.mfa)
    if failed or eligible is None:
        raise policy_failed(failed)
    request = make_request(call, body, "selfActivate", eligible.target, eligible.where)
    request.wanted, request.activated_using = wanted, eligible.id
    if request.validation_only:
        time_request(request, wanted, now)
        request.status, request.completed = "Granted", None
        return created(call, book, request)
    if wants_approval(policy):
        time_request(request, wanted, now)
        request.status, request.completed = "PendingApproval", None
        request.approval_id = request.id
        tenant.requests[book.kind].put(request.id, request)
        pim_events.write(tenant, now, book, request, call.caller, "approval")
        tenant.touch()
        return created(call, book, request)
    pim_events.write(tenant, now, book, request, call.caller, "requested")
    provision(tenant, book, request, wanted, now, assignment_type="Activated", activated_using=eligible.id)
    pim_events.write(tenant, now, book, request, call.caller)
    return created(call, book, request)


def _deactivate(call: Call, book: Book, body: Json, key: Key) -> Answer:
    """Ends one's own activation, five minutes after its start at the earliest."""
    tenant, now = call.tenant, call.now
    standing = tenant.schedule_by_key(book.kind, key, now)
    if standing is None or standing.assignment_type != "Activated":
        raise assignment_missing()
    if standing.created is not None and now - standing.created < SHORTEST:
        raise duration_too_short()
    request = make_request(call, body, "selfDeactivate", standing.target, standing.where)
    request.status = "Revoked"
    withdraw(tenant, book, standing)
    tenant.requests[book.kind].put(request.id, request)
    pim_events.write(tenant, now, book, request, call.caller)
    return created(call, book, request)


def _ask_for_time(call: Call, book: Book, body: Json, action: str, target: str, where: str) -> Answer:
    """selfExtend of what ends, selfRenew of what has ended: an administrator decides."""
    tenant, now = call.tenant, call.now
    key = (call.caller.object_id.lower(), target.lower(), where.lower())
    wanted = read_schedule(body, now)
    standing = tenant.schedule_by_key(book.kind, key, now)
    if action == "selfExtend":
        if standing is None:
            raise assignment_missing()
        if standing.end is None or standing.assignment_type == "Activated":
            raise invalid_request()
    elif standing is not None or not has_expired(call, book, key):
        raise assignment_exists() if standing is not None else assignment_missing()
    if is_pending(call, book, key):
        raise assignment_pending()
    request = make_request(call, body, action, target, where)
    request.wanted = wanted
    time_request(request, wanted, now)
    request.status, request.completed = "PendingAdminDecision", None
    tenant.requests[book.kind].put(request.id, request)
    tenant.touch()
    return created(call, book, request)
