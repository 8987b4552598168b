"""The views that a person opens in a database browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from migrate.store.database import Database
from migrate.store.journal import Journal
from migrate.store.resolution_rows import ConflictRow, MappingRow
from migrate.store.resolutions import Resolutions
from migrate.store.snapshot_rows import CoverageRow, ObjectRow
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def add(
    snapshots: Snapshots, snapshot: str, kind: str, object_id: str, name: str | None, **more: Any
) -> None:
    row = ObjectRow(object_id, {"id": object_id, "displayName": name, **more}, display_name=name)
    snapshots.add_rows(snapshot, kind, [row])


def schedule(principal: str, role: str, scope: str) -> dict[str, Any]:
    return {
        "principalId": principal,
        "roleDefinitionId": role,
        "directoryScopeId": scope,
        "memberType": "Direct",
        "status": "Provisioned",
        "scheduleInfo": {
            "startDateTime": "2026-01-01T00:00:00Z",
            "expiration": {"type": "afterDateTime", "endDateTime": "2026-12-31T00:00:00Z"},
        },
    }


@pytest.fixture
def filled(db: Database) -> Database:
    snapshots = Snapshots(db)
    outdated = snapshots.begin("source", "S", NOW)
    add(snapshots, outdated, "user", "gone", "Left Long Ago")
    snapshots.record_coverage(outdated, CoverageRow("groups", "group", False, "list", code="Old"))
    snapshots.seal(outdated, NOW)

    source = snapshots.begin("source", "S", NOW)
    add(snapshots, source, "user", "u1", "Ada", userPrincipalName="ada@contoso.com", accountEnabled=True)
    add(snapshots, source, "group", "g1", "Operators")
    add(snapshots, source, "administrativeUnit", "au1", "Berlin")
    add(snapshots, source, "roleDefinition", "role1", "Exchange Administrator")
    add(snapshots, source, "roleDefinition", "role2", "Our own role")
    snapshots.add_alias(source, "role2-in-pim", "role2")
    kind = "roleEligibilitySchedule"
    add(snapshots, source, kind, "e1", None, **schedule("u1", "role1", "/"))
    add(snapshots, source, kind, "e2", None, **schedule("g1", "role2-in-pim", "/administrativeUnits/au1"))
    add(snapshots, source, kind, "e3", None, **schedule("deleted", "role9", "/administrativeUnits/au9"))
    add(
        snapshots,
        source,
        "groupEligibilitySchedule",
        "ge1",
        None,
        principalId="u1",
        groupId="g1",
        accessId="owner",
        scheduleInfo={"expiration": {"type": "noExpiration"}},
    )
    snapshots.record_coverage(source, CoverageRow("users", "user", True, "list", rows=1))
    snapshots.record_coverage(
        source, CoverageRow("policies", "roleManagementPolicy", False, "fan-out", "p1", code="Forbidden")
    )
    snapshots.seal(source, NOW)

    target = snapshots.begin("target", "T", NOW)
    add(snapshots, target, "user", "t1", "Ada Lovelace", userPrincipalName="ada@fabrikam.com")
    snapshots.seal(target, NOW)
    unfinished = snapshots.begin("target", "T", NOW)
    add(snapshots, unfinished, "user", "t2", "Not Sealed Yet")

    for conflicts in (
        [ConflictRow("C02", "user", "u1")],
        [ConflictRow("C01", "group", "g1", (), ("e2",), "create it")],
    ):
        Resolutions(db).save(
            source_snapshot_id=source,
            target_snapshot_id=target,
            decisions_hash="",
            rules_hash="",
            made_at=NOW,
            mappings=[
                MappingRow("user", "u1", "t1", "matched", "employee_id", 80, name="Ada"),
                MappingRow("group", "g1", None, "conflict", name="Operators"),
            ],
            conflicts=conflicts,
            drift=[],
            decisions=[],
        )
    return db


def columns(db: Database, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in db.query(sql)]


def test_eligible_role_assignments_have_names_where_names_are_known(filled: Database) -> None:
    found = columns(
        filled, "SELECT id, tenant, principal, principal_kind, role, scope FROM eligible_role_assignments"
    )
    assert found == [
        ("e1", "source", "Ada", "user", "Exchange Administrator", "whole tenant"),
        ("e2", "source", "Operators", "group", "Our own role", "Berlin"),
        ("e3", "source", "deleted", None, "role9", "/administrativeUnits/au9"),
    ]
    assert columns(
        filled, "SELECT starts, expiration, ends, member_type, status FROM eligible_role_assignments"
    )[0] == ("2026-01-01T00:00:00Z", "afterDateTime", "2026-12-31T00:00:00Z", "Direct", "Provisioned")


def test_eligible_group_assignments(filled: Database) -> None:
    found = columns(
        filled, "SELECT principal, group_name, access, expiration, ends FROM eligible_group_assignments"
    )
    assert found == [("Ada", "Operators", "owner", "noExpiration", None)]


def test_people_are_those_of_the_latest_sealed_snapshots(filled: Database) -> None:
    found = columns(filled, "SELECT tenant, display_name, user_principal_name, account_enabled FROM people")
    assert found == [
        ("source", "Ada", "ada@contoso.com", 1),
        ("target", "Ada Lovelace", "ada@fabrikam.com", None),
    ]


def test_unread_collections_are_those_of_the_latest_snapshots(filled: Database) -> None:
    found = columns(filled, "SELECT collection, parent_id, code FROM unread_collections")
    assert found == [("policies", "p1", "Forbidden")]


def test_mapping_latest_names_both_sides(filled: Database) -> None:
    found = columns(
        filled, "SELECT kind, name, state, target_name, resolution_id FROM mapping_latest ORDER BY kind"
    )
    assert found == [
        ("group", "Operators", "conflict", None, "resolution-0002"),
        ("user", "Ada", "matched", "Ada Lovelace", "resolution-0002"),
    ]


def test_open_conflicts_are_those_of_the_latest_resolution(filled: Database) -> None:
    assert columns(filled, "SELECT code, name, remedy, blocks FROM open_conflicts") == [
        ("C01", "Operators", "create it", '["e2"]')
    ]


def test_writes_tell_the_last_event_of_each(filled: Database, clock: Any) -> None:
    journal = Journal(filled, clock)
    for write_id, event in (("w1", "begin"), ("w2", "begin"), ("w1", "end"), (None, "wave_paused")):
        journal.append(event, plan_id="plan-all-1", wave="all", batch=1, write_id=write_id)
    journal.append("begin", plan_id="plan-all-2", wave="all", batch=1, write_id="w1")
    assert columns(
        filled, "SELECT plan_id, write_id, last_event, events FROM writes ORDER BY plan_id, write_id"
    ) == [
        ("plan-all-1", "w1", "end", 2),
        ("plan-all-1", "w2", "begin", 1),
        ("plan-all-2", "w1", "begin", 1),
    ]
