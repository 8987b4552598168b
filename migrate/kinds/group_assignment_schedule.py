"""Who is a member or owner of a group now, as PIM sees it: standing and activated. Read, never moved."""

from __future__ import annotations

from migrate.kinds import group_eligibility_schedule, role_schedule
from migrate.kinds.kind import Kind
from migrate.kinds.request import Lane, Request, get, quoted
from migrate.kinds.schedule import without_invented_start


def listing(parent: str | None) -> Request:
    """One group's rows: Graph refuses this list without a group or a principal."""
    if parent is None:
        raise ValueError("assignments of groups are listed per group")
    return get(
        "/identityGovernance/privilegedAccess/group/assignmentSchedules",
        lane=Lane.PIM,
        permissions=("PrivilegedAssignmentSchedule.Read.AzureADGroup",),
        filter=f"groupId eq {quoted(parent)}",
    )


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
