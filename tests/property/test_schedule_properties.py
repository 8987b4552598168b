"""Laws of the ends of rights: equal both ways, within a second, read back as they were written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from any_schedule import JSON
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.kinds.schedule import end_of, format_time, parse_time, same_end, schedule_info

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1), timezones=st.just(UTC))


@given(st.none() | MOMENTS, st.none() | MOMENTS)
def test_equal_ends_are_equal_both_ways(one: datetime | None, other: datetime | None) -> None:
    assert same_end(one, one)
    assert same_end(one, other) == same_end(other, one)


@given(
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(seconds=1)),
    st.timedeltas(timedelta(seconds=2), timedelta(days=9)),
)
def test_ends_are_equal_within_a_second_and_never_beyond_two(
    end: datetime, little: timedelta, much: timedelta
) -> None:
    assert same_end(end, end + little)
    assert not same_end(end, end + much)


@given(MOMENTS, st.integers(0, 9))
def test_a_time_is_read_back_whatever_digits_graph_keeps(moment: datetime, digit: int) -> None:
    assert parse_time(format_time(moment)) == moment
    seven = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}{digit}Z".rjust(28, "0")
    assert same_end(parse_time(seven), moment)


@given(MOMENTS, st.none() | MOMENTS)
def test_a_schedule_is_read_back_as_it_was_written(start: datetime, end: datetime | None) -> None:
    assert end_of({"scheduleInfo": schedule_info(start, end)}) == end


@settings(max_examples=300)
@given(JSON)
def test_any_schedule_info_ends_or_is_refused(found: Any) -> None:
    try:
        end = end_of({"scheduleInfo": found})
    except ValueError:
        return
    if end is None:
        assert str(found["expiration"]["type"]).lower() == "noexpiration"
