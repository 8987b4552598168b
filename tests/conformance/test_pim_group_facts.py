"""PIM for groups: required filters, onboarding, ids that change."""

from __future__ import annotations

from typing import Any

from graph_client import GraphClient, code
from small_tenants import ALICE, BOB, CAROL, DAVE, DYNAMIC_GROUP, PIM_GROUP, PLAIN_GROUP, object_id

ROOT = "/identityGovernance/privilegedAccess/group"
REQUESTS = f"{ROOT}/eligibilityScheduleRequests"
RESOURCES = "/beta/identityGovernance/privilegedAccess/group/resources"
MONTH = {"expiration": {"type": "AfterDuration", "duration": "P30D"}}


def asked(action: str = "AdminAssign", **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "action": action,
        "principalId": CAROL,
        "groupId": PIM_GROUP,
        "accessId": "member",
        "justification": "wave 1",
        "scheduleInfo": MONTH,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def of(group: str) -> str:
    return f"groupId eq '{group}'"


def test_lists_need_a_filter(graph: GraphClient) -> None:
    """graph-facts §2.4: by groupId or principalId; there is no tenant-wide list."""
    for name in ("Schedules", "ScheduleInstances", "ScheduleRequests"):
        for stem in ("eligibility", "assignment"):
            assert graph.get(f"{ROOT}/{stem}{name}").status_code == 400
            assert graph.get(f"{ROOT}/{stem}{name}", filter="accessId eq 'member'").status_code == 400
            assert graph.get(f"{ROOT}/{stem}{name}", filter=of(PIM_GROUP)).status_code == 200
    rows = graph.value(f"{ROOT}/eligibilitySchedules", filter=f"principalId eq '{BOB}'")
    assert [row["groupId"] for row in rows] == [PIM_GROUP]


def test_the_root_has_no_provider(graph: GraphClient) -> None:
    """graph-facts §2.4: msgraph-sdk-powershell issue 2553."""
    answer = graph.get(ROOT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "UnknownError")
    assert code(answer) == "MissingProvider"


def test_ids_of_group_schedules(graph: GraphClient) -> None:
    """graph-facts §3.3: group, access and the request's guid; another id after a change."""
    made = graph.post(REQUESTS, asked()).json()
    assert (made["status"], made["action"]) == ("Provisioned", "adminAssign")
    assert made["targetScheduleId"] == f"{PIM_GROUP}_member_{made['id']}"
    assert set(made["createdBy"]) == {"user"}
    changed = graph.post(REQUESTS, asked("AdminExtend")).json()
    assert changed["targetScheduleId"] == f"{PIM_GROUP}_member_{changed['id']}" != made["targetScheduleId"]
    rows = graph.value(f"{ROOT}/eligibilitySchedules", filter=f"{of(PIM_GROUP)} and principalId eq '{CAROL}'")
    assert [row["id"] for row in rows] == [changed["targetScheduleId"]]
    assert rows[0]["memberType"] == "direct"


def test_remove_needs_the_key_only(graph: GraphClient) -> None:
    """graph-facts §3.3."""
    graph.post(REQUESTS, asked())
    bare = asked("adminRemove", scheduleInfo=None, justification=None)
    assert graph.post(REQUESTS, bare).json()["status"] == "Revoked"
    assert code(graph.post(REQUESTS, bare)) == "RoleAssignmentDoesNotExist"


def test_the_default_policy_forbids_what_is_permanent(graph: GraphClient) -> None:
    """graph-facts §4.6: terraform azuread issue 1450."""
    answer = graph.post(REQUESTS, asked(scheduleInfo={"expiration": {"type": "noExpiration"}}))
    assert (answer.status_code, code(answer)) == (400, "RoleAssignmentRequestPolicyValidationFailed")
    assert answer.json()["error"]["message"] == 'The following policy rules failed: ["ExpirationRule"]'


def test_the_first_request_onboards_for_ever(graph: GraphClient) -> None:
    """graph-facts §2.4, §4.5: beta lists what PIM knows."""
    assert [row["id"] for row in graph.value(RESOURCES)] == [PIM_GROUP]
    assert graph.get(RESOURCES.replace("/beta", "/v1.0")).status_code == 400
    graph.post(REQUESTS, asked(groupId=PLAIN_GROUP))
    graph.post(REQUESTS, asked("adminRemove", groupId=PLAIN_GROUP, scheduleInfo=None))
    assert {row["id"] for row in graph.value(RESOURCES)} == {PIM_GROUP, PLAIN_GROUP}


def test_groups_that_pim_does_not_take(graph: GraphClient) -> None:
    """graph-facts §2.4, §3.8."""
    unknown = graph.post(REQUESTS, asked(groupId=object_id(999)))
    assert (unknown.status_code, code(unknown)) == (404, "ResourceNotFound")
    assert graph.post(REQUESTS, asked(groupId=DYNAMIC_GROUP)).status_code == 400
    assert graph.post(REQUESTS, asked(accessId="guest")).status_code == 400
    assert code(graph.post(REQUESTS, asked(principalId=object_id(999)))) == "SubjectNotFound"


def test_an_active_member_is_a_member(graph: GraphClient) -> None:
    requests = f"{ROOT}/assignmentScheduleRequests"
    assert graph.post(requests, asked()).status_code == 201
    assert CAROL in {row["id"] for row in graph.value(f"/groups/{PIM_GROUP}/members")}


def test_plain_members_look_like_assignments(graph: GraphClient) -> None:
    """graph-facts §2.4: null createdUsing, null start and end in the instances."""
    rows = {
        row["principalId"]: row for row in graph.value(f"{ROOT}/assignmentSchedules", filter=of(PIM_GROUP))
    }
    assert (rows[DAVE]["accessId"], rows[ALICE]["accessId"]) == ("member", "owner")
    assert rows[DAVE]["createdUsing"] is None
    instances = graph.value(f"{ROOT}/assignmentScheduleInstances", filter=f"principalId eq '{DAVE}'")
    assert (instances[0]["startDateTime"], instances[0]["endDateTime"]) == (None, None)


def test_select_narrows_the_context(graph: GraphClient) -> None:
    """graph-facts §2.4."""
    body = graph.get(
        f"{ROOT}/eligibilitySchedules", filter=of(PIM_GROUP), select="accessId,principalId,groupId"
    ).json()
    assert body["@odata.context"].endswith("eligibilitySchedules(accessId,principalId,groupId)")
    assert set(body["value"][0]) == {"accessId", "principalId", "groupId"}
