"""Role management policies: filters, defaults, both forms of PATCH, what they do to requests."""

from __future__ import annotations

from typing import Any

import pytest
from graph_client import GraphClient, code
from small_tenants import (
    ALIAS,
    BOB,
    DYNAMIC_GROUP,
    GLOBAL_READER,
    HELPDESK,
    PIM_GROUP,
    PLAIN_GROUP,
    ROLE_GROUP,
    TENANT,
)

ASSIGNMENTS = "/policies/roleManagementPolicyAssignments"
POLICIES = "/policies/roleManagementPolicies"
ROLES = "scopeId eq '/' and scopeType eq 'DirectoryRole'"
ORDER = """
Expiration_Admin_Eligibility Enablement_Admin_Eligibility Notification_Admin_Admin_Eligibility
Notification_Requestor_Admin_Eligibility Notification_Approver_Admin_Eligibility
Expiration_Admin_Assignment Enablement_Admin_Assignment Notification_Admin_Admin_Assignment
Notification_Requestor_Admin_Assignment Notification_Approver_Admin_Assignment
Expiration_EndUser_Assignment Enablement_EndUser_Assignment Approval_EndUser_Assignment
AuthenticationContext_EndUser_Assignment Notification_Admin_EndUser_Assignment
Notification_Requestor_EndUser_Assignment Notification_Approver_EndUser_Assignment
"""
TYPE = "#microsoft.graph.unifiedRoleManagementPolicy"
ENABLEMENT = "Enablement_EndUser_Assignment"
CONTEXT = "AuthenticationContext_EndUser_Assignment"


def of_group(group: str) -> str:
    return f"scopeId eq '{group}' and scopeType eq 'Group'"


def policy_id(graph: GraphClient, role: str = GLOBAL_READER) -> str:
    rows = graph.value(ASSIGNMENTS, filter=f"{ROLES} and roleDefinitionId eq '{role}'")
    assert len(rows) == 1
    return str(rows[0]["policyId"])


def rule(kind: str, rule_id: str, **properties: Any) -> dict[str, Any]:
    caller = "EndUser" if "EndUser_" in rule_id else "Admin"
    level = "Eligibility" if rule_id.endswith("Eligibility") else "Assignment"
    target = {"caller": caller, "operations": ["All"], "level": level}
    return {"@odata.type": TYPE + kind, "id": rule_id, "target": target, **properties}


def eligible(**changes: Any) -> dict[str, Any]:
    return {
        "action": "adminAssign",
        "principalId": BOB,
        "roleDefinitionId": GLOBAL_READER,
        "directoryScopeId": "/",
        "scheduleInfo": {"expiration": {"type": "noExpiration"}},
        **changes,
    }


@pytest.mark.parametrize(
    "text", [None, "scopeType eq 'DirectoryRole'", "scopeId eq '/'", "scopeId eq '/' and scopeType eq 'X'"]
)
def test_lists_need_scope_id_and_scope_type(graph: GraphClient, text: str | None) -> None:
    """graph-facts §2.5: 400 UnknownError with MissingProvider inside."""
    for path in (ASSIGNMENTS, POLICIES):
        answer = graph.get(path, **({"filter": text} if text else {}))
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "UnknownError")
        assert code(answer) == "MissingProvider"
    assert code(graph.get(f"{POLICIES}//rules")) == "MissingProvider"


def test_one_policy_for_each_role(graph: GraphClient) -> None:
    """graph-facts §2.5: the id holds the tenant's; custom roles included, under the id that PIM uses."""
    rows = graph.value(ASSIGNMENTS, filter=ROLES)
    assert len(rows) == 5
    assert ALIAS in {row["roleDefinitionId"] for row in rows}
    for row in rows:
        assert row["policyId"].startswith(f"DirectoryRole_{TENANT}_")
        assert row["id"] == f"{row['policyId']}_{row['roleDefinitionId']}"


def test_seventeen_rules_in_order(graph: GraphClient) -> None:
    """graph-facts §2.5: order and defaults of a role."""
    row = graph.value(
        ASSIGNMENTS,
        filter=f"{ROLES} and roleDefinitionId eq '{HELPDESK}'",
        expand="policy($expand=rules)",
    )[0]
    rules = row["policy"]["rules"]
    assert [each["id"] for each in rules] == ORDER.split()
    by_id = {each["id"]: each for each in rules}
    assert by_id["Expiration_Admin_Eligibility"]["isExpirationRequired"] is False
    assert by_id["Expiration_Admin_Eligibility"]["maximumDuration"] == "P365D"
    assert by_id[ENABLEMENT]["enabledRules"] == ["MultiFactorAuthentication", "Justification"]
    assert by_id[CONTEXT]["claimValue"] is None


