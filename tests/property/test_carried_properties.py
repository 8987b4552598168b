"""Laws of what is carried over: no id of the source is left in a body, and whoever was named still is."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from guarded_tenants import (
    ACCEPTED,
    MARK,
    NAMES,
    OFFICE_APP,
    RESISTANT,
    SHARED_APP,
    controls,
    here,
    policy,
    query,
    review,
    reviewer,
    source,
    strength,
    target,
    there,
    translation,
)
from hypothesis import given
from hypothesis import strategies as st
from tenant_pairs import EXCHANGE, ident

from migrate.plan.conditional_access_copy import copy_policy
from migrate.plan.review_copy import copy_review
from migrate.plan.review_recurrence import renewed

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
RIGHTLY_EQUAL = frozenset({EXCHANGE, RESISTANT, OFFICE_APP, SHARED_APP})
OF_THE_TARGET = frozenset(
    {*ACCEPTED.values(), *(there(one) for one in ("office", "keys", "robot's application"))}
)
TRANSLATE = translation()
EMPTY = target()
GONE = [ident(f"gone {number}") for number in range(3)]

SEGMENTS = {
    "user": "users",
    "group": "groups",
    "servicePrincipal": "servicePrincipals",
    "administrativeUnit": "directory/administrativeUnits",
    "roleDefinition": "roleManagement/directory/roleDefinitions",
}


def ids(kind: str) -> st.SearchStrategy[str]:
    known = [here(name) for name in NAMES[kind]] + ([EXCHANGE] if kind == "roleDefinition" else [])
    named = st.sampled_from([*known, *known, *known, *GONE])
    return st.builds(lambda one, upper: one.upper() if upper else one, named, st.booleans())


paths = st.sampled_from(sorted(SEGMENTS)).flatmap(
    lambda kind: st.builds(
        lambda version, one, tail: f"{version}/{SEGMENTS[kind]}/{one}{tail}",
        st.sampled_from(["", "/v1.0", "/beta"]),
        ids(kind),
        st.sampled_from(["", "/members", "/transitiveMembers/microsoft.graph.user/?$count=true"]),
    )
)
conditions = st.one_of(
    st.builds("roleDefinitionId eq '{}'".format, ids("roleDefinition")),
    st.builds("directoryScopeId eq '/administrativeUnits/{}'".format, ids("administrativeUnit")),
    st.builds("principalId eq '{}'".format, ids("user")),
    st.lists(ids("roleDefinition"), min_size=1, max_size=3).map(
        lambda some: f"roleDefinitionId in ({', '.join(repr(one) for one in some)})"
    ),
    st.just("isof(principal,'microsoft.graph.user')"),
)
filters = st.lists(conditions, min_size=1, max_size=3).map(
    lambda some: f"/roleManagement/directory/roleAssignmentScheduleInstances?$filter={' and '.join(some)}"
)
unknown = st.sampled_from(
    ["./manager", "./owners", f"/accessPackages/{here('admins')}", f"/x?$filter=y eq '{here('ann')}'"]
)
queries = st.one_of(paths, filters, paths, filters, unknown)
reviewers = st.lists(st.builds(reviewer, queries), max_size=2)
reviews = st.builds(
    lambda scope, resources, who, others, staged: review(
        scope=scope
        if not resources
        else {
            "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
            "principalScopes": [scope],
            "resourceScopes": [query(one) for one in resources],
        },
        reviewers=who,
        fallbackReviewers=others,
        stageSettings=[{"stageId": "1", "durationInDays": 1, "reviewers": staged}] if staged else [],
    ),
    st.builds(query, queries),
    st.lists(queries, max_size=2),
    reviewers,
    reviewers,
    reviewers,
)


def guids(value: Any) -> list[str]:
    return [one.lower() for one in GUID.findall(json.dumps(value))]


@given(reviews)
def test_no_id_of_the_source_is_left_in_a_review(row: dict[str, Any]) -> None:
    found = copy_review(row, TRANSLATE, now=NOW, target=EMPTY, mark=MARK, why=TRANSLATE.why)
    assert (found.body is None) == bool(found.problems)
    assert not found.problems or all(
        any(one in told for told in found.problems) for one in guids(_about(row)) if one in GONE
    )
    if found.body is not None:
        assert set(guids(found.body)) <= OF_THE_TARGET | RIGHTLY_EQUAL
        assert len(guids(found.body)) == len(guids(_about(row)))
        assert GUID.sub("", _texts(found.body)) == GUID.sub("", _texts(row)), "only ids change"


def _about(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in ("scope", "reviewers", "fallbackReviewers", "stageSettings")}


def _texts(row: Any) -> str:
    return json.dumps(sorted(re.findall(r'"query": "((?:[^"\\]|\\.)*)"', json.dumps(_about(dict(row))))))


def some(kind: str, *words: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.one_of(ids(kind), st.sampled_from(words)) if words else ids(kind), max_size=3)


def others(*known: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([*known, *known, ident("unknown")]), max_size=2)


people = st.fixed_dictionaries(
    {
        "includeUsers": some("user", "All", "GuestsOrExternalUsers"),
        "excludeUsers": some("user"),
        "includeGroups": some("group"),
        "excludeGroups": some("group"),
        "includeRoles": some("roleDefinition"),
        "excludeRoles": some("roleDefinition"),
    }
)
policies = st.builds(
    lambda users, places, apps, services, keys, terms: policy(
        users,
        conditions={
            "locations": {"includeLocations": ["All"], "excludeLocations": places},
            "applications": {"includeApplications": apps},
            "clientApplications": {"includeServicePrincipals": services},
        },
        grantControls=controls(
            builtInControls=["mfa"], termsOfUse=terms, authenticationStrength=strength(keys)
        ),
    ),
    people,
    others("AllTrusted", here("office")),
    others("All", OFFICE_APP, SHARED_APP, here("robot's application")),
    some("servicePrincipal", "ServicePrincipalsInMyTenant"),
    st.sampled_from([here("keys"), RESISTANT, RESISTANT, ident("unknown")]),
    st.sampled_from([[], [], [], [ident("terms")]]),
)


@given(policies)
def test_no_id_of_the_source_is_left_in_a_policy_and_no_list_is_emptied(row: dict[str, Any]) -> None:
    found = copy_policy(row, TRANSLATE, target=EMPTY, mark=MARK, why=TRANSLATE.why)
    assert (found.body is None) == bool(found.problems)
    if found.body is None:
        return
    assert set(guids(found.body)) <= OF_THE_TARGET | RIGHTLY_EQUAL
    for part, lists in row["conditions"].items():
        for name, named in lists.items() if isinstance(lists, dict) else ():
            if isinstance(named, list) and named:
                made = found.body["conditions"][part][name]
                assert len(made) == len({one.lower() for one in named}), (part, name)


@given(
    st.sampled_from(["daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly"]),
    st.integers(1, 12),
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    st.integers(0, 1500),
)
def test_a_copy_begins_today_or_later_and_keeps_the_rhythm(
    kind: str, every: int, start: date, later: int
) -> None:
    given_ = {
        "pattern": {"type": kind, "interval": every},
        "range": {"type": "noEnd", "startDate": start.isoformat(), "endDate": "9999-12-31"},
    }
    made = renewed(given_, 7, NOW.date())
    assert made.value is not None
    first = date.fromisoformat(made.value["range"]["startDate"])
    assert first >= NOW.date()
    assert first == start or start < NOW.date()
    day = NOW.date() + timedelta(days=later)
    assert renewed(made.value, 7, day).rhythm == renewed(given_, 7, day).rhythm


def test_the_tenants_of_these_laws_share_nothing_but_what_may_be_equal() -> None:
    """Otherwise the laws would hold for a copy that translates nothing."""
    ours = set(guids([dict(rows) for rows in source().rows.values()]))
    assert ours & OF_THE_TARGET == set()
    assert {here("ann"), here("office"), here("reader")} <= ours
