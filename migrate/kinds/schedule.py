"""What the schedules of PIM have in common: when a right ends, and when two schedules mean the same.

Graph stores ``afterDuration`` as ``afterDateTime`` and rewrites a start in the past to the moment of
creation, so schedules are compared by when they end, never by expiration type or start (observed
behaviours 14; graph-facts §3.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
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
    """A Graph time as an aware UTC moment; ``None`` for nothing and for Graph's year-one "never".

    Raises:
        ValueError: it is no time, or one that no calendar holds.
    """
    if not text:
        return None
    try:
        return _moment(text)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"{text!r} is no time") from error


@lru_cache(maxsize=1_000)
def _moment(text: str) -> datetime | None:
    """The same few starts and ends stand in very many schedules, and each is asked for several times."""
    moment = datetime.fromisoformat(text)
    if moment.year == 1:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def without_invented_start(row: Row) -> Row:
    """A standing assignment that was made outside PIM has no start: Graph shows the time of the query, and
    no request that created it (graph-facts §2.3)."""
    info = row.get("scheduleInfo")
    if row.get("createdUsing") or row.get("createdDateTime") or not isinstance(info, Mapping):
        return row
    return {**row, "scheduleInfo": {**info, "startDateTime": None}}


def format_time(moment: datetime) -> str:
    """UTC with ``Z`` as Graph writes it; fractions only where there are any."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_duration(text: str | None) -> timedelta | None:
    """An ISO 8601 duration in the units that PIM takes; ``None`` for anything else."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match.groupdict().values()):
        return None
    try:
        return timedelta(**{unit: float(value) for unit, value in match.groupdict().items() if value})
    except OverflowError:
        return None


def start_of(row: Row) -> datetime | None:
    """When a schedule begins; ``None`` when it does not say, which means that it has begun.

    Raises:
        ValueError: there is a start, but not one that can be read.
    """
    return parse_time(_part(row, "scheduleInfo").get("startDateTime"))


def end_of(row: Row) -> datetime | None:
    """When the right ends; ``None`` when it says that it never does.

    Raises:
        ValueError: there is an end that cannot be read, or nothing is said of one. Silence must not turn
            into a right for ever.
    """
    info = _part(row, "scheduleInfo")
    expiration = _part(info, "expiration")
    kind = str(expiration.get("type") or "").lower()
    if end := parse_time(expiration.get("endDateTime")):
        return end
    if kind == "noexpiration":
        return None
    duration = parse_duration(expiration.get("duration"))
    start = parse_time(info.get("startDateTime"))
    if kind != "afterduration" or duration is None or start is None:
        raise ValueError(f"expiration {dict(expiration)!r} names no end that can be read")
    try:
        return start + duration
    except OverflowError as error:
        raise ValueError(f"expiration {dict(expiration)!r} ends beyond every calendar") from error


def is_over(row: Row, now: datetime) -> bool:
    """Whether a right has ended; one of which that cannot be told counts as one that still holds."""
    try:
        end = end_of(row)
    except ValueError:
        return False
    return end is not None and end <= now


def _part(row: Row, name: str) -> Row:
    found = row.get(name)
    # A dictionary, as which JSON is read, is told at once; whether something is a mapping takes longer.
    return found if isinstance(found, (dict, Mapping)) else {}


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
    """Whether somebody gave just this right. Roles spell ``Direct``, groups ``direct``."""
    return (
        str(row.get("memberType") or "Direct").lower() == "direct"
        and str(row.get("assignmentType") or "Assigned").lower() == "assigned"
    )


def is_for_good(row: Row) -> bool:
    """Whether a row is a right that somebody gave directly, and that says that it never ends."""
    try:
        return is_direct(row) and end_of(row) is None
    except ValueError:
        return False


def is_shadow(row: Row) -> bool:
    """Whether a row only mirrors another one: held through a group, inherited, or an activated session.

    Shadows are never replayed (graph-facts §4.11, §4.13). What is neither this nor direct, because the row
    does not say or uses a word that nobody knows, is no shadow: it must be shown, and must not be copied.
    """
    return (
        str(row.get("memberType") or "").lower() in ("group", "inherited")
        or str(row.get("assignmentType") or "").lower() == "activated"
    )


def membership_gaps(row: Row) -> tuple[str, ...]:
    """``memberType`` where a row does not say that it is direct."""
    return () if str(row.get("memberType") or "").lower() == "direct" else ("memberType",)


def change_body(
    action: str,
    named: Mapping[str, str],
    start: datetime,
    end: datetime | None,
    justification: str,
    ticket: str | None,
) -> dict[str, Any]:
    """The body that makes or changes (``action``) a right of the objects ``named`` by their properties. A
    justification is always sent, since a policy may demand one of administrators too; a ticket where one is
    asked for."""
    body: dict[str, Any] = {
        "action": action,
        **named,
        "justification": justification,
        "scheduleInfo": schedule_info(start, end),
    }
    if ticket is not None:
        body["ticketInfo"] = {"ticketNumber": ticket, "ticketSystem": "pim-migrate"}
    return body
