"""Conditional access: policies, what they refer to, and what may be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graph_client import GraphClient, code
from graph_contract import violations
from policy_objects import ABROAD, OFFICE, OWN_STRENGTH, POLICY, RESISTANT, policy
from small_tenants import ALICE, APP, GHOST, PLAIN_GROUP, TENANT, object_id
from ticking import Ticking

from migrate.lab.serve import LabThread

ROOT = "/identity/conditionalAccess"
POLICIES = f"{ROOT}/policies"
LOCATIONS = f"{ROOT}/namedLocations"
CONTEXTS = f"{ROOT}/authenticationContextClassReferences"
STRENGTHS = "/policies/authenticationStrengthPolicies"


def test_one_request_a_second_for_all_of_it(graph: GraphClient, ticking: Ticking) -> None:
    """graph-facts §1.1: policies and named locations share one limit; the 429 has no Retry-After."""
    assert graph.get(POLICIES).status_code == 200
    refused = graph.get(LOCATIONS)
    assert (refused.status_code, code(refused)) == (429, "TooManyRequests")
    assert "Retry-After" not in refused.headers
    ticking.move(seconds=2)
    assert graph.get(LOCATIONS).status_code == 200


def test_a_policy_is_read_back_complete(unthrottled: GraphClient) -> None:
    """contract/graph-v1.0, published samples: what was not given is null or an empty list."""
    made = unthrottled.post(POLICIES, policy())
    assert made.status_code == 201
    body = made.json()
    assert violations(body, "conditionalAccessPolicy") == []
    assert body["@odata.context"].endswith("conditionalAccess/policies/$entity")
    assert (body["modifiedDateTime"], body["sessionControls"]) == (None, None)
    assert body["conditions"]["users"]["includeUsers"] == []
    assert body["conditions"]["platforms"] is None
    assert body["grantControls"]["authenticationStrength"]["displayName"] == "Phishing-resistant MFA"
    assert unthrottled.get(f"{POLICIES}/{body['id']}").json()["displayName"] == body["displayName"]


def test_a_patch_changes_what_it_names(unthrottled: GraphClient) -> None:
    """graph-facts §3.7: 204; other conditions stay."""
    change = {"conditions": {"signInRiskLevels": ["high"]}, "state": "disabled"}
    assert unthrottled.patch(f"{POLICIES}/{POLICY}", change).status_code == 204
    read = unthrottled.get(f"{POLICIES}/{POLICY}").json()
    assert (read["state"], read["conditions"]["signInRiskLevels"]) == ("disabled", ["high"])
    assert read["conditions"]["users"]["excludeUsers"] == [ALICE]
    assert read["modifiedDateTime"] is not None
    assert unthrottled.delete(f"{POLICIES}/{POLICY}").status_code == 204
    assert unthrottled.get(f"{POLICIES}/{POLICY}").status_code == 404


@pytest.mark.parametrize(
    "users",
    [
        {"includeUsers": [GHOST]},
        {"includeGroups": [object_id(999)]},
        {"includeRoles": [object_id(999)]},
        {"excludeUsers": ["alice@contoso.example"]},
    ],
)
def test_unknown_people_groups_and_roles_are_refused(unthrottled: GraphClient, users: dict[str, Any]) -> None:
    """observed-behaviours 38: one generic 400, which does not say what is wrong."""
    conditions = {"applications": {"includeApplications": ["All"]}, "users": users}
    answer = unthrottled.post(POLICIES, policy(conditions=conditions))
    assert (answer.status_code, code(answer)) == (400, "BadRequest")
    assert "malformed or incorrect" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "changes",
    [
        {"grantControls": {"operator": "OR", "authenticationStrength": {"id": object_id(999)}}},
        {"grantControls": {"operator": "OR", "termsOfUse": [object_id(999)]}},
        {"id": object_id(1)},
        {"createdDateTime": "2026-01-01T00:00:00Z"},
    ],
)
def test_unknown_controls_and_read_only_properties(unthrottled: GraphClient, changes: dict[str, Any]) -> None:
    """observed-behaviours 38, graph-facts §2.8: tenant-local references."""
    assert unthrottled.post(POLICIES, policy(**changes)).status_code == 400


def test_contexts_locations_and_apps_must_exist(unthrottled: GraphClient) -> None:
    """graph-facts §2.8: c-ids, named locations, appIds."""

    def answered(**parts: Any) -> int:
        users = {"includeGroups": [PLAIN_GROUP]}
        conditions = {"applications": {"includeApplications": ["All"]}, "users": users, **parts}
        return unthrottled.post(POLICIES, policy(conditions=conditions)).status_code

    for context, status in (("c1", 201), ("c9", 400)):
        apps = {"includeAuthenticationContextClassReferences": [context]}
        assert answered(applications=apps) == status
    for app, status in ((object_id(402), 201), (object_id(403), 400), ("Office365", 201)):
        assert answered(applications={"includeApplications": [app]}) == status
    for place, status in ((OFFICE, 201), ("AllTrusted", 201), (object_id(999), 400)):
        assert answered(locations={"includeLocations": [place]}) == status


@pytest.mark.parametrize("body", [None, [], {**policy(), "state": "on"}, {**policy(), "conditions": None}])
def test_a_body_that_is_no_policy(unthrottled: GraphClient, body: Any) -> None:
    """graph-facts §2.8: 1007."""
    answer = unthrottled.post(POLICIES, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(
        "1007: Incoming ConditionalAccessPolicy object is null"
    )


def test_who_is_deleted_later_stays_as_an_id(unthrottled: GraphClient, lab: LabThread) -> None:
    """observed-behaviours 36."""
    lab.change(TENANT, op="delete", kind="users", object={"id": ALICE})
    read = unthrottled.get(f"{POLICIES}/{POLICY}").json()
    assert read["conditions"]["users"]["excludeUsers"] == [ALICE]
    assert unthrottled.patch(f"{POLICIES}/{POLICY}", {"state": "enabled"}).status_code == 204


def test_195_policies_at_most(reloaded: Callable[..., GraphClient], unthrottled: GraphClient) -> None:
    """graph-facts §2.8."""
    rows = [{**policy(), "id": object_id(2000 + n)} for n in range(194)]
    graph = reloaded(conditionalAccessPolicies=rows)
    assert graph.post(POLICIES, policy()).status_code == 201
    assert graph.post(POLICIES, policy()).status_code == 400


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        (["Policy.ReadWrite.ConditionalAccess"], 403),
        (["Policy.Read.All"], 403),
        (["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"], 201),
    ],
)
def test_writing_needs_both_permissions(
    lab: LabThread,
    unthrottled: GraphClient,
    connect: Callable[..., GraphClient],
    roles: list[str],
    status: int,
) -> None:
    """graph-facts §2.8."""
    lab.consent(TENANT, APP, roles)
    assert connect().post(POLICIES, policy()).status_code == status


def test_named_locations(unthrottled: GraphClient) -> None:
    """contract/graph-v1.0: two kinds, told apart by their type."""
    kinds = {row["id"]: row["@odata.type"] for row in unthrottled.value(LOCATIONS)}
    assert kinds == {
        OFFICE: "#microsoft.graph.ipNamedLocation",
        ABROAD: "#microsoft.graph.countryNamedLocation",
    }
    body = {
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "displayName": "Nordics",
        "countriesAndRegions": ["NO", "SE"],
    }
    made = unthrottled.post(LOCATIONS, body)
    assert made.status_code == 201
    path = f"{LOCATIONS}/{made.json()['id']}"
    change = {"@odata.type": body["@odata.type"], "displayName": "North"}
    assert unthrottled.patch(path, change).status_code == 204
    assert unthrottled.get(path).json()["displayName"] == "North"
    assert unthrottled.delete(path).status_code == 204
    assert unthrottled.delete(f"{LOCATIONS}/{OFFICE}").status_code == 400
    assert unthrottled.post(LOCATIONS, {"displayName": "X"}).status_code == 400


def test_authentication_strengths(unthrottled: GraphClient) -> None:
    """graph-facts §2.8, published sample: three built in, under the same ids in every tenant."""
    rows = {row["id"]: row for row in unthrottled.value(STRENGTHS)}
    assert {row["policyType"] for row in rows.values()} == {"builtIn", "custom"}
    assert rows[RESISTANT]["requirementsSatisfied"] == "mfa"
    body = {"displayName": "Mine", "allowedCombinations": ["password,sms", "fido2"]}
    made = unthrottled.post(STRENGTHS, body)
    assert (made.status_code, made.json()["allowedCombinations"]) == (201, ["password,sms", "fido2"])
    assert unthrottled.patch(f"{STRENGTHS}/{RESISTANT}", {"displayName": "X"}).status_code == 400
    assert unthrottled.patch(f"{STRENGTHS}/{OWN_STRENGTH}", {"displayName": "X"}).status_code == 204
    assert unthrottled.delete(f"{STRENGTHS}/{OWN_STRENGTH}").status_code == 204


def test_contexts_are_made_by_patch(unthrottled: GraphClient) -> None:
    """graph-facts §2.8: PATCH creates or updates with 204; observed-behaviours 39: c1 to c99."""
    assert (
        unthrottled.patch(f"{CONTEXTS}/c7", {"displayName": "Seven", "isAvailable": True}).status_code == 204
    )
    assert unthrottled.patch(f"{CONTEXTS}/c7", {"description": "x"}).status_code == 204
    read = unthrottled.get(f"{CONTEXTS}/c7").json()
    assert (read["displayName"], read["description"]) == ("Seven", "x")
    assert unthrottled.patch(f"{CONTEXTS}/c100", {"displayName": "X"}).status_code == 400
    made = unthrottled.post(CONTEXTS, {"id": "c8", "displayName": "Eight"})
    assert (made.status_code, made.json()["id"]) == (201, "c8")
    assert unthrottled.post(CONTEXTS, {"id": "c1", "displayName": "Mine"}).status_code == 409
    assert unthrottled.get(f"{CONTEXTS}/c1").json()["displayName"] == "Trusted place"
