"""Audit log, registration details, catalogue of actions, licences of users."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graph_client import GraphClient, code
from small_tenants import (
    ALICE,
    APP_PRINCIPAL,
    BOB,
    DAVE,
    GLOBAL_ADMIN,
    GLOBAL_READER,
    PIM_GROUP,
    TENANT,
    seed,
)
from ticking import Ticking

from migrate.lab.serve import LabThread

AUDITS = "/auditLogs/directoryAudits"
DETAILS = "/reports/authenticationMethods/userRegistrationDetails"
ACTIONS = "/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions"
ELIGIBLE = "/roleManagement/directory/roleEligibilityScheduleRequests"
KEY = {"principalId": BOB, "roleDefinitionId": GLOBAL_READER, "directoryScopeId": "/"}
FOR_EVER = {"expiration": {"type": "noExpiration"}}


def activities(graph: GraphClient, **query: str) -> list[str]:
    return [row["activityDisplayName"] for row in graph.value(AUDITS, **query)]


def test_pim_events_are_written(unthrottled: GraphClient) -> None:
    """Published names of activities: newest first, with who, what and to whom."""
    unthrottled.post(
        ELIGIBLE, {"action": "adminAssign", **KEY, "scheduleInfo": FOR_EVER, "justification": "w1"}
    )
    unthrottled.post(ELIGIBLE, {"action": "adminRemove", **KEY})
    rows = unthrottled.value(AUDITS)
    assert [row["activityDisplayName"] for row in rows] == [
        "Remove eligible member from role in PIM completed (permanent)",
        "Add eligible member to role in PIM completed (permanent)",
    ]
    first = rows[-1]
    assert (first["category"], first["loggedByService"], first["result"]) == (
        "RoleManagement",
        "PIM",
        "success",
    )
    assert first["initiatedBy"]["app"]["servicePrincipalId"] == APP_PRINCIPAL
    assert [(row["type"], row["id"]) for row in first["targetResources"]] == [
        ("Role", GLOBAL_READER),
        ("User", BOB),
    ]
    assert first["resultReason"] == "w1"


def test_role_events_of_the_directory(unthrottled: GraphClient, lab: LabThread) -> None:
    """Role definitions and assignments outside PIM are the Core Directory's; others' changes count too."""
    body = {
        "displayName": "R",
        "rolePermissions": [{"allowedResourceActions": ["microsoft.directory/users/create"]}],
    }
    role = unthrottled.post("/roleManagement/directory/roleDefinitions", body).json()["id"]
    unthrottled.delete(f"/roleManagement/directory/roleDefinitions/{role}")
    unthrottled.post("/roleManagement/directory/roleAssignments", {**KEY})
    assert activities(unthrottled, filter="loggedByService eq 'Core Directory'") == [
        "Add member to role",
        "Delete role definition",
        "Add role definition",
    ]
    rule = {"rule": "Expiration_EndUser_Assignment", "properties": {"maximumDuration": "PT1H"}}
    lab.change(TENANT, op="rule", roleDefinitionId=GLOBAL_ADMIN, **rule)
    newest = unthrottled.value(AUDITS)[0]
    assert (newest["activityDisplayName"], newest["initiatedBy"]["user"]["id"]) == (
        "Update role setting in PIM",
        None,
    )


def test_audits_are_filtered_by_time_category_and_service(
    unthrottled: GraphClient, ticking: Ticking, lab: LabThread
) -> None:
    """Documented: eq, ge, le, startswith."""
    lab.change(TENANT, op="create", kind="roleEligibilitySchedules", object=KEY)
    ticking.move(minutes=10)
    group = {"groupId": PIM_GROUP, "accessId": "member", "principalId": ALICE, "justification": "x"}
    days = {"expiration": {"type": "afterDuration", "duration": "P10D"}}
    path = "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests"
    assert unthrottled.post(path, {"action": "adminAssign", **group, "scheduleInfo": days}).status_code == 201
    assert len(activities(unthrottled)) == 2
    assert len(activities(unthrottled, filter="activityDateTime ge 2026-03-01T12:05:00Z")) == 1
    assert len(activities(unthrottled, filter="activityDateTime le 2026-03-01T12:05:00Z")) == 1
    assert len(activities(unthrottled, filter="category eq 'GroupManagement'")) == 1
    both = "loggedByService eq 'PIM' and category eq 'RoleManagement'"
    assert len(activities(unthrottled, filter=both)) == 1
    target = f"targetResources/any(t:t/id eq '{ALICE}')"
    assert len(activities(unthrottled, filter=target)) == 1
    assert unthrottled.get(AUDITS, filter="category ne 'x'").status_code == 400


def test_audits_are_kept_for_thirty_days(
    unthrottled: GraphClient, ticking: Ticking, lab: LabThread, connect: Callable[..., GraphClient]
) -> None:
    lab.change(TENANT, op="create", kind="roleEligibilitySchedules", object=KEY)
    ticking.move(days=29)
    assert len(activities(connect())) == 1
    ticking.move(days=2)
    assert activities(connect()) == []


def test_reports_have_a_limit_of_their_own(graph: GraphClient, ticking: Ticking) -> None:
    """graph-facts §1.1: 5 in 10 s per app and tenant, with Retry-After."""
    answers = [graph.get(AUDITS) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    wait = float(answers[-1].headers["Retry-After"])
    assert graph.get("/users").status_code == 200
    ticking.move(seconds=wait)
    assert graph.get(AUDITS).status_code == 200


@pytest.mark.parametrize("path", [AUDITS, DETAILS])
def test_reports_need_a_licence(reloaded: Callable[..., GraphClient], path: str) -> None:
    """graph-facts §2.11."""
    answer = reloaded(subscribedSkus=[]).get(path)
    assert (answer.status_code, code(answer)) == (
        403,
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
    )


def test_registration_details(unthrottled: GraphClient) -> None:
    """contract/graph-v1.0: what the seed says of a person, and nobody is registered without it."""
    rows = {row["id"]: row for row in unthrottled.value(DETAILS)}
    assert (rows[ALICE]["isMfaRegistered"], rows[ALICE]["isPasswordlessCapable"]) == (True, True)
    assert (rows[BOB]["isMfaRegistered"], rows[BOB]["methodsRegistered"]) == (False, [])
    assert (rows[DAVE]["isAdmin"], rows[ALICE]["isAdmin"]) == (True, False)
    assert unthrottled.get(f"{DETAILS}/{ALICE}").json()["userType"] == "member"
    filtered = unthrottled.value(DETAILS, filter="isMfaRegistered eq true")
    assert [row["id"] for row in filtered] == [ALICE]


def test_resource_actions(graph: GraphClient) -> None:
    """observed-behaviours 31: isPrivileged is beta only; ids have no slash and end with the verb."""
    rows = {row["name"]: row for row in graph.value(f"/beta{ACTIONS}")}
    create = rows["microsoft.directory/users/create"]
    assert (create["id"], create["actionVerb"]) == ("microsoft.directory-users-create-post", "POST")
    assert (create["isPrivileged"], rows["microsoft.directory/users/password/update"]["isPrivileged"]) == (
        False,
        True,
    )
    assert not any("isPrivileged" in row for row in graph.value(ACTIONS))
    name = graph.value(ACTIONS, filter="name eq 'microsoft.directory/users/create'")
    assert [row["id"] for row in name] == [create["id"]]
    assert graph.get(f"{ACTIONS}/{create['id']}").json()["name"] == create["name"]
    assert [row["id"] for row in graph.value(ACTIONS.rsplit("/", 2)[0])] == ["microsoft.directory"]


def test_licences_of_a_user(reloaded: Callable[..., GraphClient]) -> None:
    """contract/graph-v1.0: the plans of what is assigned."""
    users = [{**each, "assignedLicenses": []} for each in seed()["users"]]
    sku = "84a661c4-e949-4bd2-a560-ed7766fcaf2b"
    users[0]["assignedLicenses"] = [{"skuId": sku, "disabledPlans": []}]
    graph = reloaded(users=users)
    rows = graph.value(f"/users/{ALICE}/licenseDetails")
    assert [row["skuId"] for row in rows] == [sku]
    assert rows[0]["servicePlans"][0]["servicePlanName"] == "AAD_PREMIUM_P2"
    assert graph.value(f"/users/{BOB}/licenseDetails") == []
