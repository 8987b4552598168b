"""Service limits, and what time does by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graph_client import GraphClient, code
from small_tenants import (
    ALICE,
    BOB,
    CAROL,
    CUSTOM,
    GLOBAL_READER,
    HELPDESK,
    PIM_GROUP,
    PLAIN_GROUP,
    ROLE_GROUP,
    TENANT,
    custom,
    group,
    object_id,
    seed,
)
from ticking import Ticking

from migrate.lab.serve import LabThread

ROOT = "/roleManagement/directory"
ELIGIBLE = f"{ROOT}/roleEligibilityScheduleRequests"
FOR_EVER = {"expiration": {"type": "noExpiration"}}
Reload = Callable[..., GraphClient]


def units(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": object_id(3000 + n), "displayName": f"U{n}", **more} for n in range(number)]


def assigned(role: str, scopes: list[str]) -> list[dict[str, Any]]:
    return [{"principalId": ALICE, "roleDefinitionId": role, "directoryScopeId": scope} for scope in scopes]


def test_100_custom_roles(reloaded: Reload) -> None:
    """graph-facts §3.6."""
    graph = reloaded(roleDefinitions=[custom(object_id(4000 + n), f"R{n}") for n in range(99)])
    body = {"rolePermissions": [{"allowedResourceActions": ["microsoft.directory/users/create"]}]}
    assert graph.post(f"{ROOT}/roleDefinitions", {"displayName": "A", **body}).status_code == 201
    assert graph.post(f"{ROOT}/roleDefinitions", {"displayName": "B", **body}).status_code == 400


def test_500_role_assignable_groups(reloaded: Reload) -> None:
    """graph-facts §3.6."""
    graph = reloaded(
        groups=[group(object_id(5000 + n), f"G{n}", isAssignableToRole=True) for n in range(499)]
    )
    body = group("", "A", isAssignableToRole=True)
    del body["id"]
    assert graph.post("/groups", body).status_code == 201
    assert graph.post("/groups", {**body, "displayName": "B"}).status_code == 400


def test_100_assignments_below_the_tenant(reloaded: Reload) -> None:
    """graph-facts §3.6: a published message; PIM's active assignments count as well."""
    scopes = [f"/administrativeUnits/{unit['id']}" for unit in units(101)]
    graph = reloaded(administrativeUnits=units(101), roleAssignments=assigned(HELPDESK, scopes[:99]))
    body = {"principalId": ALICE, "roleDefinitionId": HELPDESK}
    path = f"{ROOT}/roleAssignments"
    assert graph.post(path, {**body, "directoryScopeId": scopes[99]}).status_code == 201
    refused = graph.post(path, {**body, "directoryScopeId": scopes[100]})
    assert (refused.status_code, code(refused)) == (400, "Request_BadRequest")
    message = "Number of RoleAssignments are more than the maximum (100) allowed."
    assert refused.json()["error"]["message"] == message
    asked = {"action": "adminAssign", "justification": "x", "scheduleInfo": FOR_EVER, **body}
    requests = f"{ROOT}/roleAssignmentScheduleRequests"
    assert graph.post(requests, {**asked, "directoryScopeId": scopes[100]}).status_code == 400
    assert graph.post(requests, {**asked, "directoryScopeId": "/"}).status_code == 201


def test_150_assignments_of_custom_roles(reloaded: Reload) -> None:
    """graph-facts §3.6: at any scope."""
    scopes = [f"/administrativeUnits/{unit['id']}" for unit in units(150)]
    graph = reloaded(administrativeUnits=units(150), roleAssignments=assigned(CUSTOM, scopes))
    body = {"principalId": ALICE, "roleDefinitionId": CUSTOM, "directoryScopeId": "/"}
    assert graph.post(f"{ROOT}/roleAssignments", body).status_code == 400
    assert graph.post(f"{ROOT}/roleAssignments", {**body, "principalId": BOB}).status_code == 201


def test_units(reloaded: Reload) -> None:
    """graph-facts §3.6: 100 restricted ones; a resource is in 30 at most."""
    many = units(99, isMemberManagementRestricted=True)
    graph = reloaded(
        administrativeUnits=many,
        administrativeUnitMembers={unit["id"]: [ALICE] for unit in many[:29]},
    )
    path = "/directory/administrativeUnits"
    restricted = {"displayName": "R", "isMemberManagementRestricted": True}
    assert graph.post(path, restricted).status_code == 201
    assert graph.post(path, restricted).status_code == 400
    assert graph.post(path, {"displayName": "R"}).status_code == 201
    ref = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{ALICE}"}
    assert graph.post(f"{path}/{many[29]['id']}/members/$ref", ref).status_code == 204
    assert graph.post(f"{path}/{many[30]['id']}/members/$ref", ref).status_code == 400


