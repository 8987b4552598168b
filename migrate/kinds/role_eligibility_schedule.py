"""Who may activate which directory role at which scope: the right that this program moves."""

from __future__ import annotations

from datetime import datetime

from migrate.kinds import role_schedule
from migrate.kinds.kind import Kind
from migrate.kinds.request import Lane, Request, get, quoted
from migrate.kinds.schedule import assign_body

READ_PERMISSIONS = ("RoleEligibilitySchedule.Read.Directory", "RoleManagement.Read.Directory")
WRITE_PERMISSIONS = ("RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")
_SCHEDULES = "/roleManagement/directory/roleEligibilitySchedules"
_REQUESTS = "/roleManagement/directory/roleEligibilityScheduleRequests"


def listing(_parent: str | None) -> Request:
    return get(_SCHEDULES, lane=Lane.PIM, permissions=READ_PERMISSIONS)


def of_principal(principal_id: str) -> Request:
    """All eligibility of one principal: every role and scope, so that a wider scope than asked shows."""
    return get(
        _SCHEDULES,
        lane=Lane.PIM,
        permissions=READ_PERMISSIONS,
        filter=f"principalId eq {quoted(principal_id)}",
    )


def with_role_names(role_definition_id: str) -> Request:
    """Rows of one role with that role expanded: how PIM tells which role an alias id stands for."""
    return get(
        _SCHEDULES,
        lane=Lane.PIM,
        permissions=READ_PERMISSIONS,
        filter=f"roleDefinitionId eq {quoted(role_definition_id)}",
        expand="roleDefinition($select=id,templateId,displayName)",
    )


def request_by_id(request_id: str) -> Request:
    """The request that made a schedule. Graph wants write permission even to read it, and forgets it
    after 30 to 45 days (terraform-provider-azuread 1306, 1827)."""
    return get(f"{_REQUESTS}/{request_id}", lane=Lane.PIM, permissions=WRITE_PERMISSIONS)


def assign(
    *,
    principal_id: str,
    role_definition_id: str,
    scope: str,
    start: datetime,
    end: datetime | None,
    justification: str,
    ticket: str | None,
) -> Request:
    named = {
        "principalId": principal_id,
        "roleDefinitionId": role_definition_id,
        "directoryScopeId": scope,
    }
    body = assign_body(named, start, end, justification, ticket)
    return Request("POST", _REQUESTS, body=body, lane=Lane.PIM, permissions=WRITE_PERMISSIONS)


def remove(*, principal_id: str, role_definition_id: str, scope: str, justification: str) -> Request:
    """Takes back whatever stands under this key, whoever made it: check first (graph-facts §4.18)."""
    body = {
        "action": "adminRemove",
        "principalId": principal_id,
        "roleDefinitionId": role_definition_id,
        "directoryScopeId": scope,
        "justification": justification,
    }
    return Request("POST", _REQUESTS, body=body, lane=Lane.PIM, permissions=WRITE_PERMISSIONS)


def cancel(request_id: str) -> Request:
    """Takes back a request that was granted but whose right has not begun (graph-facts §3.4)."""
    return Request("POST", f"{_REQUESTS}/{request_id}/cancel", lane=Lane.PIM, permissions=WRITE_PERMISSIONS)


KIND = Kind(
    "roleEligibilitySchedule",
    "roleEligibilitySchedules",
    listing,
    role_schedule.natural_key,
    role_schedule.references,
    role_schedule.no_name,
    gaps=role_schedule.gaps,
)
