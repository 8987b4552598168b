"""Every write and its undo: method, address, body and budget, fit for Microsoft's metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

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
from migrate.kinds.request import REFERENCE, Lane, Request

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 6, 1, tzinfo=UTC)
HOW: dict[str, Any] = {"start": START, "end": END, "justification": "wave 1", "ticket": "CHG-7"}
ROLE_RIGHT: dict[str, Any] = {
    "principal_id": "p-1",
    "role_definition_id": "r-1",
    "scope": "/administrativeUnits/u-1",
}
GROUP_RIGHT: dict[str, Any] = {"group_id": "g-1", "access_id": "member", "principal_id": "p-1"}
RULE: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
    "id": "Expiration_Admin_Eligibility",
    "isExpirationRequired": True,
    "maximumDuration": "P90D",
    "target": {
        "caller": "Admin",
        "operations": ["all"],
        "level": "Eligibility",
        "inheritableSettings": [],
        "enforcedSettings": [],
    },
}
UNIT: dict[str, Any] = {
    "display_name": "=cmd|' /C calc'!A0",
    "description": "",
    "visibility": None,
    "membership_type": None,
    "membership_rule": None,
    "processing_state": None,
    "restricted": False,
}
ROLE: dict[str, Any] = {
    "template_id": "11111111-2222-4333-8444-555555555555",
    "display_name": "Printers",
    "description": "Prints",
    "is_enabled": True,
    "role_permissions": [
        {"allowedResourceActions": ["microsoft.directory/a/read"], "condition": None, "@odata.type": "#x"},
        {"allowedResourceActions": ["b"], "excludedResourceActions": ["c"], "condition": "$Self"},
    ],
    "version": None,
}
GROUP: dict[str, Any] = {
    "display_name": "Admins",
    "description": "who may",
    "mail_nickname": "admins",
    "role_assignable": True,
    "visibility": None,
}
REVIEW = {"displayName": "Quarterly", "scope": {"query": "/x"}, "settings": {}}
POLICY = {"displayName": "MFA", "state": "disabled", "conditions": {}}
PIM, RULES, CA, DIRECTORY = Lane.PIM, Lane.PIM_POLICIES, Lane.CONDITIONAL_ACCESS, Lane.DIRECTORY
_DIRECTORY = "/roleManagement/directory"
_GROUPS = "/identityGovernance/privilegedAccess/group"
_CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"


@pytest.mark.parametrize(
    ("request_", "method", "path", "lane"),
    [
        (administrative_unit.create(**UNIT), "POST", "/directory/administrativeUnits", DIRECTORY),
        (administrative_unit.delete("u-1"), "DELETE", "/directory/administrativeUnits/u-1", DIRECTORY),
        (administrative_unit.by_id("u-1"), "GET", "/directory/administrativeUnits/u-1", DIRECTORY),
        (
            administrative_unit_member.add("u-1", "o-1"),
            "POST",
            "/directory/administrativeUnits/u-1/members/$ref",
            DIRECTORY,
        ),
        (
            administrative_unit_member.remove("u-1", "o-1"),
            "DELETE",
            "/directory/administrativeUnits/u-1/members/o-1/$ref",
            DIRECTORY,
        ),
        (group_member.add("g-1", "o-1"), "POST", "/groups/g-1/members/$ref", DIRECTORY),
        (group_member.remove("g-1", "o-1"), "DELETE", "/groups/g-1/members/o-1/$ref", DIRECTORY),
        (group_owner.add("g-1", "o-1"), "POST", "/groups/g-1/owners/$ref", DIRECTORY),
        (group_owner.remove("g-1", "o-1"), "DELETE", "/groups/g-1/owners/o-1/$ref", DIRECTORY),
        (group.create(**GROUP), "POST", "/groups", DIRECTORY),
        (group.delete("g-1"), "DELETE", "/groups/g-1", DIRECTORY),
        (group.by_id("g-1"), "GET", "/groups/g-1", DIRECTORY),
        (role_definition.create(**ROLE), "POST", f"{_DIRECTORY}/roleDefinitions", DIRECTORY),
        (role_definition.delete("r-1"), "DELETE", f"{_DIRECTORY}/roleDefinitions/r-1", DIRECTORY),
        (
            authentication_context.put("c7", display_name="d", description="", is_available=True),
            "PATCH",
            f"{_CONTEXTS}/c7",
            CA,
        ),
        (authentication_context.delete("c7"), "DELETE", f"{_CONTEXTS}/c7", CA),
        (authentication_context.by_id("c7"), "GET", f"{_CONTEXTS}/c7", CA),
        (
            role_management_policy.patch_rule("DirectoryRole_t_x", RULE),
            "PATCH",
            "/policies/roleManagementPolicies/DirectoryRole_t_x/rules/Expiration_Admin_Eligibility",
            RULES,
        ),
        (
            access_review.create(REVIEW),
            "POST",
            "/identityGovernance/accessReviews/definitions",
            RULES,
        ),
        (access_review.delete("d-1"), "DELETE", "/identityGovernance/accessReviews/definitions/d-1", RULES),
        (access_review.by_id("d-1"), "GET", "/identityGovernance/accessReviews/definitions/d-1", RULES),
        (conditional_access_policy.create(POLICY), "POST", "/identity/conditionalAccess/policies", CA),
        (conditional_access_policy.delete("c-1"), "DELETE", "/identity/conditionalAccess/policies/c-1", CA),
        (conditional_access_policy.by_id("c-1"), "GET", "/identity/conditionalAccess/policies/c-1", CA),
    ],
    ids=lambda value: value.method + value.path if isinstance(value, Request) else "",
)
def test_where_each_request_goes(request_: Request, method: str, path: str, lane: Lane) -> None:
    assert (request_.method, request_.path, request_.lane) == (method, path, lane)
    assert request_.permissions
    assert request_.is_write is (method != "GET")


@pytest.mark.parametrize("add", [administrative_unit_member.add, group_member.add, group_owner.add])
def test_a_member_is_named_by_an_address_without_a_host(add: Any) -> None:
    assert add("parent", "o-1").body == {REFERENCE: "/directoryObjects/o-1"}


def test_a_unit_says_only_what_was_chosen() -> None:
    assert administrative_unit.create(**UNIT).body == {"displayName": "=cmd|' /C calc'!A0"}
    whole = administrative_unit.create(
        display_name="Oslo",
        description="North",
        visibility="HiddenMembership",
        membership_type="Dynamic",
        membership_rule='(user.city -eq "Oslo")',
        processing_state="On",
        restricted=True,
    )
    assert whole.body == {
        "displayName": "Oslo",
        "description": "North",
        "visibility": "HiddenMembership",
        "membershipType": "Dynamic",
        "membershipRule": '(user.city -eq "Oslo")',
        "membershipRuleProcessingState": "On",
        "isMemberManagementRestricted": True,
    }


@pytest.mark.parametrize("visibility", [None, "Public", "Private"])
def test_a_role_assignable_group_is_private_whatever_the_source_says(visibility: str | None) -> None:
    request = group.create(**{**GROUP, "visibility": visibility})
    assert request.body == {
        "displayName": "Admins",
        "description": "who may",
        "mailNickname": "admins",
        "mailEnabled": False,
        "securityEnabled": True,
        "groupTypes": [],
        "isAssignableToRole": True,
        "visibility": "Private",
    }
    assert request.permissions == group.ROLE_ASSIGNABLE_PERMISSIONS


def test_an_ordinary_group_does_not_mention_roles_and_sends_no_empty_description() -> None:
    plain = group.create(**{**GROUP, "role_assignable": False, "description": ""})
    assert plain.body is not None
    assert not {"isAssignableToRole", "visibility", "description"} & set(plain.body)
    public = group.create(**{**GROUP, "role_assignable": False, "visibility": "Public"})
    assert public.body is not None and public.body["visibility"] == "Public"


def test_a_nickname_is_quoted() -> None:
    assert group.by_mail_nickname("o'brien").query["$filter"] == "mailNickname eq 'o''brien'"


def test_a_custom_role_keeps_its_template_id_and_all_that_narrows_it() -> None:
    body = role_definition.create(**ROLE).body
    assert body == {
        "templateId": "11111111-2222-4333-8444-555555555555",
        "displayName": "Printers",
        "description": "Prints",
        "isEnabled": True,
        "rolePermissions": [
            {"allowedResourceActions": ["microsoft.directory/a/read"]},
            {"allowedResourceActions": ["b"], "excludedResourceActions": ["c"], "condition": "$Self"},
        ],
    }
    assert role_definition.create(**{**ROLE, "version": "2"}).body == {**body, "version": "2"}


def test_a_rule_leaves_whole_with_the_permission_of_its_policy() -> None:
    of_role = role_management_policy.patch_rule("DirectoryRole_t_x", RULE)
    of_group = role_management_policy.patch_rule("Group_g_x", RULE)
    assert of_role.body == of_group.body == RULE
    assert of_role.permissions == role_management_policy.WRITE_PERMISSIONS
    assert of_group.permissions == role_management_policy.GROUP_WRITE_PERMISSIONS


@pytest.mark.parametrize(
    ("rule", "lacking"),
    [
        ({**RULE, "@odata.type": ""}, ["@odata.type"]),
        ({name: value for name, value in RULE.items() if name != "id"}, ["id"]),
        ({**RULE, "target": {**RULE["target"], "caller": None}}, ["target.caller"]),
        ({**RULE, "target": "all"}, [f"target.{name}" for name in role_management_policy.TARGET_PARTS]),
    ],
)
def test_a_rule_that_would_break_its_policy_is_no_request(
    rule: Mapping[str, Any], lacking: list[str]
) -> None:
    assert role_management_policy.incomplete(rule) == lacking
    with pytest.raises(ValueError, match=re.escape(", ".join(lacking))):
        role_management_policy.patch_rule("DirectoryRole_t_x", rule)


def test_the_policy_of_one_role_and_of_one_side_of_a_group() -> None:
    of_role = role_management_policy.of_role("r'1").query
    assert (
        of_role["$filter"] == "scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq 'r''1'"
    )
    of_group = role_management_policy.of_group("g-1", "owner").query
    assert of_group["$filter"] == "scopeId eq 'g-1' and scopeType eq 'Group' and roleDefinitionId eq 'owner'"
    assert of_role["$expand"] == of_group["$expand"] == "policy($expand=rules)"


ROLE_KINDS = (role_eligibility_schedule, role_assignment_schedule)
GROUP_KINDS = (group_eligibility_schedule, group_assignment_schedule)
FAMILY: list[tuple[Any, str, dict[str, str], dict[str, str]]] = [
    *(
        (
            kind,
            f"{_DIRECTORY}/role{name}",
            ROLE_RIGHT,
            {
                "principalId": "p-1",
                "roleDefinitionId": "r-1",
                "directoryScopeId": "/administrativeUnits/u-1",
            },
        )
        for kind, name in zip(ROLE_KINDS, ("Eligibility", "Assignment"), strict=True)
    ),
    *(
        (
            kind,
            f"{_GROUPS}/{name}",
            GROUP_RIGHT,
            {"groupId": "g-1", "accessId": "member", "principalId": "p-1"},
        )
        for kind, name in zip(GROUP_KINDS, ("eligibility", "assignment"), strict=True)
    ),
]


@pytest.mark.parametrize(("kind", "path", "right", "named"), FAMILY, ids=lambda value: str(value)[-40:])
def test_the_four_kinds_of_schedules_are_written_alike(
    kind: Any, path: str, right: dict[str, str], named: dict[str, str]
) -> None:
    for action, request in (
        ("adminAssign", kind.PIM.assign(**right, **HOW)),
        ("adminUpdate", kind.PIM.update(**right, **HOW)),
    ):
        assert (request.method, request.path, request.lane) == ("POST", f"{path}ScheduleRequests", PIM)
        assert request.body == {
            "action": action,
            **named,
            "justification": "wave 1",
            "scheduleInfo": {
                "startDateTime": "2026-01-01T00:00:00Z",
                "expiration": {"type": "afterDateTime", "endDateTime": "2026-06-01T00:00:00Z"},
            },
            "ticketInfo": {"ticketNumber": "CHG-7", "ticketSystem": "pim-migrate"},
        }
    taken = kind.PIM.remove(**right, justification="undo")
    assert taken.body == {"action": "adminRemove", **named, "justification": "undo"}
    assert kind.PIM.cancel("q-1").path == f"{path}ScheduleRequests/q-1/cancel"
    assert kind.PIM.request_by_id("q-1").path == f"{path}ScheduleRequests/q-1"
    listed = kind.PIM.of_principal("g-1", "p-1") if "groupId" in named else kind.PIM.of_principal("p-1")
    assert listed.path == f"{path}Schedules" and "principalId eq 'p-1'" in listed.query["$filter"]
    assert kind.PIM.assign(**right, **HOW).permissions == kind.WRITE_PERMISSIONS


# -- what the metadata says ----------------------------------------------------------------------------------


@cache
def _types() -> dict[str, Any]:
    path = Path(__file__).parents[2] / "conformance" / "graph_contract.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["types"]
    return found


def _properties(type_name: str) -> set[str]:
    entry = _types()[type_name]
    return set(entry["properties"]) | (_properties(entry["base"]) if entry["base"] else set())


@pytest.mark.parametrize(
    ("request_", "type_name"),
    [
        (administrative_unit.create(**{**UNIT, "restricted": True}), "administrativeUnit"),
        (group.create(**GROUP), "group"),
        (role_definition.create(**ROLE), "unifiedRoleDefinition"),
        (
            authentication_context.put("c7", display_name="d", description="", is_available=True),
            "authenticationContextClassReference",
        ),
        (
            role_management_policy.patch_rule("DirectoryRole_t_x", RULE),
            "unifiedRoleManagementPolicyExpirationRule",
        ),
        (role_assignment_schedule.PIM.assign(**ROLE_RIGHT, **HOW), "unifiedRoleAssignmentScheduleRequest"),
        (role_eligibility_schedule.PIM.update(**ROLE_RIGHT, **HOW), "unifiedRoleEligibilityScheduleRequest"),
        (
            group_assignment_schedule.PIM.assign(**GROUP_RIGHT, **HOW),
            "privilegedAccessGroupAssignmentScheduleRequest",
        ),
        (
            group_eligibility_schedule.PIM.remove(**GROUP_RIGHT, justification="x"),
            "privilegedAccessGroupEligibilityScheduleRequest",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_body_has_no_property_that_its_type_lacks(request_: Request, type_name: str) -> None:
    assert request_.body is not None
    sent = {name for name in request_.body if not name.startswith("@odata")}
    assert sent <= _properties(type_name)
