"""The service limits of directory roles (graph-facts §3.6)."""

from __future__ import annotations

from datetime import datetime

from migrate.lab.errors import bad_request
from migrate.lab.tenant import Tenant

MOST_CUSTOM_ASSIGNMENTS = 150
MOST_SCOPED_ASSIGNMENTS = 100
MOST_RESTRICTED_UNITS = 100
MOST_UNITS_OF_ONE = 30


def check_assignments(tenant: Tenant, target: str, principal_id: str, scope: str, now: datetime) -> None:
    """A principal's custom-role assignments, and its built-in ones at another scope than the tenant."""
    role = tenant.role(target)
    custom = role is not None and not role.get("isBuiltIn")
    if not custom and scope == "/":
        return
    held = 0
    for _, row in tenant.schedules["roleAssignment"].marked(("principal", principal_id.lower())):
        if not row.lives(now):
            continue
        other = tenant.role(row.target)
        if (other is not None and not other.get("isBuiltIn")) == custom and (custom or row.where != "/"):
            held += 1
    most = MOST_CUSTOM_ASSIGNMENTS if custom else MOST_SCOPED_ASSIGNMENTS
    if held >= most:
        raise bad_request(f"Number of RoleAssignments are more than the maximum ({most}) allowed.")


def check_restricted_units(tenant: Tenant) -> None:
    held = sum(
        1 for unit in tenant.objects["administrativeUnits"] if unit.get("isMemberManagementRestricted")
    )
    if held >= MOST_RESTRICTED_UNITS:
        raise bad_request(
            f"Number of restricted administrative units is more than the maximum ({MOST_RESTRICTED_UNITS})."
        )


def check_units_of(tenant: Tenant, member: str) -> None:
    held = sum(1 for members in tenant.unit_members.values() if member.lower() in members)
    if held >= MOST_UNITS_OF_ONE:
        raise bad_request(f"A resource can be a member of at most {MOST_UNITS_OF_ONE} administrative units.")
