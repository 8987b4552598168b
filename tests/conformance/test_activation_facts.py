"""People activate what they are eligible for: policy, contexts, approval, time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from graph_client import GraphClient, code
from small_tenants import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    GLOBAL_READER,
    HELPDESK,
    PIM_GROUP,
    TENANT,
)
from ticking import Ticking

from migrate.lab.serve import LabThread

ROOT = "/roleManagement/directory"
ACTIVE = f"{ROOT}/roleAssignmentScheduleRequests"
ELIGIBLE = f"{ROOT}/roleEligibilityScheduleRequests"
GROUPS = "/identityGovernance/privilegedAccess/group"
HOURS = {"expiration": {"type": "AfterDuration", "duration": "PT4H"}}
ENABLEMENT = "Enablement_EndUser_Assignment"
CONTEXT = "AuthenticationContext_EndUser_Assignment"
APPROVAL = "Approval_EndUser_Assignment"
SignIn = Callable[..., GraphClient]


def mine(action: str = "selfActivate", **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "action": action,
        "principalId": ALICE,
        "roleDefinitionId": HELPDESK,
        "directoryScopeId": "/",
        "justification": "ticket 7",
        "scheduleInfo": HOURS,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def of_group(action: str = "selfActivate", **changes: Any) -> dict[str, Any]:
    body = {"groupId": PIM_GROUP, "accessId": "member", "principalId": BOB}
    return mine(action, roleDefinitionId=None, directoryScopeId=None, **{**body, **changes})


def set_rule(lab: LabThread, rule: str, **properties: Any) -> None:
    lab.change(TENANT, op="rule", roleDefinitionId=HELPDESK, rule=rule, properties=properties)


def test_an_activation_is_a_timed_assignment(person: SignIn, graph: GraphClient) -> None:
    """graph-facts §2.3, §3.1: assignmentType Activated, activatedUsing the eligibility."""
    answer = person(ALICE, mfa=True).post(ACTIVE, mine())
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["status"], made["action"], made["approvalId"]) == ("Provisioned", "selfActivate", None)
    assert made["createdBy"]["user"]["id"] == ALICE
    where = f"principalId eq '{ALICE}'"
    row = graph.value(f"{ROOT}/roleAssignmentSchedules", filter=where, expand="activatedUsing")[0]
    assert (row["id"], row["assignmentType"]) == (made["targetScheduleId"], "Activated")
    eligible = graph.value(f"{ROOT}/roleEligibilitySchedules", filter=where)[0]
    assert row["activatedUsing"]["id"] == eligible["id"]
    instance = graph.value(f"{ROOT}/roleAssignmentScheduleInstances", filter=where)[0]
    assert (instance["assignmentType"], instance["endDateTime"]) == ("Activated", "2026-03-01T16:00:00Z")
    assert ALICE in {each["principalId"] for each in graph.value(f"{ROOT}/roleAssignments")}


def test_it_ends_by_itself(person: SignIn, graph: GraphClient, ticking: Ticking, connect: SignIn) -> None:
    """graph-facts §2.3: instances follow the clock; the audit log tells the end."""
    person(ALICE, mfa=True).post(ACTIVE, mine())
    ticking.move(hours=4, minutes=1)
    later = connect()
    where = f"principalId eq '{ALICE}'"
    assert later.value(f"{ROOT}/roleAssignmentScheduleInstances", filter=where) == []
    newest = later.value("/auditLogs/directoryAudits")[0]
    assert newest["activityDisplayName"] == "Remove member from role (PIM activation expired)"


@pytest.mark.parametrize(
    ("how", "changes", "failing"),
    [
        ({}, {}, '["MfaRule"]'),
        ({"mfa": True}, {"justification": None}, '["JustificationRule"]'),
        (
            {"mfa": True},
            {"scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "PT9H"}}},
            '["ExpirationRule"]',
        ),
        ({"mfa": True}, {"scheduleInfo": {"expiration": {"type": "noExpiration"}}}, '["ExpirationRule"]'),
        ({"mfa": True}, {"roleDefinitionId": GLOBAL_READER}, '["EligibilityRule"]'),
        ({}, {"roleDefinitionId": GLOBAL_READER}, '["EligibilityRule","MfaRule"]'),
    ],
)
def test_rules_that_an_activation_fails(
    person: SignIn, how: dict[str, Any], changes: dict[str, Any], failing: str
) -> None:
    """graph-facts §3.8: every rule that fails is named, EligibilityRule first."""
    answer = person(ALICE, **how).post(ACTIVE, mine(**changes))
    assert (answer.status_code, code(answer)) == (400, "RoleAssignmentRequestPolicyValidationFailed")
    assert answer.json()["error"]["message"] == f"The following policy rules failed: {failing}"


def test_ticketing(person: SignIn, lab: LabThread) -> None:
    """observed-behaviours 8: a rule of end users."""
    set_rule(lab, ENABLEMENT, enabledRules=["Ticketing"])
    alice = person(ALICE)
    assert alice.post(ACTIVE, mine()).json()["error"]["message"].endswith('["TicketingRule"]')
    ticket = {"ticketNumber": "7", "ticketSystem": "x"}
    assert alice.post(ACTIVE, mine(ticketInfo=ticket)).status_code == 201


def test_an_authentication_context_is_asked_for(person: SignIn, lab: LabThread) -> None:
    """graph-facts §3.8: the refusal carries the claims challenge."""
    set_rule(lab, ENABLEMENT, enabledRules=["Justification"])
    set_rule(lab, CONTEXT, isEnabled=True, claimValue="c1")
    refused = person(ALICE, mfa=True).post(ACTIVE, mine())
    assert (refused.status_code, code(refused)) == (400, "RoleAssignmentRequestAcrsValidationFailed")
    message = unquote(refused.json()["error"]["message"])
    assert message == '&claims={"access_token": {"acrs": {"essential": true, "value": "c1"}}}'
    assert code(person(ALICE, acrs=["c2"]).post(ACTIVE, mine())) == code(refused)
    assert person(ALICE, acrs=["c1"]).post(ACTIVE, mine()).status_code == 201


@pytest.mark.parametrize(("approve", "status", "rows"), [(True, "Provisioned", 1), (False, "Denied", 0)])
def test_an_approval_is_waited_for(
    person: SignIn,
    lab: LabThread,
    graph: GraphClient,
    ticking: Ticking,
    approve: bool,
    status: str,
    rows: int,
) -> None:
    """graph-facts §3.1: PendingApproval; the approver sees it, the decision settles it."""
    approver = {"@odata.type": "#microsoft.graph.singleUser", "userId": CAROL}
    setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": [approver]}]}
    set_rule(lab, APPROVAL, setting=setting)
    alice = person(ALICE, mfa=True)
    made = alice.post(ACTIVE, mine()).json()
    assert (made["status"], made["completedDateTime"], made["targetScheduleId"]) == (
        "PendingApproval",
        None,
        None,
    )
    assert made["approvalId"] is not None
    assert code(alice.post(ACTIVE, mine())) == "PendingRoleAssignmentRequest"
    waiting = f"{ACTIVE}/filterByCurrentUser(on='approver')"
    assert [row["id"] for row in person(CAROL).value(waiting)] == [made["id"]]
    assert person(BOB).value(waiting) == []
    where = f"principalId eq '{ALICE}'"
    assert graph.value(f"{ROOT}/roleAssignmentSchedules", filter=where) == []
    ticking.move(minutes=20)
    assert lab.approve(TENANT, made["id"], approve=approve, approver=CAROL) == status
    assert graph.get(f"{ACTIVE}/{made['id']}").json()["status"] == status
    found = graph.value(f"{ROOT}/roleAssignmentSchedules", filter=where)
    assert len(found) == rows
    if rows:
        assert found[0]["scheduleInfo"]["expiration"]["endDateTime"] == "2026-03-01T16:20:00Z"
    assert person(CAROL).value(waiting) == []


def test_a_waiting_request_can_be_taken_back(person: SignIn, lab: LabThread) -> None:
    """graph-facts §3.4: cancel is used on pending ones; by others only with a role."""
    set_rule(lab, APPROVAL, setting={"isApprovalRequired": True})
    alice = person(ALICE, mfa=True)
    made = alice.post(ACTIVE, mine()).json()
    assert person(BOB).post(f"{ACTIVE}/{made['id']}/cancel", None).status_code == 403
    assert alice.post(f"{ACTIVE}/{made['id']}/cancel", None).status_code == 204
    assert alice.get(f"{ACTIVE}/{made['id']}").json()["status"] == "Canceled"
    assert alice.post(ACTIVE, mine()).json()["status"] == "PendingApproval"


def test_deactivation_waits_five_minutes(person: SignIn, ticking: Ticking, graph: GraphClient) -> None:
    """graph-facts §3.2: ActiveDurationTooShort, then Revoked, then nothing to deactivate."""
    alice = person(ALICE, mfa=True)
    alice.post(ACTIVE, mine())
    off = mine("selfDeactivate", scheduleInfo=None)
    assert code(alice.post(ACTIVE, off)) == "ActiveDurationTooShort"
    ticking.move(minutes=6)
    assert alice.post(ACTIVE, off).json()["status"] == "Revoked"
    assert code(alice.post(ACTIVE, off)) == "RoleAssignmentDoesNotExist"
    assert graph.value(f"{ROOT}/roleAssignmentSchedules", filter=f"principalId eq '{ALICE}'") == []


def test_twice_and_for_somebody_else(person: SignIn, graph: GraphClient) -> None:
    """graph-facts §3.8: RoleAssignmentExists; apps and other people are not authorized."""
    alice = person(ALICE, mfa=True)
    assert alice.post(ACTIVE, mine()).status_code == 201
    assert code(alice.post(ACTIVE, mine())) == "RoleAssignmentExists"
    assert code(person(BOB, mfa=True).post(ACTIVE, mine())) == "UnauthorizedAccessException"
    assert code(graph.post(ACTIVE, mine())) == "UnauthorizedAccessException"
    assert alice.post(ELIGIBLE, mine()).status_code == 400


def test_a_member_activates_what_the_group_holds(person: SignIn, lab: LabThread) -> None:
    """graph-facts §4.11: eligible through a role-assignable group."""
    rule = {"rule": ENABLEMENT, "properties": {"enabledRules": []}}
    lab.change(TENANT, op="rule", roleDefinitionId=GLOBAL_READER, **rule)
    made = person(CAROL).post(ACTIVE, mine(principalId=CAROL, roleDefinitionId=GLOBAL_READER))
    assert made.status_code == 201


def test_a_validation_has_no_effect(person: SignIn, graph: GraphClient) -> None:
    """graph-facts §3.1: isValidationOnly is documented for activation."""
    alice = person(ALICE, mfa=True)
    assert alice.post(ACTIVE, mine(isValidationOnly=True)).status_code == 201
    assert graph.value(f"{ROOT}/roleAssignmentSchedules", filter=f"principalId eq '{ALICE}'") == []
    failing = alice.post(ACTIVE, mine(isValidationOnly=True, justification=None))
    assert code(failing) == "RoleAssignmentRequestPolicyValidationFailed"


def test_a_group_is_joined_for_a_while(
    person: SignIn, graph: GraphClient, ticking: Ticking, connect: SignIn
) -> None:
    """graph-facts §2.5, §3.3: the default policy of groups asks for a justification only."""
    made = person(BOB).post(f"{GROUPS}/assignmentScheduleRequests", of_group())
    assert made.status_code == 201, made.text
    assert made.json()["targetScheduleId"] == f"{PIM_GROUP}_member_{made.json()['id']}"
    assert BOB in {row["id"] for row in graph.value(f"/groups/{PIM_GROUP}/members")}
    rows = graph.value(f"{GROUPS}/assignmentScheduleInstances", filter=f"principalId eq '{BOB}'")
    assert [row["assignmentType"] for row in rows] == ["activated"]
    ticking.move(hours=4)
    later = connect()
    assert BOB not in {row["id"] for row in later.value(f"/groups/{PIM_GROUP}/members")}
    assert later.value(f"{GROUPS}/assignmentScheduleInstances", filter=f"principalId eq '{BOB}'") == []


def test_more_time_is_asked_for(person: SignIn, lab: LabThread, graph: GraphClient, ticking: Ticking) -> None:
    """graph-facts §3.1: selfExtend of an expiring eligibility waits for an administrator's decision."""
    bob = person(BOB)
    year = {"expiration": {"type": "afterDateTime", "endDateTime": "2031-01-01T00:00:00Z"}}
    path = f"{GROUPS}/eligibilityScheduleRequests"
    made = bob.post(path, of_group("selfExtend", scheduleInfo=year)).json()
    assert made["status"] == "PendingAdminDecision"
    assert lab.approve(TENANT, made["id"]) == "Provisioned"
    rows = graph.value(f"{GROUPS}/eligibilitySchedules", filter=f"principalId eq '{BOB}'")
    assert [row["scheduleInfo"]["expiration"]["endDateTime"] for row in rows] == ["2031-01-01T00:00:00Z"]
    renew = bob.post(path, of_group("selfRenew", scheduleInfo=year))
    assert code(renew) == "RoleAssignmentExists"
    forever = mine("selfExtend", scheduleInfo=year)
    assert code(person(ALICE).post(ELIGIBLE, forever)) == "InvalidRoleAssignmentRequest"


