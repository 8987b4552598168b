"""Users, groups, service principals, administrative units, organization."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graph_client import GraphClient, code
from small_tenants import (
    ALICE,
    BOB,
    CAROL,
    GHOST,
    PIM_GROUP,
    PLAIN_GROUP,
    PRINCIPAL,
    ROLE_GROUP,
    TENANT,
    UNIT,
    object_id,
    user,
)

EVENTUAL = {"ConsistencyLevel": "eventual"}
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


def test_users_without_select_have_eleven_fields(graph: GraphClient) -> None:
    """graph-facts §2.7."""
    assert all(set(row) == BASIC for row in graph.value("/users"))


def test_select_gives_exactly_what_was_asked(graph: GraphClient) -> None:
    """graph-facts §2.7."""
    answer = graph.get(f"/users/{ALICE}", select="id,employeeId,onPremisesImmutableId").json()
    assert answer.pop("@odata.context").endswith("#users(id,employeeId,onPremisesImmutableId)/$entity")
    assert answer == {"id": ALICE, "employeeId": "E101", "onPremisesImmutableId": None}
    assert graph.get("/users", select="nonsense").status_code == 400


def test_pages_follow_an_absolute_next_link(graph: GraphClient) -> None:
    """graph-facts §1.6: opaque and absolute; every row once."""
    first = graph.get("/users", top="3", select="id").json()
    assert first["@odata.nextLink"].startswith("https://localhost")
    second = graph.get(first["@odata.nextLink"]).json()
    assert [len(first["value"]), len(second["value"])] == [3, 1]
    assert "@odata.nextLink" not in second
    assert len({row["id"] for row in first["value"] + second["value"]}) == 4


def test_default_page_is_100_and_most_is_999(reloaded: Callable[..., GraphClient]) -> None:
    """graph-facts §1.6."""
    graph = reloaded(users=[user(number, f"U{number}") for number in range(1000, 2100)])
    assert len(graph.get("/users").json()["value"]) == 100
    assert len(graph.get("/users", top="999").json()["value"]) == 999
    assert graph.get("/users", top="1000").status_code == 400
    assert len(graph.value("/users", top="999")) == 1100


def test_a_page_token_survives_a_deletion(graph: GraphClient) -> None:
    first = graph.get("/groups", top="2", select="id").json()
    assert graph.delete(f"/groups/{first['value'][0]['id']}").status_code == 204
    rest = graph.get(first["@odata.nextLink"]).json()["value"]
    assert [row["id"] for row in rest] == [PIM_GROUP, object_id(204)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("displayName eq 'alice'", {ALICE}),
        ("startswith(displayName,'B')", {BOB}),
        ("employeeId in ('E101','E102')", {ALICE, BOB}),
        ("displayName eq 'Alice' or (employeeId eq 'E102' and accountEnabled eq true)", {ALICE, BOB}),
    ],
)
def test_plain_filters(graph: GraphClient, text: str, expected: set[str]) -> None:
    """graph-facts §1.6."""
    assert {row["id"] for row in graph.value("/users", filter=text)} == expected


def test_advanced_filters_need_the_header_and_count(graph: GraphClient) -> None:
    """graph-facts §1.6: ne, not, endsWith."""
    for text in ("displayName ne 'Alice'", "not(displayName eq 'Alice')", "endswith(mail,'x')"):
        refused = graph.get("/users", filter=text)
        assert (refused.status_code, code(refused)) == (400, "Request_UnsupportedQuery")
        assert graph.get("/users", filter=text, headers=EVENTUAL).status_code == 400
    answer = graph.get("/users", filter="displayName ne 'Alice'", count="true", headers=EVENTUAL).json()
    assert answer["@odata.count"] == 3
    assert code(graph.get("/users", count="true")) == "Request_BadRequest"
    assert graph.get("/users/$count", headers=EVENTUAL).text == "4"


def test_a_plain_filter_takes_fifteen_alternatives(graph: GraphClient) -> None:
    """sdk-facts: microsoft-graph-docs issue 21098."""
    ids = ",".join(f"'{object_id(number)}'" for number in range(100, 116))
    assert code(graph.get("/users", filter=f"id in ({ids})")) == "Request_UnsupportedQuery"
    fifteen = ids.rpartition(",")[0]
    assert len(graph.value("/users", filter=f"id in ({fifteen})")) == 4


def test_only_role_assignable_groups(graph: GraphClient) -> None:
    """graph-facts §2.7, observed-behaviours 32: null for ordinary groups."""
    assert [row["id"] for row in graph.value("/groups", filter="isAssignableToRole eq true")] == [ROLE_GROUP]
    assert graph.get(f"/groups/{PLAIN_GROUP}").json()["isAssignableToRole"] is None


def test_get_by_ids_leaves_out_what_is_gone(graph: GraphClient) -> None:
    """graph-facts §2.7: the cheap test for orphans."""
    answer = graph.post("/directoryObjects/getByIds", {"ids": [ALICE, GHOST, PRINCIPAL, ROLE_GROUP]})
    kinds = {row["id"]: row["@odata.type"] for row in answer.json()["value"]}
    assert kinds == {
        ALICE: "#microsoft.graph.user",
        PRINCIPAL: "#microsoft.graph.servicePrincipal",
        ROLE_GROUP: "#microsoft.graph.group",
    }
    only = graph.post("/directoryObjects/getByIds", {"ids": [ALICE, ROLE_GROUP], "types": ["group"]})
    assert [row["id"] for row in only.json()["value"]] == [ROLE_GROUP]


def test_a_dead_id_is_404(graph: GraphClient) -> None:
    """graph-facts §2.7."""
    for path in (f"/users/{GHOST}", f"/groups/{GHOST}", f"/directoryObjects/{GHOST}"):
        answer = graph.get(path)
        assert (answer.status_code, code(answer)) == (404, "Request_ResourceNotFound")
        assert GHOST in answer.json()["error"]["message"]


def test_directory_answers_tell_their_cost(graph: GraphClient) -> None:
    """graph-facts §1.2, §1.3."""

    def cost(path: str, **query: str) -> str:
        return graph.get(path, **query).headers["x-ms-resource-unit"]

    assert cost("/users") == "2"
    assert cost("/users", select="id") == "1"
    assert cost("/subscribedSkus") == "3"
    assert cost(f"/groups/{PLAIN_GROUP}/members") == "3"
    assert cost(f"/groups/{PLAIN_GROUP}/transitiveMembers") == "5"


def test_members_and_owners(graph: GraphClient) -> None:
    """graph-facts §3.7."""
    ref = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{CAROL}"}
    path = f"/groups/{PLAIN_GROUP}/members"
    assert graph.post(f"{path}/$ref", ref).status_code == 204
    again = graph.post(f"{path}/$ref", ref)
    assert (again.status_code, code(again)) == (400, "Request_BadRequest")
    assert {row["id"] for row in graph.value(path)} == {ALICE, BOB, CAROL}
    assert graph.delete(f"{path}/{CAROL}/$ref").status_code == 204
    assert graph.delete(f"{path}/{CAROL}/$ref").status_code == 404
    assert [row["id"] for row in graph.value(f"/groups/{PIM_GROUP}/owners")] == [ALICE]


def test_a_role_assignable_group_is_made_once_and_for_all(graph: GraphClient) -> None:
    """graph-facts §3.7."""
    body = {
        "displayName": "Admins",
        "mailNickname": "admins",
        "mailEnabled": False,
        "securityEnabled": True,
        "isAssignableToRole": True,
        "members@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{ALICE}"],
    }
    made = graph.post("/groups", body)
    assert made.status_code == 201
    group = made.json()
    assert (group["isAssignableToRole"], group["visibility"]) == (True, "Private")
    assert [row["id"] for row in graph.value(f"/groups/{group['id']}/members")] == [ALICE]
    assert graph.patch(f"/groups/{group['id']}", {"isAssignableToRole": False}).status_code == 400
    assert graph.patch(f"/groups/{group['id']}", {"description": "x"}).status_code == 204
    dynamic = graph.post("/groups", {**body, "groupTypes": ["DynamicMembership"]})
    assert dynamic.status_code == 400
    nested = {"@odata.id": f"https://graph.microsoft.com/v1.0/groups/{PLAIN_GROUP}"}
    assert graph.post(f"/groups/{group['id']}/members/$ref", nested).status_code == 400


def test_a_typed_name_is_refused(graph: GraphClient) -> None:
    """sdk-facts: an emptied typed property leaves as a name that Graph does not know."""
    answer = graph.patch(f"/groups/{PLAIN_GROUP}", {"mail_nickname": None})
    assert (answer.status_code, code(answer)) == (400, "BadRequest")
    assert "mail_nickname" in answer.json()["error"]["message"]


def test_administrative_units(graph: GraphClient) -> None:
    """graph-facts §2.6, §3.7, observed-behaviours 34."""
    made = graph.post("/directory/administrativeUnits", {"displayName": "Oslo", "description": "x"})
    assert made.status_code == 201
    unit = made.json()
    path = f"/directory/administrativeUnits/{unit['id']}"
    ref = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{ALICE}"}
    assert graph.post(f"{path}/members/$ref", ref).status_code == 204
    assert [row["@odata.type"] for row in graph.value(f"{path}/members")] == ["#microsoft.graph.user"]
    assert graph.patch(path, {"isMemberManagementRestricted": True}).status_code == 400
    assert graph.patch(path, {"description": "y"}).status_code == 204
    assert graph.delete(path).status_code == 204
    assert graph.get(path).status_code == 404


def test_scoped_role_members_are_the_units_assignments(graph: GraphClient) -> None:
    """graph-facts §2.6."""
    rows = graph.value(f"/directory/administrativeUnits/{UNIT}/scopedRoleMembers")
    assert [row["roleMemberInfo"]["id"] for row in rows] == [BOB]


def test_the_organization_is_the_tenant(graph: GraphClient) -> None:
    """graph-facts §2.10."""
    rows = graph.value("/organization")
    assert (rows[0]["id"], rows[0]["tenantType"]) == (TENANT, "AAD")
    assert [domain["name"] for domain in rows[0]["verifiedDomains"]] == ["contoso.example"]
    plans = graph.value("/subscribedSkus")[0]["servicePlans"]
    assert plans[0]["servicePlanId"] == "eec0eb4f-6444-4f95-aba0-50c24d67f998"


def test_unknown_paths_and_methods(graph: GraphClient) -> None:
    """graph-facts §1.5: 405 Request_BadRequest for a method that the path does not have."""
    wrong = graph.delete("/organization")
    assert (wrong.status_code, code(wrong)) == (405, "Request_BadRequest")
    unknown = graph.get("/nonsense")
    assert (unknown.status_code, code(unknown)) == (400, "BadRequest")
    assert "segment 'nonsense'" in unknown.json()["error"]["message"]


def test_errors_have_one_envelope(graph: GraphClient) -> None:
    """graph-facts §1.4: date without a zone, both request ids, the caller's own echoed."""
    answer = graph.get(f"/users/{GHOST}", headers={"client-request-id": "mine"})
    inner = answer.json()["error"]["innerError"]
    assert set(inner) == {"date", "request-id", "client-request-id"}
    assert inner["client-request-id"] == answer.headers["client-request-id"] == "mine"
    assert inner["request-id"] == answer.headers["request-id"]
    assert inner["date"] == "2026-03-01T12:00:00"


def test_batch(graph: GraphClient) -> None:
    """graph-facts §1.5: each request on its own; 424 when a dependency failed."""
    answer = graph.post(
        "/$batch",
        {
            "requests": [
                {"id": "1", "method": "GET", "url": f"/users/{ALICE}?$select=id"},
                {"id": "2", "method": "GET", "url": f"users/{GHOST}"},
                {"id": "3", "method": "GET", "url": "/organization", "dependsOn": ["2"]},
                {"id": "4", "method": "GET", "url": "/organization", "dependsOn": ["1"]},
            ]
        },
    )
    assert answer.status_code == 200
    by_id = {each["id"]: each for each in answer.json()["responses"]}
    assert {key: each["status"] for key, each in by_id.items()} == {"1": 200, "2": 404, "3": 424, "4": 200}
    assert by_id["1"]["body"]["id"] == ALICE
    assert by_id["1"]["headers"]["x-ms-resource-unit"] == "1"
    many = [{"id": str(number), "method": "GET", "url": "/organization"} for number in range(21)]
    assert graph.post("/$batch", {"requests": many}).status_code == 400
    twice = [{"id": "1", "method": "GET", "url": "/organization"}] * 2
    assert graph.post("/$batch", {"requests": twice}).status_code == 400
