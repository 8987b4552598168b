"""Items as requests, and rows as what the journal keeps of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from replay_fakes import END, UNIT, group_item, role_item, row_of

from migrate.replay.recorder import plan_of, wave_of
from migrate.replay.writes import (
    assign,
    cancel,
    end_told,
    ends_as_asked,
    image,
    is_unchanged,
    remove,
    requests_of,
    starts_later,
    wider_scope,
)

NOW = datetime(2026, 6, 1, 12, 0, 0, 123, tzinfo=UTC)


def test_an_assignment_carries_write_id_and_end() -> None:
    body = assign(role_item(), "role-9", NOW, "why").body or {}
    assert (body["action"], body["roleDefinitionId"], body["justification"]) == (
        "adminAssign",
        "role-9",
        "why",
    )
    # A little in the past: Graph's clock may be behind ours, and a start to come would be a grant for later.
    assert body["scheduleInfo"]["startDateTime"] == "2026-06-01T11:55:00Z"
    assert body["scheduleInfo"]["expiration"] == {"type": "afterDateTime", "endDateTime": END}
    assert (assign(group_item(), "", NOW, "why").body or {})["accessId"] == "member"


def test_a_removal_names_the_key_and_no_schedule() -> None:
    body = remove(role_item(scope=UNIT), "role-1", "why", scope="/").body or {}
    assert (body["directoryScopeId"], "scheduleInfo" in body) == ("/", False)
    assert cancel(group_item(), "r").path.endswith("/eligibilityScheduleRequests/r/cancel")


@pytest.mark.parametrize("item", [role_item(), group_item()])
def test_the_log_is_asked_as_the_schedules_are(item: Any) -> None:
    request = requests_of(item)
    assert request.path.endswith("ScheduleRequests")
    assert "principalId eq 'who-1'" in request.query["$filter"]
    assert not request.is_write


@pytest.mark.parametrize(
    ("scope", "answer", "wider"),
    [
        (UNIT, "/", True),
        (UNIT, UNIT, False),
        (UNIT, None, False),
        ("/", "/", False),
        (UNIT, UNIT.upper(), False),
    ],
)
def test_only_the_whole_tenant_is_wider(scope: str, answer: str | None, wider: bool) -> None:
    assert wider_scope(role_item(scope=scope), answer) is wider


def _ending(end: str) -> dict[str, Any]:
    return {"scheduleInfo": {"expiration": {"type": "afterDateTime", "endDateTime": end}}}


@pytest.mark.parametrize(
    ("more", "same"),
    [
        ({}, True),
        ({"createdUsing": "REQUEST-1"}, True),
        ({"createdUsing": "another"}, False),
        ({"createdUsing": None}, True),
        ({"createdUsing": None, "id": "another"}, False),
        ({"scheduleInfo": {"expiration": {"type": "noExpiration"}}}, False),
        ({"scheduleInfo": None}, False),
        (_ending("2027-01-01T00:00:00.0000001Z"), True),
        (_ending("2027-01-01T00:00:00+00:00"), True),
        (_ending("2027-01-02T00:00:00Z"), False),
        (_ending("some day"), False),
    ],
)
def test_what_counts_as_changed(more: dict[str, Any], same: bool) -> None:
    item = role_item()
    assert is_unchanged(row_of(item, **more), image(row_of(item))) is same


def test_a_row_without_a_readable_end_is_known_by_its_request_only() -> None:
    item = role_item()
    silent = row_of(item, scheduleInfo=None)
    assert is_unchanged(silent, image(silent))
    assert not is_unchanged(row_of(item), image(silent))
    assert not is_unchanged(silent | {"createdUsing": None, "id": None}, image(silent))
    assert not ends_as_asked(item, silent)
    assert "cannot be read" in end_told(silent)


def test_a_start_to_come() -> None:
    assert starts_later(role_item(start="2026-06-02T00:00:00Z"), NOW)
    assert not starts_later(role_item(start="2026-05-02T00:00:00Z"), NOW)
    assert not starts_later(role_item(), NOW)


def test_a_write_id_tells_plan_and_wave() -> None:
    assert (plan_of("first-wave-2.00017"), wave_of("first-wave-2.00017")) == ("first-wave-2", "first-wave")
