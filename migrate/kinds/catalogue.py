"""Every kind that a snapshot reads, in the order in which it begins to read them.

Rights begin before the objects that they name: somebody who is deleted while the snapshot runs then
rather shows as an orphan than as a right that nobody saw.
"""

from __future__ import annotations

from migrate.kinds import (
    access_review,
    administrative_unit,
    administrative_unit_member,
    authentication_context,
    authentication_strength,
    conditional_access_policy,
    domain,
    group,
    group_assignment_schedule,
    group_eligibility_schedule,
    group_member,
    group_owner,
    named_location,
    organization,
    pim_group,
    resource_action,
    role_assignment_schedule,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
    service_principal,
    subscribed_sku,
    user,
    user_registration,
)
from migrate.kinds.kind import Kind

RIGHTS: tuple[Kind, ...] = (
    role_eligibility_schedule.KIND,
    role_assignment_schedule.KIND,
)
SETTINGS: tuple[Kind, ...] = (
    organization.KIND,
    domain.KIND,
    subscribed_sku.KIND,
    role_definition.KIND,
    resource_action.KIND,
    role_management_policy.KIND,
    administrative_unit.KIND,
    authentication_context.KIND,
    authentication_strength.KIND,
    conditional_access_policy.KIND,
    named_location.KIND,
    access_review.KIND,
)
"""Small lists that are always read whole."""
PRINCIPALS: tuple[Kind, ...] = (user.KIND, group.KIND, service_principal.KIND)
"""Large lists: whole, or only those objects that privilege touches."""
REGISTRATIONS: Kind = user_registration.KIND
LISTED_AT_ONCE: tuple[Kind, ...] = (*RIGHTS, *SETTINGS, *PRINCIPALS, REGISTRATIONS)
PIM_GROUPS: Kind = pim_group.KIND
LISTED_PER_PIM_GROUP: tuple[Kind, ...] = (
    group_eligibility_schedule.KIND,
    group_assignment_schedule.KIND,
    role_management_policy.GROUP_KIND,
)
LISTED_PER_GROUP: tuple[Kind, ...] = (group_member.KIND, group_owner.KIND)
LISTED_PER_UNIT: tuple[Kind, ...] = (administrative_unit_member.KIND,)
ALL: tuple[Kind, ...] = (
    *LISTED_AT_ONCE,
    PIM_GROUPS,
    *LISTED_PER_PIM_GROUP,
    *LISTED_PER_GROUP,
    *LISTED_PER_UNIT,
)

MAPPED: tuple[str, ...] = ("user", "group", "servicePrincipal", "administrativeUnit", "roleDefinition")
"""Kinds whose objects need a counterpart in the target before a right that names them can move."""
