"""What goes beyond Microsoft's numbers is stopped with whatever needs it, and the first keep their place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from along_sample import ANNA, BEN, EVERYTHING, THEIR_ANNA, Wave, in_order, sides, stopped, wave
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    NOW,
    built_in,
    custom,
    group,
    group_right,
    ident,
    member,
    right,
    unit,
)

from migrate.plan.along.ceilings import Ceilings
from migrate.plan.document import Action, Draft
from migrate.plan.limits import SERVICE_LIMIT

ME, BENS, YOU = str(ANNA["id"]), str(BEN["id"]), str(THEIR_ANNA["id"])
SOON = "2026-06-01T00:00:00Z"
ACTIVE = "roleAssignmentSchedule"
MOVING = replace(EVERYTHING, active=True)


def groups(count: int, prefix: str) -> list[Any]:
    return [group(f"{prefix} {number}") for number in range(count)]


def two_groups(there: int) -> Wave:
    mine = groups(2, "Ops")
    ours = {
        "group": mine,
        GROUP_ELIGIBILITY: [group_right(f"g{one['displayName']}", ME, one["id"], end=SOON) for one in mine],
    }
    lists = {"groupMember": {one["id"]: [member(BENS)] for one in mine}}
    return wave(sides(ours, {"group": groups(there, "Theirs")}, our_lists=lists))


def test_up_to_the_number_everything_is_made() -> None:
    assert not stopped(two_groups(498).drafts)


def test_the_group_beyond_is_stopped_with_what_needs_it_and_the_first_is_made() -> None:
    found = two_groups(499)
    making = found.one("group")
    assert making.action is Action.CREATE
    (given,) = (one for one in found.of(GROUP_ELIGIBILITY) if one.action is Action.CREATE)
    assert given.target["groupId"] == making.key
    (barred,) = stopped(found.drafts)
    assert (barred.kind, barred.codes) == (GROUP_ELIGIBILITY, (SERVICE_LIMIT,))
    assert "499 role-assignable groups in the tenant are there and 2 are planned" in barred.reason
    assert (barred.target, barred.needs, barred.key) == ({}, (), barred.key)
    assert barred.key.startswith("source:")
    assert {one.target["parentId"] for one in found.of("groupMember")} == {making.key}
    in_order(found.drafts)


def test_plain_groups_are_not_counted() -> None:
    mine = group("Plain", isAssignableToRole=None)
    ours = {"group": [mine], GROUP_ELIGIBILITY: [group_right("g", ME, mine["id"], end=SOON)]}
    assert not stopped(wave(sides(ours, {"group": groups(500, "Theirs")})).drafts)


def test_custom_roles_have_a_number_and_built_in_ones_do_not_count() -> None:
    reader = custom("reader", "a/read", display_name="Mine")
    ours = {"roleDefinition": [built_in(), reader], ELIGIBILITY: [right("r", ME, reader["id"], end=SOON)]}
    theirs = [custom(f"c{one}", "b/read", display_name=f"Theirs {one}") for one in range(100)]
    full = wave(sides(ours, {"roleDefinition": [built_in(), *theirs]}))
    assert [one.codes for one in stopped(full.drafts)] == [(SERVICE_LIMIT,)]
    assert not full.writes
    assert not stopped(wave(sides(ours, {"roleDefinition": [built_in(), *theirs[1:]]})).drafts)


def unit_wave(theirs: list[Any], lists: Any, **shape: Any) -> Any:
    emea = {**unit("EMEA"), **shape}
    ours = {
        "administrativeUnit": [emea],
        ELIGIBILITY: [right("r", ME, scope=f"/administrativeUnits/{emea['id']}", end=SOON)],
    }
    both = sides(
        ours,
        {"administrativeUnit": theirs},
        our_lists={"administrativeUnitMember": {emea["id"]: [member(ME), member(BENS)]}},
        their_lists={"administrativeUnitMember": lists},
    )
    return wave(both)


def test_restricted_units_have_a_number_and_others_do_not_count() -> None:
    plain = [unit(f"u{one}") for one in range(100)]
    restricted = [{**one, "isMemberManagementRestricted": True} for one in plain]
    assert not stopped(unit_wave(plain, {}, isMemberManagementRestricted=True).drafts)
    assert not stopped(unit_wave(restricted, {}).drafts)
    full = unit_wave(restricted, {}, isMemberManagementRestricted=True)
    assert [one.kind for one in stopped(full.drafts)] == [ELIGIBILITY]


def test_nobody_is_put_into_a_unit_beyond_thirty_and_the_rest_moves() -> None:
    units = [unit(f"u{one}") for one in range(30)]
    found = unit_wave(units, {one["id"]: [member(YOU)] for one in units})
    (barred,) = stopped(found.drafts)
    assert barred.kind == "administrativeUnitMember"
    assert "30 administrative units with the same member are there" in barred.reason
    assert {one.kind for one in found.writes} == {
        "administrativeUnit",
        "administrativeUnitMember",
        ELIGIBILITY,
    }
    unread = unit_wave(units, {one["id"]: [member(YOU)] for one in units[1:]})
    assert not stopped(unread.drafts)
    assert any("units with the same member there are was not read" in one for one in unread.told)


def active(name: str, principal: str, role: str = EXCHANGE, scope: str = "/", **more: Any) -> Any:
    given = {"assignmentType": "Assigned", "createdUsing": ident(f"request {name}")}
    return right(name, principal, role, scope, end=SOON, **{**given, **more})


def held(count: int, *, over: bool = False, custom_role: bool = False, scope: str | None = None) -> list[Any]:
    end = "2026-02-01T00:00:00Z" if over else SOON
    role = ident("theirs") if custom_role else EXCHANGE
    return [
        {
            **active(f"h{one}", YOU, role, scope or f"/administrativeUnits/{ident(f'u{one}')}"),
            "scheduleInfo": right("x", YOU, end=end)["scheduleInfo"],
        }
        for one in range(count)
    ]


@pytest.mark.parametrize(
    ("there", "stops"),
    [
        (held(99), False),
        (held(100), True),
        (held(100, over=True), False),
        (held(100, scope="/"), False),
        (held(100, custom_role=True), False),
    ],
)
def test_assignments_below_the_tenant_are_counted_for_each_principal(there: list[Any], stops: bool) -> None:
    emea = unit("EMEA")
    ours = {
        "administrativeUnit": [emea],
        ACTIVE: [active("mine", ME, scope=f"/administrativeUnits/{emea['id']}")],
    }
    theirs = {ACTIVE: there, "roleDefinition": [built_in(), custom("theirs", "a/read")]}
    found = wave(sides(ours, theirs, active=True), MOVING)
    assert [one.codes for one in stopped(found.drafts)] == ([(SERVICE_LIMIT,)] if stops else [])
    # The unit is made for nobody but this right.
    assert bool(found.of("administrativeUnit")) is not stops


def test_assignments_of_custom_roles_are_counted_too() -> None:
    mine, theirs = custom("mine", "a/read"), custom("theirs", "a/read")
    ours = {"roleDefinition": [built_in(), mine], ACTIVE: [active("mine", ME, mine["id"])]}
    for count, stops in ((149, False), (150, True)):
        there = {ACTIVE: held(count, custom_role=True), "roleDefinition": [built_in(), theirs]}
        found = wave(sides(ours, there, active=True), MOVING)
        assert bool(stopped(found.drafts)) is stops, found.drafts


def test_what_was_not_counted_is_told_and_stops_nothing() -> None:
    found = two_groups(499)
    blind = Ceilings(replace(found.target, unread=frozenset({"groups"})), NOW)
    drafts = [replace(one, key=f"{one.key}{number}") for number in range(3) for one in found.of("group")]
    assert not blind.beyond(drafts)
    (told,) = blind.told(drafts)
    assert told.startswith("how many role-assignable groups in the tenant there are was not read")
    given = {"principalId": YOU, "directoryScopeId": "/administrativeUnits/1", "isBuiltInRole": True}
    assigned = Draft(Action.CREATE, ACTIVE, "a|b|c", "", target=given)
    blind = Ceilings(replace(found.target, unread=frozenset({"roleAssignmentSchedules"})), NOW)
    assert not blind.beyond([assigned])
    (told,) = blind.told([assigned])
    assert "active assignments of built-in roles below the tenant" in told
