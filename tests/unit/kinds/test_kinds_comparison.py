"""What counts as the same in Graph's eyes, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.kinds.comparison import comparable, fingerprint, identity, unequal
from migrate.kinds.role_eligibility_schedule import KIND as ELIGIBILITY


def differs(
    one: dict[str, Any], other: dict[str, Any], kind: str = "user", across: bool = False
) -> list[str]:
    rows = comparable(kind, one, across=across), comparable(kind, other, across=across)
    found = sorted(unequal(*rows))
    assert (fingerprint(rows[0]) == fingerprint(rows[1])) is (not found), "the two answers must agree"
    return found


def schedule(
    start: str, created_using: str | None, expiration: dict[str, Any] | None = None
) -> dict[str, Any]:
    info = {"startDateTime": start, "expiration": expiration or {"type": "noExpiration"}}
    return {"id": "s", "createdUsing": created_using, "assignmentType": "Assigned", "scheduleInfo": info}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"proxyAddresses": ["SMTP:a@x", "smtp:b@x"]}, {"proxyAddresses": ["smtp:b@x", "SMTP:a@x"]}),
        ({"enabledRules": ["Justification", "Ticketing"]}, {"enabledRules": ["ticketing", "justification"]}),
        ({"claimValue": None}, {"claimValue": ""}),
        ({"groupTypes": []}, {}),
        ({"memberType": "Direct"}, {"memberType": "direct"}),
        ({"modifiedDateTime": "0001-01-01T08:00:00Z"}, {"modifiedDateTime": None}),
        ({"createdDateTime": "2026-01-01T00:00:00.0000000Z"}, {"createdDateTime": "2026-01-01T00:00:00Z"}),
        ({"principalId": "AAAAAAAA-0000-4000-8000-000000000000"},
         {"principalId": "aaaaaaaa-0000-4000-8000-000000000000"}),
        ({"displayName": "Ada", "@odata.context": "one"}, {"displayName": "Ada", "@odata.context": "other"}),
    ],
)  # fmt: skip
def test_graph_makes_no_difference_here(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert differs(one, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"proxyAddresses": ["SMTP:a@x"]}, {"proxyAddresses": ["smtp:a@x"]}),
        ({"displayName": "Ada"}, {"displayName": "ADA"}),
        ({"accountEnabled": False}, {"accountEnabled": None}),
        ({"approvalStages": [{"n": 1}, {"n": 2}]}, {"approvalStages": [{"n": 2}, {"n": 1}]}),
        ({"deep": {"list": ["a"]}}, {"deep": {"list": ["a", "b"]}}),
    ],
)
def test_and_here_it_does(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert len(differs(one, other)) == 1


def test_rules_are_told_one_by_one() -> None:
    one = {"policy": {"rules": [{"id": "A", "maximumDuration": "PT1H"}, {"id": "B", "isEnabled": True}]}}
    other = {"policy": {"rules": [{"id": "B", "isEnabled": True}, {"id": "A", "maximumDuration": "PT2H"}]}}
    assert differs(one, other) == ["policy.rules.A.maximumDuration"]


@pytest.mark.parametrize("kind", ["roleAssignmentSchedule", "groupAssignmentSchedule"])
def test_an_assignment_made_outside_pim_begins_whenever_one_asks(kind: str) -> None:
    one, other = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    assert differs(schedule(one, None), schedule(other, None), kind) == []
    assert differs(schedule(one, "r"), schedule(other, "r"), kind) == ["scheduleInfo.startDateTime"]
    assert differs(schedule(one, None), schedule(other, None), "roleEligibilitySchedule") == [
        "scheduleInfo.startDateTime"
    ]


def test_a_right_is_compared_by_when_it_ends() -> None:
    start = "2026-01-01T00:00:00Z"
    by_duration = schedule(start, "r", {"type": "afterDuration", "duration": "P1D"})
    by_date = schedule(start, "r", {"type": "afterDateTime", "endDateTime": "2026-01-02T00:00:00Z"})
    later = schedule(start, "r", {"type": "afterDateTime", "endDateTime": "2026-01-03T00:00:00Z"})
    never = schedule(start, "r")
    kind = "roleEligibilitySchedule"
    assert differs(by_duration, by_date, kind) == []
    assert differs(by_date, later, kind) == ["scheduleInfo.expiration.endDateTime"]
    assert differs(by_date, never, kind) == ["scheduleInfo.expiration.endDateTime"]
    unreadable = schedule(start, "r", {"type": "notSpecified"})
    assert differs(never, unreadable, kind), "no readable end is not the same as none"


def test_between_tenants_only_what_means_something_in_both() -> None:
    one = {**schedule("2026-01-01T00:00:00Z", "r1"), "id": "1", "status": "Provisioned"}
    other = {**schedule("2026-02-01T00:00:00Z", "r2"), "id": "2", "status": "Provisioned"}
    assert differs(one, other, "roleEligibilitySchedule", across=True) == []
    assert differs(one, {**other, "status": "Granted"}, "roleEligibilitySchedule", across=True) == ["status"]


def test_a_custom_role_is_the_set_of_what_it_allows() -> None:
    def role(*blocks: list[str]) -> dict[str, Any]:
        return {"rolePermissions": [{"allowedResourceActions": block} for block in blocks]}

    assert differs(role(["a/Read", "b/read"]), role(["b/read"], ["a/read"]), "roleDefinition") == []
    assert differs(role(["a/read"]), role(["a/read", "c/read"]), "roleDefinition") == ["rolePermissions"]


def test_a_right_and_its_shadow_are_two() -> None:
    row = {"principalId": "p", "roleDefinitionId": "r", "directoryScopeId": "/", "memberType": "Direct"}
    assert identity(ELIGIBILITY, row) != identity(ELIGIBILITY, {**row, "memberType": "Group"})
    assert identity(ELIGIBILITY, row) == identity(ELIGIBILITY, {**row, "memberType": "direct"})
