from __future__ import annotations

import pytest

from migrate.graphapi.retry_after import LONGEST, retry_after

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("10", 10.0),
        (" 10 ", 10.0),
        ("2.128", 2.128),
        ("0", 0.0),
        ("99999999", LONGEST),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0),
        ("Fri, 15 Jan 2027 07:59:00 GMT", 0.0),
        ("Fri, 15 Jan 2038 08:00:00 GMT", LONGEST),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("soon", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_what_the_header_says(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_no_header_says_nothing() -> None:
    assert retry_after({}, NOW) is None


def test_a_date_is_measured_against_the_services_clock() -> None:
    headers = {"retry-after": "Fri, 15 Jan 2027 08:00:30 GMT", "date": "Fri, 15 Jan 2027 08:00:10 GMT"}
    assert retry_after(headers, NOW + 86_400) == 20.0
