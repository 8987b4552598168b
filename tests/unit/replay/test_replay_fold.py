"""The state of a write is what its entries say, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from migrate.replay.fold import Direction, Ended, WriteState, fold, step


@dataclass
class Entry:
    event: str
    payload: dict[str, Any] = field(default_factory=dict)
    at: str = "2026-06-01T12:00:00Z"
    write_id: str | None = "w"


def begin(direction: str = "assign", at: str = "2026-06-01T12:00:00Z", **more: Any) -> Entry:
    return Entry("begin", {"direction": direction, **more}, at)


def end(outcome: str, direction: str = "assign", **more: Any) -> Entry:
    return Entry("end", {"direction": direction, "outcome": outcome, **more})


ANSWERED = Entry("answered", {"request_id": "R1", "schedule_id": "S1", "status": "Provisioned"})
IMAGE = {"createdUsing": "R1", "id": "S1", "endDateTime": None}


def state(*entries: Entry) -> WriteState:
    return fold(entries)["w"]


def test_a_begin_opens_and_an_end_closes() -> None:
    assert state(begin()).open
    done = state(begin(), ANSWERED, end("done", image=IMAGE))
    assert (done.open, done.standing, done.created, done.wants_presence) == (False, True, True, True)


def test_what_stands_and_whose_it_is() -> None:
    found = {outcome: state(begin(), end(outcome)) for outcome in Ended}
    assert {key for key, one in found.items() if one.standing} == {"done", "granted", "exists", "different"}
    assert {key for key, one in found.items() if one.created} == {"done", "granted", "different"}
    assert {key for key, one in found.items() if one.unrepaired} == {"widened"}


def test_an_entry_of_another_matter_changes_nothing() -> None:
    assert fold([Entry("note", write_id=None)]) == {}
    known = state(begin(), ANSWERED)
    assert step(known, Entry("note")) == known


def test_the_window_begins_with_the_first_thing_heard() -> None:
    later, latest = "2026-06-01T13:00:00Z", "2026-06-01T14:00:00Z"
    heard = state(begin(), Entry("doubt", {}, later), Entry("doubt", {}, latest))
    assert heard.heard_at is not None
    assert heard.heard_at.hour == 13
    assert step(heard, begin(at=latest)).heard_at is None


def test_a_failed_removal_leaves_the_right_as_it_was() -> None:
    done = (begin(), ANSWERED, end("done", image=IMAGE))
    for outcome in ("refused", "absent"):
        left = state(*done, begin("remove"), end(outcome, "remove"))
        assert (left.standing, left.created, left.open, left.image) == (True, True, False, IMAGE)
        assert left.request_id == "R1"


def test_a_removal_settles_the_assignment_too() -> None:
    gone = state(begin(), ANSWERED, begin("remove"), end("done", "remove"))
    assert (gone.open, gone.standing, gone.intent) == (False, False, Direction.REMOVE)


def test_a_removal_that_fails_leaves_the_assignment_in_doubt() -> None:
    left = state(begin(), ANSWERED, begin("remove"), end("refused", "remove"))
    assert (left.open, left.assigning, left.removing) == (True, True, False)


def test_a_new_round_knows_the_requests_of_the_last_but_not_its_doubts() -> None:
    first = (begin(), Entry("doubt"), end("done", image=IMAGE), begin("remove"), end("done", "remove"))
    again = state(*first, begin())
    assert (again.request_id, again.doubted, again.known_requests) == (None, False, {"r1"})


def test_a_repair_is_over_when_the_wide_right_is_gone() -> None:
    widened = (begin(), ANSWERED, end("widened"))
    assert state(*widened).unrepaired
    assert state(*widened, begin("repair")).open
    refused = state(*widened, begin("repair"), end("refused", "repair"))
    assert (refused.unrepaired, refused.open) == (True, False)
    gone = state(*widened, begin("repair"), end("done", "repair"))
    assert (gone.unrepaired, gone.open, gone.ended) == (False, False, Ended.WIDENED)


def test_a_wider_right_of_before_is_not_ours_to_repair() -> None:
    assert not state(begin(wider_before=True), end("widened", wider_before=True)).unrepaired


def test_granted_stays_known_through_a_failed_removal() -> None:
    left = state(begin(), ANSWERED, end("granted"), begin("remove"), end("refused", "remove"))
    assert (left.granted, left.standing) == (True, True)
