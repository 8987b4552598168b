"""People at the control plane: tokens and decisions over HTTP."""

from __future__ import annotations

import httpx
from graph_client import GraphClient, tls
from small_tenants import ALICE, BOB, HELPDESK, TENANT

from migrate.lab.serve import LabThread

ACTIVE = "/roleManagement/directory/roleAssignmentScheduleRequests"


def test_a_person_asks_and_the_control_plane_decides(graph: GraphClient, lab: LabThread) -> None:
    with httpx.Client(verify=tls(lab.ca_pem), base_url=lab.control_url) as control:
        setting = {"setting": {"isApprovalRequired": True}}
        rule = {"rule": "Approval_EndUser_Assignment", "properties": setting}
        change = {"tenant": TENANT, "op": "rule", "roleDefinitionId": HELPDESK, **rule}
        assert control.post("/change", json=change).status_code == 200
        asked = {"tenant": TENANT, "userId": ALICE, "mfa": True, "acrs": ["c1"]}
        token = control.post("/token", json=asked).json()["access_token"]
        body = {
            "action": "selfActivate",
            "principalId": ALICE,
            "roleDefinitionId": HELPDESK,
            "directoryScopeId": "/",
            "justification": "x",
            "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "PT1H"}},
        }
        made = GraphClient(graph.http, token).post(ACTIVE, body).json()
        assert made["status"] == "PendingApproval"
        decision = {"tenant": TENANT, "requestId": made["id"], "approver": BOB}
        assert control.post("/approve", json=decision).json() == {"status": "Provisioned"}
        assert control.post("/approve", json=decision).status_code == 400
        assert control.post("/token", json={"tenant": TENANT, "userId": "nobody"}).status_code == 400


def test_scopes_of_a_token_are_what_it_may_do(graph: GraphClient, lab: LabThread) -> None:
    narrow = GraphClient(graph.http, lab.token(TENANT, ALICE, scopes=["User.Read.All"]))
    assert narrow.get("/users").status_code == 200
    assert narrow.get("/groups").status_code == 403