def test_a_cancelled_request_is_deleted_after_thirty_days(
    graph: GraphClient, ticking: Ticking, connect: Reload
) -> None:
    """graph-facts §3.4."""
    body = {"principalId": BOB, "roleDefinitionId": GLOBAL_READER, "directoryScopeId": "/"}
    later = {"startDateTime": "2026-06-01T00:00:00Z", **FOR_EVER}
    made = graph.post(ELIGIBLE, {"action": "adminAssign", **body, "scheduleInfo": later}).json()
    graph.post(f"{ELIGIBLE}/{made['id']}/cancel", None)
    ticking.move(days=29)
    assert [row["status"] for row in connect().value(ELIGIBLE)] == ["Revoked"]
    ticking.move(days=1)
    assert connect().value(ELIGIBLE) == []


def test_only_what_has_expired_can_be_renewed(graph: GraphClient) -> None:
    """graph-facts §3.1: adminRenew is for an expired one."""
    body = {"principalId": CAROL, "roleDefinitionId": GLOBAL_READER, "directoryScopeId": "/"}
    answer = graph.post(ELIGIBLE, {"action": "adminRenew", **body, "scheduleInfo": FOR_EVER})
    assert code(answer) == "RoleAssignmentDoesNotExist"


def test_the_deleted_linger_for_a_week(
    graph: GraphClient, lab: LabThread, ticking: Ticking, connect: Reload
) -> None:
    """graph-facts §4.12: schedules of deleted people for about seven days, of deleted groups for ever."""
    lab.change(TENANT, op="delete", kind="users", object={"id": ALICE})
    graph.delete(f"/groups/{ROLE_GROUP}")

    def holders() -> set[str]:
        return {row["principalId"] for row in connect().value(f"{ROOT}/roleEligibilitySchedules")}

    assert {ALICE, ROLE_GROUP} <= holders()
    ticking.move(days=6)
    assert {ALICE, ROLE_GROUP} <= holders()
    ticking.move(days=1)
    assert {ALICE, ROLE_GROUP} & holders() == {ROLE_GROUP}


def test_deleted_groups_can_be_restored_for_thirty_days(
    graph: GraphClient, ticking: Ticking, connect: Reload, reloaded: Reload
) -> None:
    """graph-facts §3.7: soft deletion."""
    roles = [*seed()["apps"][0]["roles"], "Directory.ReadWrite.All"]
    graph = reloaded(apps=[{**seed()["apps"][0], "roles": roles}])
    graph.delete(f"/groups/{PLAIN_GROUP}")
    path = "/directory/deletedItems"
    assert [row["id"] for row in graph.value(f"{path}/microsoft.graph.group")] == [PLAIN_GROUP]
    assert graph.get(f"{path}/{PLAIN_GROUP}").json()["deletedDateTime"] == "2026-03-01T12:00:00Z"
    assert graph.post(f"{path}/{PLAIN_GROUP}/restore", None).status_code == 200
    assert graph.get(f"/groups/{PLAIN_GROUP}").status_code == 200
    graph.delete(f"/groups/{PLAIN_GROUP}")
    ticking.move(days=30)
    assert connect().post(f"{path}/{PLAIN_GROUP}/restore", None).status_code == 404


def test_an_active_membership_begins_and_ends_on_time(
    graph: GraphClient, ticking: Ticking, connect: Reload
) -> None:
    """graph-facts §2.3: instances follow the times of the schedule, and so do members."""
    info = {
        "startDateTime": "2026-03-01T13:00:00Z",
        "expiration": {"type": "afterDuration", "duration": "PT2H"},
    }
    body = {"groupId": PIM_GROUP, "accessId": "member", "principalId": CAROL, "justification": "x"}
    path = "/identityGovernance/privilegedAccess/group/assignmentScheduleRequests"
    made = graph.post(path, {"action": "adminAssign", **body, "scheduleInfo": info})
    assert made.json()["status"] == "Granted"

    def member() -> bool:
        return CAROL in {row["id"] for row in connect().value(f"/groups/{PIM_GROUP}/members")}

    assert not member()
    ticking.move(hours=1)
    assert member()
    ticking.move(hours=2)
    assert not member()
