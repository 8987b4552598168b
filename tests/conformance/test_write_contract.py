"""What leaves the process fits Microsoft's metadata: names, types, enum values, nulls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from graph_contract import violations
from policy_objects import policy
from write_requests import HOW, NEW_ROLE, new_group, new_unit

from migrate.kinds import (
    authentication_context,
    conditional_access_policy,
    group_assignment_schedule,
    group_eligibility_schedule,
    role_assignment_schedule,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
)
from migrate.kinds.request import Request
from migrate.lab.policy_rules import default_rules

ROLE_RIGHT: dict[str, Any] = {"principal_id": "p", "role_definition_id": "r", "scope": "/"}
GROUP_RIGHT: dict[str, Any] = {"group_id": "g", "access_id": "owner", "principal_id": "p"}
FOR_EVER = {**HOW, "start": datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC), "end": None}
WITH_EXCLUSIONS = role_definition.create(
    template_id=None,
    display_name="x",
    description=None,
    is_enabled=False,
    role_permissions=[
        {"allowedResourceActions": ["a"], "excludedResourceActions": ["b"], "condition": "$SubjectIsOwner"}
    ],
    version="1",
)


@pytest.mark.parametrize(
    ("request_", "type_name"),
    [
        (new_unit(), "administrativeUnit"),
        (new_unit(restricted=True, visibility="HiddenMembership"), "administrativeUnit"),
        (new_group(), "group"),
        (new_group(role_assignable=False), "group"),
        (NEW_ROLE, "unifiedRoleDefinition"),
        (WITH_EXCLUSIONS, "unifiedRoleDefinition"),
        (
            authentication_context.put("c1", display_name="d", description="", is_available=False),
            "authenticationContextClassReference",
        ),
        (conditional_access_policy.create(policy()), "conditionalAccessPolicy"),
        *(
            (request, f"unifiedRole{name}ScheduleRequest")
            for kind, name in (
                (role_eligibility_schedule, "Eligibility"),
                (role_assignment_schedule, "Assignment"),
            )
            for request in (
                kind.PIM.assign(**ROLE_RIGHT, **HOW),
                kind.PIM.update(**ROLE_RIGHT, **FOR_EVER),
                kind.PIM.remove(**ROLE_RIGHT, justification="undo"),
            )
        ),
        *(
            (request, f"privilegedAccessGroup{name}ScheduleRequest")
            for kind, name in (
                (group_eligibility_schedule, "Eligibility"),
                (group_assignment_schedule, "Assignment"),
            )
            for request in (
                kind.PIM.assign(**GROUP_RIGHT, **HOW),
                kind.PIM.update(**GROUP_RIGHT, **FOR_EVER),
                kind.PIM.remove(**GROUP_RIGHT, justification="undo"),
            )
        ),
        *(
            (role_management_policy.patch_rule("Group_g_p", rule), "unifiedRoleManagementPolicyRule")
            for rule in default_rules(group=True).values()
        ),
    ],
)
def test_a_body_fits_the_metadata(request_: Request, type_name: str) -> None:
    assert request_.body
    assert violations(dict(request_.body), type_name) == []
