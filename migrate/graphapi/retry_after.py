"""When an answer asks to be asked again.

Graph mostly sends whole seconds; a published sample is fractional (``2.128``), RFC 9110 also allows a date,
and conditional access sends nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 3600.0
"""Seconds. Nothing that Graph publishes waits as long; beyond it the header is a mistake."""

_SECONDS = re.compile(r"\d{1,12}(\.\d+)?")


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait from ``now`` (seconds since 1970), ``None`` when the header is absent or says nothing.

    A date is measured against the service's own ``Date`` where there is one, so that a wrong clock on
    this side does not matter.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST)
    when = _instant(value)
    if when is None:
        return None
    service_now = _instant(headers.get("date", ""))
    return min(max(when - (now if service_now is None else service_now), 0.0), LONGEST)


def _instant(value: str) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
