"""The directory's audit log: role and PIM events, written as they happen, and their list.

Names of activities follow the portal; how an event of an app is signed is inferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from migrate.lab.call import Answer, Call, Caller, Json, Route
from migrate.lab.clock import iso, parse_time
from migrate.lab.errors import invalid_filter, no_premium, resource_not_found
from migrate.lab.filters import parse_filter
from migrate.lab.ids import derived
from migrate.lab.listing import of, page
from migrate.lab.shapes import selected

if TYPE_CHECKING:
    from migrate.lab.tenant import Tenant

AUDITS = "/auditLogs/directoryAudits"
READ = ("AuditLog.Read.All",)
KEPT = timedelta(days=30)
ABOUT = ("Directory audits", "§1.1, §2.11", "D, names of activities I")
_FILTERS = frozenset(
    {
        "activityDateTime",
        "activityDisplayName",
        "category",
        "correlationId",
        "id",
        "initiatedBy",
        "loggedByService",
        "result",
        "targetResources",
    }
)
_OPERATORS = frozenset({"eq", "ge", "le", "startswith"})


def initiator(tenant: Tenant, caller: Caller | None) -> Json:
    """Who did it: a person, an app, or (None) somebody at the portal whom the lab does not know."""
    if caller is not None and caller.app_only:
        app = tenant.apps.get(caller.app_id.lower())
        return {
            "user": None,
            "app": {
                "appId": caller.app_id,
                "displayName": None if app is None else app.display_name,
                "servicePrincipalId": caller.object_id,
                "servicePrincipalName": None,
            },
        }
    user_id = None if caller is None else caller.object_id
    found = None if user_id is None else tenant.find(user_id)
    row = {} if found is None else found[1]
    return {
        "app": None,
        "user": {
            "id": user_id,
            "displayName": row.get("displayName"),
            "userPrincipalName": row.get("userPrincipalName"),
            "ipAddress": None,
        },
    }


def target(tenant: Tenant, object_id: str) -> Json:
    """A role, a directory object or something else, as a target of an event."""
    role = tenant.role(object_id)
    found = None if role is not None else tenant.find(object_id)
    row: Mapping[str, Any] = role or (found[1] if found is not None else {})
    kinds = {
        "users": "User",
        "groups": "Group",
        "servicePrincipals": "ServicePrincipal",
        "administrativeUnits": "AdministrativeUnit",
    }
    kind = "Role" if role is not None else "Other" if found is None else kinds[found[0]]
    return {
        "id": object_id,
        "displayName": row.get("displayName"),
        "type": kind,
        "userPrincipalName": row.get("userPrincipalName"),
        "groupType": None,
        "modifiedProperties": [],
    }


def record(
    tenant: Tenant,
    now: datetime,
    activity: str,
    caller: Caller | None,
    targets: Iterable[str],
    *,
    service: str = "PIM",
    category: str = "RoleManagement",
    operation: str = "Update",
    reason: str | None = None,
    request_id: str | None = None,
    details: Mapping[str, str] | None = None,
) -> None:
    """Writes one event of a success."""
    serial = len(tenant.audits) + 1
    correlation = request_id or derived(tenant.id, "audit", str(serial))
    tenant.audits.append(
        {
            "id": f"{service.replace(' ', '')}_{correlation}_{serial:08d}",
            "category": category,
            "correlationId": correlation,
            "result": "success",
            "resultReason": reason,
            "activityDisplayName": activity,
            "activityDateTime": iso(now),
            "loggedByService": service,
            "operationType": operation,
            "initiatedBy": initiator(tenant, caller),
            "targetResources": [target(tenant, each) for each in targets],
            "additionalDetails": [{"key": key, "value": value} for key, value in (details or {}).items()],
        }
    )


def _reportable(call: Call) -> list[Json]:
    """Newest first, of the last thirty days."""
    if not call.tenant.premium():
        raise no_premium()
    since = call.now - KEPT
    return [row for row in reversed(call.tenant.audits) if parse_time(row["activityDateTime"]) >= since]


def list_audits(call: Call) -> Answer:
    where = None
    if call.query.get("$filter"):
        where = parse_filter(call.query["$filter"])
        allowed = where.operators - {"any"} <= _OPERATORS
        if not where.properties <= _FILTERS or not allowed:
            raise invalid_filter("Invalid filter clause")
    rows = _reportable(call)
    if call.query.get("$orderby", "").lower().replace("+", " ") == "activitydatetime asc":
        rows.reverse()
    names = selected("directoryAudit", call.query.get("$select"))
    return page(
        call, of(rows), AUDITS.strip("/"), lambda row: {n: row[n] for n in names if n in row}, where=where
    )


def get_audit(call: Call, id: str) -> Answer:
    for row in _reportable(call):
        if row["id"] == id:
            return Answer(200, {"@odata.context": call.context(f"{AUDITS.strip('/')}/$entity"), **row})
    raise resource_not_found(id)


def routes() -> list[Route]:
    return [
        Route("GET", AUDITS, list_audits, READ, lane="reports"),
        Route("GET", AUDITS + "/{id}", get_audit, READ, lane="reports"),
    ]
