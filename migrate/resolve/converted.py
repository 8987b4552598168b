"""A standing assignment of the source that moves as eligibility: a row of another kind than Graph listed."""

from __future__ import annotations

from migrate.kinds import role_assignment_schedule
from migrate.kinds.kind import Row

CONVERTED_FROM = "convertedFrom"
"""The property by which such a row says what it is in the source. Its end is what a rule set allows from the
day of the plan on, so that no end of the target's is another one than asked."""


def converted(row: Row) -> Row:
    """The row with the mark, and without what only assignments say of themselves."""
    kept = {name: value for name, value in row.items() if name != "assignmentType"}
    return {**kept, CONVERTED_FROM: role_assignment_schedule.KIND.name}


def is_converted(row: Row) -> bool:
    return bool(row.get(CONVERTED_FROM))