def test_defaults_of_a_group(graph: GraphClient) -> None:
    """graph-facts §2.5: groups forbid what is permanent; member and owner have a policy each."""
    rows = graph.value(ASSIGNMENTS, filter=of_group(PIM_GROUP), expand="policy($expand=rules)")
    assert [row["roleDefinitionId"] for row in rows] == ["member", "owner"]
    rules = {each["id"]: each for each in rows[0]["policy"]["rules"]}
    assert rules["Expiration_Admin_Eligibility"]["isExpirationRequired"] is True
    assert rules[ENABLEMENT]["enabledRules"] == ["Justification"]
    assert len(graph.value(ASSIGNMENTS, filter=of_group(PLAIN_GROUP))) == 2
    assert graph.value(ASSIGNMENTS, filter=of_group(DYNAMIC_GROUP)) == []


def test_patch_of_a_rule(graph: GraphClient) -> None:
    """graph-facts §3.5: 204."""
    policy = policy_id(graph)
    change = rule("ExpirationRule", "Expiration_EndUser_Assignment", maximumDuration="PT4H")
    assert graph.patch(f"{POLICIES}/{policy}/rules/{change['id']}", change).status_code == 204
    read = graph.get(f"{POLICIES}/{policy}/rules/{change['id']}").json()
    assert (read["maximumDuration"], read["isExpirationRequired"]) == ("PT4H", True)
    assert read["target"]["operations"] == ["all"]


def test_patch_of_a_policy(graph: GraphClient) -> None:
    """graph-facts §3.5: 200 without rules; rules that are not named stay."""
    policy = policy_id(graph)
    change = rule("EnablementRule", ENABLEMENT, enabledRules=["Justification"])
    answer = graph.patch(f"{POLICIES}/{policy}", {"rules": [change]})
    assert answer.status_code == 200
    assert "rules" not in answer.json()
    assert answer.json()["lastModifiedDateTime"] == "2026-03-01T12:00:00Z"
    rules = {row["id"]: row for row in graph.value(f"{POLICIES}/{policy}/rules")}
    assert rules[ENABLEMENT]["enabledRules"] == ["Justification"]
    assert rules["Expiration_EndUser_Assignment"]["maximumDuration"] == "PT8H"


def test_mfa_and_context_exclude_each_other_in_one_direction(graph: GraphClient) -> None:
    """graph-facts §3.5: context on while MFA is set passes, MFA on while the context is on does not."""
    path = f"{POLICIES}/{policy_id(graph)}/rules"
    context = rule("AuthenticationContextRule", CONTEXT, isEnabled=True, claimValue="c1")
    mfa = rule("EnablementRule", ENABLEMENT, enabledRules=["MultiFactorAuthentication"])
    assert graph.patch(f"{path}/{CONTEXT}", context).status_code == 204
    refused = graph.patch(f"{path}/{ENABLEMENT}", mfa)
    assert (refused.status_code, code(refused)) == (400, "MfaAndAcrsConflict")
    off = rule("AuthenticationContextRule", CONTEXT, isEnabled=False, claimValue="")
    assert graph.patch(f"{path}/{CONTEXT}", off).status_code == 204
    assert graph.patch(f"{path}/{ENABLEMENT}", mfa).status_code == 204


def test_a_refused_policy_patch_changes_nothing(graph: GraphClient) -> None:
    policy = policy_id(graph)
    good = rule("ExpirationRule", "Expiration_EndUser_Assignment", maximumDuration="PT4H")
    bad = rule(
        "ExpirationRule", "Expiration_Admin_Eligibility", isExpirationRequired=True, maximumDuration=None
    )
    refused = graph.patch(f"{POLICIES}/{policy}", {"rules": [good, bad]})
    assert (refused.status_code, code(refused)) == (400, "InvalidPolicy")
    read = graph.get(f"{POLICIES}/{policy}/rules/{good['id']}").json()
    assert read["maximumDuration"] == "PT8H"


def test_a_wrong_type_is_a_500_without_code(graph: GraphClient) -> None:
    """graph-facts §3.5: microsoft-graph-docs issue 15910."""
    change = rule("EnablementRule", "Expiration_EndUser_Assignment", maximumDuration="PT4H")
    answer = graph.patch(f"{POLICIES}/{policy_id(graph)}/rules/{change['id']}", change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "")


def test_an_empty_target_breaks_the_policy(graph: GraphClient) -> None:
    """graph-facts §3.5: microsoft-graph-docs issue 16689; the PATCH itself is a 204."""
    rule_id = "Notification_Admin_Admin_Eligibility"
    path = f"{POLICIES}/{policy_id(graph)}/rules/{rule_id}"
    whole = rule("NotificationRule", rule_id, notificationRecipients=["a@contoso.example"])
    assert graph.patch(path, {**whole, "target": {}}).status_code == 204
    requests = "/roleManagement/directory/roleEligibilityScheduleRequests"
    answer = graph.post(requests, eligible())
    assert answer.json()["error"]["message"] == f"The policy rule id {rule_id} is invalid."
    assert graph.patch(path, whole).status_code == 204
    assert graph.post(requests, eligible()).status_code == 201


