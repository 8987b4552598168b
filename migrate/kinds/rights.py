"""The rights that PIM gives: to directory roles and to groups, to activate (eligible) or for now (active)."""

from __future__ import annotations

from collections.abc import Mapping

from migrate.kinds import (
    group_assignment_schedule,
    group_eligibility_schedule,
    role_assignment_schedule,
    role_eligibility_schedule,
)
from migrate.kinds.kind import Kind, Row
from migrate.kinds.schedule_requests import GroupScheduleRequests, RoleScheduleRequests

ELIGIBLE: tuple[Kind, ...] = (role_eligibility_schedule.KIND, group_eligibility_schedule.KIND)
ACTIVE: tuple[Kind, ...] = (role_assignment_schedule.KIND, group_assignment_schedule.KIND)
BESIDE: Mapping[str, str] = {
    active.name: eligible.name for active, eligible in zip(ACTIVE, ELIGIBLE, strict=True)
}
"""The eligibility of the same role or group, by the name of each active kind."""
OF_ROLES: Mapping[str, RoleScheduleRequests] = {
    role_eligibility_schedule.KIND.name: role_eligibility_schedule.PIM,
    role_assignment_schedule.KIND.name: role_assignment_schedule.PIM,
}
OF_GROUPS: Mapping[str, GroupScheduleRequests] = {
    group_eligibility_schedule.KIND.name: group_eligibility_schedule.PIM,
    group_assignment_schedule.KIND.name: group_assignment_schedule.PIM,
}


def is_of_role(kind: str) -> bool:
    """Whether a kind of schedule gives a directory role."""
    return kind in OF_ROLES


def is_of_group(kind: str) -> bool:
    """Whether a kind of schedule makes somebody member or owner of a group."""
    return kind in OF_GROUPS


def is_plain_member(kind: Kind, row: Row) -> bool:
    """Whether an active row of a group is no right that PIM gave, but somebody who is simply in the group:
    such a row names no request that made it (graph-facts §2.4)."""
    return kind is group_assignment_schedule.KIND and not row.get("createdUsing")
