"""Consent, licence and throttling as each workload says it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from graph_client import GraphClient, code
from small_tenants import APP, BOB, GLOBAL_READER, PIM_GROUP, PLAIN_GROUP, TENANT, seed
from ticking import Ticking

from migrate.lab.serve import LabThread

ROLES = "/roleManagement/directory"
GROUPS = "/identityGovernance/privilegedAccess/group"


def _allowed(lab: LabThread, connect: Callable[..., GraphClient], *roles: str) -> GraphClient:
    lab.consent(TENANT, APP, roles)
    return connect()


def test_the_directory_denies_in_its_own_words(lab: LabThread, connect: Callable[..., GraphClient]) -> None:
    """graph-facts §3.8."""
    graph = _allowed(lab, connect)
    for path in (
        "/users",
        "/groups",
        "/organization",
        f"{ROLES}/roleDefinitions",
        f"{ROLES}/roleAssignments",
    ):
        answer = graph.get(path)
        assert (answer.status_code, code(answer)) == (403, "Authorization_RequestDenied")


def test_pim_hides_its_denial_in_the_message(lab: LabThread, connect: Callable[..., GraphClient]) -> None:
    """graph-facts §3.8: terraform azuread issue 1827."""
    answer = _allowed(lab, connect, "User.Read.All").get(f"{ROLES}/roleEligibilityScheduleRequests")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "UnknownError")
    inner = json.loads(answer.json()["error"]["message"])
    assert inner == {
        "errorCode": "PermissionScopeNotGranted",
        "message": "Authorization failed due to missing permission scope "
        "RoleEligibilitySchedule.ReadWrite.Directory,RoleManagement.ReadWrite.Directory.",
        "instanceAnnotations": [],
    }


@pytest.mark.parametrize(
    ("permission", "path", "status"),
    [
        ("RoleEligibilitySchedule.Read.Directory", f"{ROLES}/roleEligibilitySchedules", 200),
        ("RoleManagement.Read.All", f"{ROLES}/roleEligibilitySchedules", 200),
        ("RoleEligibilitySchedule.Read.Directory", f"{ROLES}/roleEligibilityScheduleRequests", 403),
        ("RoleAssignmentSchedule.Read.Directory", f"{ROLES}/roleEligibilitySchedules", 403),
        ("RoleManagement.Read.Directory", f"{ROLES}/roleDefinitions", 200),
        ("RoleManagement.ReadWrite.Directory", f"{GROUPS}/eligibilitySchedules?$filter=groupId eq 'x'", 403),
        (
            "PrivilegedEligibilitySchedule.Read.AzureADGroup",
            f"{GROUPS}/eligibilitySchedules?$filter=groupId eq 'x'",
            200,
        ),
        (
            "RoleManagementPolicy.Read.Directory",
            "/policies/roleManagementPolicies?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'",
            200,
        ),
        (
            "RoleManagementPolicy.Read.Directory",
            f"/policies/roleManagementPolicies?$filter=scopeId eq '{PIM_GROUP}' and scopeType eq 'Group'",
            403,
        ),
        ("User.ReadBasic.All", "/users", 200),
        ("User.ReadBasic.All", "/users?$select=id,employeeId", 403),
        ("GroupMember.Read.All", f"/groups/{PLAIN_GROUP}/members", 200),
        ("GroupMember.Read.All", "/servicePrincipals", 403),
    ],
)
def test_which_permission_opens_what(
    lab: LabThread, connect: Callable[..., GraphClient], permission: str, path: str, status: int
) -> None:
    """graph-facts §2: least application permissions."""
    assert _allowed(lab, connect, permission).get(path).status_code == status


def test_a_removal_permission_removes_only(lab: LabThread, connect: Callable[..., GraphClient]) -> None:
    """graph-facts §3.1: …Remove.Directory."""
    graph = _allowed(lab, connect, "RoleEligibilitySchedule.Remove.Directory")
    key = {"principalId": BOB, "roleDefinitionId": GLOBAL_READER, "directoryScopeId": "/"}
    path = f"{ROLES}/roleEligibilityScheduleRequests"
    assert graph.post(path, {"action": "adminAssign", **key}).status_code == 403
    assert code(graph.post(path, {"action": "adminRemove", **key})) == "RoleAssignmentDoesNotExist"


def test_role_assignable_groups_need_a_role_permission(
    lab: LabThread, connect: Callable[..., GraphClient]
) -> None:
    """graph-facts §3.7."""
    body = {"displayName": "A", "mailNickname": "a", "mailEnabled": False, "securityEnabled": True}
    graph = _allowed(lab, connect, "Group.ReadWrite.All")
    assert graph.post("/groups", body).status_code == 201
    assert graph.post("/groups", {**body, "isAssignableToRole": True}).status_code == 403


def test_no_licence(reloaded: Callable[..., GraphClient]) -> None:
    """graph-facts §2.11: 400 AadPremiumLicenseRequired on all of PIM, nothing else."""
    graph = reloaded(subscribedSkus=[])
    for path in (
        f"{ROLES}/roleEligibilitySchedules",
        f"{GROUPS}/eligibilitySchedules?$filter=groupId eq 'x'",
        "/policies/roleManagementPolicyAssignments?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'",
    ):
        answer = graph.get(path)
        assert (answer.status_code, code(answer)) == (400, "AadPremiumLicenseRequired")
    assert graph.get(f"{ROLES}/roleDefinitions").status_code == 200


def test_a_suspended_subscription_is_none(reloaded: Callable[..., GraphClient]) -> None:
    """graph-facts §2.10: check capabilityStatus."""
    plan = {"servicePlanId": "eec0eb4f-6444-4f95-aba0-50c24d67f998", "servicePlanName": "AAD_PREMIUM_P2"}
    sku = {"id": "x", "skuId": plan["servicePlanId"], "capabilityStatus": "Suspended", "servicePlans": [plan]}
    graph = reloaded(subscribedSkus=[sku])
    assert code(graph.get(f"{ROLES}/roleEligibilitySchedules")) == "AadPremiumLicenseRequired"


def test_a_directory_429_says_when_and_why(graph: GraphClient, lab: LabThread, ticking: Ticking) -> None:
    """graph-facts §1.3, §1.4."""
    lab.throttle(scale=0.001)
    try:
        first = graph.get("/users")
        assert first.status_code == 200
        seen = [first] + [graph.get("/users") for _ in range(3)]
        refused = seen[-1]
        assert (refused.status_code, code(refused)) == (429, "TooManyRequests")
        assert float(refused.headers["Retry-After"]) > 0
        assert refused.headers["x-ms-throttle-scope"] == f"Tenant_Application/ReadWrite/{APP}/{TENANT}"
        assert refused.headers["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
        assert refused.json()["error"]["innerError"]["status"] == "429"
        ticking.move(seconds=float(refused.headers["Retry-After"]))
        assert graph.get("/users").status_code == 200
    finally:
        lab.throttle(scale=1.0)


def test_conditional_access_allows_one_a_second_and_says_nothing(
    graph: GraphClient, ticking: Ticking
) -> None:
    """graph-facts §1.1: no Retry-After."""
    path = "/identity/conditionalAccess/authenticationContextClassReferences"
    assert [row["id"] for row in graph.value(path)] == ["c1"]
    refused = graph.get(path)
    assert refused.status_code == 429
    assert "Retry-After" not in refused.headers
    ticking.move(seconds=2)
    assert graph.get(path).status_code == 200


def test_seeds_are_not_changed_by_what_happens(graph: GraphClient, lab: LabThread) -> None:
    before = seed()
    graph.delete(f"/groups/{PLAIN_GROUP}")
    lab.reset()
    assert lab.dump(TENANT)["groups"].keys() == {group["id"] for group in before["groups"]}
