"""When a carried access review takes place: in the rhythm of the source's, from today on.

Graph counts occurrences from the start date (for reviews a pattern has a type, an interval and a day of the
month, nothing else), so a start in the past becomes the next day on which the source's review would begin.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_DAYS = {"daily": 1, "weekly": 7}
_MONTHS = {"absolutemonthly": 1, "relativemonthly": 1, "absoluteyearly": 12, "relativeyearly": 12}
_NEEDED = {
    "daily": (),
    "weekly": ("daysOfWeek",),
    "absolutemonthly": ("dayOfMonth",),
    "relativemonthly": ("daysOfWeek", "index"),
    "absoluteyearly": ("dayOfMonth", "month"),
    "relativeyearly": ("daysOfWeek", "index", "month"),
}
"""What each type of pattern needs: Graph fills in the others when it answers, and refuses them in a body."""
_FOR_EVER = 9999
"""The year of an end date that stands for none."""
_LAST_SAFE_DAY = 28


@dataclass(frozen=True)
class Renewed:
    """``value`` is the recurrence to write. ``problem`` is why none can be, ``changed`` what differs.

    ``rhythm`` is equal for two recurrences that come to the same from today on."""

    value: Mapping[str, Any] | None
    problem: str = ""
    changed: tuple[str, ...] = ()
    rhythm: tuple[Any, ...] = ()


def renewed(recurrence: Mapping[str, Any] | None, days: int, today: date) -> Renewed:
    """``days`` is how long one review takes; ``recurrence`` as Graph answers it."""
    if recurrence is None:
        return Renewed(None)
    try:
        span = recurrence.get("range") or {}
        start, end = _date(span.get("startDate")) or today, _date(span.get("endDate"))
        if recurrence.get("pattern") is None:
            return _once(span, start, end, days, today)
        return _recurring(recurrence["pattern"], span, start, end, today)
    except (ValueError, OverflowError, TypeError, AttributeError) as error:
        return Renewed(None, f"when it takes place cannot be read ({error})")


def _date(text: Any) -> date | None:
    """A date; a time is cut to its date, as Graph does itself."""
    found = date.fromisoformat(str(text)[:10]) if text else None
    return None if found is None or found.year >= _FOR_EVER else found


def _once(span: Mapping[str, Any], start: date, end: date | None, days: int, today: date) -> Renewed:
    until = end or start + timedelta(days=days)
    if until < today:
        return Renewed(None, f"it took place once and was over on {until.isoformat()}")
    first = max(start, today)
    last = first + (until - start)
    return Renewed(
        {"pattern": None, "range": _range("endDate", span, first, last, 0)},
        changed=_moved(start, first),
        rhythm=("once", (until - start).days, max(start, today).isoformat()),
    )


def _recurring(
    pattern: Mapping[str, Any], span: Mapping[str, Any], start: date, end: date | None, today: date
) -> Renewed:
    kind = str(pattern.get("type") or "")
    every = int(pattern.get("interval") or 1)
    if kind.lower() not in _NEEDED or every < 1:
        return Renewed(None, f"it recurs in a way that this version does not know ({kind or 'no type'})")
    first, gone, phase = _next(kind.lower(), every, start, today)
    how = str(span.get("type") or "noEnd").lower()
    count = int(span.get("numberOfOccurrences") or 0) if how == "numbered" else 0
    if end is not None and end < first:
        return Renewed(None, f"its last review was due before {end.isoformat()}")
    if count and count <= gone:
        return Renewed(None, f"all of its {count} reviews have taken place")
    left = count - gone if count else 0
    # A count of zero with an end is how Graph answers for an end, without one for none.
    ends = "numbered" if count else "endDate" if end else "noEnd"
    needed = {name: pattern[name] for name in _NEEDED[kind.lower()] if pattern.get(name)}
    told = list(_moved(start, first))
    if count and gone:
        told.append(f"{left} of the {count} reviews are left")
    return Renewed(
        {
            "pattern": {"type": kind, "interval": every, **needed},
            "range": _range(ends, span, first, end, left),
        },
        changed=tuple(told),
        rhythm=(
            kind.lower(),
            every,
            tuple(sorted((name, str(value).lower()) for name, value in needed.items())),
            phase,
            end.isoformat() if end else left,
            str(span.get("recurrenceTimeZone") or ""),
        ),
    )


def _next(kind: str, every: int, start: date, today: date) -> tuple[date, int, tuple[int, ...]]:
    """The first occurrence that is not in the past, how many there were before, and what stays the same from
    one occurrence to the next. A day that a month lacks is its last, for Graph as well as here."""
    if kind in _DAYS:
        step = _DAYS[kind] * every
        gone = max(0, -((start - today).days // step))
        return start + timedelta(days=step * gone), gone, (start.toordinal() % step,)
    step = _MONTHS[kind] * every
    months = start.year * 12 + start.month - 1
    gone = max(0, (today.year * 12 + today.month - 1 - months) // step)
    while (first := _in_month(months + step * gone, start.day)) < today:
        gone += 1
    return first, gone, (months % step, min(start.day, _LAST_SAFE_DAY))


def _in_month(months: int, day: int) -> date:
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _range(how: str, span: Mapping[str, Any], first: date, last: date | None, left: int) -> dict[str, Any]:
    found: dict[str, Any] = {"type": how, "startDate": first.isoformat()}
    if how == "endDate" and last is not None:
        found["endDate"] = last.isoformat()
    if how == "numbered":
        found["numberOfOccurrences"] = left
    if span.get("recurrenceTimeZone"):
        found["recurrenceTimeZone"] = span["recurrenceTimeZone"]
    return found


def _moved(start: date, first: date) -> tuple[str, ...]:
    if first == start:
        return ()
    return (f"its first review begins on {first.isoformat()}: {start.isoformat()} is in the past",)
