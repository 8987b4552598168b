"""Other services that answer for Graph fill in less, or otherwise: our own rights stay ours all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prepared_wave import REQUESTS, Wave
from wave_fixtures import prepared, wave

from migrate.lab import pim_lists, pim_log

__all__ = ["prepared", "wave"]
Row = dict[str, Any]
OTHER = "0e0e0e0e-0000-4000-8000-00000000e0e0"


def _seven_digits(row: Row) -> Row:
    for name in ("createdDateTime", "modifiedDateTime"):
        if row.get(name):
            row[name] = str(row[name]).partition(".")[0].rstrip("Z") + ".1234567Z"
    end = row["scheduleInfo"]["expiration"]
    if end.get("endDateTime"):
        end["endDateTime"] = str(end["endDateTime"]).rstrip("Z") + ".0000000Z"
    return row


SCHEDULES: dict[str, Callable[[Row], Row]] = {
    "no createdUsing": lambda row: row | {"createdUsing": None},
    "a createdUsing that leads nowhere": lambda row: row | {"createdUsing": OTHER},
    "createdUsing is the schedule": lambda row: row | {"createdUsing": row["id"]},
    "an id of its own": lambda row: row | {"id": f"{row['id']}-e", "createdUsing": None},
    "words in another case": lambda row: row | {"memberType": "DIRECT", "status": "PROVISIONED"},
    "ids in another case": lambda row: row | {"createdUsing": str(row["createdUsing"]).upper()},
    "seven digits": _seven_digits,
    "no more than the facts": lambda row: {
        name: value
        for name, value in row.items()
        if name not in ("memberType", "createdDateTime", "modifiedDateTime", "status", "appScopeId")
    },
}
REQUEST_LOGS: dict[str, Callable[[Row], Row]] = {
    "no targetScheduleId": lambda row: row | {"targetScheduleId": None},
    "no justification": lambda row: row | {"justification": None},
    "only id and status": lambda row: {name: row[name] for name in ("id", "status") if name in row},
}


def _speaks(
    patch: pytest.MonkeyPatch, *, schedule: Callable[[Row], Row] | None, request: Callable[[Row], Row] | None
) -> None:
    show_schedule, show_request = pim_lists.show_schedule, pim_lists.show_request
    if schedule is not None:
        patch.setattr(pim_lists, "show_schedule", lambda *given: schedule(show_schedule(*given)))
    if request is not None:
        for module in (pim_lists, pim_log):
            patch.setattr(module, "show_request", lambda *given: request(show_request(*given)))


@pytest.mark.parametrize("name", [*SCHEDULES, *REQUEST_LOGS])
def test_a_wave_goes_there_and_back(wave: Wave, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    _speaks(monkeypatch, schedule=SCHEDULES.get(name), request=REQUEST_LOGS.get(name))
    done = wave.apply()
    assert done.code == 0, done.out
    assert {line["reason"] for line in done.of_type("write")} == {"there, as asked"}
    assert wave.is_applied
    assert wave.apply().code == 0
    assert wave.verify().code == 0
    assert wave.rollback().code == 0
    assert wave.is_as_before


@pytest.mark.parametrize("name", [*SCHEDULES, "no targetScheduleId"])
@pytest.mark.parametrize("kind", ["role", "group"])
def test_a_lost_answer_is_found_again(
    wave: Wave, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    _speaks(monkeypatch, schedule=SCHEDULES.get(name), request=REQUEST_LOGS.get(name))
    wave.fault("status", on=kind, status=504, after=True)
    assert wave.apply().code == 0
    assert wave.is_applied
    assert wave.rollback().code == 0
    assert wave.is_as_before


@pytest.mark.parametrize("kind", ["role", "group"])
def test_a_lost_answer_where_nobody_may_read_the_log(wave: Wave, kind: str) -> None:
    wave.fault(
        "status", on=REQUESTS[kind], method="GET", status=403, code="PermissionScopeNotGranted", times=99
    )
    wave.fault("status", on=kind, status=504, after=True)
    assert wave.apply().code == 0
    assert wave.is_applied
    assert wave.rollback().code == 0
    assert wave.is_as_before


def test_filters_that_are_refused(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter on the principal is refused (docs-contrib 8970, 9056): the whole list serves as well."""
    monkeypatch.setattr(pim_lists, "_checked_filter", _refusing(pim_lists._checked_filter))
    assert wave.apply().code == 0
    assert wave.is_applied
    assert wave.rollback().code == 0
    assert wave.is_as_before


def _refusing(check: Callable[..., Any]) -> Callable[..., Any]:
    def refuses(call: Any, book: Any, type_name: str) -> Any:
        if "principalId" in call.query.get("$filter", "") and not type_name.endswith("Request"):
            raise pim_lists.invalid_filter()
        return check(call, book, type_name)

    return refuses
