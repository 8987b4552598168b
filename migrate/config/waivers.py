"""``mappings/waivers.csv``: findings that somebody answers for until a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from migrate.config.csv_table import read_rows
from migrate.config.problems import Problems, suggestion

WAIVERS_FILE = "waivers.csv"
COLUMNS = ("check", "object_id", "owner", "reason", "until")
OPTIONAL = ("name",)


@dataclass(frozen=True)
class WaiverLine:
    """``object_id`` is in lower case, ``*`` for every object of the check; ``until`` is the last day."""

    check: str
    object_id: str
    owner: str
    reason: str
    until: date


def read_waivers(path: Path, checks: Collection[str]) -> list[WaiverLine]:
    """The rows in the order of the file; a file that is not there has none. ``checks`` are those there are.

    Raises one FileError that names every problem of the file by line, ``waivers_invalid`` where they are of
    several classes.
    """
    problems = Problems(path, mixed_code="waivers_invalid")
    try:
        rows = read_rows(problems, COLUMNS, OPTIONAL)
    except FileNotFoundError:
        return []
    found = []
    for line, row in rows:
        for name in COLUMNS:
            if not row[name]:
                problems.add(
                    line, "empty_value", f"{name} is empty: a waiver has an owner, a reason and an end"
                )
        if row["check"] and row["check"] not in checks:
            text = f'there is no check "{row["check"]}"{suggestion(row["check"], checks)}'
            problems.add(line, "bad_value", text)
        until = _date(row["until"], line, problems)
        if until is not None:
            found.append(
                WaiverLine(row["check"], row["object_id"].lower(), row["owner"], row["reason"], until)
            )
    problems.raise_if_any()
    return found


def _date(text: str, line: int, problems: Problems) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.add(line, "bad_date", f'until "{text}" is no date; write it as 2026-12-31')
        return None
