"""The times of events. One that cannot be read may have been changed, and is no reason to lose its event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from migrate.kinds.schedule import format_time, parse_time

_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?[+-]\d\d:\d\d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(at: str) -> int | None:
    """The moment in milliseconds since 1970; None for what is no time."""
    moment = _read(at)
    return None if moment is None else (moment - _EPOCH) // timedelta(milliseconds=1)


def is_from(at: str, since: datetime) -> bool:
    """Whether a moment is not before another; true for what is no time."""
    moment = _read(at)
    return moment is None or moment >= since


def in_utc(value: Any) -> Any:
    """The value with every time that names an offset, at any depth, told in UTC with ``Z``."""
    if isinstance(value, Mapping):
        return {name: in_utc(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [in_utc(each) for each in value]
    if isinstance(value, str) and _WITH_OFFSET.fullmatch(value):
        moment = _read(value)
        return value if moment is None else format_time(moment)
    return value


def _read(at: str) -> datetime | None:
    try:
        return parse_time(at)
    except ValueError:
        return None
