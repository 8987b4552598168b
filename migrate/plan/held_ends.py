"""How the end of a right that stands compares with what was asked for; what cannot be read is never alike."""

from __future__ import annotations

from datetime import datetime

from migrate.kinds.kind import Row
from migrate.kinds.schedule import same_end
from migrate.resolve.schedule_fit import Span


def equals(span: Span, there: Row, now: datetime) -> bool:
    """Whether a right that stands is as asked, its beginning included."""
    try:
        return span.equals(Span.of(there), now)
    except ValueError:
        return False


def ends_alike(span: Span, there: Row) -> bool:
    try:
        return same_end(span.end, Span.of(there).end)
    except ValueError:
        return False


def ends_sooner(there: Row, span: Span) -> bool:
    """Whether a right that stands ends before the one that was asked for."""
    try:
        end = Span.of(there).end
    except ValueError:
        return False
    return end is not None and (span.end is None or end < span.end)
