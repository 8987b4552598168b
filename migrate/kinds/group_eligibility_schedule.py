"""Who may activate membership or ownership of a group (PIM for groups)."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.kinds import role_schedule
from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Reference, Row
from migrate.kinds.schedule import membership_gaps
from migrate.kinds.schedule_requests import GroupScheduleRequests

READ_PERMISSIONS = ("PrivilegedEligibilitySchedule.Read.AzureADGroup",)
WRITE_PERMISSIONS = ("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",)
PIM = GroupScheduleRequests(
    "/identityGovernance/privilegedAccess/group/eligibilitySchedules",
    "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests",
    READ_PERMISSIONS,
    WRITE_PERMISSIONS,
    request_read_permissions=READ_PERMISSIONS,
)

listing = PIM.of_group


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
