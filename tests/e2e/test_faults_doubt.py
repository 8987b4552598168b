"""Writes of which nobody knows whether they happened: named, listed, settled, and never sent twice."""

from __future__ import annotations

import pytest
from prepared_wave import Wave, states
from wave_fixtures import prepared, wave

__all__ = ["prepared", "wave"]

both = pytest.mark.parametrize("kind", ["role", "group"])


@both
def test_a_grant_that_never_comes_stays_in_doubt(wave: Wave, kind: str) -> None:
    wave.fault("never_provision", on=kind)
    done = wave.apply()
    assert done.code == 15
    (doubtful,) = [key for key, state in states(done).items() if state == "in_doubt"]
    listed = wave.cli("doubt --json")
    assert (listed.code, list(states(listed))) == (15, [doubtful])
    assert wave.cli("status --json").code == 15
    assert wave.verify().code == 15
    sent = len(wave.writes())
    assert wave.apply().code == 15
    assert wave.settle().code == 15
    assert len(wave.writes()) == sent


@both
def test_a_rollback_cancels_a_grant_that_never_came(wave: Wave, kind: str) -> None:
    wave.fault("never_provision", on=kind)
    assert wave.apply().code == 15
    done = wave.rollback()
    assert done.code == 0, done.out
    assert wave.sent()["cancel"] == 1
    assert wave.is_as_before
    assert wave.verify().code == 0


@both
def test_an_effect_that_shows_after_the_window_is_found_by_the_next_run(wave: Wave, kind: str) -> None:
    wave.fault("hide_after_write", on=kind, seconds=60)
    assert wave.apply().code == 15
    wave.lab.advance(61)
    sent = len(wave.writes())
    done = wave.settle()
    assert done.code == 0
    assert len(wave.writes()) == sent
    assert wave.apply().code == 0
    assert wave.is_applied


@both
def test_a_person_settles_what_no_read_can(wave: Wave, kind: str) -> None:
    wave.fault("never_provision", on=kind)
    done = wave.apply()
    (doubtful,) = [key for key, state in states(done).items() if state == "in_doubt"]
    assert wave.settle(f"{doubtful} --as absent").code == 0
    assert wave.cli("doubt --json").code == 0
    refused = wave.settle(f"{doubtful} --as absent")
    assert (refused.code, refused.error["code"]) == (2, "not_in_doubt")


@both
def test_what_a_person_called_present_is_removed_only_if_it_is_ours(wave: Wave, kind: str) -> None:
    wave.fault("hide_after_write", on=kind, seconds=60)
    done = wave.apply()
    (doubtful,) = [key for key, state in states(done).items() if state == "in_doubt"]
    assert wave.settle(f"{doubtful} --as present").code == 0
    wave.lab.advance(61)
    assert wave.verify().code == 0
    assert wave.rollback().code == 0
    assert wave.is_as_before


@both
def test_a_removal_in_doubt_is_settled_by_apply_and_by_rollback(wave: Wave, kind: str) -> None:
    """A rollback stopped by a refused read leaves its removal open; apply sets the right up again."""
    from prepared_wave import GROUP_SCHEDULES, ROLE_SCHEDULES

    assert wave.apply().code == 0
    schedules = {"role": ROLE_SCHEDULES, "group": GROUP_SCHEDULES}[kind]
    item = wave.item(kind)
    wave.fault("cut", on=kind)
    wave.fault("status", on=schedules, method="GET", skip=1, status=400, code="BadRequest", times=99)
    assert wave.rollback(f"all --write {item['id']}").code == 1
    assert wave.cli("doubt --json").code == 15
    wave.lab.clear_faults()
    assert wave.apply().code == 0
    assert wave.is_applied
    assert wave.rollback().code == 0
    assert wave.is_as_before


def test_settling_sends_nothing_even_for_a_right_that_came_out_wider(wave: Wave) -> None:
    from prepared_wave import ROLE_SCHEDULES

    wave.fault("escalate_scope", on="role", times=4)
    wave.fault("status", on=ROLE_SCHEDULES, method="GET", skip=3, status=400, code="BadRequest", times=99)
    wave.apply()
    wave.lab.clear_faults()
    sent = len(wave.writes())
    settled = wave.settle()
    assert len(wave.writes()) == sent
    assert settled.code in (0, 14)
    assert wave.apply().code in (0, 14)
    wave.apply()
    assert wave.is_applied
