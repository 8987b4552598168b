"""PIM for directory roles: schedules, instances, requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from graph_client import GraphClient, code
from small_tenants import (
    ALIAS,
    ALIASED,
    ALICE,
    APP_PRINCIPAL,
    BOB,
    CAROL,
    DAVE,
    GHOST,
    GLOBAL_ADMIN,
    GLOBAL_READER,
    HELPDESK,
    PLAIN_GROUP,
    PRINCIPAL,
    ROLE_GROUP,
    UNIT,
    object_id,
)
from ticking import Ticking

ROOT = "/roleManagement/directory"
ELIGIBLE = f"{ROOT}/roleEligibilityScheduleRequests"
ACTIVE = f"{ROOT}/roleAssignmentScheduleRequests"
FOR_EVER = {"expiration": {"type": "noExpiration"}}


def asked(action: str = "adminAssign", **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "action": action,
        "principalId": BOB,
        "roleDefinitionId": GLOBAL_READER,
        "directoryScopeId": "/",
        "justification": "wave 1",
        "scheduleInfo": FOR_EVER,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def key(principal: str, role: str = GLOBAL_READER) -> str:
    return f"principalId eq '{principal}' and roleDefinitionId eq '{role}'"


def test_assign_is_provisioned_at_once(graph: GraphClient) -> None:
    """graph-facts §3.1: request id is schedule id, the start is rewritten to the completion."""
    body = asked(scheduleInfo={"startDateTime": "2020-01-01T00:00:00Z", **FOR_EVER})
    answer = graph.post(ELIGIBLE, body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["@odata.context"].endswith("roleEligibilityScheduleRequests/$entity")
    assert made["status"] == "Provisioned"
    assert made["targetScheduleId"] == made["id"]
    assert made["scheduleInfo"]["startDateTime"] == made["completedDateTime"] > made["createdDateTime"]
    assert made["createdBy"] == {
        "application": None,
        "device": None,
        "user": {"displayName": None, "id": APP_PRINCIPAL},
    }
    schedule = graph.get(f"{ROOT}/roleEligibilitySchedules/{made['id']}").json()
    assert (schedule["createdUsing"], schedule["memberType"]) == (made["id"], "Direct")
    assert "assignmentType" not in schedule


def test_enum_values_in_any_case(graph: GraphClient) -> None:
    """observed-behaviours 22: in any case, out camelCase."""
    made = graph.post(
        ELIGIBLE,
        asked("AdminAssign", scheduleInfo={"expiration": {"type": "AfterDuration", "duration": "P1D"}}),
    )
    assert made.json()["action"] == "adminAssign"
    assert made.json()["scheduleInfo"]["expiration"]["type"] == "afterDateTime"


def test_a_duration_is_read_back_as_an_end(graph: GraphClient) -> None:
    """observed-behaviours 14."""
    expiration = {"type": "afterDuration", "duration": "P30D"}
    made = graph.post(ELIGIBLE, asked(scheduleInfo={"expiration": expiration})).json()
    row = graph.get(f"{ROOT}/roleEligibilitySchedules/{made['id']}").json()["scheduleInfo"]["expiration"]
    assert row == {"type": "afterDateTime", "endDateTime": "2026-03-31T12:00:00Z", "duration": None}


def test_a_future_start_is_granted_first(graph: GraphClient, ticking: Ticking) -> None:
    """graph-facts §3.1: Granted, completed at the future start, afterDuration kept in the answer only."""
    info = {
        "startDateTime": "2026-03-01T12:30:00Z",
        "expiration": {"type": "afterDuration", "duration": "PT4H"},
    }
    made = graph.post(ELIGIBLE, asked(scheduleInfo=info)).json()
    assert (made["status"], made["completedDateTime"]) == ("Granted", "2026-03-01T12:30:00Z")
    assert made["scheduleInfo"]["expiration"] == {
        "type": "afterDuration",
        "endDateTime": None,
        "duration": "PT4H",
    }
    path = f"{ROOT}/roleEligibilitySchedules/{made['id']}"
    row = graph.get(path).json()
    assert (row["status"], row["scheduleInfo"]["expiration"]["endDateTime"]) == (
        "Granted",
        "2026-03-01T16:30:00Z",
    )
    instances = f"{ROOT}/roleEligibilityScheduleInstances"
    assert graph.value(instances, filter=key(BOB)) == []
    ticking.move(minutes=31)
    assert graph.get(path).json()["status"] == "Provisioned"
    assert len(graph.value(instances, filter=key(BOB))) == 1


def test_a_granted_request_is_cancelled_not_removed(graph: GraphClient) -> None:
    """graph-facts §3.4: 204, and an eligibility then reads Revoked, an assignment Canceled."""
    for requests, status in ((ELIGIBLE, "Revoked"), (ACTIVE, "Canceled")):
        info = {"startDateTime": "2026-04-01T00:00:00Z", **FOR_EVER}
        made = graph.post(requests, asked(scheduleInfo=info)).json()
        refused = graph.post(requests, asked("adminRemove", scheduleInfo=None))
        assert code(refused) == "RoleAssignmentDoesNotExist"
        answer = graph.post(f"{requests}/{made['id']}/cancel", None)
        assert (answer.status_code, answer.content) == (204, b"")
        assert graph.get(f"{requests}/{made['id']}").json()["status"] == status
        schedules = requests.replace("Requests", "s")
        assert graph.get(f"{schedules}/{made['id']}").status_code == 404


def test_a_provisioned_request_cannot_be_cancelled(graph: GraphClient) -> None:
    """graph-facts §3.4."""
    made = graph.post(ELIGIBLE, asked()).json()
    assert graph.post(f"{ELIGIBLE}/{made['id']}/cancel", None).status_code == 400


def test_remove_needs_the_key_only(graph: GraphClient) -> None:
    """graph-facts §3.1, §3.8: Revoked with nothing else, then RoleAssignmentDoesNotExist."""
    graph.post(ELIGIBLE, asked())
    bare = asked("adminRemove", scheduleInfo=None, justification=None)
    answer = graph.post(ELIGIBLE, bare)
    assert answer.status_code == 201
    removed = answer.json()
    assert removed["status"] == "Revoked"
    nothing = ("targetScheduleId", "scheduleInfo", "completedDateTime", "justification")
    assert [removed[name] for name in nothing] == [None] * 4
    assert graph.value(f"{ROOT}/roleEligibilitySchedules", filter=key(BOB)) == []
    again = graph.post(ELIGIBLE, bare)
    assert (again.status_code, code(again)) == (400, "RoleAssignmentDoesNotExist")


def test_remove_takes_the_key_whoever_made_it(graph: GraphClient) -> None:
    """graph-facts §4.18: also of a principal that is gone."""
    for principal in (ALICE, GHOST):
        body = asked("adminRemove", principalId=principal, roleDefinitionId=HELPDESK, scheduleInfo=None)
        assert graph.post(ELIGIBLE, body).status_code == 201


def test_the_same_key_twice(graph: GraphClient) -> None:
    """graph-facts §3.8: 400 RoleAssignmentExists; another scope is another key."""
    assert graph.post(ELIGIBLE, asked()).status_code == 201
    again = graph.post(ELIGIBLE, asked())
    assert (again.status_code, code(again)) == (400, "RoleAssignmentExists")
    assert graph.post(ELIGIBLE, asked(directoryScopeId=f"/administrativeUnits/{UNIT}")).status_code == 201


def test_update_changes_the_end_and_keeps_the_schedule(graph: GraphClient) -> None:
    """graph-facts §3.1."""
    made = graph.post(ELIGIBLE, asked()).json()
    end = {"expiration": {"type": "afterDateTime", "endDateTime": "2026-06-01T00:00:00Z"}}
    for action in ("adminUpdate", "adminExtend"):
        changed = graph.post(ELIGIBLE, asked(action, scheduleInfo=end))
        assert changed.status_code == 201
        assert changed.json()["id"] != made["id"]
    row = graph.get(f"{ROOT}/roleEligibilitySchedules/{made['id']}").json()
    assert row["scheduleInfo"]["expiration"]["endDateTime"] == "2026-06-01T00:00:00Z"
    assert row["modifiedDateTime"] is not None
    absent = graph.post(ELIGIBLE, asked("adminUpdate", principalId=CAROL, scheduleInfo=end))
    assert code(absent) == "RoleAssignmentDoesNotExist"


def test_update_of_an_active_holder_is_refused(graph: GraphClient) -> None:
    """observed-behaviours 18."""
    graph.post(ELIGIBLE, asked())
    graph.post(ACTIVE, asked())
    assert code(graph.post(ELIGIBLE, asked("adminUpdate"))) == "ActiveDurationTooShort"


def test_an_ended_schedule_is_gone_and_can_be_renewed(graph: GraphClient, ticking: Ticking) -> None:
    """graph-facts §3.1."""
    info = {"expiration": {"type": "afterDuration", "duration": "PT30M"}}
    graph.post(ELIGIBLE, asked(scheduleInfo=info))
    ticking.move(minutes=31)
    assert graph.value(f"{ROOT}/roleEligibilitySchedules", filter=key(BOB)) == []
    assert graph.post(ELIGIBLE, asked("adminRenew", scheduleInfo=info)).status_code == 201


def test_requests_are_forgotten_schedules_are_not(
    graph: GraphClient, ticking: Ticking, connect: Callable[..., GraphClient]
) -> None:
    """graph-facts §2.3: an audit trail of about 45 days."""
    made = graph.post(ELIGIBLE, asked()).json()
    assert [row["id"] for row in graph.value(ELIGIBLE)] == [made["id"]]
    ticking.move(days=46)
    later = connect()
    assert later.value(ELIGIBLE) == []
    assert later.get(f"{ROOT}/roleEligibilitySchedules/{made['id']}").status_code == 200


@pytest.mark.parametrize("duration", ["P6M", "P1Y", "2:00:00"])
def test_months_and_years_are_refused(graph: GraphClient, duration: str) -> None:
    """graph-facts §3.1: terraform azuread issue 1464."""
    info = {"expiration": {"type": "afterDuration", "duration": duration}}
    answer = graph.post(ELIGIBLE, asked(scheduleInfo=info))
    assert (answer.status_code, code(answer)) == (400, "InvalidRoleAssignmentRequest")


def test_five_minutes_at_least(graph: GraphClient, ticking: Ticking) -> None:
    """graph-facts §3.1, §3.2."""
    info = {"expiration": {"type": "afterDuration", "duration": "PT4M"}}
    assert code(graph.post(ELIGIBLE, asked(scheduleInfo=info))) == "ActiveDurationTooShort"
    graph.post(ACTIVE, asked())
    remove = asked("adminRemove", scheduleInfo=None)
    assert code(graph.post(ACTIVE, remove)) == "ActiveDurationTooShort"
    ticking.move(minutes=6)
    assert graph.post(ACTIVE, remove).status_code == 201


def test_an_end_in_the_past_is_refused(graph: GraphClient) -> None:
    """graph-facts §4.10."""
    info = {"expiration": {"type": "afterDateTime", "endDateTime": "2020-01-01T00:00:00Z"}}
    assert code(graph.post(ELIGIBLE, asked(scheduleInfo=info))) == "InvalidRoleAssignmentRequest"


@pytest.mark.parametrize("missing", ["principalId", "roleDefinitionId", "directoryScopeId", "scheduleInfo"])
def test_required_properties(graph: GraphClient, missing: str) -> None:
    """graph-facts §3.1."""
    assert graph.post(ELIGIBLE, asked(**{missing: None})).status_code == 400


def test_a_name_that_graph_does_not_know(graph: GraphClient) -> None:
    """sdk-facts: schedule_info."""
    answer = graph.post(ELIGIBLE, {**asked("adminRemove", scheduleInfo=None), "schedule_info": None})
    assert (answer.status_code, code(answer)) == (400, "BadRequest")


def test_unknown_principals_roles_and_scopes(graph: GraphClient) -> None:
    """graph-facts §3.8."""
    subject = graph.post(ELIGIBLE, asked(principalId=object_id(999)))
    assert (subject.status_code, code(subject)) == (404, "SubjectNotFound")
    assert code(graph.post(ELIGIBLE, asked(principalId=GHOST))) == "SubjectNotFound"
    role = graph.post(ELIGIBLE, asked(roleDefinitionId=object_id(999)))
    assert (role.status_code, code(role)) == (404, "RoleNotFound")
    scope = graph.post(ELIGIBLE, asked(directoryScopeId=f"/administrativeUnits/{object_id(999)}"))
    assert scope.status_code == 404


def test_a_custom_role_that_pim_knows_by_another_id(graph: GraphClient) -> None:
    """graph-facts §4.1: the listed id is RoleNotFound, the alias works, $expand tells the way back."""
    refused = graph.post(ELIGIBLE, asked(roleDefinitionId=ALIASED))
    assert (refused.status_code, code(refused)) == (404, "RoleNotFound")
    assert graph.post(ELIGIBLE, asked(roleDefinitionId=ALIAS)).status_code == 201
    rows = graph.value(
        f"{ROOT}/roleEligibilitySchedules",
        filter=key(BOB, ALIAS),
        expand="roleDefinition($select=id,templateId,displayName)",
    )
    assert rows[0]["roleDefinitionId"] == ALIAS
    assert rows[0]["roleDefinition"] == {
        "id": ALIASED,
        "templateId": ALIASED,
        "displayName": "Aliased Reader",
    }


def test_an_expanded_role_has_no_description(graph: GraphClient) -> None:
    """graph-facts §2.1: microsoft-graph-explorer issue 3734."""
    rows = graph.value(f"{ROOT}/roleEligibilitySchedules", expand="roleDefinition")
    assert {row["roleDefinition"]["description"] for row in rows} == {""}


def test_who_may_be_eligible(graph: GraphClient) -> None:
    """graph-facts §3.1, §4.3: users and role-assignable groups; service principals only active."""
    assert graph.post(ELIGIBLE, asked(principalId=ROLE_GROUP, roleDefinitionId=HELPDESK)).status_code == 201
    assert graph.post(ELIGIBLE, asked(principalId=PRINCIPAL)).status_code == 400
    assert graph.post(ACTIVE, asked(principalId=PRINCIPAL)).status_code == 201
    plain = graph.post(ELIGIBLE, asked(principalId=PLAIN_GROUP))
    assert (plain.status_code, plain.json()["status"]) == (201, "Granted")
    assert graph.value(f"{ROOT}/roleEligibilitySchedules", filter=key(PLAIN_GROUP)) == []
    assert code(graph.post(ELIGIBLE, asked(principalId=PLAIN_GROUP))) == "PendingRoleAssignmentRequest"


def test_instances_are_flat_and_shadows_are_marked(graph: GraphClient) -> None:
    """graph-facts §2.3, §4.11: memberType Group rows are projections."""
    rows = graph.value(
        f"{ROOT}/roleEligibilityScheduleInstances", filter=f"roleDefinitionId eq '{GLOBAL_READER}'"
    )
    assert {row["principalId"]: row["memberType"] for row in rows} == {ROLE_GROUP: "Direct", CAROL: "Group"}
    assert all(row["id"].endswith("-1-e") and "scheduleInfo" not in row for row in rows)
    schedules = graph.value(f"{ROOT}/roleEligibilitySchedules")
    assert not any("startDateTime" in row or "endDateTime" in row for row in schedules)


def test_assignments_outside_pim(graph: GraphClient, ticking: Ticking) -> None:
    """graph-facts §2.3: base64 id, nothing about its making, a start that is the time of the query."""
    path = f"{ROOT}/roleAssignmentSchedules"
    row = graph.value(path, filter=key(DAVE, GLOBAL_ADMIN))[0]
    assert row["id"].endswith("-1")
    assert (row["createdUsing"], row["createdDateTime"], row["modifiedDateTime"]) == (None, None, None)
    before = row["scheduleInfo"]["startDateTime"]
    ticking.move(minutes=1)
    after = graph.value(path, filter=key(DAVE, GLOBAL_ADMIN))[0]["scheduleInfo"]["startDateTime"]
    assert datetime.fromisoformat(after) > datetime.fromisoformat(before)
    instance = graph.value(f"{ROOT}/roleAssignmentScheduleInstances", filter=key(DAVE, GLOBAL_ADMIN))[0]
    assert (instance["id"], instance["startDateTime"]) == (row["id"], None)


def test_deleted_principals_linger(graph: GraphClient) -> None:
    """graph-facts §4.12."""
    assert graph.get(f"/users/{GHOST}").status_code == 404
    assert len(graph.value(f"{ROOT}/roleEligibilitySchedules", filter=key(GHOST, HELPDESK))) == 1


def test_pim_answers_carry_no_cost(graph: GraphClient) -> None:
    """graph-facts §1.3."""
    assert "x-ms-resource-unit" not in graph.get(f"{ROOT}/roleEligibilitySchedules").headers


def test_lists_without_filter_and_with_a_bad_one(graph: GraphClient) -> None:
    """graph-facts §2.3."""
    assert len(graph.value(f"{ROOT}/roleEligibilitySchedules")) == 3
    assert (
        graph.get(f"{ROOT}/roleEligibilitySchedules", filter="startswith(principalId,'a')").status_code == 400
    )
    assert graph.value(f"{ROOT}/roleEligibilitySchedules", filter="memberType ne 'Direct'") == []


def test_validation_only_has_no_effect(graph: GraphClient) -> None:
    """graph-facts §3.1."""
    answer = graph.post(ELIGIBLE, asked(isValidationOnly=True))
    assert (answer.status_code, answer.json()["isValidationOnly"]) == (201, True)
    assert graph.value(f"{ROOT}/roleEligibilitySchedules", filter=key(BOB)) == []
    bad = asked(isValidationOnly=True, principalId=ALICE, roleDefinitionId=HELPDESK)
    assert code(graph.post(ELIGIBLE, bad)) == "RoleAssignmentExists"
