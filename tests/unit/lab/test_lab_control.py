"""Dump, changes by somebody else, load and reset, log, metrics."""

from __future__ import annotations

from typing import Any

import pytest
from lab_calls import ANN, APP, BEN, GROUP, ROLE, SCHEDULES, TENANT, UNIT, Asker, small_seed

from migrate.lab.control import UnknownTenant

KEY = {"principalId": ANN, "roleDefinitionId": ROLE, "directoryScopeId": "/"}


@pytest.fixture
def lab() -> Asker:
    return Asker()


def remove(lab: Asker) -> int:
    return lab.status("POST", SCHEDULES[:-1] + "Requests", {"action": "adminRemove", **KEY})


def test_a_dump_forgets_ids_starts_and_requests(lab: Asker) -> None:
    before = lab.control.dump(TENANT)
    assert lab.assign().answer.status == 201
    during = lab.control.dump(TENANT)
    assert during != before
    assert remove(lab) == 201
    assert lab.control.dump(TENANT) == before
    lab.move(3600)
    lab.sign_in()
    assert lab.assign().answer.status == 201
    assert lab.control.dump(TENANT) == during


def test_a_dump_sees_each_kind_of_change(lab: Asker) -> None:
    changes: list[dict[str, Any]] = [
        {"op": "create", "kind": "users", "object": {"displayName": "New"}},
        {"op": "update", "kind": "users", "object": {"id": ANN, "displayName": "Other"}},
        {"op": "delete", "kind": "users", "object": {"id": BEN}},
        {"op": "link", "kind": "groupMembers", "owner": GROUP, "member": ANN},
        {"op": "unlink", "kind": "groupMembers", "owner": GROUP, "member": ANN},
        {"op": "link", "kind": "administrativeUnitMembers", "owner": UNIT, "member": ANN},
        {"op": "create", "kind": "roleEligibilitySchedules", "object": KEY},
        {
            "op": "update",
            "kind": "roleEligibilitySchedules",
            "object": {**KEY, "endDateTime": "2026-12-01T00:00:00Z"},
        },
        {"op": "delete", "kind": "roleEligibilitySchedules", "object": KEY},
        {
            "op": "rule",
            "roleDefinitionId": ROLE,
            "rule": "Expiration_EndUser_Assignment",
            "properties": {"maximumDuration": "PT2H"},
        },
        {"op": "onboard", "groupId": GROUP},
        {
            "op": "rule",
            "groupId": GROUP,
            "accessId": "owner",
            "rule": "Enablement_EndUser_Assignment",
            "properties": {"enabledRules": []},
        },
    ]
    seen = lab.control.dump(TENANT)
    for what in changes:
        lab.control.change(TENANT, what)
        after = lab.control.dump(TENANT)
        assert after != seen, what
        seen = after


@pytest.mark.parametrize(
    "what",
    [
        {"op": "explode"},
        {"op": "create"},
        {"op": "delete", "kind": "teapots", "object": {"id": "x"}},
        {"op": "delete", "kind": "roleEligibilitySchedules", "object": KEY},
        {"op": "rule", "roleDefinitionId": ROLE, "rule": "Nonsense", "properties": {}},
    ],
)
def test_a_change_that_makes_no_sense(lab: Asker, what: dict[str, Any]) -> None:
    before = lab.control.dump(TENANT)
    with pytest.raises(ValueError, match=r"."):
        lab.control.change(TENANT, what)
    assert lab.control.dump(TENANT) == before


def test_reset_and_load(lab: Asker) -> None:
    before = lab.control.dump(TENANT)
    lab.assign()
    lab.control.faults([{"do": "cut"}])
    lab.control.reset()
    assert lab.control.dump(TENANT) == before
    assert lab.control.log() == []
    assert lab.schedules() == []
    lab.control.load([{**small_seed(), "displayName": "Loaded"}])
    assert lab.control.dump(TENANT)["displayName"] == "Loaded"


def test_a_broken_seed_changes_nothing(lab: Asker) -> None:
    bad = {**small_seed(), "rolePolicies": {ROLE: {"Nonsense": {}}}, "displayName": "Bad"}
    with pytest.raises(ValueError, match="Nonsense"):
        lab.control.load([bad])
    with pytest.raises(KeyError):
        lab.control.load([{"displayName": "no id"}])
    assert lab.control.dump(TENANT)["displayName"] == "Small"


def test_an_unknown_tenant(lab: Asker) -> None:
    with pytest.raises(UnknownTenant):
        lab.control.dump("22222222-0000-4000-8000-000000000001")


def test_the_log_keeps_what_was_asked_and_no_token(lab: Asker) -> None:
    lab.ask("GET", "/users?$select=id")
    lab.assign()
    read, write = lab.control.log(TENANT)
    assert (read["method"], read["path"], read["query"], read["status"], read["effect"]) == (
        "GET",
        "/v1.0/users",
        "$select=id",
        200,
        False,
    )
    assert (write["status"], write["effect"], write["body"]["principalId"]) == (201, True, ANN)
    assert lab.token not in str(lab.control.log())


def test_metrics(lab: Asker) -> None:
    lab.ask("GET", "/users")
    lab.assign()
    found = lab.control.metrics()["tenants"][TENANT]
    assert (found["requests"], found["refused"], found["writes"], found["resource_units"]) == (2, 0, 1, 2)
    assert found["by_lane"] == {"directory": 1, "pim": 1}


def test_consent_needs_a_new_token(lab: Asker) -> None:
    lab.control.consent(TENANT, APP, [])
    assert lab.status("GET", "/users") == 200
    lab.sign_in()
    assert lab.status("GET", "/users") == 403
    with pytest.raises(KeyError):
        lab.control.consent(TENANT, "nobody", [])


def test_the_clock_goes_forward(lab: Asker) -> None:
    assert lab.control.advance(60) == "2026-03-01T12:01:00Z"
