"""Facts that hold at any Graph endpoint: they read only, and find the objects that they need themselves.

The lab is always held against them. With ``PIM_MIGRATE_CONFORMANCE_ENGAGEMENT`` set, a real tenant is as well
(see ``real_tenant``). A fact that finds nothing to look at is skipped and says what is missing.
"""

from __future__ import annotations

import base64
import uuid
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from graph_client import GraphClient, code

ROLES = "/roleManagement/directory"
GROUPS = "/identityGovernance/privilegedAccess/group"
POLICIES = "/policies/roleManagementPolicyAssignments"
EVENTUAL = {"ConsistencyLevel": "eventual"}
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
NOBODY = str(uuid.UUID(int=0x0BAD_0BAD_4000_8000_0000_0000_0000_0BAD))
BASIC = {
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
}


def rows(endpoint: GraphClient, path: str, **query: str) -> list[dict[str, Any]]:
    """The first page of a list that is not empty."""
    answer = endpoint.get(path, **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    if not found:
        pytest.skip(f"nothing to look at: {path} is empty here")
    return found


def refused(answer: httpx.Response, status: int, *codes: str) -> None:
    assert (answer.status_code, code(answer) in codes) == (status, True), answer.text


def test_users_without_select_have_eleven_fields(endpoint: GraphClient) -> None:
    """graph-facts §2.7."""
    assert {frozenset(row) for row in rows(endpoint, "/users")} == {frozenset(BASIC)}


def test_select_gives_what_was_asked_and_nothing_else(endpoint: GraphClient) -> None:
    """graph-facts §2.7."""
    found = rows(endpoint, "/users", select="id,employeeId,onPremisesImmutableId", top="5")
    assert all(set(row) == {"id", "employeeId", "onPremisesImmutableId"} for row in found)


def test_a_next_link_is_absolute_and_leads_on(endpoint: GraphClient) -> None:
    """graph-facts §1.6: opaque, absolute, on the same host; no row twice."""
    first = endpoint.get("/users", top="1", select="id").json()
    if "@odata.nextLink" not in first:
        pytest.skip("a tenant with one user has one page")
    link = first["@odata.nextLink"]
    assert urlsplit(link).netloc == endpoint.http.base_url.netloc.decode()
    second = endpoint.get(link).json()["value"]
    assert {row["id"] for row in first["value"]}.isdisjoint(row["id"] for row in second)


def test_a_page_has_at_most_999_rows(endpoint: GraphClient) -> None:
    """graph-facts §1.6."""
    assert endpoint.get("/users", top="1000").status_code == 400


def test_advanced_filters_need_the_header_and_the_count(endpoint: GraphClient) -> None:
    """graph-facts §1.6: 400 Request_UnsupportedQuery without them."""
    text = "displayName ne 'nobody at all'"
    refused(endpoint.get("/users", filter=text), 400, "Request_UnsupportedQuery")
    counted = endpoint.get("/users", filter=text, count="true", top="1", headers=EVENTUAL)
    assert counted.status_code == 200
    assert counted.json()["@odata.count"] >= 1


def test_a_count_needs_the_header(endpoint: GraphClient) -> None:
    """graph-facts §1.6."""
    assert endpoint.get("/users", count="true").status_code == 400


def test_a_plain_filter_takes_fifteen_alternatives(endpoint: GraphClient) -> None:
    """microsoft-graph-docs issue 21098."""
    sixteen = ",".join(f"'{uuid.UUID(int=number + (4 << 76))}'" for number in range(16))
    assert endpoint.get("/users", filter=f"id in ({sixteen})").status_code == 400
    fifteen = sixteen.rpartition(",")[0]
    assert endpoint.get("/users", filter=f"id in ({fifteen})").json()["value"] == []


def test_a_principal_name_finds_its_user(endpoint: GraphClient) -> None:
    """graph-facts §1.6: eq is a plain filter, and does not mind case."""
    row = rows(endpoint, "/users", select="id,userPrincipalName", top="1")[0]
    name = row["userPrincipalName"].upper().replace("'", "''")
    found = endpoint.get("/users", filter=f"userPrincipalName eq '{name}'", select="id").json()["value"]
    assert [each["id"] for each in found] == [row["id"]]


def test_a_dead_id_is_404(endpoint: GraphClient) -> None:
    """graph-facts §2.7."""
    for path in (f"/users/{NOBODY}", f"/groups/{NOBODY}", f"/directoryObjects/{NOBODY}"):
        refused(endpoint.get(path), 404, "Request_ResourceNotFound")


def test_get_by_ids_leaves_out_what_is_not_there(endpoint: GraphClient) -> None:
    """graph-facts §2.7: the cheap test for orphans."""
    user = rows(endpoint, "/users", select="id", top="1")[0]["id"]
    answer = endpoint.post("/directoryObjects/getByIds", {"ids": [user, NOBODY], "types": ["user"]})
    assert answer.status_code == 200, answer.text
    assert [(row["id"], row["@odata.type"]) for row in answer.json()["value"]] == [
        (user, "#microsoft.graph.user")
    ]


def test_directory_answers_tell_their_cost(endpoint: GraphClient) -> None:
    """graph-facts §1.2, §1.3: two for a list of users, one less with $select."""
    assert endpoint.get("/users").headers["x-ms-resource-unit"] == "2"
    assert endpoint.get("/users", select="id").headers["x-ms-resource-unit"] == "1"


def test_pim_answers_do_not_tell_a_cost(endpoint: GraphClient) -> None:
    """graph-facts §1.3."""
    answer = endpoint.get(f"{ROLES}/roleEligibilitySchedules")
    assert answer.status_code == 200, answer.text
    assert "x-ms-resource-unit" not in answer.headers


def test_every_answer_has_a_request_id_and_echoes_ours(endpoint: GraphClient) -> None:
    """graph-facts §1.3, §1.4."""
    mine = str(uuid.uuid4())
    answer = endpoint.get("/organization", headers={"client-request-id": mine})
    assert answer.headers["client-request-id"] == mine
    assert uuid.UUID(answer.headers["request-id"])
    inner = endpoint.get(f"/users/{NOBODY}").json()["error"]["innerError"]
    assert {"date", "request-id", "client-request-id"} <= set(inner)


def test_an_unknown_segment_is_a_bad_request(endpoint: GraphClient) -> None:
    """graph-facts §1.4, §1.5."""
    refused(endpoint.get("/noSuchThingAtAll"), 400, "BadRequest")


def test_a_batch_is_judged_request_by_request(endpoint: GraphClient) -> None:
    """graph-facts §1.5: 424 where a dependency has failed."""
    body = {
        "requests": [
            {"id": "1", "method": "GET", "url": "/organization?$select=id"},
            {"id": "2", "method": "GET", "url": f"/users/{NOBODY}"},
            {"id": "3", "method": "GET", "url": "/organization?$select=id", "dependsOn": ["2"]},
        ]
    }
    answer = endpoint.post("/$batch", body)
    assert answer.status_code == 200
    assert {each["id"]: each["status"] for each in answer.json()["responses"]} == {
        "1": 200,
        "2": 404,
        "3": 424,
    }
    many = [{"id": str(number), "method": "GET", "url": "/organization"} for number in range(21)]
    assert endpoint.post("/$batch", {"requests": many}).status_code == 400


def test_built_in_roles_have_one_id_everywhere(endpoint: GraphClient) -> None:
    """graph-facts §2.1: id and templateId are one, and Global Administrator's is well known."""
    found = endpoint.value(f"{ROLES}/roleDefinitions", filter="isBuiltIn eq true")
    assert GLOBAL_ADMINISTRATOR in {row["id"] for row in found}
    assert all(row["id"] == row["templateId"] for row in found)
    assert not any("isPrivileged" in row for row in found), "beta only"


def test_role_names_are_compared_with_case(endpoint: GraphClient) -> None:
    """observed-behaviours 25."""
    path = f"{ROLES}/roleDefinitions"
    assert len(endpoint.value(path, filter="displayName eq 'Global Administrator'")) == 1
    assert endpoint.value(path, filter="displayName eq 'global administrator'") == []


def test_an_assignments_id_encodes_role_and_principal(endpoint: GraphClient) -> None:
    """graph-facts §2.2: base64url of the little-endian GUIDs."""
    for row in rows(endpoint, f"{ROLES}/roleAssignments"):
        body, _, tail = row["id"].rpartition("-")
        assert tail == "1"
        raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        assert uuid.UUID(bytes_le=raw[:16]) == uuid.UUID(row["roleDefinitionId"])
        assert uuid.UUID(bytes_le=raw[16:32]) == uuid.UUID(row["principalId"])


def test_an_eligibility_schedule_is_named_after_its_request(endpoint: GraphClient) -> None:
    """graph-facts §2.3: for roles the two ids are one; start and end are nested."""
    for row in rows(endpoint, f"{ROLES}/roleEligibilitySchedules"):
        assert row["id"] == row["createdUsing"]
        assert row["memberType"] in ("Direct", "Group", "Inherited")
        assert "startDateTime" not in row
        assert "assignmentType" not in row
        kind = row["scheduleInfo"]["expiration"]["type"]
        assert kind in ("noExpiration", "afterDateTime"), "a duration is read back as an end"


def test_an_instance_has_flat_times_and_an_id_of_its_own(endpoint: GraphClient) -> None:
    """graph-facts §2.2, §2.3."""
    for row in rows(endpoint, f"{ROLES}/roleEligibilityScheduleInstances"):
        assert row["id"].endswith("-1-e")
        assert "startDateTime" in row
        assert "scheduleInfo" not in row


def test_an_active_schedule_says_how_it_came_about(endpoint: GraphClient) -> None:
    """graph-facts §2.3: what PIM did not make has no creation."""
    for row in rows(endpoint, f"{ROLES}/roleAssignmentSchedules"):
        assert row["assignmentType"] in ("Assigned", "Activated")
        if row["createdUsing"] is None:
            assert row["createdDateTime"] is None


def test_a_filter_by_principal_gives_that_principal(endpoint: GraphClient) -> None:
    """graph-facts §2.3."""
    path = f"{ROLES}/roleEligibilitySchedules"
    principal = rows(endpoint, path)[0]["principalId"]
    found = endpoint.value(path, filter=f"principalId eq '{principal}'")
    assert {row["principalId"] for row in found} == {principal}


def test_groups_have_no_tenant_wide_pim_list(endpoint: GraphClient) -> None:
    """graph-facts §2.4, EasyPIM issue 77, msgraph-sdk-powershell issue 2553."""
    assert endpoint.get(f"{GROUPS}/eligibilitySchedules").status_code == 400
    refused(endpoint.get(GROUPS), 400, "MissingProvider")


def test_the_groups_that_pim_manages_are_listed_in_beta(endpoint: GraphClient) -> None:
    """graph-facts §2.4."""
    path = f"/beta{GROUPS}/resources"
    for row in rows(endpoint, path)[:3]:
        answer = endpoint.get(f"{GROUPS}/eligibilitySchedules", filter=f"groupId eq '{row['id']}'")
        assert answer.status_code == 200, answer.text
        for schedule in answer.json()["value"]:
            assert schedule["id"].startswith(f"{schedule['groupId']}_{schedule['accessId']}_")


def test_policies_need_a_filter(endpoint: GraphClient) -> None:
    """graph-facts §2.5, microsoft-graph-docs issues 15910 and 20060."""
    refused(endpoint.get(POLICIES), 400, "MissingProvider")
    refused(endpoint.get("/policies/roleManagementPolicies"), 400, "MissingProvider")


def test_every_role_has_a_policy_of_seventeen_rules(endpoint: GraphClient) -> None:
    """graph-facts §2.5, observed-behaviours 1 to 3: fixed rule ids, policy ids that name the tenant."""
    tenant = endpoint.value("/organization", select="id")[0]["id"]
    text = "scopeId eq '/' and scopeType eq 'DirectoryRole'"
    found = rows(endpoint, POLICIES, filter=text, expand="policy($expand=rules)")
    for row in found:
        assert row["policyId"].startswith(f"DirectoryRole_{tenant}_")
        assert row["id"] == f"{row['policyId']}_{row['roleDefinitionId']}"
        names = {rule["id"] for rule in row["policy"]["rules"]}
        assert len(names) == len(row["policy"]["rules"]) == 17
        assert {"Expiration_Admin_Eligibility", "Approval_EndUser_Assignment"} <= names


def test_ordinary_groups_say_null_not_false(endpoint: GraphClient) -> None:
    """observed-behaviours 32."""
    values = {row["isAssignableToRole"] for row in rows(endpoint, "/groups", select="id,isAssignableToRole")}
    assert values <= {True, None}


def test_the_organization_is_one_and_names_its_domains(endpoint: GraphClient) -> None:
    """graph-facts §2.10."""
    (row,) = endpoint.value("/organization")
    assert sum(domain["isDefault"] for domain in row["verifiedDomains"]) == 1
    assert row["tenantType"] in ("AAD", None)
    skus = endpoint.value("/subscribedSkus")
    assert all(sku["id"].startswith(f"{row['id']}_") for sku in skus)
