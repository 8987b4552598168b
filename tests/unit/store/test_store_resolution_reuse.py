"""What makes a saved resolution whole is given only as it was noted, over the rows that were saved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from migrate.store.database import Database
from migrate.store.resolution_reuse import Beside, ResolutionReuse
from migrate.store.resolution_rows import ConflictRow, MappingRow, ResolutionInfo
from migrate.store.resolutions import Resolutions
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
BESIDE = Beside((("user", "s1", "t1"),), (1, 0), ("", "é"), (), ('{"b":1,"a":2}',))


@pytest.fixture
def info(db: Database) -> ResolutionInfo:
    snapshots = Snapshots(db)
    for tenant in ("source", "target"):
        snapshots.seal(snapshots.begin(tenant, "x", NOW), NOW)  # type: ignore[arg-type]
    return Resolutions(db).save(
        source_snapshot_id="source-0001",
        target_snapshot_id="target-0001",
        decisions_hash="d",
        rules_hash="r",
        made_at=NOW,
        mappings=[MappingRow("user", f"s{n}", None, "blocked", name="é") for n in (2, 1)],
        conflicts=[ConflictRow("C01", "user", f"s{n}", (), (), "do", "why", ()) for n in (1, 2)],
        drift=[],
        decisions=[],
    )


def test_what_was_noted_comes_back_in_its_order(db: Database, info: ResolutionInfo) -> None:
    reuse = ResolutionReuse(db)
    assert (reuse.made_with(info.id), reuse.beside(info)) == ("", None)
    reuse.keep(info.id, "1.0 tiers", BESIDE)
    assert reuse.made_with(info.id) == "1.0 tiers"
    assert reuse.beside(info) == BESIDE


def test_a_later_note_takes_the_place_of_the_first(db: Database, info: ResolutionInfo) -> None:
    reuse = ResolutionReuse(db)
    reuse.keep(info.id, "1.0", Beside((), (), (), (), ()))
    reuse.keep(info.id, "2.0", BESIDE)
    assert (reuse.made_with(info.id), reuse.beside(info)) == ("2.0", BESIDE)


@pytest.mark.parametrize("column", ["made_with", "content", "hash"])
def test_a_note_that_was_changed_is_not_given(db: Database, info: ResolutionInfo, column: str) -> None:
    reuse = ResolutionReuse(db)
    reuse.keep(info.id, "1.0", BESIDE)
    db.execute(f"UPDATE resolution_reuse SET {column} = {column} || ' '")
    assert reuse.beside(info) is None


def test_rows_are_whole_as_they_were_saved(db: Database, info: ResolutionInfo) -> None:
    assert ResolutionReuse(db).is_whole(info)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE mappings SET state = 'accepted' WHERE source_id = 's1'",
        "DELETE FROM conflicts WHERE source_id = 's2'",
        "UPDATE resolutions SET hash = 'x'",
        "UPDATE resolutions SET rules_hash = 'other'",
    ],
)
def test_rows_that_were_changed_are_not_whole(db: Database, info: ResolutionInfo, damage: str) -> None:
    db.execute(damage)
    latest = Resolutions(db).latest_info()
    assert latest is not None and not ResolutionReuse(db).is_whole(latest)
