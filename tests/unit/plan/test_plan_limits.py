"""The published limits: what goes beyond is stopped, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tenant_pairs import EXCHANGE, NOW, ident, right

from migrate.kinds.schedule import format_time
from migrate.kinds.service_limits import MOST, WORDS, Limited
from migrate.lab import limits as lab_limits
from migrate.plan.limits import LimitExceeded, Place, Planned, check, count_assignments, place_of
from migrate.plan.target_rules import Asked
from migrate.resolve.schedule_fit import Span

UNIT = f"/administrativeUnits/{ident('EMEA')}"
CUSTOM = ident("custom")
ROLES = Place(Limited.CUSTOM_ROLES)


def planned(count: int, place: Place = ROLES) -> list[Planned]:
    return [Planned(place, f"{place.what}-{number}") for number in range(count)]


def asked(kind: str = "roleAssignmentSchedule", *, custom: bool = False, tenant: bool = False) -> Asked:
    return Asked(kind, "user", Span(None, None), role_is_custom=custom, scope_is_tenant=tenant)


def test_every_limit_has_its_number_and_its_words() -> None:
    assert set(MOST) == set(WORDS) == set(Limited)
    assert MOST[Limited.CUSTOM_ROLES] == 100
    assert MOST[Limited.ROLE_ASSIGNABLE_GROUPS] == 500


def test_the_lab_holds_the_same_limits() -> None:
    assert MOST[Limited.CUSTOM_ROLE_ASSIGNMENTS] == lab_limits.MOST_CUSTOM_ASSIGNMENTS
    assert MOST[Limited.SCOPED_ASSIGNMENTS] == lab_limits.MOST_SCOPED_ASSIGNMENTS
    assert MOST[Limited.RESTRICTED_UNITS] == lab_limits.MOST_RESTRICTED_UNITS
    assert MOST[Limited.UNITS_OF_RESOURCE] == lab_limits.MOST_UNITS_OF_ONE


@pytest.mark.parametrize("what", list(Limited))
def test_up_to_the_limit_nothing_is_stopped_and_then_only_what_goes_beyond(what: Limited) -> None:
    place = Place(what, "one")
    there = MOST[what] - 2
    assert check({place: there}, planned(2, place)) == []
    [found] = check({place: there}, planned(4, place))
    assert found == LimitExceeded(what, "one", MOST[what], there, 4, (f"{what}-2", f"{what}-3"))
    assert "not more than 2 of them can be made" in found.reason


def test_a_target_that_has_too_many_already_gets_no_more() -> None:
    [found] = check({ROLES: 120}, planned(30))
    assert len(found.concerned) == 30
    assert "not more than 0" in found.reason


def test_a_place_that_holds_nothing_has_all_the_room() -> None:
    [found] = check({}, planned(101))
    assert found.concerned == ("custom_roles-100",)


def test_a_count_that_was_not_read_stops_all_that_counts_towards_it() -> None:
    [found] = check({ROLES: None}, planned(2))
    assert found.concerned == ("custom_roles-0", "custom_roles-1")
    assert "was not read" in found.reason


def test_principals_and_resources_are_counted_apart() -> None:
    full, free = (Place(Limited.SCOPED_ASSIGNMENTS, one) for one in ("a", "b"))
    [found] = check({full: 100, free: 99}, [Planned(free, "f"), Planned(full, "x")])
    assert (found.of, found.concerned) == ("a", ("x",))


def test_a_key_that_is_planned_twice_is_one_write() -> None:
    assert check({ROLES: 99}, [Planned(ROLES, "same"), Planned(ROLES, "same")]) == []


def test_places_come_in_the_order_in_which_the_plan_comes_to_them() -> None:
    units = Place(Limited.RESTRICTED_UNITS)
    found = check({ROLES: 100, units: 100}, [Planned(units, "u"), Planned(ROLES, "r")])
    assert [one.what for one in found] == [Limited.RESTRICTED_UNITS, Limited.CUSTOM_ROLES]


@pytest.mark.parametrize(
    ("right_asked", "what"),
    [
        (asked(custom=True, tenant=True), Limited.CUSTOM_ROLE_ASSIGNMENTS),
        (asked(custom=True), Limited.CUSTOM_ROLE_ASSIGNMENTS),
        (asked(), Limited.SCOPED_ASSIGNMENTS),
        (asked(tenant=True), None),
        (asked("roleEligibilitySchedule", custom=True), None),
        (asked("groupAssignmentSchedule"), None),
    ],
)
def test_active_assignments_of_custom_or_scoped_roles_count(right_asked: Asked, what: Limited | None) -> None:
    assert place_of(right_asked, "ABC") == (Place(what, "abc") if what else None)


def test_what_stands_is_counted_per_principal() -> None:
    yesterday = format_time(NOW - timedelta(days=1))
    rows = [
        right("1", "P", CUSTOM),
        right("2", "p", CUSTOM, UNIT),
        right("3", "p", EXCHANGE, UNIT, assignmentType="Activated"),
        right("4", "p", EXCHANGE),
        right("5", "p", EXCHANGE, UNIT, end=yesterday),
        right("6", "p", EXCHANGE, UNIT, memberType="Group"),
        right("7", "other", EXCHANGE, UNIT),
    ]
    assert count_assignments(rows, lambda role: role == CUSTOM, NOW) == {
        Place(Limited.CUSTOM_ROLE_ASSIGNMENTS, "p"): 2,
        Place(Limited.SCOPED_ASSIGNMENTS, "p"): 1,
        Place(Limited.SCOPED_ASSIGNMENTS, "other"): 1,
    }


def test_what_cannot_be_told_counts() -> None:
    silent = {**right("1", "p", ident("unknown"), UNIT), "scheduleInfo": None}
    assert count_assignments([silent], lambda _: None, NOW) == {
        Place(Limited.CUSTOM_ROLE_ASSIGNMENTS, "p"): 1,
        Place(Limited.SCOPED_ASSIGNMENTS, "p"): 1,
    }
