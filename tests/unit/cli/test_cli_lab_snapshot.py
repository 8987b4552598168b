"""``lab serve --from SNAPSHOT``: the tenant answers as the snapshotted one did, and says what it lacks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lab_crawl import NOW, contents, snapshot

from migrate.cli.lab_snapshot import seed_of
from migrate.cli.lab_tenants import from_snapshots
from migrate.config.engagement import read_engagement
from migrate.errors import NoState, UsageError
from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.engagement import write_engagement
from migrate.lab.seed.fabrikam import fabrikam
from migrate.lab.seed.small import small_pair
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM
from migrate.lab.world import World
from migrate.store.database import Database, open_state
from migrate.store.snapshot_rows import CoverageRow, ObjectRow
from migrate.store.snapshots import Snapshots
from migrate.views.screen import Screen

APP = {"appId": CONTOSO.app_id, "secret": CONTOSO.secret}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_state(tmp_path / "engagement.db", create=True) as database:
        yield database


@pytest.mark.parametrize(("build", "tenant"), [(contoso, CONTOSO), (fabrikam, FABRIKAM)])
async def test_a_snapshot_of_the_served_snapshot_is_the_same(db: Database, build: Any, tenant: Any) -> None:
    """Every object of every kind: rights and their times, policies and their ids, aliases, PIM groups."""
    first = await snapshot(db, [build(NOW)], tenant.tenant_id, "source")
    app = build(NOW)["apps"][0]
    seed, told = seed_of(Snapshots(db), Snapshots(db).get(first), app, NOW)
    second = await snapshot(db, [seed], tenant.tenant_id, "source")
    before, after = contents(db, first), contents(db, second)
    assert before.keys() == after.keys()
    for kind in before:
        assert before[kind] == after[kind], kind
    assert Snapshots(db).aliases(first) == Snapshots(db).aliases(second)
    assert Snapshots(db).get(first).hash == Snapshots(db).get(second).hash
    assert [note for note in told if "not read whole" in note] == []


async def test_what_was_changed_since_is_seen(db: Database) -> None:
    """The comparison above can fail."""
    source, _ = small_pair(NOW)
    first = await snapshot(db, [source], CONTOSO.tenant_id, "source")
    seed, _ = seed_of(Snapshots(db), Snapshots(db).get(first), source["apps"][0], NOW)
    seed["roleEligibilitySchedules"][0]["endDateTime"] = "2031-01-01T00:00:00+00:00"
    second = await snapshot(db, [seed], CONTOSO.tenant_id, "source")
    assert Snapshots(db).get(first).hash != Snapshots(db).get(second).hash


def small_snapshot(db: Database, *, complete: bool = True, **rows: list[dict[str, Any]]) -> str:
    """A snapshot that holds just these rows."""
    snapshots = Snapshots(db)
    snapshot_id = snapshots.begin("source", CONTOSO.tenant_id, NOW)
    for kind in ("user", "group", "servicePrincipal", *rows):
        found = rows.get(kind, [])
        snapshots.add_rows(
            snapshot_id, kind, [ObjectRow(str(row["id"]), row, "", str(row["id"])) for row in found], []
        )
        coverage = CoverageRow(
            f"{kind}s", kind, complete or kind != "group", "listing", rows=len(found), reason="Graph was away"
        )
        snapshots.record_coverage(snapshot_id, coverage)
    snapshots.seal(snapshot_id, NOW)
    return snapshot_id


def eligibility(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "principalId": f"00000000-0000-4000-9000-{number:012d}",
        "roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        "directoryScopeId": "/",
        "appScopeId": None,
        "memberType": "Direct",
        "createdUsing": f"00000000-0000-4000-8000-{number:012d}",
        "scheduleInfo": {"startDateTime": "2026-01-01T00:00:00Z", "expiration": {"type": "noExpiration"}},
        **more,
    }


def test_what_was_not_read_is_said(db: Database) -> None:
    info = Snapshots(db).get(small_snapshot(db, complete=False))
    seed, told = seed_of(Snapshots(db), info, APP, NOW)
    assert "groups was not read whole (Graph was away): the lab has 0 rows" in told
    assert any("only that privilege touches" in note for note in told)
    assert any("licences" in note for note in told)
    assert "deletedIds" not in seed, "absence follows from whole collections only"


def test_orphans_are_known_to_be_gone(db: Database) -> None:
    there = {"id": eligibility(1)["principalId"], "displayName": "Ann"}
    rows = [eligibility(1), eligibility(2)]
    info = Snapshots(db).get(small_snapshot(db, user=[there], roleEligibilitySchedule=rows))
    seed, _ = seed_of(Snapshots(db), info, APP, NOW)
    assert seed["deletedIds"] == [rows[1]["principalId"]]


def test_rights_that_have_ended_since_are_counted(db: Database) -> None:
    end = {
        "startDateTime": None,
        "expiration": {"type": "afterDateTime", "endDateTime": "2026-03-02T00:00:00Z"},
    }
    info = Snapshots(db).get(small_snapshot(db, roleEligibilitySchedule=[eligibility(1, scheduleInfo=end)]))
    assert not any("have ended" in note for note in seed_of(Snapshots(db), info, APP, NOW)[1])
    later = seed_of(Snapshots(db), info, APP, NOW + timedelta(days=2))[1]
    assert any(note.startswith("1 rights have ended") for note in later)


def test_forms_that_only_real_tenants_have(db: Database) -> None:
    """An application scope, a duration, a row from outside PIM, a policy rule from the future."""
    lasting = {
        "startDateTime": "2026-02-01T00:00:00Z",
        "expiration": {"type": "afterDuration", "duration": "P90D"},
    }
    policy = {
        "id": "DirectoryRole_t_1_f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        "policyId": "DirectoryRole_t_1",
        "scopeId": "/",
        "scopeType": "DirectoryRole",
        "roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        "policy": {"lastModifiedDateTime": "2026-01-05T00:00:00Z", "rules": [{"id": "Novelty_Admin"}]},
    }
    info = Snapshots(db).get(
        small_snapshot(
            db,
            roleEligibilitySchedule=[
                eligibility(1, directoryScopeId=None, appScopeId="/catalogue"),
                eligibility(2, scheduleInfo=lasting),
            ],
            roleAssignmentSchedule=[eligibility(3, id="abc-1", createdUsing=None, assignmentType="Assigned")],
            roleManagementPolicy=[policy],
        )
    )
    seed, told = seed_of(Snapshots(db), info, APP, NOW)
    assert any("Novelty_Admin" in note for note in told)
    tenant = World([seed], clock=lambda: NOW, rng=random.Random(0)).find(CONTOSO.tenant_id)
    assert tenant is not None
    by_id = {row.id: row for kind in ("roleEligibility", "roleAssignment") for row in tenant.schedules[kind]}
    assert by_id[eligibility(1)["id"]].where == "app:/catalogue"
    assert str(by_id[eligibility(2)["id"]].end) == "2026-05-02 00:00:00+00:00"
    assert (by_id["abc-1"].request_id, by_id["abc-1"].created) == (None, None)
    made = tenant.role_policy("f2ef992c-3afb-46b9-b7cf-a126ee74c451")
    assert (made.guid, str(made.modified)) == ("1", "2026-01-05 00:00:00+00:00")


@pytest.fixture
async def engagement(tmp_path: Path) -> Path:
    """An engagement with a snapshot of its source."""
    source, target = small_pair(NOW)
    path = write_engagement(
        tmp_path / "real",
        graph_url="https://localhost:1/v1.0",
        authority="https://localhost:1",
        ca_pem=b"",
        source_seed=source,
        target_seed=target,
    )
    (tmp_path / "real" / "mappings" / "tiers.toml").write_text("# mine\n", encoding="utf-8")
    database = read_engagement(path).database_path
    database.parent.mkdir(parents=True)
    with open_state(database, create=True) as db:
        await snapshot(db, [source], CONTOSO.tenant_id, "source")
    return path


def test_one_snapshot_and_an_empty_tenant(engagement: Path, tmp_path: Path) -> None:
    tenants = from_snapshots(Screen(as_json=True), engagement, ["source"])
    assert tenants.source["displayName"] == "Contoso"
    assert (tenants.target["tenantId"], tenants.target["users"]) == (FABRIKAM.tenant_id, [])
    assert any("it is empty" in note for note in tenants.told)
    written = tenants.write(tmp_path / "lab", url="https://localhost:2", ca_pem="")
    read = read_engagement(written)
    real = read_engagement(engagement)
    assert (read.name, read.guard) == (real.name, real.guard)
    assert (tmp_path / "lab" / "mappings" / "tiers.toml").exists()
    assert (tmp_path / "lab" / "mappings" / "decisions.csv").read_bytes() == (
        engagement.parent / "mappings" / "decisions.csv"
    ).read_bytes()
    World([tenants.source, tenants.target], clock=lambda: NOW, rng=random.Random(0))


@pytest.mark.parametrize(
    ("names", "error"),
    [(["target"], NoState), (["source-0009"], NoState), (["source", "source-0001"], UsageError)],
)
def test_snapshots_that_cannot_be_served(engagement: Path, names: list[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        from_snapshots(Screen(as_json=True), engagement, names)
