"""Who reaches which right, how nearly, and on which path."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from privileged_tenants import (
    ELIGIBILITY,
    EXCHANGE,
    GLOBAL_ADMINISTRATOR,
    GROUP_ASSIGNMENT,
    GROUP_ELIGIBILITY,
    READER,
    ROLE_ASSIGNMENT,
    TABLE,
    eligible,
    holds,
    ident,
    privilege,
    tenant,
)
from tenant_pairs import custom, group_right

from migrate.resolve.effective import people_by_tier, reach_of, reaches
from migrate.resolve.privilege import privilege_of
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import Classifier, TierTable

UNIT = f"/administrativeUnits/{ident('unit')}"


def of(view: TenantView, name: str, **more: Any) -> list[tuple[str, str, str]]:
    found = reach_of(privilege(view, **more), ident(name))
    return [(one.right.id, one.right.scope, one.access.value) for one in found]


def hops(view: TenantView, name: str) -> list[str]:
    (found,) = reach_of(privilege(view), ident(name))
    return [hop.how for hop in found.path]


def test_direct_rights() -> None:
    rows = {ROLE_ASSIGNMENT: [holds("ann", EXCHANGE)], ELIGIBILITY: [eligible("ann", READER, UNIT)]}
    assert of(tenant(["ann"], rows=rows), "ann") == [
        (EXCHANGE, "/", "standing"),
        (READER, UNIT.lower(), "eligible"),
    ]


@pytest.mark.parametrize(
    "shadow", [{"memberType": "Group"}, {"memberType": "Inherited"}, {"assignmentType": "Activated"}]
)
def test_shadows_are_no_rights_of_their_own(shadow: dict[str, str]) -> None:
    rows = {ROLE_ASSIGNMENT: [{**holds("ann", EXCHANGE), **shadow}]}
    assert of(tenant(["ann"], rows=rows), "ann") == []


def test_what_is_over_is_not_reached() -> None:
    view = tenant(["ann"], rows={ELIGIBILITY: [eligible("ann", READER, end="2026-01-31T00:00:00Z")]})
    made = [
        privilege_of(view, Classifier(view, TABLE), datetime(2026, month, 15, tzinfo=UTC)) for month in (1, 2)
    ]
    assert [len(list(reaches(one))) for one in made] == [1, 0]


def test_members_of_nested_groups_that_form_a_circle() -> None:
    view = tenant(
        ["ann", "ben"],
        ["a", "b", "c"],
        members={"a": ["b"], "b": ["c", "ben"], "c": ["a", "ann"]},
        rows={ROLE_ASSIGNMENT: [holds("a", EXCHANGE)]},
    )
    for name in ("ann", "ben", "a", "b", "c"):
        assert of(view, name) == [(EXCHANGE, "/", "standing")]
    assert hops(view, "ann") == ["member", "member", "member", "standing"]


def test_eligible_to_a_group_that_is_eligible_to_a_group_that_is_eligible_to_a_role() -> None:
    view = tenant(
        ["ann"],
        ["inner", "outer"],
        rows={
            GROUP_ELIGIBILITY: [
                group_right("1", ident("ann"), ident("inner")),
                group_right("2", ident("inner"), ident("outer")),
            ],
            ELIGIBILITY: [eligible("outer", GLOBAL_ADMINISTRATOR)],
        },
    )
    assert of(view, "ann") == [(GLOBAL_ADMINISTRATOR, "/", "eligible")]
    assert hops(view, "ann") == ["eligible member", "eligible member", "eligible"]


@pytest.mark.parametrize("eligible_owner", [False, True])
def test_owners_can_add_themselves(eligible_owner: bool) -> None:
    rows: dict[str, list[dict[str, Any]]] = {ROLE_ASSIGNMENT: [holds("g", EXCHANGE)]}
    if eligible_owner:
        rows[GROUP_ELIGIBILITY] = [group_right("1", ident("ann"), ident("g"), "Owner")]
    view = tenant(["ann"], ["g"], owners={} if eligible_owner else {"g": ["ann"]}, rows=rows)
    assert of(view, "ann") == [(EXCHANGE, "/", "owner")]


def test_the_nearest_access_counts() -> None:
    view = tenant(
        ["ann"],
        ["g"],
        members={"g": ["ann"]},
        owners={"g": ["ann"]},
        rows={
            ROLE_ASSIGNMENT: [holds("g", EXCHANGE)],
            ELIGIBILITY: [eligible("ann", EXCHANGE)],
            GROUP_ELIGIBILITY: [group_right("1", ident("ann"), ident("g"))],
        },
    )
    assert of(view, "ann") == [(EXCHANGE, "/", "standing")]


def test_an_activated_membership_is_eligible_and_not_standing() -> None:
    session = group_right("s", ident("ann"), ident("g"), assignmentType="activated")
    rows = {
        ROLE_ASSIGNMENT: [holds("g", EXCHANGE)],
        GROUP_ELIGIBILITY: [group_right("1", ident("ann"), ident("g"))],
        GROUP_ASSIGNMENT: [session],
    }
    view = tenant(["ann"], ["g"], members={"g": ["ann"]}, rows=rows)
    assert of(view, "ann") == [(EXCHANGE, "/", "eligible")]
    rows[GROUP_ASSIGNMENT].append(group_right("a", ident("ann"), ident("g"), assignmentType="assigned"))
    assert of(tenant(["ann"], ["g"], members={"g": ["ann"]}, rows=rows), "ann")[0][2] == "standing"


@pytest.mark.parametrize(
    ("unread", "told"),
    [
        ("groupMembers:g", "members not read"),
        ("groupOwners:g", "owners not read"),
        ("groupEligibilitySchedules", "eligibility not read"),
        ("pimGroups", "eligibility not read"),
    ],
)
def test_a_group_that_was_not_read_is_told_and_never_left_out(unread: str, told: str) -> None:
    view = tenant(["ann"], ["g"], rows={ROLE_ASSIGNMENT: [holds("g", EXCHANGE)]}, unread=[unread])
    (unknown,) = (one for one in reaches(privilege(view)) if one.access == "unknown")
    assert (unknown.principal_id, unknown.right.id, unknown.path[0].how) == (ident("g"), EXCHANGE, told)


def test_groups_that_lead_to_nothing_are_not_looked_at() -> None:
    view = tenant(["ann"], ["idle"], members={"idle": ["ann"]}, unread=["groupOwners:idle"])
    assert not list(reaches(privilege(view)))


def test_a_device_in_a_group_reaches_nothing() -> None:
    view = tenant([], ["g"], rows={ROLE_ASSIGNMENT: [holds("g", EXCHANGE)]})
    view.lists["groupMember"][ident("g")] = (  # type: ignore[index]
        {"@odata.type": "#microsoft.graph.device", "id": ident("laptop")},
    )
    assert of(view, "laptop") == []


def test_everybody_is_counted_once_at_the_highest_tier() -> None:
    view = tenant(
        ["ann", "ben"],
        ["g"],
        members={"g": ["ann", "ben"]},
        rows={
            ROLE_ASSIGNMENT: [holds("g", READER), holds("ann", GLOBAL_ADMINISTRATOR)],
            ELIGIBILITY: [eligible("ann", EXCHANGE)],
        },
    )
    assert people_by_tier(privilege(view)) == {0: 1, 1: 0, 2: 1}


# Tiers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "tier", "certain"),
    [
        (custom("c", "microsoft.office365.exchange/allEntities/allTasks"), 2, True),
        (custom("c", "ours/danger", "microsoft.office365.exchange/allEntities/allTasks"), 0, True),
        (custom("c", "ours/nobody/knows"), 1, False),
        (custom("c"), 2, True),
        (custom("c", "ours/danger", display_name="Named Here"), 2, True),
    ],
)
def test_custom_roles_are_as_high_as_their_highest_action(
    role: dict[str, Any], tier: int, certain: bool
) -> None:
    table = TierTable(
        {0: "a", 1: "b", 2: "c"},
        {GLOBAL_ADMINISTRATOR: 0, EXCHANGE: 1, READER: 2},
        actions={0: ("ours/dang*",)},
        custom_roles={"named here": 2},
        unclassified=1,
    )
    view = tenant(roles=[role, *tenant().of_kind("roleDefinition").values()])
    found = Classifier(view, table).of_role(role["id"])
    assert (found.number, found.certain) == (tier, certain)


def test_a_scope_lowers_a_role_only_where_the_file_says_so() -> None:
    view = tenant()
    lowering = TierTable(TABLE.names, TABLE.roles, lowered={"administrative_unit": 1})
    assert Classifier(view, TABLE).of_role(GLOBAL_ADMINISTRATOR, UNIT).number == 0
    assert Classifier(view, lowering).of_role(GLOBAL_ADMINISTRATOR, UNIT).number == 1
    assert Classifier(view, lowering).of_role(GLOBAL_ADMINISTRATOR).number == 0
    assert Classifier(view, lowering).of_role(READER, UNIT).number == 2


def test_a_declared_group_opens_its_tier() -> None:
    table = TierTable(TABLE.names, TABLE.roles, groups={"payroll": 0})
    view = tenant(["ann"], ["Payroll"], members={"Payroll": ["ann"]})
    assert of(view, "ann", table=table) == [(ident("Payroll"), "", "standing")]
    assert people_by_tier(privilege(view, table)) == {0: 1}
