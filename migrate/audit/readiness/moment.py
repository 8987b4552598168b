"""The hour asked, and who is at work then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPOKEN = re.compile(r"(?:([a-z]{3})[a-z]*\s+)?(\d{1,2}):(\d\d)(?:\s+([\w+/-]+))?", re.IGNORECASE)


@dataclass(frozen=True)
class WorkingHours:
    """Days from 0 (Monday) and times of the person's own clock; a shift may go on past midnight."""

    zone: str
    days: frozenset[int]
    start: time
    end: time

    def at_work(self, moment: datetime) -> bool:
        there = moment.astimezone(ZoneInfo(self.zone))
        clock = there.time()
        if self.start < self.end:
            return there.weekday() in self.days and self.start <= clock < self.end
        begun = there.weekday() in self.days and clock >= self.start
        yesterday = (there.weekday() - 1) % 7 in self.days and clock < self.end
        return begun or yesterday


def moment_of(text: str, now: datetime) -> datetime:
    """The next moment that people mean by ``Fri 19:30``, ``19:30`` or ``Fri 19:30 Europe/Berlin`` (UTC where
    no zone stands), or the one that an ISO time names.

    Raises:
        ValueError: it is none of these.
    """
    match = _SPOKEN.fullmatch(text.strip())
    if match is None:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    day, hour, minute, zone_name = match.groups()
    try:
        zone = ZoneInfo(zone_name) if zone_name else ZoneInfo("UTC")
    except (KeyError, OSError) as error:
        raise ValueError(f"{zone_name!r} is no time zone") from error
    there = now.astimezone(zone)
    found = there.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    if day is not None:
        found += timedelta(days=(DAYS.index(day.lower()) - found.weekday()) % 7)
    if found < there:
        found += timedelta(days=1 if day is None else 7)
    return found.astimezone(UTC)
