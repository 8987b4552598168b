"""The names under which PIM's events stand in the audit log, as the portal prints them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from migrate.lab import audit
from migrate.lab.call import Caller
from migrate.lab.pim_books import Book
from migrate.lab.schedules import Request
from migrate.lab.tenant import Tenant

_DONE: Mapping[str, str] = {
    "adminAssign": "Add {who} in PIM completed ({length})",
    "adminUpdate": "Update {what} in PIM completed ({length})",
    "adminExtend": "Update {what} in PIM completed (extend)",
    "adminRenew": "Add {who} in PIM completed (renew)",
    "adminRemove": "Remove {from_} in PIM completed ({length})",
    "selfActivate": "Add member to role completed (PIM activation)",
    "selfDeactivate": "Remove member from role completed (PIM deactivate)",
    "selfExtend": "Update {what} in PIM completed (extend)",
    "selfRenew": "Add {who} in PIM completed (renew)",
}
_STEPS: Mapping[str, str] = {
    "approval": "Add member to role approval requested (PIM activation)",
    "approved": "Add member to role request approved (PIM activation)",
    "denied": "Add member to role request denied (PIM activation)",
    "requested": "Add member to role requested (PIM activation)",
}


def write(
    tenant: Tenant,
    now: datetime,
    book: Book,
    request: Request,
    caller: Caller | None,
    step: str = "done",
) -> None:
    """One event of a request: ``done``, ``cancelled``, or a step of an activation."""
    member = "eligible member" if book.eligibility else "member"
    ends = (request.info or {}).get("expiration", {}).get("type", "noExpiration") != "noExpiration"
    words = {
        "who": f"{member} to role",
        "what": f"{member}",
        "from_": f"{member} from role",
        "length": "timebound" if ends else "permanent",
    }
    if step == "cancelled":
        activity = f"Add {member} to role in PIM canceled ({words['length']})"
    elif step in _STEPS:
        activity = _STEPS[step]
    else:
        activity = _DONE[request.action].format(**words)
    audit.record(
        tenant,
        now,
        activity,
        caller,
        (tenant.listed_role_id(request.target), request.principal_id),
        category="GroupManagement" if book.group else "RoleManagement",
        operation="Remove" if "emove" in request.action or step == "cancelled" else "Add",
        reason=request.justification,
        request_id=request.id,
        details={"RequestId": request.id, "Scope": request.where},
    )
