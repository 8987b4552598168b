"""Role definitions and role assignments."""

from __future__ import annotations

import base64
import uuid

from graph_client import GraphClient, code
from small_tenants import ALIAS, ALIASED, BOB, CUSTOM, DAVE, GLOBAL_ADMIN, GLOBAL_READER, HELPDESK, UNIT

DEFINITIONS = "/roleManagement/directory/roleDefinitions"
ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
ACTION = "microsoft.directory/applications/basic/read"


def test_ids_of_roles(graph: GraphClient) -> None:
    """graph-facts §2.1: id equals templateId in this list, of built-in and of custom roles."""
    rows = graph.value(DEFINITIONS)
    assert all(row["id"] == row["templateId"] for row in rows)
    assert {row["id"]: "inheritsPermissionsFrom" in row for row in rows}[GLOBAL_ADMIN] is True
    assert {row["id"]: row["version"] for row in rows}[CUSTOM] is None


def test_display_name_filter_is_case_sensitive(graph: GraphClient) -> None:
    """observed-behaviours 25."""
    assert [row["id"] for row in graph.value(DEFINITIONS, filter="displayName eq 'Global Reader'")] == [
        GLOBAL_READER
    ]
    assert graph.value(DEFINITIONS, filter="displayName eq 'global reader'") == []
    assert len(graph.value(DEFINITIONS, filter="isBuiltIn eq false")) == 2


def test_an_alias_resolves_to_the_listed_role(graph: GraphClient) -> None:
    """graph-facts §4.1: GET by the id that PIM uses answers with the listed id."""
    answer = graph.get(f"{DEFINITIONS}/{ALIAS}").json()
    assert (answer["id"], answer["displayName"]) == (ALIASED, "Aliased Reader")
    assert ALIAS not in {row["id"] for row in graph.value(DEFINITIONS)}


def test_custom_roles_come_and_go(graph: GraphClient) -> None:
    """graph-facts §3.6: the source's templateId may be kept."""
    template = str(uuid.UUID(int=77))
    body = {
        "displayName": "Mover",
        "description": "x",
        "isEnabled": True,
        "templateId": template,
        "rolePermissions": [{"allowedResourceActions": [ACTION]}],
    }
    made = graph.post(DEFINITIONS, body)
    assert made.status_code == 201
    assert (made.json()["id"], made.json()["isBuiltIn"], made.json()["version"]) == (template, False, None)
    assert made.json()["rolePermissions"] == [{"allowedResourceActions": [ACTION], "condition": None}]
    assert graph.post(DEFINITIONS, {**body, "displayName": "Other"}).status_code == 409
    assert graph.patch(f"{DEFINITIONS}/{template}", {"description": "y"}).status_code == 204
    assert graph.get(f"{DEFINITIONS}/{template}").json()["description"] == "y"
    assert graph.delete(f"{DEFINITIONS}/{template}").status_code == 204
    assert graph.get(f"{DEFINITIONS}/{template}").status_code == 404


def test_built_in_roles_cannot_be_changed(graph: GraphClient) -> None:
    assert graph.patch(f"{DEFINITIONS}/{HELPDESK}", {"description": "y"}).status_code == 400
    assert graph.delete(f"{DEFINITIONS}/{HELPDESK}").status_code == 400


def test_unsupported_action(graph: GraphClient) -> None:
    """graph-facts §3.6."""
    body = {"displayName": "X", "rolePermissions": [{"allowedResourceActions": ["nonsense/read"]}]}
    answer = graph.post(DEFINITIONS, body)
    assert (answer.status_code, code(answer)) == (400, "Request_BadRequest")
    assert "is not supported for Custom Role creation" in answer.json()["error"]["message"]


def test_the_id_encodes_role_principal_and_scope(graph: GraphClient) -> None:
    """graph-facts §2.2."""
    rows = {row["principalId"]: row for row in graph.value(ASSIGNMENTS)}
    raw = base64.urlsafe_b64decode(rows[BOB]["id"].removesuffix("-1") + "==")
    parts = [str(uuid.UUID(bytes_le=raw[at : at + 16])) for at in range(0, len(raw), 16)]
    assert parts == [HELPDESK, BOB, UNIT]
    assert rows[DAVE]["id"].endswith("-1")
    assert len(base64.urlsafe_b64decode(rows[DAVE]["id"].removesuffix("-1") + "==")) == 32


def test_a_published_id(graph: GraphClient) -> None:
    """graph-facts §2.2: the id printed in Microsoft's sample."""
    from migrate.lab.ids import assignment_id

    made = assignment_id(GLOBAL_ADMIN, "6be4b305-b75e-4efc-bfcc-31bd3b53a5f8", "")
    assert made == "lAPpYvVpN0KRkAEhdxReEAWz5Gtet_xOv8wxvTtTpfg-1"


def test_assignments_are_made_and_removed(graph: GraphClient) -> None:
    """graph-facts §2.2, §3.8."""
    body = {"principalId": BOB, "roleDefinitionId": GLOBAL_READER, "directoryScopeId": "/"}
    made = graph.post(ASSIGNMENTS, body)
    assert made.status_code == 201
    assert graph.post(ASSIGNMENTS, body).status_code == 400
    assert graph.delete(f"{ASSIGNMENTS}/{made.json()['id']}").status_code == 204
    unscoped = graph.post(ASSIGNMENTS, {"principalId": BOB, "roleDefinitionId": GLOBAL_READER})
    assert unscoped.json()["error"]["message"] == "Must specify valid property scope of entity RoleAssignment"
