"""Scripted trouble: each fault does what its name says, as often as it was told to, and nothing else."""

from __future__ import annotations

import random

import pytest
from lab_calls import ANN, BEN, ELIGIBLE, TENANT, UNIT, Asker, small_seed

from migrate.lab.faults import Faults

POST = {"method": "POST", "path_prefix": ELIGIBLE}


@pytest.fixture
def lab() -> Asker:
    return Asker()


def test_status_before_has_no_effect(lab: Asker) -> None:
    lab.control.faults([{"match": POST, "do": "status", "status": 503, "retry_after": 7}])
    answer = lab.assign().answer
    assert (answer.status, answer.headers["Retry-After"]) == (503, "7")
    assert lab.schedules() == []
    assert lab.assign().answer.status == 201


def test_status_after_has_the_effect(lab: Asker) -> None:
    lab.control.faults([{"match": POST, "do": "status", "status": 504, "after": True}])
    assert lab.assign().answer.status == 504
    assert len(lab.schedules()) == 1
    assert lab.assign().answer.body["error"]["code"] == "RoleAssignmentExists"
    assert [
        (entry["status"], entry["effect"]) for entry in lab.control.log() if entry["method"] == "POST"
    ] == [
        (504, True),
        (400, False),
    ]


@pytest.mark.parametrize(("after", "rows"), [(False, 0), (True, 1)])
def test_cut_before_and_after(lab: Asker, after: bool, rows: int) -> None:
    lab.control.faults([{"match": POST, "do": "cut", "after": after}])
    assert lab.assign().cut is True
    assert len(lab.schedules()) == rows


def test_skip_and_times(lab: Asker) -> None:
    lab.control.faults(
        [{"match": {"path_prefix": "/users"}, "do": "status", "status": 500, "skip": 1, "times": 2}]
    )
    assert [lab.status("GET", "/users") for _ in range(4)] == [200, 500, 500, 200]


def test_a_versioned_path_and_a_pattern_match_too(lab: Asker) -> None:
    lab.control.faults(
        [
            {"match": {"path_prefix": "/v1.0/users"}, "do": "status", "status": 500},
            {"match": {"path_regex": r"/groups$"}, "do": "status", "status": 502},
            {"match": {"tenant": "22222222-0000-4000-8000-000000000001"}, "do": "status", "status": 503},
        ]
    )
    assert lab.status("GET", "/users") == 500
    assert lab.status("GET", "/groups") == 502
    assert lab.status("GET", "/organization") == 200


def test_a_value_of_the_body_picks_one_of_several_writes(lab: Asker) -> None:
    lab.control.faults([{"match": {**POST, "body": BEN}, "do": "status", "status": 503}])
    assert lab.assign().answer.status == 201
    assert lab.assign(principal=BEN).answer.status == 503
    assert lab.status("GET", "/users") == 200


def test_an_expired_token_stays_dead(lab: Asker) -> None:
    lab.control.faults([{"match": {"path_prefix": "/users"}, "do": "expire_token"}])
    assert lab.status("GET", "/users") == 401
    assert lab.status("GET", "/groups") == 401
    lab.sign_in()
    assert lab.status("GET", "/users") == 200


def test_an_expired_page_needs_a_fresh_listing(lab: Asker) -> None:
    lab.control.faults([{"match": {"path_prefix": "/users"}, "do": "expire_page", "skip": 1}])
    link = lab.ask("GET", "/users?$top=2").answer.body["@odata.nextLink"]
    for _ in range(2):
        answer = lab.ask("GET", link).answer
        assert (answer.status, answer.body["error"]["code"]) == (400, "Directory_ExpiredPageToken")
    fresh = lab.ask("GET", "/users?$top=2").answer.body["@odata.nextLink"]
    assert lab.status("GET", fresh) == 200


def test_an_empty_page_has_a_next_link(lab: Asker) -> None:
    lab.control.faults([{"match": {"path_prefix": "/users"}, "do": "empty_page"}])
    empty = lab.ask("GET", "/users").answer.body
    assert empty["value"] == []
    assert len(lab.ask("GET", empty["@odata.nextLink"]).answer.body["value"]) == 3


