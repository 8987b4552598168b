"""What the schedules of PIM have in common: when a right ends, and when two schedules mean the same.

Graph stores ``afterDuration`` as ``afterDateTime`` and rewrites a start in the past to the moment of
creation, so schedules are compared by when they end, never by expiration type or start (observed
behaviours 14; graph-facts §3.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from migrate.kinds.kind import Row

SAME_MOMENT = timedelta(seconds=1)
"""Graph keeps seven digits of a second and may cut some off when it reads them back."""

# PIM takes weeks, days and times only; months and years are refused (terraform-provider-azuread 1464).
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)


def parse_time(text: str | None) -> datetime | None:
    """A Graph time as an aware UTC moment; ``None`` for nothing and for Graph's year-one "never"."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return None if moment.year == 1 else moment


def format_time(moment: datetime) -> str:
    """UTC with ``Z`` as Graph writes it; fractions only where there are any."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_duration(text: str | None) -> timedelta | None:
    """An ISO 8601 duration in the units that PIM takes; ``None`` for anything else."""
    match = _DURATION.fullmatch(text or "")
    if match is None or not any(match.groupdict().values()):
        return None
    return timedelta(**{unit: float(value) for unit, value in match.groupdict().items() if value})


def start_of(row: Row) -> datetime | None:
    """When a schedule (or an instance, which carries its times at the top) begins."""
    info = row.get("scheduleInfo") or row
    return parse_time(info.get("startDateTime"))


def end_of(row: Row) -> datetime | None:
    """When the right ends; ``None`` when it never does.

    Raises:
        ValueError: the expiration says that there is an end but not one that can be read.
    """
    info: Mapping[str, Any] = row.get("scheduleInfo") or {}
    expiration: Mapping[str, Any] = info.get("expiration") or {}
    kind = str(expiration.get("type") or "notSpecified").lower()
    if end := parse_time(expiration.get("endDateTime")):
        return end
    if kind in ("noexpiration", "notspecified"):
        return None
    duration = parse_duration(expiration.get("duration"))
    start = parse_time(info.get("startDateTime"))
    if kind != "afterduration" or duration is None or start is None:
        raise ValueError(f"expiration {dict(expiration)!r} names no end that can be read")
    return start + duration


def same_end(one: datetime | None, other: datetime | None) -> bool:
    """Whether two rights end at the same moment (or both never)."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME_MOMENT


def schedule_info(start: datetime, end: datetime | None) -> dict[str, Any]:
    """The body's ``scheduleInfo`` for a right from ``start`` to ``end``."""
    expiration = (
        {"type": "noExpiration"}
        if end is None
        else {"type": "afterDateTime", "endDateTime": format_time(end)}
    )
    return {"startDateTime": format_time(start), "expiration": expiration}


def is_direct(row: Row) -> bool:
    """False for rows that are shadows of others: held through a group, inherited, or a session.

    Shadows are never replayed (graph-facts §4.11, §4.13). Roles spell ``Direct``, groups ``direct``.
    """
    return (
        str(row.get("memberType") or "Direct").lower() == "direct"
        and str(row.get("assignmentType") or "Assigned").lower() == "assigned"
    )
