"""The rarer faults: bursts, rows that move, changes in the middle, a policy that fails, chance by a seed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lab_calls import ANN, BEN, GROUP, ROLE, TENANT, Asker

from migrate.lab.faults import BAD_DAY, KINDS, Faults

POLICIES = "/policies/roleManagementPolicies"
ROLES = "?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'"


@pytest.fixture
def lab() -> Asker:
    return Asker()


def test_a_burst_lasts_its_time_and_tells_what_is_left(lab: Asker) -> None:
    lab.control.faults([{"match": {"path_prefix": "/users"}, "do": "burst", "seconds": 10}])
    first = lab.ask("GET", "/users").answer
    assert (first.status, first.headers["Retry-After"]) == (429, "10")
    lab.move(4)
    assert lab.ask("GET", "/users").answer.headers["Retry-After"] == "6"
    assert lab.status("GET", "/groups") == 200
    lab.move(6)
    assert lab.status("GET", "/users") == 200
    assert lab.control.metrics()["tenants"][TENANT]["refused"] == 2
    assert [entry["fault"] for entry in lab.control.log()][:2] == ["burst", "burst"]
    assert lab.control.metrics()["faults_left"] == 0


def test_a_burst_can_keep_its_end_to_itself(lab: Asker) -> None:
    lab.control.faults([{"do": "burst", "seconds": 5, "retry_after": False}])
    answer = lab.ask("GET", "/users").answer
    assert (answer.status, "Retry-After" in answer.headers) == (429, False)


def test_a_row_moves_between_two_pages(lab: Asker) -> None:
    names = [row["id"] for row in lab.ask("GET", "/users").answer.body["value"]]
    lab.control.faults([{"match": {"path_prefix": "/users"}, "do": "move_rows"}])
    first = lab.ask("GET", "/users?$top=2").answer.body
    second = lab.ask("GET", first["@odata.nextLink"]).answer.body
    seen = [row["id"] for row in first["value"] + second["value"]]
    assert seen == [names[0], names[1], names[1]]
    again = lab.ask("GET", "/users").answer.body["value"]
    assert [row["id"] for row in again] == names


def test_somebody_changes_the_tenant_between_two_pages(lab: Asker) -> None:
    change = {"op": "delete", "kind": "users", "object": {"id": BEN}}
    fault = {"match": {"path_prefix": "/users"}, "do": "change", "change": change, "skip": 1}
    lab.control.faults([fault])
    first = lab.ask("GET", "/users?$top=1").answer.body
    rest = lab.ask("GET", first["@odata.nextLink"]).answer.body["value"]
    assert [row["id"] for row in first["value"]] == [ANN]
    assert BEN not in {row["id"] for row in rest}
    lab.control.faults([{"do": "change", "change": {"op": "explode"}}])
    assert lab.status("GET", "/users") == 500


def test_one_policy_answers_500(lab: Asker) -> None:
    rows = lab.ask("GET", POLICIES + ROLES).answer.body["value"]
    lab.control.faults([{"do": "policy_500", "roleDefinitionId": ROLE}])
    for _ in range(2):
        assert lab.status("GET", f"{POLICIES}/{rows[0]['id']}/rules") == 500
        assert lab.status("GET", f"{POLICIES}{ROLES}&$expand=rules") == 500
    assert lab.status("GET", POLICIES + ROLES) == 200
    lab.control.clear_faults()
    assert lab.status("GET", f"{POLICIES}{ROLES}&$expand=rules") == 200
    lab.control.faults([{"do": "policy_500", "groupId": GROUP, "accessId": "member"}])
    assert lab.status("GET", f"{POLICIES}{ROLES}&$expand=rules") == 200


def _drawn(seed: int, most: int = 400) -> list[str | None]:
    import random

    faults = Faults(random.Random(0))
    faults.add([{"do": "random", "seed": seed, "probability": 0.2}])
    now = datetime(2026, 3, 1, tzinfo=UTC)
    found = []
    for number in range(most):
        drawn = faults.draw("POST" if number % 2 else "GET", "v1.0", "/users", TENANT, now)
        found.append(None if drawn is None else str(drawn["do"]))
    return found


def test_chance_is_repeatable() -> None:
    assert _drawn(1) == _drawn(1) != _drawn(2)
    share = sum(each is not None for each in _drawn(1)) / 400
    assert 0.12 < share < 0.28
    assert set(_drawn(1, 4000)) == {None, *(str(spec["do"]) for spec in BAD_DAY)}


def test_chance_can_be_told_what_to_draw(lab: Asker) -> None:
    of = [{"do": "status", "status": 503}]
    lab.control.faults([{"do": "random", "probability": 1, "times": 2, "of": of}])
    assert [lab.status("GET", "/users") for _ in range(3)] == [503, 503, 200]
    with pytest.raises(ValueError, match="explode"):
        lab.control.faults([{"do": "random", "of": [{"do": "explode"}]}])


def test_each_fault_says_what_it_does() -> None:
    assert all(text and text[0].islower() for text in KINDS.values())