def test_approvers_are_read_back_bare(graph: GraphClient) -> None:
    """observed-behaviours 5, 6: either form is taken; escalation approvers are not stored."""
    rule_id = "Approval_EndUser_Assignment"
    approver = {
        "@odata.type": "#microsoft.graph.singleUser",
        "isBackup": False,
        "id": BOB,
        "description": "Bob",
    }
    stage = {"primaryApprovers": [approver], "escalationApprovers": [approver]}
    change = rule("ApprovalRule", rule_id, setting={"isApprovalRequired": True, "approvalStages": [stage]})
    path = f"{POLICIES}/{policy_id(graph)}/rules/{rule_id}"
    assert graph.patch(path, change).status_code == 204
    stages = graph.get(path).json()["setting"]["approvalStages"]
    assert stages[0]["primaryApprovers"] == [
        {"@odata.type": "#microsoft.graph.singleUser", "description": "Bob", "userId": BOB}
    ]
    assert stages[0]["escalationApprovers"] == []


def test_a_group_policy_changes_its_id(graph: GraphClient) -> None:
    """graph-facts §2.4: terraform azuread issue 1466; and the PATCH onboards the group."""
    before = graph.value(ASSIGNMENTS, filter=of_group(ROLE_GROUP))[0]
    change = rule("EnablementRule", ENABLEMENT, enabledRules=[])
    path = f"{POLICIES}/{before['policyId']}/rules/{ENABLEMENT}"
    assert graph.patch(path, change).status_code == 204
    after = graph.value(ASSIGNMENTS, filter=of_group(ROLE_GROUP))[0]
    assert after["policyId"] != before["policyId"]
    assert graph.patch(path, change).status_code == 404
    resources = "/beta/identityGovernance/privilegedAccess/group/resources"
    assert ROLE_GROUP in {row["id"] for row in graph.value(resources)}


@pytest.mark.parametrize(
    ("kind", "rule_id", "properties", "failing"),
    [
        (
            "EnablementRule",
            "Enablement_Admin_Eligibility",
            {"enabledRules": ["Justification"]},
            "JustificationRule",
        ),
        ("EnablementRule", "Enablement_Admin_Eligibility", {"enabledRules": ["Ticketing"]}, "TicketingRule"),
        (
            "EnablementRule",
            "Enablement_Admin_Eligibility",
            {"enabledRules": ["MultiFactorAuthentication"]},
            "MfaRule",
        ),
        (
            "ExpirationRule",
            "Expiration_Admin_Eligibility",
            {"isExpirationRequired": True, "maximumDuration": "P30D"},
            "ExpirationRule",
        ),
        ("ExpirationRule", "Expiration_Admin_Eligibility", {"maximumDuration": "PT0S"}, "ExpirationRule"),
    ],
)
def test_rules_that_a_request_fails(
    graph: GraphClient, kind: str, rule_id: str, properties: dict[str, Any], failing: str
) -> None:
    """graph-facts §3.8, §4.7; an app-only token never satisfies MFA."""
    path = f"{POLICIES}/{policy_id(graph)}/rules/{rule_id}"
    assert graph.patch(path, rule(kind, rule_id, **properties)).status_code == 204
    answer = graph.post("/roleManagement/directory/roleEligibilityScheduleRequests", eligible())
    assert (answer.status_code, code(answer)) == (400, "RoleAssignmentRequestPolicyValidationFailed")
    assert answer.json()["error"]["message"].endswith(f'["{failing}"]')


def test_active_assignments_want_a_justification(graph: GraphClient) -> None:
    """graph-facts §3.2."""
    path = "/roleManagement/directory/roleAssignmentScheduleRequests"
    assert code(graph.post(path, eligible())) == "RoleAssignmentRequestPolicyValidationFailed"
    assert graph.post(path, eligible(justification="wave 1")).status_code == 201


def test_an_extension_may_exceed_the_policy(graph: GraphClient) -> None:
    """graph-facts §4.10: microsoft-graph-docs issue 16359."""
    path = f"{POLICIES}/{policy_id(graph)}/rules/Expiration_Admin_Eligibility"
    requests = "/roleManagement/directory/roleEligibilityScheduleRequests"
    days = {"expiration": {"type": "afterDuration", "duration": "P10D"}}
    assert graph.post(requests, eligible(scheduleInfo=days)).status_code == 201
    change = rule(
        "ExpirationRule", path.rsplit("/", 1)[-1], isExpirationRequired=True, maximumDuration="P30D"
    )
    graph.patch(path, change)
    longer = {"expiration": {"type": "afterDuration", "duration": "P90D"}}
    assert graph.post(requests, eligible(action="adminUpdate", scheduleInfo=longer)).status_code == 400
    assert graph.post(requests, eligible(action="adminExtend", scheduleInfo=longer)).status_code == 201
