"""When two rights begin and end alike, judged at one moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from migrate.resolve.schedule_fit import Span

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def span(seconds: float | None) -> Span:
    """A permanent right that begins so many seconds from now."""
    return Span(None if seconds is None else NOW + timedelta(seconds=seconds), None)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (None, -1000, True),
        (-1000, -5, True),
        (None, 40, True),
        (299, 0, True),
        (301, 0, False),
        (3600, 3600.4, True),
        (3600, 3602, False),
        (299.7, 300.4, True),
    ],
)
def test_what_begins_within_minutes_begins_now(one: float | None, other: float, alike: bool) -> None:
    assert span(one).equals(span(other), NOW) is span(other).equals(span(one), NOW) is alike


@pytest.mark.parametrize(("begins", "at_once"), [(None, True), (-5, True), (300, True), (301, False)])
def test_it_begins_at_once(begins: float | None, at_once: bool) -> None:
    assert span(begins).begins_at_once(NOW) is at_once
