from __future__ import annotations

import tracemalloc
from datetime import timedelta
from typing import Any

import pytest
from trail_journal import IMAGE, RIGHT, START, TrailJournal, item

from migrate.trail.event import Approval, Result, Severity, Subject


def test_an_assignment_says_who_what_why_and_what_came_of_it(written: TrailJournal) -> None:
    written.plan(item())
    written.run()
    written.begin()
    written.say("answered", {"request_id": "r"})
    written.end("done", image=IMAGE, message="there, as asked")
    event = written.only()
    assert (event.subject, event.action, event.result) == (Subject.WRITE, "assigned", Result.SUCCESS)
    assert (event.who.object_id, event.who.app_id, event.who.operator) == ("sp-1", "app-1", "kim@desk")
    assert (event.who.verb, event.who.version, event.who.app_only) == ("apply", "1.2.3", True)
    assert (event.what.kind, event.what.right, event.what.scope) == (
        "roleEligibilitySchedule",
        "Helpdesk",
        "EMEA",
    )
    assert (event.what.principal_id, event.what.principal) == ("who-1", "a@new")
    assert (event.what.role_id, event.what.object_id) == ("role-1", "schedule-1")
    assert (event.why.reason, event.why.codes) == ("not there yet", ("D03",))
    assert event.why.justification == "pim-migrate acme batch 1 write all-1.00001"
    assert (event.wave, event.batch, event.plan, event.plan_hash) == ("all", 1, "all-1", "sha256:abc")
    assert (event.before, event.after) == (None, {**IMAGE, "endDateTime": "2027-01-01T00:00:00Z"})
    assert event.verified
    assert event.at == "2026-06-01T12:00:04.000000Z"


@pytest.mark.parametrize(
    ("direction", "outcome", "action", "result"),
    [
        ("assign", "done", "assigned", Result.SUCCESS),
        ("assign", "granted", "granted", Result.SUCCESS),
        ("assign", "exists", "found", Result.SUCCESS),
        ("assign", "different", "differs", Result.FAILURE),
        ("assign", "refused", "refused", Result.FAILURE),
        ("assign", "absent", "not_done", Result.FAILURE),
        ("assign", "widened", "widened", Result.FAILURE),
        ("remove", "done", "removed", Result.SUCCESS),
        ("remove", "refused", "refused", Result.FAILURE),
        ("repair", "done", "repaired", Result.SUCCESS),
        ("repair", "refused", "refused", Result.FAILURE),
        ("transplant", "vanished", "transplant vanished", Result.UNKNOWN),
    ],
)
def test_each_outcome_is_an_event(
    written: TrailJournal, direction: str, outcome: str, action: str, result: Result
) -> None:
    written.plan(item())
    written.write(outcome, direction, code="Some", message="words")
    event = written.only()
    assert (event.action, event.result, event.direction, event.outcome) == (
        action,
        result,
        direction,
        outcome,
    )
    assert event.why.codes == ("D03", "Some")
    assert event.why.message == "words"


def test_what_was_left_wide_open_is_critical(written: TrailJournal) -> None:
    written.write("widened")
    written.write("refused", "repair")
    assert [event.severity for event in written.events()] == [Severity.CRITICAL] * 2


def test_a_removal_shows_what_was_there(written: TrailJournal) -> None:
    written.plan(item())
    written.write("done", image={"id": "older"})
    written.write("done", "remove")
    written.write("done", image={"id": "newer"})
    written.write("refused", "remove")
    removed, refused = [event for event in written.events() if event.direction == "remove"]
    assert (removed.before, removed.after) == ({"id": "older"}, None)
    assert (refused.before, refused.after) == ({"id": "newer"}, {"id": "newer"})


def test_a_change_shows_before_and_after_and_a_rollback_restores(written: TrailJournal) -> None:
    old, new = {"id": "rule", "maximumDuration": "PT8H"}, {"id": "rule", "maximumDuration": "PT1H"}
    target = {"roleDefinitionId": "role-1", "policyId": "policy-1"}
    written.plan(item(action="update", kind="roleManagementPolicyRule", target=target, base=old))
    written.begin(before={"maximumDuration": "PT9H"})
    written.end("done", image=new)
    written.write("done", "remove")
    changed, restored = written.events()
    assert (changed.action, changed.before, changed.after) == ("updated", {"maximumDuration": "PT9H"}, new)
    assert (restored.action, restored.before, restored.after) == ("restored", new, old)


def test_a_kind_that_nobody_knows_is_told_by_its_own_fields(written: TrailJournal) -> None:
    target = {"displayName": "Team", "nested": {"list": [1, None, True]}}
    written.plan(item(kind="teleporter", key="team", target=target, names={}, codes=[]))
    written.write("done", image={"id": "made-1"})
    event = written.only()
    assert (event.action, event.what.kind, event.what.key) == ("created", "teleporter", "team")
    assert (event.what.object_id, event.what.target) == ("made-1", target)
    assert event.told == "created team"


def test_a_write_that_no_plan_knows_is_told_by_its_request(written: TrailJournal) -> None:
    written.write("done")
    event = written.only()
    assert (event.what.key, event.what.principal_id, event.plan_hash) == ("k", RIGHT["principalId"], "")
    assert event.who.object_id == ""


def test_doubt_is_told_and_its_settling_too(written: TrailJournal) -> None:
    written.begin()
    written.say("doubt", {"reason": "no answer"})
    written.end("done", image=IMAGE)
    doubt, settled = written.events()
    assert (doubt.action, doubt.result, doubt.why.message) == ("in_doubt", Result.UNKNOWN, "no answer")
    assert (doubt.direction, doubt.why.justification[:11]) == ("assign", "pim-migrate")
    assert settled.action == "assigned"


