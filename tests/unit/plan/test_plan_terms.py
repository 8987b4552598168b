"""Freeze windows in the local time of their zone, and terms that come back from a plan as they went in."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from migrate.plan.terms import Freeze, Stop, Terms

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
FRIDAY_NIGHT = Freeze("weekend", (4,), 18 * 60, 6 * 60, "Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "hour", "minute", "holds"),
    [
        (6, 16, 59, False),
        (6, 17, 0, True),
        (6, 23, 30, True),
        (7, 4, 59, True),
        (7, 5, 0, False),
        (5, 18, 0, False),
        (8, 2, 0, False),
    ],
)
def test_a_window_past_midnight_counts_by_its_first_day(
    day: int, hour: int, minute: int, holds: bool
) -> None:
    """Berlin is an hour ahead of UTC in March; the 6th is a Friday."""
    assert FRIDAY_NIGHT.holds_at(datetime(2026, 3, day, hour, minute, tzinfo=UTC)) is holds


def test_summer_time_moves_the_window() -> None:
    assert FRIDAY_NIGHT.holds_at(datetime(2026, 7, 3, 16, 0, tzinfo=UTC))
    assert not FRIDAY_NIGHT.holds_at(datetime(2026, 7, 3, 15, 59, tzinfo=UTC))


def test_whole_days_in_utc() -> None:
    monday = Freeze("mondays", (0,), 0, 24 * 60)
    assert monday.holds_at(MONDAY) and monday.holds_at(MONDAY.replace(hour=23, minute=59))
    assert not monday.holds_at(datetime(2026, 3, 3, tzinfo=UTC))
    assert monday.told == "mondays (Monday 00:00 to 24:00 UTC)"


def test_terms_come_back_from_a_sealed_plan() -> None:
    terms = Terms(Stop(3, 12.5, ("in_doubt",)), (FRIDAY_NIGHT,), 2, "tier 0")
    assert Terms.of(orjson.loads(orjson.dumps(terms.content()))) == terms
    assert Terms.of({}) == Terms(), "a plan of an older version has none"
    assert terms.frozen_at(MONDAY) is None
