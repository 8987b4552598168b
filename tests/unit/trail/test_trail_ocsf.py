from __future__ import annotations

import copy
import json

import pytest
from ocsf_facts import Json, wrong_with
from trail_journal import IMAGE, ORIGIN, TrailJournal, item

from migrate.trail import ocsf


def told(written: TrailJournal) -> list[Json]:
    return [json.loads(ocsf.line(event, ORIGIN)) for event in written.events()]


def everything(written: TrailJournal) -> None:
    group = {"displayName": "Team", "groupId": "group-1"}
    written.plan(
        item(),
        item(2, kind="group", target=group, names={"right": "Team"}),
        item(3, kind="rule", action="update", target={"policyId": "p"}, base={"id": "r"}),
    )
    written.run()
    written.say("approved", {"approvals": [{"approver": "kim", "key_id": "k", "at": "2026"}]}, number=None)
    for number in (1, 2, 3, 4):
        for direction in ("assign", "remove", "repair", "other"):
            for outcome in ("done", "granted", "exists", "different", "refused", "absent", "widened", "new"):
                written.write(outcome, direction, number=number, image=IMAGE)
    written.say("doubt", {"reason": "lost"})
    written.say("withdrawn", {"key": "k"})
    written.say("stopped", {"reason": "too many"}, number=None)
    written.say("resumed", {}, number=None, run_id=None, plan_id=None)
    written.say("paused", {"reason": "lunch"}, number=None)
    written.say("watched", {"message": "still there"})
    written.begin(number=4)


def test_every_event_is_as_the_schema_asks(written: TrailJournal) -> None:
    everything(written)
    events = told(written)
    assert len(events) == 4 * 4 * 8 + 8
    assert {each["class_uid"] for each in events} == {3004, 3005}
    for each in events:
        assert wrong_with(each) == [], each


def test_the_table_of_facts_would_say_what_is_wrong(written: TrailJournal) -> None:
    written.plan(item())
    written.write("done")
    (event,) = told(written)
    for name in ("metadata", "user", "privileges", "time", "type_uid"):
        spoilt = copy.deepcopy(event)
        del spoilt[name]
        assert wrong_with(spoilt), name
    for spoilt in (
        {**event, "activity_id": 4},
        {**event, "invented": 1},
        {**event, "user": {}},
        {**event, "time": "2026-06-01T12:00:00Z"},
        {**event, "severity_id": 6},
    ):
        assert wrong_with(spoilt)


def test_an_assignment(written: TrailJournal) -> None:
    written.plan(item())
    written.run()
    written.write("done", image=IMAGE)
    (event,) = told(written)
    assert (event["class_uid"], event["activity_name"], event["type_uid"]) == (
        3005,
        "Assign Privileges",
        300501,
    )
    assert (event["time"], event["status"], event["severity"]) == (1780315203000, "Success", "Low")
    assert event["actor"]["app_uid"] == "app-1"
    assert event["actor"]["user"] == {"uid": "sp-1", "type_id": 4, "type": "Service"}
    assert (event["user"]["uid"], event["user"]["name"]) == ("who-1", "a@new")
    assert event["privileges"] == ["Helpdesk"]
    assert {"uid": "role-1", "name": "Helpdesk", "type": "role"} in event["resources"]
    assert event["metadata"]["version"] == "1.5.0"
    assert event["metadata"]["product"]["version"] == "9.9.9"
    assert event["unmapped"]["after"]["id"] == "schedule-1"


@pytest.mark.parametrize(
    ("action", "direction", "activity"),
    [
        ("create", "assign", "Create"),
        ("update", "assign", "Update"),
        ("replace", "assign", "Update"),
        ("create", "remove", "Delete"),
        ("update", "remove", "Update"),
        ("create", "repair", "Delete"),
    ],
)
def test_an_object_is_an_entity(written: TrailJournal, action: str, direction: str, activity: str) -> None:
    written.plan(item(kind="group", action=action, target={"displayName": "Team"}, names={"right": "Team"}))
    written.write("done", direction, image={"id": "group-1"})
    (event,) = told(written)
    assert (event["class_uid"], event["activity_name"]) == (3004, activity)
    assert (event["entity"]["name"], event["entity"]["type"]) == ("Team", "group")


def test_what_happens_to_a_plan_is_an_activity_of_its_own(written: TrailJournal) -> None:
    written.say("stopped", {"reason": "too many"}, number=None)
    (event,) = told(written)
    assert (event["activity_id"], event["activity_name"], event["entity"]["uid"]) == (99, "Stopped", "all-1")
