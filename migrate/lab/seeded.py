"""Schedules as a seed document gives them.

Who, what and where are enough. What a snapshot knows besides (``id``, ``createdUsing``, ``createdDateTime``,
``modifiedDateTime``) is kept, so that a tenant made from a snapshot answers as the snapshotted one did;
``createdUsing: null`` marks what was made outside PIM.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from typing import Any

from migrate.lab.clock import parse_time
from migrate.lab.ids import derived
from migrate.lab.schedules import APP_SCOPE, Request, Schedule

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def seeded_schedule(tenant_id: str, kind: str, row: Mapping[str, Any], role_id: str) -> Schedule:
    """``role_id`` is the row's role as PIM spells it (unused for groups). KeyError when a part is missing."""
    group = kind.startswith("group")
    target = str(row["groupId"]) if group else role_id
    where = str(row["accessId"]) if group else _scope(row)
    start = _time(row, "startDateTime", LONG_AGO)
    serial = derived(tenant_id, kind, row["principalId"], target, where)
    schedule_id = str(row.get("id") or (f"{target}_{where}_{serial}" if group else serial))
    outside = "createdUsing" in row and row["createdUsing"] is None
    request_id = None if outside else str(row.get("createdUsing") or schedule_id.rsplit("_", 1)[-1])
    return Schedule(
        id=schedule_id,
        principal_id=str(row["principalId"]),
        target=target,
        where=where,
        start=start or LONG_AGO,
        end=_time(row, "endDateTime", None),
        assignment_type=None
        if kind.endswith("Eligibility")
        else str(row.get("assignmentType") or "Assigned"),
        member_type=str(row.get("memberType") or "Direct"),
        request_id=request_id,
        created=_time(row, "createdDateTime", None if outside else start),
        modified=_time(row, "modifiedDateTime", None),
        justification=row.get("justification"),
    )


def _scope(row: Mapping[str, Any]) -> str:
    if row.get("directoryScopeId") or not row.get("appScopeId"):
        return str(row.get("directoryScopeId") or "/")
    return f"{APP_SCOPE}{row['appScopeId']}"


def _time(row: Mapping[str, Any], name: str, otherwise: datetime | None) -> datetime | None:
    text = row.get(name)
    return parse_time(str(text)) if text else otherwise


def marks(row: Schedule | Request) -> tuple[Hashable, ...]:
    """By what schedules and requests are looked up: their whole key, the principal, the role or group."""
    principal, target, where = row.principal_id.lower(), row.target.lower(), row.where.lower()
    return ((principal, target, where), ("principal", principal), ("target", target))