def test_rows_can_come_twice(lab: Asker) -> None:
    lab.control.faults([{"match": {"path_prefix": "/users"}, "do": "repeat_rows"}])
    first = lab.ask("GET", "/users?$top=2").answer.body
    second = lab.ask("GET", first["@odata.nextLink"]).answer.body
    ids = [row["id"] for row in first["value"] + second["value"]]
    assert (len(ids), len(set(ids))) == (4, 3)


def test_a_failed_request_is_a_201(lab: Asker) -> None:
    lab.control.faults([{"match": POST, "do": "failed_201"}])
    answer = lab.assign().answer
    assert (answer.status, answer.body["status"]) == (201, "Failed")
    assert lab.schedules() == []
    assert lab.assign().answer.body["status"] == "Provisioned"


@pytest.mark.parametrize(
    ("fault", "code"), [("subject_not_found", "SubjectNotFound"), ("role_not_found", "RoleNotFound")]
)
def test_replication_lag(lab: Asker, fault: str, code: str) -> None:
    lab.control.faults([{"match": POST, "do": fault}])
    answer = lab.assign().answer
    assert (answer.status, answer.body["error"]["code"]) == (404, code)
    assert lab.assign().answer.status == 201


def test_a_scope_can_escalate(lab: Asker) -> None:
    lab.control.faults([{"match": POST, "do": "escalate_scope"}])
    answer = lab.assign(scope=f"/administrativeUnits/{UNIT}").answer
    assert answer.body["directoryScopeId"] == "/"
    assert [row["directoryScopeId"] for row in lab.schedules()] == ["/"]


def test_a_grant_that_never_provisions(lab: Asker) -> None:
    lab.control.faults([{"match": POST, "do": "never_provision"}])
    assert lab.assign().answer.body["status"] == "Granted"
    lab.move(86_400)
    lab.sign_in()
    assert lab.schedules() == []
    assert lab.assign().answer.body["error"]["code"] == "PendingRoleAssignmentRequest"


def test_a_write_that_reads_do_not_see_yet(lab: Asker) -> None:
    lab.control.faults([{"match": {"method": "POST"}, "do": "hide_after_write", "seconds": 30, "times": 2}])
    lab.assign()
    body = {"displayName": "N", "mailNickname": "n", "mailEnabled": False, "securityEnabled": True}
    group = lab.ask("POST", "/groups", body).answer.body["id"]
    assert lab.schedules() == []
    assert lab.status("GET", f"/groups/{group}") == 404
    assert lab.assign(principal=group).answer.body["error"]["code"] == "SubjectNotFound"
    lab.move(31)
    assert len(lab.schedules()) == 1
    assert lab.status("GET", f"/groups/{group}") == 200


def test_faults_of_writes_wait_for_a_write(lab: Asker) -> None:
    lab.control.faults([{"match": {"path_prefix": ELIGIBLE}, "do": "failed_201"}])
    assert lab.status("GET", ELIGIBLE) == 200
    assert lab.assign(principal=BEN).answer.body["status"] == "Failed"


def test_probability_is_seeded() -> None:
    def draws(seed: int) -> list[bool]:
        faults = Faults(random.Random(seed))
        faults.add([{"do": "cut", "times": 50, "probability": 0.5}])
        return [faults.draw("GET", "v1.0", "/users", TENANT) is not None for _ in range(40)]

    assert draws(1) == draws(1)
    assert draws(1) != draws(2)
    assert 5 < sum(draws(1)) < 35


def test_nonsense_is_refused_whole(lab: Asker) -> None:
    with pytest.raises(ValueError, match="explode"):
        lab.control.faults([{"do": "cut"}, {"do": "explode"}])
    with pytest.raises(ValueError, match="verb"):
        lab.control.faults([{"do": "cut", "match": {"verb": "GET"}}])
    assert lab.control.metrics()["faults_left"] == 0


def test_clearing(lab: Asker) -> None:
    lab.control.faults([{"do": "cut", "times": 9}])
    assert lab.control.metrics()["faults_left"] == 1
    lab.control.clear_faults()
    assert lab.status("GET", f"/users/{ANN}") == 200
    assert small_seed()["tenantId"] == TENANT
