"""Killed at any named point, a wave ends as an undisturbed one once the same command has run again."""

from __future__ import annotations

from pathlib import Path

import pytest
from crash_driver import KILLED
from killable import Killable, command, effects, output
from prepared_wave import Prepared, Wave

from migrate.replay import crash_points

JOURNAL = ("journal.before_append", "journal.inside_append", "journal.after_append")
kinds = pytest.mark.parametrize("kind", ["role", "group"])


def _is_undisturbed(wave: Wave, verb: str) -> None:
    assert wave.is_applied if verb == "apply" else wave.is_as_before
    assert effects(wave) == {}
    verified = wave.verify()
    assert verified.code == 0, verified.out


def _die_and_carry_on(killable: Killable, wave: Wave, verb: str, point: str, number: int) -> None:
    if verb == "rollback":
        assert killable.run(wave, command(wave, "apply")) == 0, output(wave)
    assert killable.run(wave, command(wave, verb), point=point, number=number) == KILLED, output(wave)
    assert killable.carry_on(wave, verb) == 0, output(wave)
    _is_undisturbed(wave, verb)


@pytest.mark.parametrize(("kind", "number"), [("role", 2), ("group", 1)])
@pytest.mark.parametrize("point", crash_points.ASSIGN)
def test_apply_dies(
    killable: Killable, prepared: Prepared, tmp_path: Path, kind: str, point: str, number: int
) -> None:
    _die_and_carry_on(killable, prepared.copy(tmp_path / "work"), "apply", point, number)


@pytest.mark.parametrize(("kind", "number"), [("role", 2), ("group", 1)])
@pytest.mark.parametrize("point", crash_points.REMOVE)
def test_rollback_dies(
    killable: Killable, prepared: Prepared, tmp_path: Path, kind: str, point: str, number: int
) -> None:
    _die_and_carry_on(killable, prepared.copy(tmp_path / "work"), "rollback", point, number)


@kinds
@pytest.mark.parametrize("verb", ["apply", "rollback"])
@pytest.mark.parametrize("point", [*crash_points.SETTLE, *JOURNAL])
def test_it_dies_while_settling_or_journalling(
    killable: Killable, prepared: Prepared, tmp_path: Path, kind: str, verb: str, point: str
) -> None:
    number = 1 if point in crash_points.SETTLE else 3
    _die_and_carry_on(killable, prepared.copy(tmp_path / "work"), verb, point, number)


@pytest.mark.parametrize("kind", ["role"])
@pytest.mark.parametrize("point", [*crash_points.REPAIR, "after_send", "after_answered", "before_end"])
def test_a_repair_dies(killable: Killable, prepared: Prepared, tmp_path: Path, kind: str, point: str) -> None:
    """A right came out tenant-wide: however often the process dies, nothing wider than asked stays."""
    wave = prepared.copy(tmp_path / "work")
    wave.fault("escalate_scope", on="role", times=9)
    number = 1 if "repair" in point else 2
    killed = killable.run(wave, command(wave, "apply"), point=point, number=number)
    assert killed == KILLED, output(wave)
    wave.lab.clear_faults()
    assert killable.carry_on(wave, "apply", expect=(14, 15)) == 0, output(wave)
    assert wave.is_applied
    assert wave.verify().code == 0
    assert killable.carry_on(wave, "rollback") == 0
    assert wave.is_as_before


@kinds
def test_it_dies_again_and_again(killable: Killable, prepared: Prepared, tmp_path: Path, kind: str) -> None:
    """Also the runs that were to carry on are killed, at one point after the other."""
    wave = prepared.copy(tmp_path / "work")
    for verb, points in (("apply", crash_points.ASSIGN), ("rollback", crash_points.REMOVE)):
        for point in (*points, *crash_points.SETTLE):
            assert killable.run(wave, command(wave, verb), point=point) in (KILLED, 0), output(wave)
        assert killable.carry_on(wave, verb) == 0, output(wave)
        _is_undisturbed(wave, verb)


def test_every_named_point_is_tried() -> None:
    tried = {*crash_points.ASSIGN, *crash_points.REMOVE, *crash_points.REPAIR, *crash_points.SETTLE}
    assert tried == set(crash_points.NAMES)
