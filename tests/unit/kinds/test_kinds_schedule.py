"""When a right ends, what cannot be read, and which rows only mirror others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from migrate.kinds.schedule import (
    end_of,
    format_time,
    is_direct,
    is_over,
    is_shadow,
    membership_gaps,
    parse_duration,
    parse_time,
    same_end,
    schedule_info,
    start_of,
)

START = "2026-01-01T00:00:00Z"


def row(start: object = START, **expiration: object) -> dict[str, Any]:
    return {"scheduleInfo": {"startDateTime": start, "expiration": expiration}}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T01:00:00+01:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T00:00:00.1234567Z", datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)),
        ("2026-01-01T00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("0001-01-01T08:00:00Z", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("", None),
        (None, None),
    ],
)
def test_times_of_graph(text: str | None, moment: datetime | None) -> None:
    assert parse_time(text) == moment


@pytest.mark.parametrize("text", ["tomorrow", "9999-12-31T23:59:59-08:00", 20260101, ["2026-01-01"], True])
def test_what_is_no_time_is_said_to_be_none(text: Any) -> None:
    with pytest.raises(ValueError):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P180D", timedelta(days=180)),
        ("PT8H", timedelta(hours=8)),
        ("P1W", timedelta(weeks=1)),
        ("P1DT12H30M", timedelta(days=1, hours=12, minutes=30)),
        ("PT0S", timedelta()),
        ("pt1.5s", timedelta(seconds=1.5)),
        ("P6M", None),
        ("P1Y", None),
        ("P", None),
        ("PT", None),
        ("", None),
        (None, None),
        (8, None),
        ("P" + "9" * 30 + "D", None),
    ],
)
def test_durations_in_the_units_that_pim_takes(text: Any, length: timedelta | None) -> None:
    assert parse_duration(text) == length


def test_an_end_is_read_whatever_form_it_has() -> None:
    end = datetime(2026, 1, 11, tzinfo=UTC)
    assert end_of(row(type="afterDateTime", endDateTime="2026-01-11T00:00:00Z")) == end
    assert end_of(row(type="AfterDuration", endDateTime=None, duration="P10D")) == end
    assert end_of(row(type="noExpiration", endDateTime=None, duration=None)) is None
    assert end_of(row(type="NoExpiration")) is None


@pytest.mark.parametrize(
    "unreadable",
    [
        {},
        {"scheduleInfo": None},
        {"scheduleInfo": "for ever"},
        row(),
        row(type=None),
        row(type="notSpecified"),
        row(type="afterDateTime", endDateTime=None),
        row(type="afterDateTime", endDateTime="0001-01-01T00:00:00Z"),
        row(type="afterDateTime", endDateTime="soon"),
        row(type="afterDuration", duration="P6M"),
        row(None, type="afterDuration", duration="P10D"),
        row("9999-12-31T00:00:00Z", type="afterDuration", duration="P10D"),
        row(type="unknownFutureValue"),
    ],
)
def test_silence_about_the_end_is_never_a_right_for_ever(unreadable: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        end_of(unreadable)
    assert not is_over(unreadable, datetime(2030, 1, 1, tzinfo=UTC)), "it may still hold"


@pytest.mark.parametrize(("seconds", "over"), [(-1, False), (0, True), (1, True)])
def test_a_right_is_over_from_its_end_on(seconds: int, over: bool) -> None:
    ends = row(type="afterDateTime", endDateTime="2026-06-01T00:00:00Z")
    now = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert is_over(ends, now) is over
    assert not is_over(row(type="noExpiration"), now)


def test_the_start() -> None:
    assert start_of(row()) == datetime(2026, 1, 1, tzinfo=UTC)
    assert start_of(row(None)) is None
    assert start_of({}) is None
    with pytest.raises(ValueError):
        start_of(row("whenever"))


def test_ends_are_equal_within_what_graph_cuts_off() -> None:
    end = datetime(2026, 1, 1, tzinfo=UTC)
    assert same_end(None, None)
    assert same_end(end, end + timedelta(seconds=1))
    assert not same_end(end, end + timedelta(seconds=1.5))
    assert not same_end(end, None) and not same_end(None, end)


def test_what_is_written_is_read_back() -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, 12, tzinfo=UTC)
    for asked in (end, None):
        info = schedule_info(start, asked)
        assert (start_of({"scheduleInfo": info}), end_of({"scheduleInfo": info})) == (start, asked)
    assert format_time(start) == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("member_type", "assignment_type", "direct", "shadow", "gap"),
    [
        ("Direct", None, True, False, False),
        ("direct", "assigned", True, False, False),
        ("Group", None, False, True, True),
        ("inherited", None, False, True, True),
        ("Direct", "Activated", False, True, False),
        ("unknownFutureValue", None, False, False, True),
        (None, None, True, False, True),
    ],
)
def test_shadows_are_known_and_what_is_not_known_is_no_shadow(
    member_type: str | None, assignment_type: str | None, direct: bool, shadow: bool, gap: bool
) -> None:
    found = {"memberType": member_type, "assignmentType": assignment_type}
    assert (is_direct(found), is_shadow(found)) == (direct, shadow)
    assert bool(membership_gaps(found)) == gap
