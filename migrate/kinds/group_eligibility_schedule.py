"""Who may activate membership or ownership of a group (PIM for groups)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from migrate.kinds import role_schedule
from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Reference, Row
from migrate.kinds.request import Lane, Request, get, quoted
from migrate.kinds.schedule import assign_body, membership_gaps

READ_PERMISSIONS = ("PrivilegedEligibilitySchedule.Read.AzureADGroup",)
WRITE_PERMISSIONS = ("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",)
_SCHEDULES = "/identityGovernance/privilegedAccess/group/eligibilitySchedules"
_REQUESTS = "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests"


def listing(parent: str | None) -> Request:
    """One group's rows: Graph refuses this list without a group or a principal."""
    if parent is None:
        raise ValueError("eligibility of groups is listed per group")
    return get(_SCHEDULES, lane=Lane.PIM, permissions=READ_PERMISSIONS, filter=f"groupId eq {quoted(parent)}")


def of_principal(group_id: str, principal_id: str) -> Request:
    return get(
        _SCHEDULES,
        lane=Lane.PIM,
        permissions=READ_PERMISSIONS,
        filter=f"groupId eq {quoted(group_id)} and principalId eq {quoted(principal_id)}",
    )


def request_by_id(request_id: str) -> Request:
    return get(f"{_REQUESTS}/{request_id}", lane=Lane.PIM, permissions=READ_PERMISSIONS)


def assign(
    *,
    group_id: str,
    access_id: str,
    principal_id: str,
    start: datetime,
    end: datetime | None,
    justification: str,
    ticket: str | None,
) -> Request:
    named = {"accessId": access_id, "groupId": group_id, "principalId": principal_id}
    body = assign_body(named, start, end, justification, ticket)
    return Request("POST", _REQUESTS, body=body, lane=Lane.PIM, permissions=WRITE_PERMISSIONS)


def remove(*, group_id: str, access_id: str, principal_id: str, justification: str) -> Request:
    body = {
        "action": "adminRemove",
        "accessId": access_id,
        "groupId": group_id,
        "principalId": principal_id,
        "justification": justification,
    }
    return Request("POST", _REQUESTS, body=body, lane=Lane.PIM, permissions=WRITE_PERMISSIONS)


def cancel(request_id: str) -> Request:
    """Takes back a request that was granted but whose right has not begun (graph-facts §3.4)."""
    return Request("POST", f"{_REQUESTS}/{request_id}/cancel", lane=Lane.PIM, permissions=WRITE_PERMISSIONS)


def access_of(row: Row) -> str:
    """``member`` or ``owner``; documented answers differ in case."""
    return str(row.get("accessId") or "").lower()


def key_of(group_id: str, access_id: str, principal_id: str) -> str:
    return f"{principal_id}|{group_id}|{access_id}".lower()


def natural_key(row: Row) -> str:
    return key_of(str(row.get("groupId") or ""), access_of(row), str(row.get("principalId") or ""))


def references(row: Row) -> Iterable[Reference]:
    if row.get("principalId"):
        yield Reference("principalId", DIRECTORY_OBJECT, str(row["principalId"]))
    if row.get("groupId"):
        yield Reference("groupId", "group", str(row["groupId"]))


def gaps(row: Row) -> tuple[str, ...]:
    missing = tuple(name for name in ("principalId", "groupId") if not row.get(name))
    if access_of(row) not in ("member", "owner"):
        missing += ("accessId",)
    return missing + membership_gaps(row)


KIND = Kind(
    "groupEligibilitySchedule",
    "groupEligibilitySchedules",
    listing,
    natural_key,
    references,
    role_schedule.no_name,
    listed_per="pimGroup",
    gaps=gaps,
)
