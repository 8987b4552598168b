"""Which address a plain request becomes: built by the SDK, seen as it would leave."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from graphapi_fakes import OpenSession, rows

from migrate.errors import GraphRefused
from migrate.kinds import group_member
from migrate.kinds.request import Request, get, quoted

ROOT = "https://graph.test:8443"


async def _sent(open_session: OpenSession, request: Request) -> str:
    async with open_session(rows()) as (session, service):
        await session.send(request)
    return str(service.asked[0].url)


@pytest.mark.parametrize(
    ("request_", "address"),
    [
        (get("/organization"), "/v1.0/organization"),
        (get("/users/u-1"), "/v1.0/users/u-1"),
        (get("/users/a_b.com#EXT#@c.com"), "/v1.0/users/a_b.com%23EXT%23%40c.com"),
        (get("/roleManagement/directory/roleDefinitions"), "/v1.0/roleManagement/directory/roleDefinitions"),
        (
            get("/identityGovernance/privilegedAccess/group/eligibilitySchedules"),
            "/v1.0/identityGovernance/privilegedAccess/group/eligibilitySchedules",
        ),
        (
            get("/identityGovernance/privilegedAccess/group/resources", version="beta"),
            "/beta/identityGovernance/privilegedAccess/group/resources",
        ),
        (
            Request("POST", "/roleManagement/directory/roleEligibilityScheduleRequests/r-1/cancel"),
            "/v1.0/roleManagement/directory/roleEligibilityScheduleRequests/r-1/cancel",
        ),
        (
            Request(
                "PATCH",
                "/policies/roleManagementPolicies/DirectoryRole_t_p/rules/Expiration_Admin_Eligibility",
            ),
            "/v1.0/policies/roleManagementPolicies/DirectoryRole_t_p/rules/Expiration_Admin_Eligibility",
        ),
        (Request("POST", "/groups/g-1/members/$ref"), "/v1.0/groups/g-1/members/$ref"),
        (Request("DELETE", "/groups/g-1/members/u-1/$ref"), "/v1.0/groups/g-1/members/u-1/$ref"),
        (
            Request("DELETE", "/directory/administrativeUnits/a-1/members/u-1/$ref"),
            "/v1.0/directory/administrativeUnits/a-1/members/u-1/$ref",
        ),
        (Request("POST", "/directoryObjects/getByIds", reads=True), "/v1.0/directoryObjects/getByIds"),
        (get("/servicePrincipals(appId='app-1')"), "/v1.0/servicePrincipals(appId='app-1')"),
        (get("/subscribedSkus"), "/v1.0/subscribedSkus"),
        (
            get("/identity/conditionalAccess/authenticationContextClassReferences/c1"),
            "/v1.0/identity/conditionalAccess/authenticationContextClassReferences/c1",
        ),
        (
            get("/identityGovernance/accessReviews/definitions"),
            "/v1.0/identityGovernance/accessReviews/definitions",
        ),
    ],
)
async def test_the_path_comes_out_as_it_went_in(
    open_session: OpenSession, request_: Request, address: str
) -> None:
    assert await _sent(open_session, request_) == ROOT + address


async def test_query_options_keep_their_names_and_values(open_session: OpenSession) -> None:
    name = quoted("O'Neil & Söhne + 100%")
    filter_ = f"scopeId eq '/' and displayName eq {name}"
    address = await _sent(
        open_session,
        get("/policies/roleManagementPolicyAssignments", filter=filter_, expand="policy($expand=rules)"),
    )
    query = urlsplit(address).query
    assert "$filter=" in query
    assert "$expand=" in query
    assert " " not in query
    assert "'" not in query
    assert dict(parse_qsl(query)) == {"$filter": filter_, "$expand": "policy($expand=rules)"}


async def test_a_link_leaves_exactly_as_graph_gave_it(open_session: OpenSession) -> None:
    link = f"{ROOT}/v1.0/users?$top=999&$skiptoken=RFNwdAIAAQ%3d%3d"
    assert await _sent(open_session, get(link)) == link


async def test_extra_headers_go_along(open_session: OpenSession) -> None:
    request = Request("GET", "/users", headers={"ConsistencyLevel": "eventual"})
    async with open_session(rows()) as (session, service):
        await session.send(request)
    assert service.asked[0].headers["consistencylevel"] == "eventual"


@pytest.mark.parametrize(
    "request_",
    [
        get("/userz"),
        get("/users//u-1"),
        get("/users/.."),
        get("/users", bogus="1"),
        get("/organization/post/patch/get"),
        Request("DELETE", "/users"),
        Request("PATCH", "/organization"),
        get("/groups/g-1/$nothing"),
    ],
)
async def test_what_the_sdk_does_not_know_is_never_sent(open_session: OpenSession, request_: Request) -> None:
    async with open_session(rows()) as (session, service):
        with pytest.raises(GraphRefused) as caught:
            await session.send(request_)
    assert caught.value.code == "unknown_request"
    assert service.asked == []


@pytest.mark.parametrize("version", ["v1.0", "beta"])
async def test_an_object_that_a_body_names_gets_the_tenants_own_host(
    open_session: OpenSession, version: str
) -> None:
    add = replace(group_member.add("g-1", "u-1"), version=version)
    async with open_session(rows()) as (session, service):
        await session.send(add)
    assert json.loads(service.asked[0].content) == {"@odata.id": f"{ROOT}/{version}/directoryObjects/u-1"}
    assert add.body == {"@odata.id": "/directoryObjects/u-1"}


@pytest.mark.parametrize(
    "named",
    [
        "",
        "//evil.test/u-1",
        "https://evil.test/v1.0/users/u-1",
        "/users/../x",
        "@evil.test/users/u",
        7,
        ["/a/b"],
    ],
)
async def test_a_body_that_names_no_object_of_the_tenant_is_never_sent(
    open_session: OpenSession, named: object
) -> None:
    async with open_session(rows()) as (session, service):
        with pytest.raises(GraphRefused) as caught:
            await session.send(Request("POST", "/groups/g-1/members/$ref", body={"@odata.id": named}))
    assert caught.value.code == "unknown_request"
    assert service.asked == []
