"""What PIM remembers: standing schedules and the requests that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from migrate.lab.clock import iso, iso_or_none, parse_duration, parse_time
from migrate.lab.errors import duration_too_short, invalid_request
from migrate.lab.shapes import check_nested

Json = dict[str, Any]
APP_SCOPE = "app:"
"""Stands before an application scope, which shares a field with directory scopes here."""
SHORTEST = timedelta(minutes=5)
SOON = timedelta(seconds=5)
CLOSED_FOR = timedelta(days=30)
"""What was cancelled is deleted after 30 days (graph-facts §3.4)."""
FORGOTTEN_AFTER = timedelta(days=45)
"""Requests are a log that Graph forgets, typically after 45 days (terraform azuread issue 1306)."""


@dataclass
class Schedule:
    """An eligibility or an active assignment, of a role or of a group.

    ``target`` is the role definition id as PIM spells it, or the group's id; ``where`` is the directory scope
    of a role, or ``member``/``owner`` of a group. ``request_id`` is None for what was made outside PIM.
    """

    id: str
    principal_id: str
    target: str
    where: str
    start: datetime
    end: datetime | None
    assignment_type: str | None = None
    member_type: str = "Direct"
    request_id: str | None = None
    created: datetime | None = None
    modified: datetime | None = None
    justification: str | None = None
    activated_using: str | None = None
    """The eligibility schedule that an activation rests on."""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.principal_id.lower(), self.target.lower(), self.where.lower())

    def lives(self, now: datetime) -> bool:
        """Not over yet: what has ended is no longer listed."""
        return self.end is None or self.end > now

    def in_force(self, now: datetime) -> bool:
        """Started (or about to) and not over."""
        return self.start <= now + SOON and self.lives(now)

    def status(self, now: datetime) -> str:
        """Granted until its start, then Provisioned."""
        return "Provisioned" if self.start <= now + SOON else "Granted"

    def schedule_info(self, now: datetime) -> Json:
        """afterDateTime or noExpiration: a duration is read back as an end (observed-behaviours 14)."""
        start = now if self.request_id is None else self.start
        return schedule_info(start, self.end)


def schedule_info(start: datetime, end: datetime | None, duration: str | None = None) -> Json:
    kind = "afterDuration" if duration else "noExpiration" if end is None else "afterDateTime"
    return {
        "startDateTime": iso(start),
        "recurrence": None,
        "expiration": {
            "type": kind,
            "endDateTime": None if duration else iso_or_none(end),
            "duration": duration,
        },
    }


@dataclass(frozen=True)
class Wanted:
    """The schedule that a request asks for."""

    start: datetime
    end: datetime | None
    duration: str | None

    @property
    def length(self) -> timedelta | None:
        return None if self.end is None else self.end - self.start


def read_schedule(body: Mapping[str, Any], now: datetime) -> Wanted:
    """``scheduleInfo`` of a request: enum values in any case, a start in the past means now."""
    info = check_nested(body, "scheduleInfo", "requestSchedule")
    if info is None or info.get("recurrence") is not None:
        raise invalid_request()
    expiration = check_nested(info, "expiration", "expirationPattern") or {}
    try:
        start = parse_time(str(info["startDateTime"])) if info.get("startDateTime") else now
        start = max(start, now)
        kind = str(expiration.get("type") or "notSpecified").lower()
        end: datetime | None = None
        duration: str | None = None
        if kind == "afterdatetime":
            end = parse_time(str(expiration["endDateTime"]))
        elif kind == "afterduration":
            duration = str(expiration["duration"])
            end = start + parse_duration(duration)
        elif kind not in ("noexpiration", "notspecified"):
            raise invalid_request()
    except (KeyError, ValueError, OverflowError) as error:
        raise invalid_request() from error
    if end is not None and end <= now:
        raise invalid_request()
    if end is not None and end - start < SHORTEST:
        raise duration_too_short()
    return Wanted(start, end, duration)


@dataclass
class Request:
    """One entry of the request log."""

    id: str
    action: str
    principal_id: str
    target: str
    where: str
    status: str
    created: datetime
    completed: datetime | None
    created_by: str
    schedule_id: str | None
    info: Json | None
    justification: str | None = None
    ticket: Json | None = None
    validation_only: bool = False
    custom_data: str | None = None
    start: datetime | None = None
    wanted: Wanted | None = None
    """What it asks for, kept while somebody has to decide."""
    approval_id: str | None = None
    activated_using: str | None = None
    closed: datetime | None = None
    """When it was cancelled or denied."""

    def remembered(self, now: datetime) -> bool:
        if self.closed is not None and now - self.closed >= CLOSED_FOR:
            return False
        return now - self.created < FORGOTTEN_AFTER

    def status_at(self, now: datetime) -> str:
        """A request granted for later becomes Provisioned when its time has come."""
        if self.status == "Granted" and self.schedule_id and self.start and self.start <= now:
            return "Provisioned"
        return self.status
