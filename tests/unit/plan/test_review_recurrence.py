"""A carried review keeps its rhythm and never begins in the past."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from migrate.plan.review_recurrence import renewed

TODAY = date(2026, 3, 1)


def recurrence(kind: str | None, start: str | None, every: int = 1, **span: Any) -> dict[str, Any]:
    pattern = None if kind is None else {"type": kind, "interval": every, "month": 0, "index": "first"}
    return {"pattern": pattern, "range": {"type": "noEnd", "startDate": start, **span}}


@pytest.mark.parametrize(
    ("kind", "every", "start", "first"),
    [
        ("weekly", 1, "2026-02-25", "2026-03-04"),
        ("weekly", 2, "2026-02-16", "2026-03-02"),
        ("weekly", 1, "2026-02-22", "2026-03-01"),
        ("daily", 10, "2026-02-18", "2026-03-10"),
        ("absoluteMonthly", 1, "2025-06-10", "2026-03-10"),
        ("absoluteMonthly", 3, "2025-06-10", "2026-03-10"),
        ("absoluteMonthly", 3, "2025-05-10", "2026-05-10"),
        ("absoluteMonthly", 1, "2025-01-31", "2026-03-31"),
        ("absoluteYearly", 1, "2024-02-29", "2027-02-28"),
        ("absoluteMonthly", 1, "2026-07-01", "2026-07-01"),
        ("absoluteMonthly", 1, "2026-03-01T08:00:00Z", "2026-03-01"),
    ],
)
def test_the_first_review_is_the_next_of_the_source(kind: str, every: int, start: str, first: str) -> None:
    found = renewed(recurrence(kind, start, every), 7, TODAY)
    assert found.value is not None
    assert found.value["range"] == {"type": "noEnd", "startDate": first}
    assert found.value["pattern"] == {"type": kind, "interval": every}
    assert bool(found.changed) is (first != start[:10])
    assert all(first in told and start[:10] in told for told in found.changed)


@pytest.mark.parametrize("start", ["2025-01-31", "2025-06-10", "2026-12-01"])
def test_the_rhythm_is_that_of_the_copy(start: str) -> None:
    """Whatever day it is asked on: otherwise the next plan would make it again."""
    ours = recurrence("absoluteMonthly", start)
    made = renewed(ours, 7, TODAY)
    for later in (date(2026, 3, 1), date(2026, 3, 30), date(2026, 4, 29), date(2028, 2, 29)):
        assert renewed(made.value, 7, later).rhythm == renewed(ours, 7, later).rhythm
    assert renewed(recurrence("absoluteMonthly", "2025-06-11"), 7, TODAY).rhythm != made.rhythm


def test_what_graph_answers_for_no_end_is_written_as_none() -> None:
    found = renewed(
        recurrence("weekly", "2026-03-05", type="numbered", numberOfOccurrences=0, endDate="9999-12-31"),
        7,
        TODAY,
    )
    assert found.value is not None
    assert found.value["range"] == {"type": "noEnd", "startDate": "2026-03-05"}


def test_an_end_and_a_time_zone_stay() -> None:
    span = {"type": "endDate", "endDate": "2026-12-31", "recurrenceTimeZone": "Pacific Standard Time"}
    found = renewed(recurrence("weekly", "2026-02-26", **span), 7, TODAY)
    assert found.value is not None
    assert found.value["range"] == {**span, "startDate": "2026-03-05"}


def test_of_a_number_of_reviews_those_that_are_left() -> None:
    found = renewed(recurrence("weekly", "2026-02-16", type="numbered", numberOfOccurrences=5), 7, TODAY)
    assert found.value is not None
    assert found.value["range"] == {"type": "numbered", "startDate": "2026-03-02", "numberOfOccurrences": 3}
    assert "3 of the 5 reviews are left" in found.changed


def test_a_review_that_takes_place_once_keeps_its_length() -> None:
    found = renewed(recurrence(None, "2026-02-25", type="numbered", endDate="2026-03-07"), 10, TODAY)
    assert found.value is not None
    assert found.value == {
        "pattern": None,
        "range": {"type": "endDate", "startDate": "2026-03-01", "endDate": "2026-03-11"},
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (recurrence(None, "2021-04-28", endDate="2021-05-08"), "over on 2021-05-08"),
        (recurrence(None, "2021-04-28"), "over on 2021-05-05"),
        (recurrence("weekly", "2021-04-28", endDate="2022-04-28"), "last review"),
        (recurrence("weekly", "2021-04-28", type="numbered", numberOfOccurrences=3), "all of its 3"),
        (recurrence("fortnightly", "2021-04-28"), "fortnightly"),
        (recurrence("weekly", "2021-04-28", every=-1), "does not know"),
        (recurrence("absoluteMonthly", "2021-04-28", every=10**9), "cannot be read"),
        (recurrence("weekly", "soon"), "cannot be read"),
        ({"pattern": "weekly", "range": {}}, "cannot be read"),
        ("weekly", "cannot be read"),
    ],
)
def test_what_is_over_or_unknown_is_a_problem(given: Any, told: str) -> None:
    found = renewed(given, 7, TODAY)
    assert found.value is None and told in found.problem


def test_no_recurrence_stays_none() -> None:
    found = renewed(None, 7, TODAY)
    assert (found.value, found.problem) == (None, "")
