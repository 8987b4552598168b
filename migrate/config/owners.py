"""``mappings/owners.csv``: who answers for a role, group, account or right, and when people are at work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from migrate.config.csv_table import read_rows
from migrate.config.problems import Problems, suggestion

OWNERS_FILE = "owners.csv"
COLUMNS = ("kind", "id", "owner")
OPTIONAL = ("name", "time_zone", "hours", "note")
KINDS = ("user", "group", "servicePrincipal", "roleDefinition", "eligibility")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(
    r"(?:(?P<first>[a-z]{3})-(?P<last>[a-z]{3})\s+)?(?P<start>\d{1,2}:\d\d)-(?P<end>\d{1,2}:\d\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Hours:
    """When somebody is at work: days from 0 (Monday), and times of their own clock; ``end`` is not among
    them. Where ``end`` is before ``start`` the shift goes on past midnight."""

    zone: str
    days: frozenset[int]
    start: time
    end: time


@dataclass(frozen=True)
class Owner:
    """One row. ``id`` is in lower case: an object id, of a built-in role the template id, of a person the
    user principal name as well; ``hours`` are those of the user that the row is about."""

    kind: str
    id: str
    owner: str
    hours: Hours | None
    line: int


def read_owners(path: Path) -> list[Owner]:
    """The rows in the order of the file; a file that is not there has none.

    Raises one FileError that names every problem of the file by line, ``owners_invalid`` where they are of
    several classes.
    """
    problems = Problems(path, mixed_code="owners_invalid")
    try:
        rows = read_rows(problems, COLUMNS, OPTIONAL)
    except FileNotFoundError:
        return []
    found: dict[tuple[str, str], Owner] = {}
    for line, row in rows:
        kind, object_id = row["kind"], row["id"].lower()
        if kind not in KINDS:
            problems.add(line, "bad_kind", f'kind "{kind}" has no owner{suggestion(kind, KINDS)}')
        if not object_id:
            problems.add(line, "empty_value", "id is empty")
        if not row["owner"] and not row["time_zone"]:
            problems.add(line, "empty_value", "the row names no owner and no time zone")
        hours = _hours(row, line, problems)
        before = found.get((kind, object_id))
        if before and (before.owner, before.hours) != (row["owner"], hours):
            text = f"{kind} {row['id']} stands in line {before.line} as well, with other words; keep one"
            problems.add(line, "contradiction", text)
        found[kind, object_id] = Owner(kind, object_id, row["owner"], hours, line)
    problems.raise_if_any()
    return list(found.values())


def _hours(row: dict[str, str], line: int, problems: Problems) -> Hours | None:
    """Office hours where a time zone stands without any; a row about something else than a user has none."""
    if not row["time_zone"]:
        if row["hours"]:
            problems.add(line, "empty_value", "hours need a time_zone, for example Europe/Berlin")
        return None
    if row["kind"] != "user":
        problems.add(line, "bad_value", "time_zone and hours are of users only")
        return None
    try:
        ZoneInfo(row["time_zone"])
    except (KeyError, ValueError, OSError):
        text = f'time_zone "{row["time_zone"]}" is not known; write it as Europe/Berlin'
        problems.add(line, "bad_time_zone", text)
        return None
    match = _HOURS.fullmatch(row["hours"] or "Mon-Fri 08:00-18:00")
    try:
        if match is None:
            raise ValueError
        start, end = (_time(match[each]) for each in ("start", "end"))
        first, last = (DAYS.index((match[each] or plain).lower()) for each, plain in _WEEK)
    except ValueError:
        text = f'hours "{row["hours"]}" cannot be read; write them as Mon-Fri 08:00-18:00'
        problems.add(line, "bad_value", text)
        return None
    days = frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
    return Hours(row["time_zone"], days, start, end)


_WEEK = (("first", "mon"), ("last", "sun"))
"""Hours without days hold every day."""


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour) % 24 if int(hour) == 24 else int(hour), int(minute))
