"""What a right names, what it leaves out, and the requests that write and undo it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tenant_pairs import group_right, ident, policy, right

from migrate.kinds import (
    group,
    group_eligibility_schedule,
    organization,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
    role_schedule,
    subscribed_sku,
)
from migrate.kinds.catalogue import ALL
from migrate.kinds.ids import is_guid, same_id
from migrate.kinds.policy_defaults import OF_NEW_GROUP
from migrate.kinds.request import Lane

ANNA, UNIT = ident("anna"), ident("unit")


def named(row: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {one.property: (one.to_kind, one.to_id) for one in role_schedule.references(row)}


@pytest.mark.parametrize("path", ["/administrativeUnits/", "/AdministrativeUnits/", "/administrativeunits/"])
def test_a_unit_is_found_in_any_spelling_of_its_scope(path: str) -> None:
    assert named(right("r", ANNA, scope=path + UNIT))["directoryScopeId"] == ("administrativeUnit", UNIT)


def test_a_scope_of_one_object_names_it() -> None:
    assert named(right("r", ANNA, scope=f"/{UNIT}"))["directoryScopeId"] == ("directoryObject", UNIT)


@pytest.mark.parametrize("scope", ["/", "/attributeSets/Engineering"])
def test_other_scopes_name_no_object(scope: str) -> None:
    assert "directoryScopeId" not in named(right("r", ANNA, scope=scope))


@pytest.mark.parametrize("app_scope", ["/", "/AccessPackageCatalog/x", f"/{UNIT}", UNIT])
def test_an_application_scope_is_neither_the_tenant_nor_an_object(app_scope: str) -> None:
    row = right("r", ANNA, scope=None, appScopeId=app_scope)
    assert role_schedule.scope_of(row) == f"app:{app_scope}"
    assert "directoryScopeId" not in named(row)


def test_a_row_without_a_scope_does_not_become_tenant_wide() -> None:
    row = right("r", ANNA, scope=None)
    assert role_schedule.scope_of(row) == ""
    assert role_schedule.natural_key(row) != role_schedule.natural_key(right("r", ANNA))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.collection)
def test_an_empty_row_breaks_no_kind(kind: Any) -> None:
    assert list(kind.references({})) == []
    assert isinstance(kind.natural_key({}), str)
    assert (kind.id_of({}), kind.name_of({})) == ("", "")


@pytest.mark.parametrize(
    ("row", "gaps"),
    [
        (right("r", ANNA), ()),
        (right("r", ANNA, principalId=None), ("principalId",)),
        (right("r", ANNA, roleDefinitionId=""), ("roleDefinitionId",)),
        (right("r", ANNA, scope=None), ("directoryScopeId",)),
        (right("r", ANNA, scope=None, appScopeId="/"), ()),
        (right("r", ANNA, memberType=None), ("memberType",)),
        ({}, ("principalId", "roleDefinitionId", "directoryScopeId", "memberType")),
    ],
)
def test_the_gaps_of_a_role_right(row: dict[str, Any], gaps: tuple[str, ...]) -> None:
    assert role_eligibility_schedule.KIND.gaps(row) == gaps


@pytest.mark.parametrize(
    ("row", "gaps"),
    [
        (group_right("r", ANNA, UNIT), ()),
        (group_right("r", ANNA, UNIT, "Owner"), ()),
        (group_right("r", ANNA, UNIT, "unknownFutureValue"), ("accessId",)),
        ({}, ("principalId", "groupId", "accessId", "memberType")),
    ],
)
def test_the_gaps_of_a_group_right(row: dict[str, Any], gaps: tuple[str, ...]) -> None:
    assert group_eligibility_schedule.KIND.gaps(row) == gaps


def test_keys_do_not_depend_on_case() -> None:
    upper = right("r", ANNA.upper(), scope=f"/ADMINISTRATIVEUNITS/{UNIT.upper()}")
    assert role_schedule.natural_key(upper) == role_schedule.natural_key(
        right("r", ANNA, scope=f"/administrativeUnits/{UNIT}")
    )
    assert group_eligibility_schedule.natural_key(
        group_right("r", ANNA.upper(), UNIT, "Member")
    ) == group_eligibility_schedule.natural_key(group_right("r", ANNA, UNIT))


def test_a_removal_carries_no_schedule_and_an_assignment_does() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    given = role_eligibility_schedule.PIM.assign(
        principal_id=ANNA,
        role_definition_id=UNIT,
        scope="/",
        start=start,
        end=None,
        justification="why",
        ticket="T1",
    )
    assert given.body is not None
    assert given.body["scheduleInfo"]["expiration"] == {"type": "noExpiration"}
    assert given.body["ticketInfo"]["ticketNumber"] == "T1"
    taken = role_eligibility_schedule.PIM.remove(
        principal_id=ANNA, role_definition_id=UNIT, scope="/", justification="why"
    )
    assert taken.body is not None and "scheduleInfo" not in taken.body
    assert given.is_write and taken.is_write and given.lane is Lane.PIM


def test_lists_that_graph_gives_per_group_demand_a_group_and_quote_it() -> None:
    for kind in (group_eligibility_schedule.KIND, role_management_policy.GROUP_KIND):
        with pytest.raises(ValueError):
            kind.listing(None)
        assert "'o''brien'" in kind.listing("o'brien").query["$filter"]


def test_the_rules_of_a_policy() -> None:
    found = policy("role", Enablement_Admin_Eligibility={"enabledRules": ["Ticketing", "Justification"]})
    assert role_management_policy.enabled(found, "Enablement_Admin_Eligibility") == {
        "ticketing",
        "justification",
    }
    assert not role_management_policy.must_end(found)
    assert role_management_policy.must_end(OF_NEW_GROUP)
    approver = {"@odata.type": "#microsoft.graph.singleUser", "userId": ANNA}
    stages = {"setting": {"approvalStages": [{"primaryApprovers": [approver, {"id": UNIT}]}]}}
    asks = policy("role", Approval_EndUser_Assignment=stages)
    named_there = [one.to_id for one in role_management_policy.references(asks)]
    assert named_there == ["role", ANNA, UNIT]
    assert role_management_policy.rules({"policy": {"rules": [None, {}, "x"]}}) == {}


def test_roles_compare_by_what_they_allow() -> None:
    one = {
        "rolePermissions": [
            {"allowedResourceActions": ["a/Read", "b/read"]},
            {"allowedResourceActions": ["B/read"]},
        ]
    }
    other = {"rolePermissions": [{"allowedResourceActions": ["b/read", "a/read"], "condition": None}]}
    assert role_definition.actions(one) == role_definition.actions(other)
    for changed in (
        {"allowedResourceActions": ["b/read", "a/read"], "condition": "$SubjectIsOwner"},
        {"allowedResourceActions": ["b/read", "a/read"], "excludedResourceActions": ["a/read"]},
    ):
        assert role_definition.actions({"rolePermissions": [changed]}) != role_definition.actions(one)


def test_which_groups_can_do_what() -> None:
    cloud = {"securityEnabled": True, "groupTypes": []}
    assert group.can_be_managed_by_pim(cloud)
    assert group.can_be_managed_by_pim({"securityEnabled": False, "groupTypes": ["Unified"]})
    assert not group.can_be_managed_by_pim({**cloud, "groupTypes": ["DynamicMembership"]})
    assert not group.can_be_managed_by_pim({**cloud, "onPremisesSyncEnabled": True})
    assert not group.can_be_managed_by_pim({"securityEnabled": False, "groupTypes": []})
    assert group.can_hold_roles({"isAssignableToRole": True})
    assert not group.can_hold_roles({"isAssignableToRole": None})


def test_small_readings() -> None:
    assert organization.verified_domains({"verifiedDomains": [{"name": "Contoso.com"}, {}]}) == {
        "contoso.com"
    }
    plan = {"servicePlanId": "EEC0EB4F-6444-4F95-ABA0-50C24D67F998"}
    paid = {"servicePlans": [plan], "capabilityStatus": "Enabled", "prepaidUnits": {"enabled": 5}}
    assert subscribed_sku.seats([paid, {**paid, "capabilityStatus": "Suspended"}, {}]) == 5
    assert is_guid(ANNA) and is_guid(ANNA.upper()) and not is_guid(ANNA.replace("-", ""))
    assert same_id(ANNA, ANNA.upper()) and not same_id(None, None)
