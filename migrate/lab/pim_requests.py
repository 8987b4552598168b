"""What PIM does with a request: adminAssign, adminUpdate, adminExtend, adminRenew, adminRemove, cancel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from migrate.lab.call import Answer, Call, Json
from migrate.lab.errors import (
    GraphError,
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
from migrate.lab.pim_books import Book, show_request
from migrate.lab.pim_policy_check import check
from migrate.lab.schedules import SHORTEST, SOON, Request, Schedule, Wanted, read_schedule, schedule_info
from migrate.lab.shapes import check_body, check_nested
from migrate.lab.tenant import Policy

ACTIONS = {
    name.lower(): name
    for name in (
        *("adminAssign", "adminUpdate", "adminExtend", "adminRenew", "adminRemove"),
        *("selfActivate", "selfDeactivate", "selfExtend", "selfRenew"),
    )
}
PROVISIONING = timedelta(seconds=1.5)
"""How long after its creation a request says that it was completed."""


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
        raise GraphError(
            403, "UnauthorizedAccessException", "Attempted to perform an unauthorized operation."
        )
    target, where = _target(call, book, body)
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
    provisions = _check_principal(call, book, principal_id)
    standing = call.tenant.schedule_by_key(book.kind, key, call.now)
    if action == "adminAssign":
        if standing is not None:
            raise assignment_exists()
        if _pending(call, book, key):
            raise assignment_pending()
    elif standing is None and action != "adminRenew":
        raise assignment_missing()
    if action == "adminUpdate" and book.eligibility and _is_active(call, book, key):
        raise duration_too_short()
    policy = _policy(call, book, target, where)
    check(policy, book.section, wanted, body, action=action, app_only=call.caller.app_only)
    return _grant(call, book, body, action, key, target, where, wanted, standing, provisions)


def _target(call: Call, book: Book, body: Json) -> tuple[str, str]:
    """Group and access, or role and scope, each checked for existence."""
    tenant = call.tenant
    if book.group:
        group_id, access = str(body.get("groupId") or ""), str(body.get("accessId") or "").lower()
        if not group_id or access not in ("member", "owner"):
            raise invalid_request()
        group = tenant.objects["groups"].get(group_id)
        if group is None or tenant.is_hidden(group_id, call.now):
            if body.get("action", "").lower() == "adminremove" and group_id.lower() in tenant.gone:
                return group_id.lower(), access
            raise pim_not_found()
        if "DynamicMembership" in (group.get("groupTypes") or []) or group.get("onPremisesSyncEnabled"):
            raise invalid_request()
        return str(group["id"]), access
    role_id = str(body.get("roleDefinitionId") or "")
    scope = str(body.get("directoryScopeId") or "")
    if not role_id or not (scope or body.get("appScopeId")):
        raise invalid_request()
    role = tenant.role(role_id)
    if role is None or role_id.lower() in tenant.aliases or tenant.is_hidden(role_id, call.now):
        # A custom role that PIM knows by another id (microsoft-graph-docs issue 16586).
        raise role_not_found()
    return _pim_spelling(call, role_id, role), _scope(call, scope or "/")


def _pim_spelling(call: Call, role_id: str, role: Json) -> str:
    listed = str(role["id"])
    alias = call.tenant.pim_role_id(listed)
    return alias if alias.lower() == role_id.lower() else listed


def _scope(call: Call, scope: str) -> str:
    if scope == "/":
        return scope
    parts = scope.strip("/").split("/")
    if parts[0].lower() == "administrativeunits" and len(parts) == 2:
        unit = call.tenant.objects["administrativeUnits"].get(parts[1])
        if unit is not None and not call.tenant.is_hidden(parts[1], call.now):
            return f"/administrativeUnits/{unit['id']}"
    elif parts[0].lower() == "attributesets" or (len(parts) == 1 and call.tenant.find(parts[0]) is not None):
        return scope
    if str(call.json().get("action", "")).lower() == "adminremove":
        return scope
    raise pim_not_found()


def _check_principal(call: Call, book: Book, principal_id: str) -> bool:
    """Whether a grant to this principal will ever be provisioned; 404 when PIM does not know it."""
    found = call.tenant.find(principal_id)
    if found is None or found[0] == "administrativeUnits" or call.tenant.is_hidden(principal_id, call.now):
        raise subject_not_found()
    kind, row = found
    if kind == "servicePrincipals" and book.eligibility:
        raise invalid_request()  # A service principal can be active, never eligible (graph-facts §3.1).
    if kind == "groups" and not book.group and row.get("isAssignableToRole") is not True:
        return False  # Accepted, Granted, and nothing ever comes of it (microsoft-graph-docs issue 16961).
    return not call.does("never_provision")


def _pending(call: Call, book: Book, key: tuple[str, str, str]) -> bool:
    return any(
        row.status == "Granted"
        and row.schedule_id is None
        and (row.principal_id.lower(), row.target.lower(), row.where.lower()) == key
        for row in call.tenant.requests[book.kind]
    )


def _is_active(call: Call, book: Book, key: tuple[str, str, str]) -> bool:
    active = "groupAssignment" if book.group else "roleAssignment"
    row = call.tenant.schedule_by_key(active, key, call.now)
    return row is not None and row.in_force(call.now)


def _policy(call: Call, book: Book, target: str, where: str) -> Policy:
    if book.group:
        return call.tenant.group_policy(target, where)
    return call.tenant.role_policy(call.tenant.listed_role_id(target))


def _grant(
    call: Call,
    book: Book,
    body: Json,
    action: str,
    key: tuple[str, str, str],
    target: str,
    where: str,
    wanted: Wanted,
    standing: Schedule | None,
    provisions: bool,
) -> Answer:
    now, tenant = call.now, call.tenant
    request = _request(call, body, action, target, where)
    request.principal_id = str(body["principalId"])
    later = wanted.start > now + SOON
    completed = wanted.start if later else now + PROVISIONING
    start = wanted.start if later else completed
    request.start = start
    request.info = schedule_info(start, wanted.end, wanted.duration if later else None)
    if call.does("failed_201"):
        request.status, request.info = "Failed", schedule_info(wanted.start, wanted.end, wanted.duration)
        tenant.requests[book.kind].put(request.id, request)
        return _created(call, book, request)
    if request.validation_only:
        request.status = "Granted"
        return _created(call, book, request)
    if not provisions:
        request.status, request.completed = "Granted", None
        tenant.requests[book.kind].put(request.id, request)
        tenant.touch()
        return _created(call, book, request)
    request.status = "Granted" if later else "Provisioned"
    request.completed = completed
    if call.does("escalate_scope") and where.lower().startswith("/administrativeunits/"):
        # Eligibility on a fresh unit became tenant-wide (msgraph-sdk-powershell issue 1996).
        where = request.where = "/"
    schedule_id = f"{target}_{where}_{request.id}" if book.group else request.id
    if standing is not None:
        if book.group:
            tenant.schedules[book.kind].pop(standing.id)
        else:
            schedule_id = standing.id
    request.schedule_id = schedule_id
    tenant.schedules[book.kind].put(
        schedule_id,
        Schedule(
            id=schedule_id,
            principal_id=request.principal_id,
            target=target,
            where=where,
            start=start,
            end=wanted.end,
            assignment_type=None if book.eligibility else "Assigned",
            request_id=request.id if standing is None or book.group else standing.request_id,
            created=standing.created if standing is not None and not book.group else now,
            modified=now if standing is not None and not book.group else None,
            justification=request.justification,
        ),
    )
    tenant.requests[book.kind].put(request.id, request)
    if book.group:
        tenant.onboard(target)
        if not book.eligibility and not later:
            links = tenant.owners if where == "owner" else tenant.members
            links.setdefault(target.lower(), {})[key[0]] = None
    if call.does("hide_after_write"):
        tenant.hidden[schedule_id.lower()] = call.hidden_until
    tenant.touch()
    return _created(call, book, request)


def _request(call: Call, body: Json, action: str, target: str, where: str) -> Request:
    ticket = body.get("ticketInfo")
    shown: Json | None = None
    if isinstance(ticket, dict):
        shown = {"ticketNumber": ticket.get("ticketNumber"), "ticketSystem": ticket.get("ticketSystem")}
    return Request(
        id=call.ids.new(),
        action=action,
        principal_id=str(body.get("principalId")),
        target=target,
        where=where,
        status="Provisioned",
        created=call.now,
        completed=None,
        created_by=call.caller.object_id,
        schedule_id=None,
        info=None,
        justification=body.get("justification"),
        ticket=shown,
        validation_only=bool(body.get("isValidationOnly")),
        custom_data=body.get("customData"),
    )


def _remove(call: Call, book: Book, body: Json, key: tuple[str, str, str]) -> Answer:
    """Removes the schedule of that key, whoever made it; one that has not begun must be cancelled."""
    tenant, now = call.tenant, call.now
    standing = tenant.schedule_by_key(book.kind, key, now)
    if standing is None or standing.status(now) == "Granted":
        raise assignment_missing()
    if not book.eligibility and standing.created is not None and now - standing.created < SHORTEST:
        raise duration_too_short()
    request = _request(call, body, "adminRemove", standing.target, standing.where)
    request.status, request.justification = "Revoked", None
    if call.does("failed_201"):
        request.status = "Failed"
        tenant.requests[book.kind].put(request.id, request)
        return _created(call, book, request)
    if request.validation_only:
        return _created(call, book, request)
    tenant.schedules[book.kind].pop(standing.id)
    tenant.requests[book.kind].put(request.id, request)
    if book.group:
        tenant.onboard(standing.target)
        if not book.eligibility:
            links = tenant.owners if standing.where.lower() == "owner" else tenant.members
            links.get(standing.target.lower(), {}).pop(key[0], None)
    tenant.touch()
    return _created(call, book, request)


def _created(call: Call, book: Book, request: Request) -> Answer:
    fragment = book.path("Requests").strip("/") + "/$entity"
    shown: dict[str, Any] = {
        "@odata.context": call.context(fragment),
        **show_request(book, request, call.now),
    }
    return Answer(201, shown)


def cancel(call: Call, book: Book, request_id: str) -> Answer:
    """Takes back what is granted but has not begun; a provisioned request is no longer to be cancelled."""
    request = call.tenant.requests[book.kind].get(request_id)
    if request is None or not request.remembered(call.now):
        raise pim_not_found()
    if request.status_at(call.now) not in (
        "Granted",
        "Denied",
        "Failed",
        "PendingApproval",
        "PendingProvisioning",
    ):
        raise invalid_request()
    # The two kinds read differently afterwards (graph-facts §3.4).
    request.status = "Revoked" if book.eligibility else "Canceled"
    if request.schedule_id is not None:
        call.tenant.schedules[book.kind].pop(request.schedule_id)
    call.tenant.touch()
    return Answer(204)
