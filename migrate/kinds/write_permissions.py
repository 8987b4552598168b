"""What it takes to write each kind, so that it can be asked for before anything is written."""

from __future__ import annotations

from collections.abc import Mapping

from migrate.kinds import (
    access_review,
    administrative_unit,
    administrative_unit_member,
    authentication_context,
    conditional_access_policy,
    group,
    group_assignment_schedule,
    group_eligibility_schedule,
    group_member,
    group_owner,
    role_assignment_schedule,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
)

WRITE_PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    administrative_unit.KIND.collection: administrative_unit.WRITE_PERMISSIONS,
    administrative_unit_member.KIND.collection: administrative_unit_member.WRITE_PERMISSIONS,
    group.KIND.collection: group.WRITE_PERMISSIONS,
    group_member.KIND.collection: group_member.WRITE_PERMISSIONS,
    group_owner.KIND.collection: group_owner.WRITE_PERMISSIONS,
    role_definition.KIND.collection: role_definition.WRITE_PERMISSIONS,
    authentication_context.KIND.collection: authentication_context.WRITE_PERMISSIONS,
    role_management_policy.KIND.collection: role_management_policy.WRITE_PERMISSIONS,
    role_management_policy.GROUP_KIND.collection: role_management_policy.GROUP_WRITE_PERMISSIONS,
    role_eligibility_schedule.KIND.collection: role_eligibility_schedule.WRITE_PERMISSIONS,
    group_eligibility_schedule.KIND.collection: group_eligibility_schedule.WRITE_PERMISSIONS,
    role_assignment_schedule.KIND.collection: role_assignment_schedule.WRITE_PERMISSIONS,
    group_assignment_schedule.KIND.collection: group_assignment_schedule.WRITE_PERMISSIONS,
    access_review.KIND.collection: access_review.WRITE_PERMISSIONS,
    conditional_access_policy.KIND.collection: conditional_access_policy.WRITE_PERMISSIONS,
}
"""By the collection of a kind: application permissions of which any one suffices, least first."""

BESIDES: Mapping[str, tuple[str, ...]] = {
    group.KIND.collection: group.ROLE_ASSIGNABLE_PERMISSIONS,
    group_member.KIND.collection: group.ROLE_ASSIGNABLE_PERMISSIONS,
    group_owner.KIND.collection: group.ROLE_ASSIGNABLE_PERMISSIONS,
    conditional_access_policy.KIND.collection: conditional_access_policy.BESIDES_PERMISSIONS,
}
"""What some writes need on top: for groups only where they are role-assignable."""
