"""Killed while a review or a policy draft is made or taken back: it is there once, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import NOW, running
from crash_driver import KILLED
from guarded_lab import MOVE, guard_alone
from killable import Killable, command, output
from prepared_wave import Prepared, Wave

from migrate.replay import crash_points

WINDOW = 0.3
KINDS = ("accessReview", "conditionalAccessPolicy")
WRITTEN = {
    "accessReview": "/identityGovernance/accessReviews/definitions",
    "conditionalAccessPolicy": "/identity/conditionalAccess/policies",
}


@pytest.fixture(scope="module", params=KINDS)
def guard(request: pytest.FixtureRequest) -> str:
    """The kind of the guard; its wave is in ``made``."""
    return str(request.param)


@pytest.fixture(scope="module")
def made(guard: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    with running(*guard_alone(NOW, guard)) as pair:
        yield Prepared.make(pair, tmp_path_factory.mktemp("guard"), window=WINDOW, move=MOVE)


def _took_effect(wave: Wave, method: str, guard: str) -> int:
    return sum(
        entry["method"] == method and bool(entry["effect"]) and WRITTEN[guard] in entry["path"]
        for entry in wave.writes()
    )


@pytest.mark.parametrize("point", crash_points.ASSIGN)
def test_apply_dies_over_a_guard(
    killable: Killable, made: Prepared, tmp_path: Path, guard: str, point: str
) -> None:
    wave = made.copy(tmp_path / "work")
    assert killable.run(wave, command(wave, "apply"), point=point) == KILLED, output(wave)
    assert killable.carry_on(wave, "apply") == 0, output(wave)
    assert _took_effect(wave, "POST", guard) == 1
    assert wave.verify().code == 0
    assert killable.carry_on(wave, "rollback") == 0, output(wave)
    assert wave.is_as_before


@pytest.mark.parametrize("point", crash_points.REMOVE)
def test_rollback_dies_over_a_guard(
    killable: Killable, made: Prepared, tmp_path: Path, guard: str, point: str
) -> None:
    wave = made.copy(tmp_path / "work")
    assert killable.run(wave, command(wave, "apply")) == 0, output(wave)
    assert killable.run(wave, command(wave, "rollback"), point=point) == KILLED, output(wave)
    assert killable.carry_on(wave, "rollback") == 0, output(wave)
    assert _took_effect(wave, "DELETE", guard) == 1
    assert wave.is_as_before
    assert wave.verify().code == 0
