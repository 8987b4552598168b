"""Every kind that a snapshot reads, in the order in which it begins to read them.

Rights begin before the objects that they name: somebody who is deleted while the snapshot runs then
rather shows as an orphan than as a right that nobody saw.
"""

from __future__ import annotations

from migrate.kinds import (
    administrative_unit,
    group,
    group_eligibility_schedule,
    organization,
    pim_group,
    role_assignment_schedule,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
    service_principal,
    user,
)
from migrate.kinds.kind import Kind

LISTED_AT_ONCE: tuple[Kind, ...] = (
    organization.KIND,
    role_eligibility_schedule.KIND,
    role_assignment_schedule.KIND,
    role_definition.KIND,
    role_management_policy.KIND,
    user.KIND,
    group.KIND,
    service_principal.KIND,
    administrative_unit.KIND,
)
PIM_GROUPS: Kind = pim_group.KIND
LISTED_PER_PIM_GROUP: tuple[Kind, ...] = (
    group_eligibility_schedule.KIND,
    role_management_policy.GROUP_KIND,
)
ALL: tuple[Kind, ...] = (*LISTED_AT_ONCE, PIM_GROUPS, *LISTED_PER_PIM_GROUP)

MAPPED: tuple[str, ...] = ("user", "group", "servicePrincipal", "administrativeUnit", "roleDefinition")
"""Kinds whose objects need a counterpart in the target before a right that names them can move."""
