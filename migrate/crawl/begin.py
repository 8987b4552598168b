"""Begins a snapshot, or goes on with the one that a stopped run left open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from migrate.kinds.schedule import parse_time
from migrate.store.snapshot_rows import Scope, SnapshotInfo, Tenant
from migrate.store.snapshots import Snapshots

GOES_ON_FOR = timedelta(hours=12)
"""An older beginning is read anew: its rows and the rest would be of two different days."""


@dataclass(frozen=True)
class Asked:
    """What a snapshot is to be; one left open is only gone on with when it was to be the same."""

    tenant: Tenant
    tenant_id: str
    scope: Scope
    base_id: str | None
    tool_version: str


def begin(snapshots: Snapshots, asked: Asked, now: datetime, *, fresh: bool) -> tuple[str, str | None]:
    """The id of the snapshot to fill, and what to tell about the one that was left open, if there was one."""
    left = snapshots.unfinished(asked.tenant)
    if left is not None and not fresh and (problem := _differs(left, asked, now)) is None:
        return left.id, f"{asked.tenant}: going on with {left.id}, begun {left.started_at}"
    told = None
    if left is not None and not fresh:
        told = f"{asked.tenant}: {left.id} was left unfinished and is read anew: {problem}"
    snapshot_id = snapshots.begin(
        asked.tenant,
        asked.tenant_id,
        now,
        tool_version=asked.tool_version,
        scope=asked.scope,
        base_id=asked.base_id,
    )
    return snapshot_id, told


def _differs(left: SnapshotInfo, asked: Asked, now: datetime) -> str | None:
    begun = parse_time(left.started_at)
    if left.tenant_id.lower() != asked.tenant_id.lower():
        return "it is of another tenant"
    if (left.scope, left.base_id) != (asked.scope, asked.base_id):
        return "it was to have another scope or base"
    if left.tool_version != asked.tool_version:
        return "another version of this program began it"
    if begun is None or now - begun > GOES_ON_FOR:
        return f"it is older than {GOES_ON_FOR.total_seconds() / 3600:.0f} hours"
    return None
