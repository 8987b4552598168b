"""Graph makes a right tenant-wide where a part was asked for: it is taken back, and the wave stops."""

from __future__ import annotations

import re
from typing import Any

import pytest
from prepared_wave import ROLE_SCHEDULES, Wave, schedule_of, states
from wave_fixtures import prepared, wave

from migrate.lab import pim_books, pim_log

__all__ = ["prepared", "wave"]


def _narrow(wave: Wave) -> dict[str, Any]:
    return next(
        item
        for item in wave.items()
        if str(item["target"].get("directoryScopeId")).startswith("/administrativeUnits/")
    )


def _stands_wide(wave: Wave) -> bool:
    return bool(_wide_rows(wave))


def _claims_as_asked(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to a request names the scope that was asked for, wherever the right was made."""
    target = _narrow(wave)["target"]
    show = pim_books.show_request

    def claims(*given: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(*given)
        if shown["principalId"] == target["principalId"]:
            shown |= {"directoryScopeId": target["directoryScopeId"]}
        return shown

    monkeypatch.setattr(pim_log, "show_request", claims)


def _wide_stood_before(wave: Wave) -> str:
    """Somebody else has made the right tenant-wide; returns its schedule's id."""
    wide = schedule_of(_narrow(wave), directoryScopeId="/", endDateTime=None)
    made = wave.lab.change(wave.target, op="create", kind="roleEligibilitySchedules", object=wide)
    return str(made["id"])


def _wide_rows(wave: Wave) -> list[dict[str, Any]]:
    target = _narrow(wave)["target"]
    return [
        row
        for row in wave.dump()["schedules"]["roleEligibility"]
        if row["principalId"] == target["principalId"]
        and row["roleDefinitionId"] == target["roleDefinitionId"]
        and row["directoryScopeId"] == "/"
    ]


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
    _claims_as_asked(wave, monkeypatch)
    wave.fault("escalate_scope", on="role", times=9)
    assert wave.apply().code == 14
    assert not _stands_wide(wave)


@pytest.mark.parametrize("claims", [False, True])
def test_where_a_tenant_wide_right_was_there_before_ours_is_left_and_named(
    wave: Wave, monkeypatch: pytest.MonkeyPatch, claims: bool
) -> None:
    item = _narrow(wave)
    their_id = _wide_stood_before(wave)
    (theirs,) = _wide_rows(wave)
    if claims:
        _claims_as_asked(wave, monkeypatch)
    wave.fault("escalate_scope", on="role", times=9)
    done = wave.apply()
    assert (done.code, done.error["code"]) == (14, "scope_widened"), done.out
    assert "STILL STANDS" in done.out
    assert wave.sent()["adminRemove"] == 0
    (ours,) = [row for row in _wide_rows(wave) if row != theirs]

    # As long as ours stands it is not made a second time, and the other writes go on.
    wave.lab.clear_faults()
    done = wave.apply()
    assert (done.code, done.error["code"]) == (14, "scope_widened"), done.out
    assert "at the end" in done.error["hint"]
    assert states(done)[str(item["id"])] == "refused"
    assert {state for id, state in states(done).items() if id != item["id"]} == {"done"}
    assert len(_wide_rows(wave)) == 2

    done = wave.rollback()
    assert done.code == 3, done.out
    assert states(done)[str(item["id"])] == "refused"
    (residue,) = [text for text in done.of_type("summary")[0]["residue"] if str(item["id"]) in text]
    named = re.search(r"schedule ([0-9a-f-]{36})", residue)
    assert named is not None
    assert named[1] != their_id
    assert len(_wide_rows(wave)) == 2
    assert all(row in _wide_rows(wave) for row in (theirs, ours))


def test_a_wide_right_that_was_left_and_is_gone_by_hand_lets_the_write_be_tried_again(wave: Wave) -> None:
    _wide_stood_before(wave)
    wave.fault("escalate_scope", on="role", times=9)
    assert wave.apply().code == 14
    for _ in _wide_rows(wave):
        wave.change(
            op="delete",
            kind="roleEligibilitySchedules",
            object=schedule_of(_narrow(wave), directoryScopeId="/"),
        )
    wave.lab.clear_faults()
    assert wave.apply().code == 0
    assert wave.is_applied
    assert wave.rollback().code == 0
    assert wave.is_as_before


def test_what_came_out_wide_is_tried_again_after_all_the_others(wave: Wave) -> None:
    item = _narrow(wave)
    wave.fault("escalate_scope", on="role", times=9)
    assert wave.apply().code == 14
    before = len(wave.writes())
    done = wave.apply()
    assert (done.code, done.error["code"]) == (14, "scope_widened")
    assert {state for id, state in states(done).items() if id != item["id"]} == {"done"}
    sent = [entry["body"]["justification"].split()[-1] for entry in wave.writes()[before:]]
    # The same write at last, and its removal.
    assert [index for index, id in enumerate(sent) if id == item["id"]] == [len(sent) - 2, len(sent) - 1]
    assert len(sent) > 2
    assert not _stands_wide(wave)


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
