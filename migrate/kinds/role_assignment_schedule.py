"""Who holds which directory role now: standing assignments and activated sessions. Sessions never move."""

from __future__ import annotations

from migrate.kinds import role_schedule
from migrate.kinds.kind import Kind
from migrate.kinds.request import Lane, Request, get
from migrate.kinds.schedule import without_invented_start
from migrate.kinds.schedule_requests import RoleScheduleRequests

READ_PERMISSIONS = ("RoleAssignmentSchedule.Read.Directory", "RoleManagement.Read.Directory")
WRITE_PERMISSIONS = ("RoleAssignmentSchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")
PIM = RoleScheduleRequests(
    "/roleManagement/directory/roleAssignmentSchedules",
    "/roleManagement/directory/roleAssignmentScheduleRequests",
    READ_PERMISSIONS,
    WRITE_PERMISSIONS,
    # Graph wants write permission even to read a request (terraform-provider-azuread 1827).
    request_read_permissions=WRITE_PERMISSIONS,
)


def listing(_parent: str | None) -> Request:
    return get(PIM.schedules, lane=Lane.PIM, permissions=READ_PERMISSIONS)


KIND = Kind(
    "roleAssignmentSchedule",
    "roleAssignmentSchedules",
    listing,
    role_schedule.natural_key,
    role_schedule.references,
    role_schedule.no_name,
    gaps=role_schedule.gaps,
    lasting=without_invented_start,
)