def test_a_write_that_was_begun_and_never_ended_is_told_at_the_end(written: TrailJournal) -> None:
    written.begin(number=1)
    written.begin(number=2)
    written.say("doubt", {"reason": "killed"}, number=2)
    told = [(event.write, event.outcome, event.result) for event in written.events()]
    assert told == [("all-1.00002", "doubt", Result.UNKNOWN), ("all-1.00001", "open", Result.UNKNOWN)]


def test_approvals_stops_resumptions_and_withdrawals(written: TrailJournal) -> None:
    given = {"approver": "kim@new", "key_id": "k1", "at": "2026-06-01T11:00:00Z", "signature": "sig"}
    written.run()
    written.say("approved", {"plan_hash": "x", "approvals": [given]}, number=None)
    written.write("refused")
    written.say("stopped", {"why": "stop_condition", "reason": "1 of 1 refused"}, number=None)
    written.say("resumed", {"after": "1 of 1 refused"}, number=None)
    written.say("withdrawn", {"key": "k"})
    events = written.events()
    assert [event.subject.value for event in events] == [
        "approval",
        "write",
        "stop",
        "resumption",
        "withdrawal",
    ]
    approved, refused, stopped, *_ = events
    assert refused.approvals == approved.approvals == (Approval("kim@new", "k1", "2026-06-01T11:00:00Z"),)
    assert approved.told == "approved plan all-1 by kim@new"
    assert stopped.why.message == "1 of 1 refused"


def test_an_entry_that_nobody_knows_is_told_by_its_own_name(written: TrailJournal) -> None:
    written.plan(item())
    written.say("paused", {"reason": "lunch"}, number=None)
    written.say("watched", {"message": "still there"})
    about_plan, about_write = written.events()
    assert (about_plan.subject, about_plan.action, about_plan.told) == (
        Subject.OTHER,
        "paused",
        "paused plan all-1 lunch",
    )
    assert (about_write.subject, about_write.action) == (Subject.OTHER, "watched")
    assert (about_write.what.principal, about_write.why.message) == ("a@new", "still there")


def test_another_run_has_its_own_caller_and_approvals(written: TrailJournal) -> None:
    written.run()
    written.say("approved", {"approvals": [{"approver": "kim"}]}, number=None)
    written.say("run", {"verb": "rollback", "caller": {"object_id": "sp-2"}}, number=None, run_id="run-2")
    written.say("end", {"direction": "remove", "outcome": "done"}, run_id="run-2")
    event = written.events()[-1]
    assert (event.who.object_id, event.who.verb, event.approvals) == ("sp-2", "rollback", ())


def test_one_wave_and_from_a_time_on(written: TrailJournal) -> None:
    written.write("done")
    written.write("done", number=2)
    written.say("end", {"direction": "assign", "outcome": "done"}, wave="other")
    assert [event.wave for event in written.events(wave="other")] == ["other"]
    since = START + timedelta(seconds=4)
    assert [event.sequence for event in written.events(since=since)] == [4, 5]


@pytest.mark.parametrize(
    ("statement", "unverified", "broken"),
    [
        (
            "UPDATE journal SET payload = replace(payload, 'done', 'gone') WHERE sequence = 4",
            2,
            "entry 4 was",
        ),
        ("UPDATE journal SET payload = '[]' WHERE sequence = 3", 2, "entry 3 was"),
        ("UPDATE journal SET payload = '{' WHERE sequence = 3", 2, "entry 3 was"),
        ("DELETE FROM journal WHERE sequence = 2", 2, "entry 2 is missing"),
        ("DELETE FROM journal WHERE sequence = 6", 0, "entry 6 is missing"),
        ("UPDATE journal SET at = 'yesterday' WHERE sequence = 6", 1, "entry 6 was"),
    ],
)
def test_after_a_break_events_are_told_and_not_verified(
    written: TrailJournal, statement: str, unverified: int, broken: str
) -> None:
    for number in (1, 2, 3):
        written.write("done", number=number)
    written.tamper(statement)
    trail = written.trail()
    events = [event for event in trail if event.outcome != "open"]
    assert trail.broken.startswith(broken)
    assert len([event for event in events if not event.verified]) == unverified
    assert len(events) >= 2
    assert trail.unreadable == ("'[]'" in statement or "'{'" in statement)


def test_a_whole_journal_is_proved(written: TrailJournal) -> None:
    written.write("done")
    trail = written.trail()
    assert [event.verified for event in trail] == [True]
    assert (trail.broken, trail.head) == ("", written.journal.head().hash)


@pytest.mark.parametrize(
    "payload",
    [{}, {"direction": 3, "outcome": None, "image": "x", "message": []}, {"approvals": "x", "caller": 1}],
)
@pytest.mark.parametrize("event", ["begin", "end", "doubt", "approved", "stopped", "resumed", "run", "new"])
def test_an_entry_of_any_shape_loses_no_other(
    written: TrailJournal, event: str, payload: dict[str, Any]
) -> None:
    written.plan(item(names=None, target=[1], codes=None, source="x", base=7))
    written.say(event, payload)
    written.write("done", number=2)
    assert "all-1.00002" in {one.write for one in written.events()}


def test_memory_does_not_grow_with_the_journal(written: TrailJournal) -> None:
    def peak(entries: int) -> int:
        while written.journal.head().sequence < entries:
            written.write("done", image=IMAGE)
        tracemalloc.start()
        try:
            for _ in written.trail():
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small = peak(100)
    assert peak(2000) < small + 60_000
