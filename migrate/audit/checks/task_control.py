"""Rights that belong to the control of single tasks rather than to a role.

Purview privileged access management lets an approver release one task of Exchange Online for some hours;
Graph shows nothing of it, so that only the rights that it could replace are told.
"""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Told
from migrate.audit.posture import Posture


def _role_or_task(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs("roleAssignmentSchedules", "roleEligibilitySchedules", "roleDefinitions")
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    for role_id in sorted(roles):
        found = sorted({one.principal_id for one in posture.holdings if one.role_id == role_id})
        if found:
            who = tuple(posture.principal(one) for one in found)
            told = f"is given {len(found)} times; what its holders do seldom belongs to task-level control"
            yield Finding(posture.role(role_id), told, who)


CHECKS = (
    Check(
        "role-or-task",
        "Tasks that can be released one by one are not given as a role",
        "ask each holder for the tasks they need; for those that Purview privileged access management knows"
        " set up an approval policy in the target, and do not migrate the role",
        _role_or_task,
        ROLES,
    ),
)
