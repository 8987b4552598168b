"""D08: whether a right can be given in the target from now on until the end that it has in the source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from migrate.kinds import role_management_policy
from migrate.kinds.kind import Row
from migrate.kinds.schedule import SAME_MOMENT, end_of, format_time, same_end, start_of

SHORTEST = timedelta(minutes=5)
"""PIM takes nothing shorter (graph-facts §3.1)."""


@dataclass(frozen=True)
class Span:
    """From when to when a right holds; ``end`` is ``None`` for a permanent one, ``start`` for one that does
    not say when it began."""

    start: datetime | None
    end: datetime | None

    @classmethod
    def of(cls, row: Row) -> Span:
        """Raises ValueError where the row says neither when it ends nor that it never does."""
        return cls(start_of(row), end_of(row))

    def begin(self, now: datetime) -> datetime:
        """When it begins if it is given now: a start in the past means from now on."""
        return max(self.start or now, now)

    def begins_at_once(self, now: datetime) -> bool:
        """Whether it holds by the time that anybody acts on it. What begins within minutes begins now: Graph
        dates a right to the moment when it is through with it, some seconds ahead (graph-facts §3.1), by its
        own clock."""
        return self.begin(now) - now <= _AT_ONCE

    def equals(self, other: Span, now: datetime) -> bool:
        """Whether both mean the same from now on."""
        apart = abs(self.begin(now) - other.begin(now))
        alike = apart <= SAME_MOMENT or (self.begins_at_once(now) and other.begins_at_once(now))
        return same_end(self.end, other.end) and alike


_AT_ONCE = timedelta(minutes=5)


def end_after(begin: datetime, length: timedelta) -> datetime:
    """The moment that far ahead, or the last one that a calendar holds."""
    return begin + min(length, _LATEST - begin)


_LATEST = datetime.max.replace(microsecond=0, tzinfo=UTC)


def why_not(span: Span, policy: Row | None, now: datetime, *, active: bool = False) -> str:
    """Why the target would not take the right as it is, an eligibility or an ``active`` one; empty where
    nothing is known to stand against it."""
    begin, end = span.begin(now), span.end
    if end is not None and end <= now:
        return f"the right expired at {format_time(end)}"
    if end is not None and end - begin < SHORTEST:
        return f"the right ends at {format_time(end)}, less than five minutes after it begins"
    if policy is None:
        return ""
    longest = role_management_policy.longest(policy, active=active)
    if longest == timedelta():
        # Accepted as a policy, it makes PIM refuse every later request (graph-facts §3.5).
        what = "active assignment" if active else "eligibility"
        return f"the target's policy allows no {what} at all: its maximum duration is zero"
    if not role_management_policy.must_end(policy, active=active):
        return ""
    if end is None:
        return "the right is permanent, and the target's policy demands an end"
    if longest is not None and end - begin > longest:
        return f"the right lasts until {format_time(end)}, longer than the target's policy allows"
    return ""
