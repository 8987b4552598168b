"""How moments are written into the database: ISO 8601 in UTC to the microsecond, so text sorts as time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment with its time zone; passed in everywhere, never fetched."""


def utc_text(at: datetime) -> str:
    """The moment as text, for example ``2026-01-31T12:00:00.000000Z``; a moment without a zone is refused."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
