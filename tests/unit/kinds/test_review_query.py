"""What an access review's queries name: told by the words before each id."""

from __future__ import annotations

import pytest
from tenant_pairs import ident

from migrate.kinds import access_review
from migrate.kinds.review_query import hides_ids, named_in

ONE, TWO = ident("one"), ident("two")
SCHEDULES = "/roleManagement/directory/roleAssignmentScheduleInstances?$expand=principal&$filter="
IS_USER = "isof(principal,'microsoft.graph.user')"


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        (f"/groups/{ONE}/transitiveMembers", ["group"]),
        (f"/v1.0/users/{ONE.upper()}", ["user"]),
        (f"/v1.0/groups/{ONE}/transitiveMembers/microsoft.graph.user/?$count=true", ["group"]),
        (f"/roleManagement/directory/roleDefinitions/{ONE}", ["roleDefinition"]),
        (f"{SCHEDULES}({IS_USER} and roleDefinitionId eq '{ONE}')", ["roleDefinition"]),
        (
            f"{SCHEDULES}roleDefinitionId eq '{ONE}' and directoryScopeId eq '/administrativeUnits/{TWO}'",
            ["roleDefinition", "administrativeUnit"],
        ),
        (f"{SCHEDULES}roleDefinitionId in ('{ONE}', '{TWO}')", ["roleDefinition", "roleDefinition"]),
        (f"{SCHEDULES}principalId+eq+%27{ONE}%27", ["directoryObject"]),
        (f"{SCHEDULES}roleDefinition/id eq '{ONE}'", ["roleDefinition"]),
        (f"{SCHEDULES}directoryScopeId eq '/{ONE}'", ["directoryObject"]),
        (f"/directory/administrativeUnits/{ONE}/members", ["administrativeUnit"]),
        (f"/servicePrincipals/{ONE}", ["servicePrincipal"]),
        (f"/groups('{ONE}')/members", ["group"]),
        (f"/groups?$filter=id eq '{ONE}'", ["group"]),
        ("/users/ann@contoso.com", ["user"]),
        ("/users/ann%40contoso.com/manager", ["user"]),
        ("/users?$filter=userPrincipalName eq 'ann@contoso.com'", [""]),
        (f"/identityGovernance/entitlementManagement/accessPackages/{ONE}", [""]),
        (f"/things?$filter=secretId eq '{ONE}'", [""]),
        (f"/things?$filter=id eq '{ONE}'", [""]),
        ("./manager", []),
        ("./members/microsoft.graph.user/?$count=true&$filter=(userType eq 'Guest')", []),
        ("/groups?$filter=(groupTypes/any(c:c+eq+'Unified'))&$count=true", []),
    ],
)
def test_what_is_named(query: str, kinds: list[str]) -> None:
    found = list(named_in(query))
    assert [one.kind for one in found] == kinds
    for one in found:
        assert query[one.start : one.end].lower().replace("%40", "@") == one.id


def test_ids_behind_an_encoding_are_seen_to_be_hidden() -> None:
    assert hides_ids(f"/users/{ONE.replace('-', '%2D')}")
    assert not hides_ids(f"/users/%27{ONE}%27")


def test_a_long_query_without_anything_costs_little() -> None:
    assert list(named_in("a" * 200_000)) == []


def test_a_review_refers_to_what_stands_in_its_filters_and_recipients() -> None:
    row = {
        "scope": {"query": f"{SCHEDULES}roleDefinitionId eq '{ONE}'", "queryType": "MicrosoftGraph"},
        "reviewers": [{"query": "/users/ann@contoso.com"}],
        "additionalNotificationRecipients": [
            {"notificationRecipientScope": {"query": f"/v1.0/users/{TWO}"}},
        ],
    }
    found = [(one.property, one.to_kind, one.to_id) for one in access_review.references(row)]
    assert found == [
        ("scope", "roleDefinition", ONE),
        ("additionalNotificationRecipients", "user", TWO),
    ]
