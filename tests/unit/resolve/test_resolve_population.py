"""Groups and administrative units by who is in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tenant_pairs import ELIGIBILITY, LADDER, SOURCE, TARGET, built_in, group, right, unit, user, view

from migrate.resolve.findings import Counterpart, State
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
HERE = [user(f"p{n}@contoso.com", displayName=f"Person {n}", employeeId=f"C{n}") for n in range(10)]
THERE = [user(f"q{n}@fabrikam.com", displayName=f"Person {n}", employeeId=f"C{n}") for n in range(10)]
NATIVES = [user(f"n{n}@fabrikam.com", displayName=f"Native {n}") for n in range(5)]


def people(rows: list[Row]) -> tuple[Row, ...]:
    return tuple({"id": one["id"], "@odata.type": "#microsoft.graph.user"} for one in rows)


def tenant(
    tenant_id: str,
    users: list[Row],
    units: dict[str, tuple[Row, list[Row] | None]],
    rights: list[Row],
    kind: str,
) -> TenantView:
    rows = {kind: [row for row, _ in units.values()], "user": users, ELIGIBILITY: rights}
    found = view(tenant_id, {**rows, "roleDefinition": [built_in()]})
    listed = "groupMember" if kind == "group" else "administrativeUnitMember"
    lists = {row["id"]: people(members) for row, members in units.values() if members is not None}
    return replace(found, lists={listed: lists})


def units_resolved(
    ours: dict[str, tuple[Row, list[Row] | None]],
    theirs: dict[str, tuple[Row, list[Row] | None]],
    ladder: Any = LADDER,
) -> Resolution:
    rights = [
        right(name, HERE[0]["id"], scope=f"/administrativeUnits/{ours[name][0]['id']}") for name in ours
    ]
    return resolve(
        tenant(SOURCE, HERE, ours, rights, "administrativeUnit"),
        tenant(TARGET, THERE + NATIVES, theirs, [], "administrativeUnit"),
        ladder,
    )


def of(resolution: Resolution, row: Row) -> Counterpart:
    return next(one for one in resolution.mappings if one.source_id == row["id"])


def named(name: str, display: str, **more: Any) -> Row:
    return {**unit(name), "displayName": display, **more}


EMEA, THEIR_EMEA = named("ours", "EMEA Staff"), named("theirs", "Staff EMEA (moved)")


def test_a_unit_with_the_same_people_and_name_is_accepted() -> None:
    found = of(units_resolved({"u": (EMEA, HERE)}, {"u": (THEIR_EMEA, THERE)}), EMEA)
    assert (found.state, found.target_id, found.rule) == (State.ACCEPTED, THEIR_EMEA["id"], "member_overlap")
    assert found.evidence[0].value == "10 of 10 people"


@pytest.mark.parametrize(
    ("ours", "theirs", "rule"),
    [
        (HERE, THERE + NATIVES, None),
        (HERE[:2], THERE[:2], None),
        (None, THERE, None),
        (HERE, None, None),
    ],
    ids=["others are in it", "too few", "ours unread", "theirs unread"],
)
def test_other_or_unknown_people_settle_nothing(
    ours: list[Row] | None, theirs: list[Row] | None, rule: str | None
) -> None:
    found = of(units_resolved({"u": (EMEA, ours)}, {"u": (THEIR_EMEA, theirs)}), EMEA)
    assert (found.state, found.rule) == (State.PROPOSED, rule)


def test_how_many_must_be_common_is_the_engagements_choice() -> None:
    lenient = replace(LADDER, overlap_percent=60)
    found = units_resolved({"u": (EMEA, HERE)}, {"u": (THEIR_EMEA, THERE + NATIVES)}, lenient)
    assert of(found, EMEA).state is State.ACCEPTED


def test_the_same_people_under_another_name_are_proposed() -> None:
    other = named("theirs", "Finance")
    found = of(units_resolved({"u": (EMEA, HERE)}, {"u": (other, THERE)}), EMEA)
    assert (found.state, found.target_id) == (State.PROPOSED, other["id"])


def test_two_units_of_the_same_people_claim_one() -> None:
    second = named("second", "EMEA Staff (copy)")
    found = units_resolved({"u": (EMEA, HERE), "v": (second, HERE)}, {"u": (THEIR_EMEA, THERE)})
    assert {one.code for one in found.conflicts if one.kind == "administrativeUnit"} == {"C03"}


def test_a_rule_that_fills_both_settles_under_the_same_name() -> None:
    ours = {**EMEA, "membershipRule": '(user.country  -eq "DE")'}
    theirs = {**THEIR_EMEA, "membershipRule": '(user.country -eq\n"DE")'}
    found = of(units_resolved({"u": (ours, None)}, {"u": (theirs, None)}), ours)
    assert (found.state, found.rule) == (State.ACCEPTED, "membership_rule")


def groups_resolved(
    ours: Row, members: list[Row] | None, *theirs: tuple[Row, list[Row] | None]
) -> Counterpart:
    rights = [right("r", ours["id"])]
    return of(
        resolve(
            tenant(SOURCE, HERE, {"g": (ours, members)}, rights, "group"),
            tenant(TARGET, THERE, {str(n): one for n, one in enumerate(theirs)}, [], "group"),
            LADDER,
        ),
        ours,
    )


def test_a_group_of_the_same_name_and_people() -> None:
    ours = group("ours", displayName="PIM Helpdesk", mailNickname="g1")
    theirs = group("theirs", displayName="Fabrikam PIM Helpdesk", mailNickname="G1")
    assert groups_resolved(ours, HERE, (theirs, THERE)).rule == "member_overlap"
    assert groups_resolved(ours, HERE, (theirs, THERE)).state is State.ACCEPTED
    assert groups_resolved(ours, HERE, (theirs, THERE[:3])).state is State.PROPOSED


def test_of_two_groups_the_unread_one_may_be_the_right_one() -> None:
    ours = group("ours", displayName="PIM Helpdesk")
    one, other = (group(name, displayName="PIM Helpdesk") for name in ("one", "other"))
    assert groups_resolved(ours, HERE, (one, THERE), (other, None)).state is State.PROPOSED
