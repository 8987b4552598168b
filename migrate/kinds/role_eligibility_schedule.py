"""Who may activate which directory role at which scope."""

from __future__ import annotations

from migrate.kinds import role_schedule
from migrate.kinds.kind import Kind
from migrate.kinds.request import Lane, Request, get, quoted
from migrate.kinds.schedule_requests import RoleScheduleRequests

READ_PERMISSIONS = ("RoleEligibilitySchedule.Read.Directory", "RoleManagement.Read.Directory")
WRITE_PERMISSIONS = ("RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")
PIM = RoleScheduleRequests(
    "/roleManagement/directory/roleEligibilitySchedules",
    "/roleManagement/directory/roleEligibilityScheduleRequests",
    READ_PERMISSIONS,
    WRITE_PERMISSIONS,
    # Graph wants write permission even to read a request (terraform-provider-azuread 1827).
    request_read_permissions=WRITE_PERMISSIONS,
)


def listing(_parent: str | None) -> Request:
    return get(PIM.schedules, lane=Lane.PIM, permissions=READ_PERMISSIONS)


def with_role_names(role_definition_id: str) -> Request:
    """Rows of one role with that role expanded: how PIM tells which role an alias id stands for."""
    return get(
        PIM.schedules,
        lane=Lane.PIM,
        permissions=READ_PERMISSIONS,
        filter=f"roleDefinitionId eq {quoted(role_definition_id)}",
        expand="roleDefinition($select=id,templateId,displayName)",
    )


KIND = Kind(
    "roleEligibilitySchedule",
    "roleEligibilitySchedules",
    listing,
    role_schedule.natural_key,
    role_schedule.references,
    role_schedule.no_name,
    gaps=role_schedule.gaps,
)
