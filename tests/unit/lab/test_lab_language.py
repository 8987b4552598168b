"""Filters, times, durations, ids, tables, routes: the small parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from migrate.lab.call import Answer, Route
from migrate.lab.clock import Clock, iso, parse_duration, parse_time
from migrate.lab.errors import GraphError
from migrate.lab.filters import parse_filter
from migrate.lab.ids import assignment_id
from migrate.lab.policy_rules import default_rules, merged
from migrate.lab.router import Router
from migrate.lab.table import Table

ROW = {
    "displayName": "O'Brien, (Ann)",
    "accountEnabled": True,
    "mail": None,
    "groupTypes": ["Unified"],
    "level": 3,
    "start": "2026-03-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("displayName eq 'O''Brien, (Ann)'", True),
        ("displayName eq 'o''brien, (ann)'", True),
        ("mail eq null", True),
        ("mail ne null", False),
        ("accountEnabled eq true and level gt 2", True),
        ("accountEnabled eq false or level le 3", True),
        ("not (level eq 3)", False),
        ("level in (1,2)", False),
        ("displayName in ('x','O''Brien, (Ann)')", True),
        ("startswith(displayName,'o')", True),
        ("contains(displayName,'brien')", True),
        ("endswith(displayName,')')", True),
        ("groupTypes/any(c:c eq 'Unified')", True),
        ("groupTypes/any(c: c eq 'DynamicMembership')", False),
        ("start ge 2026-01-01T00:00:00Z", True),
        ("level eq 1 or level eq 2 and level eq 3", False),
        ("(level eq 3 or level eq 2) and accountEnabled eq true", True),
    ],
)
def test_filters(text: str, expected: bool) -> None:
    assert parse_filter(text).test(ROW) is expected


@pytest.mark.parametrize(
    "text", ["", "displayName", "displayName eq", "a eq 'b", "a eq 'b' and", "a like 'b'", "(a eq 1"]
)
def test_broken_filters(text: str) -> None:
    with pytest.raises(GraphError):
        parse_filter(text)


def test_what_a_filter_fixes() -> None:
    found = parse_filter("scopeId eq '/' and (scopeType eq 'Group') and (a eq '1' or b eq '2')")
    assert found.fixed == {"scopeId": "/", "scopeType": "Group"}
    assert found.properties == {"scopeId", "scopeType", "a", "b"}
    assert parse_filter("a ne 'x'").advanced is True
    assert parse_filter("a eq 'x'").advanced is False
    assert parse_filter("a in ('1','2','3')").alternatives == 3


def test_case_matters_where_it_is_told_to() -> None:
    exact = parse_filter("displayName eq 'x'", exact=frozenset({"displayName"}))
    assert (exact.test({"displayName": "x"}), exact.test({"displayName": "X"})) == (True, False)


@pytest.mark.parametrize(
    ("text", "seconds"), [("P1D", 86_400), ("PT8H", 28_800), ("P1DT1M", 86_460), ("PT0S", 0), ("PT1.5S", 1.5)]
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["P6M", "P1Y", "P1W", "P", "PT", "P1DT", "8:00:00", "", "PT1"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_duration(text)


def test_times_go_there_and_back() -> None:
    assert iso(parse_time("2022-04-12T09:05:39.7594064Z")) == "2022-04-12T09:05:39.759406Z"
    assert iso(parse_time("2022-04-12T09:05:00+02:00")) == "2022-04-12T07:05:00Z"
    assert iso(parse_time("2022-04-12T09:05:00")) == "2022-04-12T09:05:00Z"


def test_the_clock_can_be_put_forward() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    clock = Clock(lambda: start)
    clock.advance(90)
    assert clock.now() - start == timedelta(seconds=90)


def test_a_published_id() -> None:
    """graph-facts §2.2: an id that Microsoft printed."""
    role, principal = "62e90394-69f5-4237-9190-012177145e10", "56f2d212-e49c-42e3-8298-0188e5bef094"
    assert assignment_id(role, principal, "") == "lAPpYvVpN0KRkAEhdxReEBLS8lac5ONCgpgBiOW-8JQ-1"


def test_positions_outlive_deletions() -> None:
    table: Table[str] = Table()
    for name in "abcd":
        table.put(name, name)
    (_, first), (at, second) = list(table.since(0))[:2]
    table.pop(first)
    table.put("e", "e")
    table.put("C", "C")
    assert [row for _, row in table.since(at)] == ["C", "d", "e"]
    assert (second, len(table), "A" in table, "B" in table) == ("b", 4, False, True)


def test_routes() -> None:
    def handler() -> Answer:
        return Answer()

    router = Router(
        [
            Route("GET", "/users/{id}", handler),
            Route("GET", "/servicePrincipals(appId='{app_id}')", handler),
            Route("GET", "/only/beta", handler, versions=("beta",)),
        ]
    )
    assert router.find("GET", "v1.0", "/USERS/7")[1] == {"id": "7"}
    assert router.find("GET", "v1.0", "/servicePrincipals(appId='x')")[1] == {"app_id": "x"}
    with pytest.raises(GraphError, match="405"):
        router.find("PUT", "v1.0", "/users/7")
    with pytest.raises(GraphError, match="'only'"):
        router.find("GET", "v1.0", "/only/beta")
    with pytest.raises(GraphError, match="'nothing'"):
        router.find("GET", "v1.0", "/users/7/nothing")


def test_seventeen_rules_each_apart() -> None:
    roles, groups = default_rules(group=False), default_rules(group=True)
    assert len(roles) == len(groups) == 17
    roles["Expiration_Admin_Eligibility"]["target"]["caller"] = "changed"
    assert roles["Enablement_Admin_Eligibility"]["target"]["caller"] == "Admin"
    assert merged(groups, {"Enablement_Admin_Eligibility": {"enabledRules": ["Ticketing"]}})[
        "Enablement_Admin_Eligibility"
    ]["enabledRules"] == ["Ticketing"]
    with pytest.raises(ValueError, match="Nonsense"):
        merged(groups, {"Nonsense": {}})
