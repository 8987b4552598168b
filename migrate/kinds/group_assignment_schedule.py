"""Who is a member or owner of a group now, as PIM sees it: standing and activated. Sessions never move."""

from __future__ import annotations

from migrate.kinds import group_eligibility_schedule, role_schedule
from migrate.kinds.kind import Kind
from migrate.kinds.schedule import without_invented_start
from migrate.kinds.schedule_requests import GroupScheduleRequests

READ_PERMISSIONS = ("PrivilegedAssignmentSchedule.Read.AzureADGroup",)
WRITE_PERMISSIONS = ("PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",)
PIM = GroupScheduleRequests(
    "/identityGovernance/privilegedAccess/group/assignmentSchedules",
    "/identityGovernance/privilegedAccess/group/assignmentScheduleRequests",
    READ_PERMISSIONS,
    WRITE_PERMISSIONS,
    request_read_permissions=READ_PERMISSIONS,
)

listing = PIM.of_group

KIND = Kind(
    "groupAssignmentSchedule",
    "groupAssignmentSchedules",
    listing,
    group_eligibility_schedule.natural_key,
    group_eligibility_schedule.references,
    role_schedule.no_name,
    listed_per="pimGroup",
    optional=True,
    gaps=group_eligibility_schedule.gaps,
    lasting=without_invented_start,
)
