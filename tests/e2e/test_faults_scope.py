"""Graph makes a right tenant-wide where a part was asked for: it is taken back, and the wave stops."""

from __future__ import annotations

from typing import Any

import pytest
from prepared_wave import ROLE_SCHEDULES, Wave, schedule_of, states
from wave_fixtures import prepared, wave

from migrate.lab import pim_requests

__all__ = ["prepared", "wave"]


def _narrow(wave: Wave) -> dict[str, Any]:
    return next(
        item
        for item in wave.items()
        if str(item["target"].get("directoryScopeId")).startswith("/administrativeUnits/")
    )


def _stands_wide(wave: Wave) -> bool:
    target = _narrow(wave)["target"]
    return any(
        row["principalId"] == target["principalId"] and row["directoryScopeId"] == "/"
        for row in wave.dump()["schedules"]["roleEligibility"]
        if row["roleDefinitionId"] == target["roleDefinitionId"]
    )


def test_it_is_removed_at_once_and_the_wave_stops(wave: Wave) -> None:
    wave.fault("escalate_scope", on="role", times=9)
    done = wave.apply()
    assert (done.code, done.error["code"]) == (14, "scope_widened")
    assert states(done)[str(_narrow(wave)["id"])] == "refused"
    assert not _stands_wide(wave)
    assert wave.sent()["adminRemove"] == 1


def test_the_next_apply_carries_on(wave: Wave) -> None:
    wave.fault("escalate_scope", on="role", times=9)
    assert wave.apply().code == 14
    wave.lab.clear_faults()
    assert wave.apply().code == 0
    assert wave.is_applied
    assert wave.verify().code == 0
    assert wave.rollback().code == 0
    assert wave.is_as_before


def test_it_is_found_by_reading_when_the_answer_claims_what_was_asked(
    wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _narrow(wave)["target"]["directoryScopeId"]
    show = pim_requests.show_request

    who = _narrow(wave)["target"]["principalId"]

    def claims(*given: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(*given)
        return shown | {"directoryScopeId": asked} if shown["principalId"] == who else shown

    monkeypatch.setattr(pim_requests, "show_request", claims)
    wave.fault("escalate_scope", on="role", times=9)
    assert wave.apply().code == 14
    assert not _stands_wide(wave)


def test_a_tenant_wide_right_that_was_there_before_is_left(wave: Wave) -> None:
    item = _narrow(wave)
    wide = schedule_of(item, directoryScopeId="/", endDateTime=None)
    wave.change(op="create", kind="roleEligibilitySchedules", object=wide)
    wave.fault("escalate_scope", on="role", times=9)
    done = wave.apply()
    assert done.code == 14, done.out
    assert "STILL STANDS" in done.out
    assert wave.sent()["adminRemove"] == 0
    assert _stands_wide(wave)


def test_a_removal_that_fails_is_told_and_finished_by_the_next_run(wave: Wave) -> None:
    wave.fault("escalate_scope", on="role", times=4)
    wave.lab.faults(
        [
            {
                "match": {
                    "method": "POST",
                    "path_prefix": ROLE_SCHEDULES.removesuffix("s"),
                    "tenant": wave.target,
                },
                "do": "status",
                "status": 400,
                "code": "InvalidRoleAssignmentRequest",
                "times": 9,
            }
        ]
    )
    done = wave.apply()
    assert done.code == 14, done.out
    assert "STILL STANDS" in done.out
    assert _stands_wide(wave)
    wave.lab.clear_faults()
    assert wave.apply().code == 0
    assert not _stands_wide(wave)
    assert wave.is_applied


def test_as_long_as_it_stands_every_apply_says_so_and_a_rollback_takes_it_back(wave: Wave) -> None:
    wave.fault("escalate_scope", on="role", times=4)
    wave.fault("status", on="role", status=400, code="InvalidRoleAssignmentRequest", times=30)
    assert wave.apply().code == 14
    sent = wave.sent()["adminAssign"]
    done = wave.apply()
    assert (done.code, done.error["code"]) == (14, "scope_widened")
    assert wave.sent()["adminAssign"] == sent
    assert _stands_wide(wave)
    wave.lab.clear_faults()
    assert wave.rollback().code == 0
    assert not _stands_wide(wave)
    assert wave.is_as_before