def test_a_person_without_a_role_sees_only_their_own(person: SignIn) -> None:
    """graph-facts §2.3: delegated tokens need a directory role as well; filterByCurrentUser does not."""
    alice = person(ALICE)
    for name in ("roleEligibilitySchedules", "roleEligibilityScheduleInstances", "roleAssignmentSchedules"):
        answer = alice.get(f"{ROOT}/{name}")
        assert (answer.status_code, code(answer)) == (403, "UnauthorizedAccessException")
    own = alice.value(f"{ROOT}/roleEligibilitySchedules/filterByCurrentUser(on='principal')")
    assert [row["roleDefinitionId"] for row in own] == [HELPDESK]
    assert len(person(DAVE).value(f"{ROOT}/roleEligibilitySchedules")) == 3
    assert (
        alice.get(
            "/policies/roleManagementPolicies?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'"
        ).status_code
        == 403
    )


def test_filter_by_current_user_is_for_people(graph: GraphClient) -> None:
    """graph-facts §2.3: delegated only."""
    answer = graph.get(f"{ROOT}/roleEligibilitySchedules/filterByCurrentUser(on='principal')")
    assert answer.status_code == 403


def test_own_group_requests_need_no_filter(person: SignIn) -> None:
    """graph-facts §2.4: a delegated list of requests without a filter is the caller's own."""
    bob = person(BOB)
    made = bob.post(f"{GROUPS}/assignmentScheduleRequests", of_group()).json()
    assert [row["id"] for row in bob.value(f"{GROUPS}/assignmentScheduleRequests")] == [made["id"]]
    assert person(CAROL).value(f"{GROUPS}/assignmentScheduleRequests") == []


def test_an_administrator_with_a_second_factor_may(person: SignIn, lab: LabThread) -> None:
    """graph-facts §4.7: an app can never satisfy the rule, a person can; others are not authorized."""
    set_rule(lab, "Enablement_Admin_Eligibility", enabledRules=["MultiFactorAuthentication"])
    body = mine("adminAssign", principalId=BOB, scheduleInfo={"expiration": {"type": "noExpiration"}})
    assert code(person(ALICE, mfa=True).post(ELIGIBLE, body)) == "UnauthorizedAccessException"
    assert person(DAVE).post(ELIGIBLE, body).json()["error"]["message"].endswith('["MfaRule"]')
    assert person(DAVE, mfa=True).post(ELIGIBLE, body).status_code == 201
