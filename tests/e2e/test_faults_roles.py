"""Custom roles that PIM knows by another id, and rights that begin later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import NOW, running
from prepared_wave import Prepared, Wave, schedule_of, states

from migrate.lab.seed.small import small_pair

ALIAS = "0a0a0a0a-0000-4000-8000-00000000a11a"


def _starts_later(seed: dict[str, Any]) -> dict[str, Any]:
    """The first eligibility of a role, and of a group, begins in three days."""
    later = (NOW + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for book in ("roleEligibilitySchedules", "groupEligibilitySchedules"):
        seed[book][0]["startDateTime"] = later
    return seed


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    source, target = small_pair(NOW)
    with running(_starts_later(source), target) as pair:
        yield Prepared.make(pair, tmp_path_factory.mktemp("later"))


@pytest.fixture(scope="module")
def aliased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """The target's PIM uses the listed id of the custom role when the snapshot is made."""
    source, target = small_pair(NOW)
    target["roleAliases"] = {}
    with running(source, target) as pair:
        yield Prepared.make(pair, tmp_path_factory.mktemp("aliased"))


def _custom(wave: Wave) -> dict[str, Any]:
    return wave.item("role", isBuiltInRole=False)


def _alias_unknown_to_the_snapshot(wave: Wave) -> None:
    item = _custom(wave)
    wave.change(op="alias", roleDefinitionId=item["target"]["roleDefinitionId"], alias=ALIAS)
    other = wave.item("role", isBuiltInRole=True)["target"]["principalId"]
    wave.change(op="create", kind="roleEligibilitySchedules", object=schedule_of(item, principalId=other))


def test_an_alias_that_the_snapshot_knows(later: Prepared, tmp_path: Path) -> None:
    wave = later.copy(tmp_path / "work")
    item = _custom(wave)
    assert item["target"]["pimRoleDefinitionId"] != item["target"]["roleDefinitionId"]
    assert states(wave.apply())[item["id"]] == "done"
    assert states(wave.verify())[item["id"]] == "match"
    assert states(wave.rollback())[item["id"]] == "done"
    assert wave.is_as_before


def test_an_alias_that_the_snapshot_does_not_know(aliased: Prepared, tmp_path: Path) -> None:
    wave = aliased.copy(tmp_path / "work")
    _alias_unknown_to_the_snapshot(wave)
    before = wave.dump()
    item = _custom(wave)
    assert item["target"]["pimRoleDefinitionId"] == item["target"]["roleDefinitionId"]
    done = wave.apply()
    assert done.code == 0, done.out
    verified = wave.verify()
    assert verified.code == 4, "what taught the alias was made by somebody else since"
    assert verified.summary["states"] == {"foreign": 1, "match": len(states(done))}
    assert wave.apply().code == 0
    assert wave.rollback().code == 0
    assert wave.dump() == before


def test_an_alias_that_comes_up_after_the_apply(aliased: Prepared, tmp_path: Path) -> None:
    wave = aliased.copy(tmp_path / "work")
    assert wave.apply().code == 0
    item = _custom(wave)
    wave.change(op="alias", roleDefinitionId=item["target"]["roleDefinitionId"], alias=ALIAS)
    done = wave.rollback()
    assert done.code in (0, 3)
    assert states(done)[item["id"]] in ("done", "refused")


def test_a_right_that_begins_later(later: Prepared, tmp_path: Path) -> None:
    wave = later.copy(tmp_path / "work")
    assert wave.apply().code == 0
    assert wave.is_applied
    assert wave.verify().code == 0
    sent = len(wave.writes())
    assert wave.apply().code == 0
    assert len(wave.writes()) == sent
    done = wave.rollback()
    assert done.code == 0, done.out
    assert wave.sent()["cancel"] == 2
    assert wave.is_as_before
    assert wave.verify().code == 0


@pytest.mark.parametrize("kind", ["role", "group"])
@pytest.mark.parametrize("after", [False, True])
def test_a_right_that_begins_later_and_whose_answer_is_lost(
    later: Prepared, tmp_path: Path, kind: str, after: bool
) -> None:
    wave = later.copy(tmp_path / "work")
    wave.fault("status", on=kind, status=504, after=after, times=2)
    assert wave.apply().code == 0
    assert wave.is_applied
    wave.fault("status", on=kind, status=504, after=after, times=2)
    assert wave.rollback().code == 0
    assert wave.is_as_before


def test_a_right_that_has_begun_since_is_removed_like_any_other(later: Prepared, tmp_path: Path) -> None:
    wave = later.copy(tmp_path / "work")
    assert wave.apply().code == 0
    wave.lab.advance(4 * 86400)
    try:
        assert wave.verify().code == 0
        assert wave.rollback().code == 0
        assert wave.is_as_before
    finally:
        wave.lab.advance(-4 * 86400)
