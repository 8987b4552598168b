"""Answers that get lost, refuse or lag: the wave ends as an undisturbed one, and nothing is done twice."""

from __future__ import annotations

from typing import Any

import pytest
from prepared_wave import GROUP_SCHEDULES, ROLE_SCHEDULES, Wave, states
from wave_fixtures import prepared, wave

__all__ = ["prepared", "wave"]

LOST: dict[str, dict[str, Any]] = {
    "504 before the effect": {"do": "status", "status": 504},
    "504 after the effect": {"do": "status", "status": 504, "after": True},
    "500 after the effect": {"do": "status", "status": 500, "after": True},
    "503 before the effect": {"do": "status", "status": 503, "retry_after": 0.1},
    "503 after the effect": {"do": "status", "status": 503, "after": True},
    "cut before the effect": {"do": "cut"},
    "cut after the effect": {"do": "cut", "after": True},
    "half an answer": {"do": "truncate"},
}
REFUSED: dict[str, dict[str, Any]] = {
    "429 with Retry-After": {"do": "status", "status": 429, "retry_after": 0.1, "times": 3},
    "429 without Retry-After": {"do": "status", "status": 429},
    "an expired token": {"do": "expire_token"},
    "201 with Failed": {"do": "failed_201"},
}
ON_ASSIGNMENT_ONLY: dict[str, dict[str, Any]] = {
    "SubjectNotFound for a while": {"do": "subject_not_found", "times": 2},
    "RoleNotFound for a while": {"do": "role_not_found", "times": 2},
    "a row that shows late": {"do": "hide_after_write", "seconds": 0.5},
    "a lock": {"do": "status", "status": 423, "code": "ResourceIsLocked", "retry_after": 0.2},
}


def _cases(*of: dict[str, dict[str, Any]]) -> Any:
    both = [(name, kind) for faults in of for name in faults for kind in ("role", "group")]
    return pytest.mark.parametrize(("name", "kind"), both, ids=[f"{kind}: {name}" for name, kind in both])


@_cases(LOST, REFUSED, ON_ASSIGNMENT_ONLY)
def test_apply_ends_as_an_undisturbed_one(wave: Wave, name: str, kind: str) -> None:
    wave.fault(on=kind, **{**LOST, **REFUSED, **ON_ASSIGNMENT_ONLY}[name])
    done = wave.apply()
    assert done.code == 0, done.out + done.err
    assert set(states(done).values()) == {"done"}
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1
    assert wave.verify().code == 0
    # Whatever became of the answer, the right is known as ours: the rollback takes it.
    assert wave.rollback().code == 0
    assert wave.is_as_before


@_cases(LOST, REFUSED)
def test_rollback_ends_as_an_undisturbed_one(wave: Wave, name: str, kind: str) -> None:
    assert wave.apply().code == 0
    wave.fault(on=kind, **{**LOST, **REFUSED}[name])
    done = wave.rollback()
    assert done.code == 0, done.out + done.err
    assert wave.is_as_before
    assert wave.verify().code == 0


def test_a_burst_of_everything(wave: Wave) -> None:
    for kind in ("role", "group"):
        wave.fault("status", on=kind, status=504, after=True, times=2)
        wave.fault("cut", on=kind)
        wave.fault("status", on=kind, status=429, retry_after=0.1, times=2)
        wave.fault("failed_201", on=kind)
    done = wave.apply()
    assert done.code == 0, done.out + done.err
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1


@pytest.mark.parametrize(
    "do", ["expire_page", "truncate", "expire_token", "cut", "empty_page", "repeat_rows"]
)
def test_reading_is_disturbed(wave: Wave, do: str) -> None:
    for path in (ROLE_SCHEDULES, GROUP_SCHEDULES):
        wave.fault(do, on=path, method="GET")
    done = wave.apply()
    assert done.code == 0, done.out + done.err
    assert wave.is_applied
    assert wave.verify().code == 0


def test_a_second_apply_sends_no_write(wave: Wave) -> None:
    assert wave.apply().code == 0
    sent = len(wave.writes())
    done = wave.apply()
    assert done.code == 0
    assert len(wave.writes()) == sent
    assert {line["reason"] for line in done.of_type("write")} == {"done by an earlier run"}


def test_apply_and_rollback_twice(wave: Wave) -> None:
    for _ in range(2):
        assert wave.apply().code == 0
        assert wave.is_applied
        assert wave.verify().code == 0
        assert wave.rollback().code == 0
        assert wave.is_as_before
        assert wave.verify().code == 0


def test_lost_answers_in_the_second_round_are_not_taken_for_those_of_the_first(wave: Wave) -> None:
    assert wave.apply().code == 0
    assert wave.rollback().code == 0
    for kind in ("role", "group"):
        wave.fault("status", on=kind, status=504, times=2)
    done = wave.apply()
    assert done.code == 0, done.out + done.err
    assert wave.is_applied


def test_what_was_refused_is_tried_again(wave: Wave) -> None:
    wave.fault("status", on="role", status=400, code="InvalidRoleAssignmentRequest")
    done = wave.apply()
    assert done.code == 3
    assert sorted(states(done).values()) == ["done"] * 5 + ["refused"]
    assert wave.apply().code == 0
    assert wave.is_applied


@pytest.mark.parametrize("kind", ["role", "group"])
def test_no_consent_in_the_middle(wave: Wave, kind: str) -> None:
    wave.fault("status", on=kind, skip=1, status=403, code="PermissionScopeNotGranted", times=9)
    done = wave.apply()
    assert (done.code, done.error["code"]) == (12, "consent_missing")
    wave.lab.clear_faults()
    assert wave.apply().code == 0
    assert wave.is_applied


def test_no_consent_to_read_before_anything_is_sent(wave: Wave) -> None:
    wave.fault(
        "status", on=ROLE_SCHEDULES, method="GET", status=403, code="PermissionScopeNotGranted", times=9
    )
    done = wave.apply()
    assert (done.code, done.error["code"]) == (12, "consent_missing")
    assert wave.writes() == []


def test_reading_back_fails(wave: Wave) -> None:
    """What was sent stays in doubt, and the next run finds it."""
    wave.fault("status", on=ROLE_SCHEDULES, method="GET", skip=2, status=400, code="BadRequest", times=99)
    done = wave.apply()
    assert done.code == 1, done.out
    assert wave.cli("doubt --json").code == 15
    wave.lab.clear_faults()
    assert wave.apply().code == 0
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1
