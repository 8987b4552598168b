"""How many of a thing Microsoft lets a tenant, a principal or a resource have (entra service limits;
graph-facts §3.6). What is published about throttling stands in ``published_limits``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Limited(StrEnum):
    """What there is a number for. The first three belong to the tenant, the next two to one principal, the
    last one to whatever is a member of units."""

    CUSTOM_ROLES = "custom_roles"
    ROLE_ASSIGNABLE_GROUPS = "role_assignable_groups"
    RESTRICTED_UNITS = "restricted_units"
    CUSTOM_ROLE_ASSIGNMENTS = "custom_role_assignments"
    SCOPED_ASSIGNMENTS = "scoped_assignments"
    """Active assignments of built-in roles anywhere but in the whole tenant."""
    UNITS_OF_RESOURCE = "units_of_resource"


MOST: Mapping[Limited, int] = {
    Limited.CUSTOM_ROLES: 100,
    Limited.ROLE_ASSIGNABLE_GROUPS: 500,
    Limited.RESTRICTED_UNITS: 100,
    Limited.CUSTOM_ROLE_ASSIGNMENTS: 150,
    Limited.SCOPED_ASSIGNMENTS: 100,
    Limited.UNITS_OF_RESOURCE: 30,
}
WORDS: Mapping[Limited, str] = {
    Limited.CUSTOM_ROLES: "custom roles in the tenant",
    Limited.ROLE_ASSIGNABLE_GROUPS: "role-assignable groups in the tenant",
    Limited.RESTRICTED_UNITS: "restricted administrative units in the tenant",
    Limited.CUSTOM_ROLE_ASSIGNMENTS: "active assignments of custom roles of one principal",
    Limited.SCOPED_ASSIGNMENTS: "active assignments of built-in roles below the tenant of one principal",
    Limited.UNITS_OF_RESOURCE: "administrative units with the same member",
}
