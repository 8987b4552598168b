"""The rules of ``migrate.replay``, each with a test of the same name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from replay_fakes import END, UNIT, WHO, Bench, group_item, lost, refused, role_item, row_of

import migrate.replay
from migrate.errors import GuardStopped, PlanStale, StateError
from migrate.graphapi.outcome import Meaning
from migrate.plan.document import Item, Plan
from migrate.replay.apply import apply
from migrate.replay.fold import Ended, fold
from migrate.replay.person import settle_as_told
from migrate.replay.recorded import check_recorded, journal_to_build_on
from migrate.replay.rollback import rollback
from migrate.store.journal import Journal
from migrate.store.trouble import state_error

Make = Callable[..., Bench]


def test_every_rule_has_a_test_of_the_same_name() -> None:
    """And every test here is one of a rule: the two lists are the same."""
    rules = re.findall(r"^- (.+)\.$", migrate.replay.__doc__ or "", flags=re.MULTILINE)
    assert len(rules) > 10
    assert all(" must " in rule for rule in rules)
    named = {"test_" + re.sub(r"\W+", "_", rule.lower()) for rule in rules}
    files = [Path(__file__), Path(__file__).with_name("test_plain_rules.py")]
    texts = [file.read_text(encoding="utf-8") for file in files]
    tests = {
        name for text in texts for name in re.findall(r"^async def (test_\w+)", text, flags=re.MULTILINE)
    }
    assert tests == named


def _full(monkeypatch: pytest.MonkeyPatch, when: Callable[[str], bool]) -> None:
    """From the first entry on for which ``when`` says so, the database takes no more."""
    write, full = Journal._write, []

    def limited(self: Journal, drafts: Any) -> Any:
        if full or when(drafts[0].event):
            full.append(True)
            raise state_error("state_full", self._db.path)
        return write(self, drafts)

    monkeypatch.setattr(Journal, "_write", limited)


async def test_begin_must_be_on_disk_before_the_request_is_sent(bench: Make) -> None:
    here = bench(role_item())
    seen: list[list[str]] = []
    here.target.on_send = lambda _request: seen.append(here.events())
    await apply(here.run, here.items)
    await rollback(here.again(), here.items)
    assert [events[-1] for events in seen] == ["begin", "begin"]


async def test_end_must_be_on_disk_before_a_write_counts_as_done(bench: Make) -> None:
    here = bench(role_item(), group_item(2))
    counted: list[str] = []

    def report(line: Any) -> None:
        counted.append(line.state)
        assert fold(here.journal.entries())[line.id].ended is Ended.DONE

    here.run.report = report
    await apply(here.run, here.items)
    assert counted == ["done", "done"]


async def test_a_disk_that_is_full_at_begin_must_send_nothing(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = bench(role_item())
    _full(monkeypatch, lambda event: event == "begin")
    with pytest.raises(StateError, match="full"):
        await apply(here.run, here.items)
    assert here.target.sent == []


async def test_a_disk_that_is_full_at_end_must_keep_the_outcome_and_begin_nothing_new(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = bench(role_item(), role_item(2, scope=UNIT))
    with monkeypatch.context() as patch:
        _full(patch, lambda event: event == "end")
        await apply(here.run, here.items)
    assert here.actions() == ["adminAssign"]
    assert here.run.recorder.emergency_file is not None
    here.journal.recover_emergency()
    assert here.state().ended is Ended.DONE


async def test_a_write_in_doubt_must_be_settled_by_a_read_that_finds_it(bench: Make) -> None:
    here = bench(role_item())
    here.target.script = [lost(here.target, effect=True)]
    await apply(here.run, here.items)
    assert here.state().created
    assert here.actions() == ["adminAssign"]


async def test_a_write_in_doubt_must_be_settled_by_its_absence_after_the_replication_window(
    bench: Make,
) -> None:
    here = bench(role_item())
    begun = here.clock.now()
    here.target.script = [lost(here.target, effect=False)]
    times: list[timedelta] = []
    here.target.on_send = lambda _request: times.append(here.clock.now() - begun)
    await apply(here.run, here.items)
    assert len(times) == 2
    assert times[1] >= timedelta(seconds=120)
    assert here.state().ended is Ended.DONE
    assert "end absent" in here.events()


@pytest.mark.parametrize("present", [True, False])
async def test_a_write_in_doubt_must_be_settled_by_a_person_where_no_read_can(
    bench: Make, present: bool
) -> None:
    here = bench(role_item())
    here.target.script = [lambda request: here.target.accept(request, row=False, status="Granted")]
    await apply(here.run, here.items)
    assert here.state().open
    settle_as_told(here.again().recorder, here.items[0], present=present)
    assert (here.state().open, here.state().standing) == (False, present)
    settled = [entry.payload["message"] for entry in here.journal.entries() if entry.event == "end"]
    assert settled == [f"a person said: {'present' if present else 'absent'}"]


async def test_a_write_in_doubt_must_not_be_sent_again_before_it_is_settled(bench: Make) -> None:
    here = bench(role_item())
    here.target.script = [lost(here.target, effect=False)]
    here.target.on_send = lambda _request: here.run.stop.set()
    await apply(here.run, here.items)
    assert here.state().open
    for _ in range(3):
        # Stopped again and again before the window is over: nothing is sent.
        run = here.again()
        run.stop.set()
        await apply(run, here.items)
    assert here.actions() == ["adminAssign"]
    assert here.told()[0] == "in_doubt"


async def test_a_write_that_graph_accepted_must_not_be_sent_again_because_it_does_not_show(
    bench: Make,
) -> None:
    here = bench(role_item())
    here.target.script = [lambda request: here.target.accept(request, row=False, status="Granted")]
    await apply(here.run, here.items)
    await apply(here.again(), here.items)
    assert here.actions() == ["adminAssign"]
    assert here.state().open
    assert here.told()[0] == "in_doubt"


async def test_the_replication_window_must_begin_when_the_request_can_last_have_been_sent(
    bench: Make,
) -> None:
    """The request waited an hour for its turn, and the process died just after it was sent."""
    here = bench(role_item())

    class Died(BaseException):
        pass

    def die(_request: Any) -> None:
        here.clock.moment += timedelta(hours=1)
        raise Died

    here.target.on_send = die
    with pytest.raises(Died):
        await apply(here.run, here.items)
    here.target.on_send = None
    restarted = here.clock.now()
    sent: list[timedelta] = []
    here.target.on_send = lambda _request: sent.append(here.clock.now() - restarted)
    await apply(here.again(), here.items)
    assert sent[0] >= timedelta(seconds=120)


async def _dies_once_sent(here: Bench) -> None:
    class Died(BaseException):
        pass

    def die(request: Any) -> Any:
        here.target.faithful(request)
        raise Died

    here.target.script = [die]
    with pytest.raises(Died):
        await apply(here.run, here.items)


async def test_recovery_must_go_through_the_same_door_as_a_first_run(bench: Make) -> None:
    """What was killed is found and ended, what was not begun is written, by the very call of a first run."""
    here = bench(role_item(), role_item(2, scope=UNIT))
    await _dies_once_sent(here)
    assert here.events() == ["begin"]
    await apply(here.again(), here.items)
    assert here.actions() == ["adminAssign", "adminAssign"]
    assert [here.state(item).ended for item in here.items] == [Ended.DONE, Ended.DONE]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "who-2|role-1|/"}, "was begun for who-1|role-1|/, and the plan has who-2|role-1|/"),
        ({"id": "all-1.00002"}, "plan all-1 has no write all-1.00001"),
        ({}, ""),
    ],
)
async def test_recovery_must_check_that_the_recorded_write_is_the_one_asked_for(
    bench: Make, change: dict[str, Any], says: str
) -> None:
    item = role_item()
    here = bench(item)
    await _dies_once_sent(here)
    plan = _plan(replace(item, **change))
    if not change:
        check_recorded([plan], here.journal.entries())
        here.journal.append("approved", plan_id="all-1", payload={"plan_hash": "sha256:of another"})
        says = "approves another plan"
    with pytest.raises(StateError, match=re.escape(says)) as refused:
        check_recorded([plan], here.journal.entries())
    assert refused.value.code == "journal_differs"


def _plan(*items: Item) -> Plan:
    return Plan("all-1", "all", 1, "move", "2026-06-01T12:00:00Z", {}, {}, {}, items, hash="sha256:sealed")


def _break_chain(here: Bench) -> None:
    for trigger in list(here.db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        here.db.execute(f"DROP TRIGGER {trigger['name']}")
    here.db.execute("UPDATE journal SET payload = '{}' WHERE sequence = 1")


async def test_a_broken_chain_must_stop_new_work(bench: Make) -> None:
    here = bench(role_item())
    await apply(here.run, here.items)
    journal_to_build_on(here.db, here.clock.now)
    _break_chain(here)
    with pytest.raises(StateError, match="entry 1 was changed") as refused:
        journal_to_build_on(here.db, here.clock.now)
    assert refused.value.code == "journal_broken"


async def test_a_broken_chain_must_not_stop_the_recording_of_an_outcome(bench: Make) -> None:
    """Somebody changes the journal while a write is under way: what comes of it is still put down."""
    here = bench(role_item())
    here.target.on_send = lambda _request: _break_chain(here)
    await apply(here.run, here.items)
    assert [entry.event for entry in here.journal.entries()] == ["begin", "answered", "end"]
    assert here.run.recorder.state(here.items[0]).ended is Ended.DONE
    with pytest.raises(StateError, match="entry 1 was changed"):
        journal_to_build_on(here.db, here.clock.now)


async def test_a_finished_plan_must_send_no_write(bench: Make) -> None:
    here = bench(role_item(), group_item(2))
    await apply(here.run, here.items)
    sent = len(here.target.sent)
    await apply(here.again(), here.items)
    assert len(here.target.sent) == sent == 2


@pytest.mark.parametrize("end", [END, "2026-12-01T00:00:00Z"])
async def test_a_stale_plan_must_send_no_write(bench: Make, end: str) -> None:
    item = role_item()
    here = bench(item, group_item(2))
    info = {"expiration": {"type": "afterDateTime", "endDateTime": end}}
    here.target.rows.append(row_of(item, "somebody-s", scheduleInfo=info))
    with pytest.raises(PlanStale, match="D11"):
        await apply(here.run, here.items)
    assert here.target.sent == []


def _wide(here: Bench, request: Any) -> Any:
    body = {**request.body, "directoryScopeId": "/"}
    return here.target.accept(replace(request, body=body), row=True)


async def test_a_wider_scope_than_asked_must_stop_the_wave(bench: Make) -> None:
    here = bench(role_item(1, scope=UNIT), role_item(2, who=WHO, scope="/administrativeUnits/unit-2"))
    here.target.script = [lambda request: _wide(here, request)]
    with pytest.raises(GuardStopped) as stopped:
        await apply(here.run, here.items)
    assert stopped.value.code == "scope_widened"
    assert here.actions() == ["adminAssign", "adminRemove"]


async def test_a_wider_scope_than_asked_must_be_taken_back_at_once(bench: Make) -> None:
    here = bench(role_item(scope=UNIT))
    here.target.script = [lambda request: _wide(here, request)]
    with pytest.raises(GuardStopped):
        await apply(here.run, here.items)
    assert here.target.rows == []
    assert (here.state().ended, here.state().unrepaired, here.state().open) == (Ended.WIDENED, False, False)


async def test_a_wider_right_that_was_there_before_must_be_left(bench: Make) -> None:
    item = role_item(scope=UNIT)
    here = bench(item)
    here.target.rows.append(row_of(item, "somebody-s", directoryScopeId="/"))
    here.target.script = [lambda request: _wide(here, request)]
    with pytest.raises(GuardStopped, match="STILL STANDS"):
        await apply(here.run, here.items)
    assert here.actions() == ["adminAssign"]


async def test_rollback_must_remove_only_what_this_engagement_created(bench: Make) -> None:
    """Somebody made the same right while ours was under way: Graph refused ours."""
    item = role_item()
    here = bench(item, group_item(2))
    theirs = row_of(item, "somebody-s")

    def overtaken(request: Any) -> Any:
        here.target.rows.append(theirs)
        return here.target.faithful(request)

    here.target.script = [overtaken]
    await apply(here.run, here.items)
    assert here.state().ended is Ended.EXISTS
    await rollback(here.again(), here.items)
    assert here.target.rows == [theirs]


async def test_rollback_must_refuse_what_was_changed_since(bench: Make) -> None:
    here = bench(role_item())
    await apply(here.run, here.items)
    info = {"expiration": {"type": "afterDateTime", "endDateTime": "2026-12-01T00:00:00Z"}}
    here.target.rows[0] = here.target.rows[0] | {"scheduleInfo": info}
    await rollback(here.again(), here.items)
    assert here.actions() == ["adminAssign"]
    assert here.told()[0] == "refused"
    assert "ends at 2026-12-01" in here.told()[1]


async def test_rollback_must_not_take_a_read_that_lags_for_a_right_that_is_gone(bench: Make) -> None:
    here = bench(role_item())
    await apply(here.run, here.items)
    here.target.hidden = True
    before = here.clock.now()
    run = here.again()

    async def sleep(seconds: float) -> None:
        await here.clock.sleep(seconds)
        here.target.hidden = here.clock.now() < before + timedelta(seconds=30)

    run.sleep = sleep
    await rollback(run, here.items)
    assert here.actions() == ["adminAssign", "adminRemove"]
    assert here.target.rows == []


async def test_a_stop_must_end_waits_and_send_nothing_more(bench: Make) -> None:
    here = bench(role_item(), group_item(2))
    here.target.script = [refused(Meaning.REPLICATING, "SubjectNotFound", 404)]
    here.target.on_send = lambda _request: here.run.stop.set()
    before = here.clock.now()
    await apply(here.run, here.items)
    assert here.clock.now() == before
    assert len(here.target.sent) == 1
