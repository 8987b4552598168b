from __future__ import annotations

from datetime import UTC, datetime

import pytest

from migrate.errors import NoState
from migrate.store.database import Database
from migrate.store.resolution_rows import ConflictRow, DecisionRow, DriftRow, MappingRow, ResolutionInfo
from migrate.store.resolutions import Resolutions
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

MAPPINGS = [
    MappingRow("user", "s2", None, "conflict", name="Bob", reason="nobody has this employeeId"),
    MappingRow(
        "user", "s1", "t1", "matched", "employee_id", 80, "t9", ({"rule": "employee_id"},), "Ada", "same"
    ),
]
CONFLICTS = [ConflictRow("C01", "user", "s2", (), ("a1",), "create the person", "no counterpart", ("a2",))]
DRIFT = [
    DriftRow("D05", "roleDefinition", "r1", "r2", {"missing": ["x/y"]}, "change the role", ("a1",), ("a3",))
]
DECISIONS = [DecisionRow("user", "s1", "t1", "accept", "checked", "kim", "2026-01-30", 2)]


@pytest.fixture
def resolutions(db: Database) -> Resolutions:
    snapshots = Snapshots(db)
    for tenant in ("source", "target"):
        snapshots.seal(snapshots.begin(tenant, "x", NOW), NOW)  # type: ignore[arg-type]
    return Resolutions(db)


def save(resolutions: Resolutions, **changed: object) -> ResolutionInfo:
    rows = {"mappings": MAPPINGS, "conflicts": CONFLICTS, "drift": DRIFT, "decisions": DECISIONS, **changed}
    return resolutions.save(
        source_snapshot_id="source-0001",
        target_snapshot_id="target-0001",
        decisions_hash="d",
        rules_hash="r",
        made_at=NOW,
        **rows,  # type: ignore[arg-type]
    )


def test_a_resolution_comes_back_whole(resolutions: Resolutions) -> None:
    info = save(resolutions)
    found = resolutions.latest()
    assert found is not None
    assert found.info == info
    assert (info.id, info.number, info.made_at) == ("resolution-0001", 1, "2026-01-31T12:00:00.000000Z")
    assert found.mappings == (MAPPINGS[1], MAPPINGS[0])
    assert found.conflicts == tuple(CONFLICTS)
    assert found.drift == tuple(DRIFT)
    assert found.decisions == tuple(DECISIONS)
    assert found.mapping()["user", "s1"].target_id == "t1"
    assert resolutions.get(info.id) == found


def test_the_hash_covers_rows_not_order_or_number(resolutions: Resolutions) -> None:
    first = save(resolutions)
    same = save(resolutions, mappings=list(reversed(MAPPINGS)))
    other = save(resolutions, conflicts=[])
    assert first.hash == same.hash
    assert first.id != same.id
    assert other.hash != first.hash
    assert [each.number for each in resolutions.list()] == [1, 2, 3]


def test_half_a_resolution_is_never_saved(db: Database, resolutions: Resolutions) -> None:
    with pytest.raises(Exception, match="UNIQUE"):
        save(resolutions, decisions=[DECISIONS[0], DECISIONS[0]])
    assert resolutions.latest() is None
    assert db.value("SELECT count(*) FROM mappings") == 0


def test_an_unknown_resolution_is_no_state(resolutions: Resolutions) -> None:
    with pytest.raises(NoState) as caught:
        resolutions.get("resolution-0007")
    assert caught.value.code == "resolution_unknown"
