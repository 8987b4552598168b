"""Who holds which directory role now: standing assignments and activated sessions. Read, never moved."""

from __future__ import annotations

from migrate.kinds import role_schedule
from migrate.kinds.kind import Kind
from migrate.kinds.request import Lane, Request, get
from migrate.kinds.schedule import without_invented_start


def listing(_parent: str | None) -> Request:
    return get(
        "/roleManagement/directory/roleAssignmentSchedules",
        lane=Lane.PIM,
        permissions=("RoleAssignmentSchedule.Read.Directory", "RoleManagement.Read.Directory"),
    )


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
