"""What a request to PIM is about: role and scope or group and access, principal, policy, what stands."""

from __future__ import annotations

from migrate.lab.call import Call, Json
from migrate.lab.errors import invalid_request, pim_not_found, role_not_found, subject_not_found
from migrate.lab.pim_books import Book
from migrate.lab.tenant import Policy

Key = tuple[str, str, str]
PENDING = ("PendingApproval", "PendingAdminDecision", "PendingProvisioning", "PendingScheduleCreation")


def find_target(call: Call, book: Book, body: Json) -> tuple[str, str]:
    """Group and access, or role and scope, each checked for existence."""
    tenant = call.tenant
    if book.group:
        group_id, access = str(body.get("groupId") or ""), str(body.get("accessId") or "").lower()
        if not group_id or access not in ("member", "owner"):
            raise invalid_request()
        group = tenant.objects["groups"].get(group_id)
        if group is None or not tenant.pim_knows(group_id, call.now):
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
    if role is None or role_id.lower() in tenant.aliases or not tenant.pim_knows(str(role["id"]), call.now):
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
        # A fresh unit is what becomes tenant-wide instead of unknown (msgraph-sdk-powershell issue 1996).
        if unit is not None and (call.tenant.pim_knows(parts[1], call.now) or call.does("escalate_scope")):
            return f"/administrativeUnits/{unit['id']}"
    elif parts[0].lower() == "attributesets" or (len(parts) == 1 and call.tenant.find(parts[0]) is not None):
        return scope
    if str(call.json().get("action", "")).lower() == "adminremove":
        return scope
    raise pim_not_found()


def check_principal(call: Call, book: Book, principal_id: str) -> bool:
    """Whether a grant to this principal will ever be provisioned; 404 when PIM does not know it."""
    found = call.tenant.find(principal_id)
    if (
        found is None
        or found[0] == "administrativeUnits"
        or not call.tenant.pim_knows(principal_id, call.now)
    ):
        raise subject_not_found()
    kind, row = found
    if kind == "servicePrincipals" and book.eligibility:
        raise invalid_request()  # A service principal can be active, never eligible (graph-facts §3.1).
    if kind == "groups" and not book.group and row.get("isAssignableToRole") is not True:
        return False  # Accepted, Granted, and nothing ever comes of it (microsoft-graph-docs issue 16961).
    return not call.does("never_provision")


def check_nesting(call: Call, book: Book, group_id: str, principal_id: str) -> None:
    """A group may be eligible for a role-assignable group, but never be in it (graph-facts §3.7)."""
    group = call.tenant.objects["groups"].get(group_id)
    nested = principal_id.lower() in call.tenant.objects["groups"]
    if book.group and not book.eligibility and nested and group and group.get("isAssignableToRole"):
        raise invalid_request()


def is_pending(call: Call, book: Book, key: Key) -> bool:
    """A request of this key waits: for somebody's decision, or for a provisioning that never comes."""
    return any(
        (row.status in PENDING or (row.status == "Granted" and row.schedule_id is None))
        for _, row in call.tenant.requests[book.kind].marked(key)
    )


def is_active(call: Call, book: Book, key: Key) -> bool:
    """The same principal holds the same thing actively at this moment."""
    active = "groupAssignment" if book.group else "roleAssignment"
    row = call.tenant.schedule_by_key(active, key, call.now)
    return row is not None and row.in_force(call.now)


def has_expired(call: Call, book: Book, key: Key) -> bool:
    """A schedule of this key has ended: what can be renewed."""
    return any(not row.lives(call.now) for _, row in call.tenant.schedules[book.kind].marked(key))


def policy_of(call: Call, book: Book, target: str, where: str) -> Policy:
    if book.group:
        return call.tenant.group_policy(target, where)
    return call.tenant.role_policy(call.tenant.listed_role_id(target))
