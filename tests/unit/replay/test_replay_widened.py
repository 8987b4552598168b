"""Rights that come out tenant-wide where one was there before, and when they are tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from replay_fakes import UNIT, Bench, lost, refused, role_item, row_of

from migrate.errors import ConsentMissing, GuardStopped, Unreachable
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.kinds.request import Request
from migrate.plan.document import Item
from migrate.replay.apply import apply
from migrate.replay.fold import Ended
from migrate.replay.rollback import concerns, is_left_behind, rollback
from migrate.replay.settle import settle
from migrate.replay.widened import is_left_wide

Make = Callable[..., Bench]
Script = Callable[[Request], tuple[Answer, Outcome]]


def _silently(here: Bench, *, instead: bool = False) -> Script:
    """The answer claims the scope that was asked for; the row is tenant-wide."""

    def answer(request: Request) -> tuple[Answer, Outcome]:
        if instead:
            here.target.rows.clear()
        return here.target.accept(request, row=True, directoryScopeId="/")

    return answer


def _openly(here: Bench) -> Script:
    def answer(request: Request) -> tuple[Answer, Outcome]:
        body = {**(request.body or {}), "directoryScopeId": "/"}
        return here.target.accept(replace(request, body=body), row=True)

    return answer


def _with_wide_before(bench: Make) -> tuple[Bench, dict[str, Any]]:
    item = role_item(scope=UNIT)
    here = bench(item)
    theirs = row_of(item, "somebody-s", directoryScopeId="/")
    here.target.rows.append(theirs)
    return here, theirs


@pytest.mark.parametrize("instead", [False, True])
async def test_ours_is_known_by_its_request_beside_or_instead_of_the_one_before(
    bench: Make, instead: bool
) -> None:
    here, _ = _with_wide_before(bench)
    here.target.script = [_silently(here, instead=instead)]
    with pytest.raises(GuardStopped, match="request-1") as stopped:
        await apply(here.run, here.items)
    assert stopped.value.code == "scope_widened"
    assert here.actions() == ["adminAssign"]
    assert here.told()[0] == "refused"
    assert here.told()[1].startswith("D02")
    assert (here.state().ended, here.state().open, here.state().unrepaired) == (Ended.WIDENED, False, False)


async def test_ours_is_known_by_the_schedule_that_the_answer_promised(bench: Make) -> None:
    """Graph changed the standing row in place: it keeps its id and the request that made it."""
    here, _ = _with_wide_before(bench)

    def in_place(request: Request) -> tuple[Answer, Outcome]:
        answer, outcome = here.target.accept(request, row=False)
        return replace(answer, body={**(answer.body or {}), "targetScheduleId": "SOMEBODY-S"}), outcome

    here.target.script = [in_place]
    with pytest.raises(GuardStopped):
        await apply(here.run, here.items)
    assert is_left_wide(here.state())


async def test_the_right_of_somebody_else_is_never_taken_for_ours(bench: Make) -> None:
    here, theirs = _with_wide_before(bench)
    await apply(here.run, here.items)
    assert here.state().ended is Ended.DONE
    await rollback(here.again(), here.items)
    assert here.target.rows == [theirs]
    assert not concerns(here.state())


@pytest.mark.parametrize("log_is_readable", [True, False])
async def test_after_a_lost_answer_it_is_known_by_the_justification_of_its_maker(
    bench: Make, log_is_readable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = _with_wide_before(bench)

    def wide_and_lost(request: Request) -> tuple[Answer, Outcome]:
        _silently(here)(request)
        return lost(here.target, effect=False)(request)  # type: ignore[no-any-return]

    if not log_is_readable:

        async def refuse(*_given: object) -> None:
            raise ConsentMissing("not for you")

        monkeypatch.setattr(here.run.live, "lost_request", refuse)
    here.target.script = [wide_and_lost]
    with pytest.raises(GuardStopped, match="request-1"):
        await apply(here.run, here.items)
    assert is_left_wide(here.state())
    assert here.state().request_id == "request-1"


async def test_a_write_that_stayed_in_doubt_is_settled_as_widened(bench: Make) -> None:
    here, _ = _with_wide_before(bench)

    def deaf(request: Request) -> tuple[Answer, Outcome]:
        here.target.read_error = Unreachable("down")
        return _silently(here)(request)

    here.target.script = [deaf]
    with pytest.raises(Unreachable):
        await apply(here.run, here.items)
    assert here.state().open
    here.target.read_error = None
    run = here.again()
    run.sends = False
    await settle(run, here.items)
    assert run.halted is not None
    assert run.halted.code == "scope_widened"
    assert is_left_wide(here.state())


@pytest.mark.parametrize("script", [_silently, _openly])
async def test_rollback_names_what_was_left_until_it_is_gone(
    bench: Make, script: Callable[[Bench], Script]
) -> None:
    here, theirs = _with_wide_before(bench)
    here.target.script = [script(here)]
    with pytest.raises(GuardStopped):
        await apply(here.run, here.items)
    for _ in range(2):
        await rollback(here.again(), here.items)
        assert here.told()[0] == "refused"
        assert "request-1" in here.told()[1]
        assert here.lines[-1].action == "remove"
        assert is_left_behind(here.items[0], here.state())
    here.target.rows[:] = [theirs]
    await rollback(here.again(), here.items)
    assert here.told()[0] == "done"
    assert not concerns(here.state())
    assert here.actions() == ["adminAssign"]


async def test_rollback_takes_a_read_that_lags_for_no_proof_that_it_is_gone(bench: Make) -> None:
    here, _ = _with_wide_before(bench)
    here.target.script = [_openly(here)]
    with pytest.raises(GuardStopped):
        await apply(here.run, here.items)
    here.target.hidden = True
    run = here.again()

    async def sleep(seconds: float) -> None:
        await here.clock.sleep(seconds)
        here.target.hidden = False

    run.sleep = sleep
    await rollback(run, here.items)
    assert is_left_behind(here.items[0], here.state())


async def test_a_row_that_does_not_say_who_made_it_may_be_ours(bench: Make) -> None:
    here, _ = _with_wide_before(bench)
    here.target.script = [_openly(here)]
    with pytest.raises(GuardStopped):
        await apply(here.run, here.items)
    here.target.rows[:] = [row_of(here.items[0], "x", directoryScopeId="/", createdUsing=None)]
    await rollback(here.again(), here.items)
    assert is_left_behind(here.items[0], here.state())


async def test_while_ours_stands_it_is_not_made_again_and_the_others_go_on(bench: Make) -> None:
    first, second = role_item(1, scope=UNIT), role_item(2, who="who-2")
    here = bench(first, second)
    here.run.at_once = 1
    here.target.rows.append(row_of(first, "somebody-s", directoryScopeId="/"))
    here.target.script = [_openly(here)]
    with pytest.raises(GuardStopped):
        await apply(here.run, here.items)
    assert here.actions() == ["adminAssign"]
    with pytest.raises(GuardStopped, match="STILL STANDS"):
        await apply(here.again(), here.items)
    assert here.actions() == ["adminAssign", "adminAssign"]
    assert here.state(second).ended is Ended.DONE
    assert is_left_wide(here.state(first))
    here.target.rows[:] = [row for row in here.target.rows if row["id"] != "request-1"]
    await apply(here.again(), here.items)
    assert here.state(first).created


def _writes(here: Bench) -> list[str]:
    """The ids of the writes that were sent, assignments and removals alike."""
    return [str((one.body or {})["justification"]).split()[-1] for one in here.target.sent]


def _three(bench: Make) -> tuple[Bench, list[Item]]:
    items = [role_item(number, scope=UNIT, who=f"who-{number}") for number in (1, 2, 3)]
    here = bench(*items)
    here.run.at_once = 1
    return here, items


async def test_what_was_widened_is_sent_after_all_others_are_settled(bench: Make) -> None:
    here, (first, second, third) = _three(bench)
    here.target.script = [_openly(here)]
    with pytest.raises(GuardStopped) as stopped:
        await apply(here.run, here.items)
    assert "the other writes first" in str(stopped.value.hint)
    here.target.sent.clear()
    # Even one whose answer is lost is settled, and sent once more, before.
    here.target.script = [lost(here.target, effect=False)]
    run = here.again()
    run.at_once = 1
    await apply(run, here.items)
    assert _writes(here) == [second.id, third.id, second.id, first.id]
    assert all(here.state(item).ended is Ended.DONE for item in here.items)


async def test_the_first_that_is_widened_again_stops_and_the_next_run_begins_with_another(
    bench: Make,
) -> None:
    here, (first, second, third) = _three(bench)
    for _ in range(3):
        here.target.script = [_openly(here)]
        run = here.again()
        run.at_once = 1
        with pytest.raises(GuardStopped):
            await apply(run, here.items)
        here.clock.moment += timedelta(minutes=5)
    # Each run goes on with one that has not been tried yet.
    assert _writes(here)[::2] == [first.id, second.id, third.id]
    here.target.script = [_openly(here)]
    here.target.sent.clear()
    with pytest.raises(GuardStopped):
        await apply(here.again(), here.items)
    assert _writes(here) == [first.id, first.id]
    assert here.told(second) == (
        "planned",
        "tried by an earlier run; not tried again: the run was stopped before",
    )
    here.target.sent.clear()
    await apply(here.again(), here.items)
    assert _writes(here) == [second.id, third.id, first.id]


async def test_a_try_that_came_to_nothing_makes_the_next_one_the_last_again(bench: Make) -> None:
    """Its newest end no longer says that it was widened; that a request was accepted once does."""
    here, (first, second, third) = _three(bench)
    here.target.script = [_openly(here)]
    with pytest.raises(GuardStopped):
        await apply(here.run, here.items)
    await apply(here.again(), [second])
    here.target.script = [refused(Meaning.REFUSED, "RoleAssignmentRequestPolicyValidationFailed")]
    await apply(here.again(), [first])
    assert here.state(first).ended is Ended.REFUSED
    here.target.sent.clear()
    await apply(here.again(), here.items)
    assert _writes(here) == [third.id, first.id]


async def test_a_try_that_was_killed_is_settled_with_the_others_and_sent_after_them(bench: Make) -> None:
    here, (first, second, third) = _three(bench)
    here.target.script = [_openly(here)]
    with pytest.raises(GuardStopped):
        await apply(here.run, here.items)

    class Died(BaseException):
        pass

    def die(_request: Request) -> None:
        raise Died

    here.target.on_send = die
    with pytest.raises(Died):
        await apply(here.again(), [first])
    here.target.on_send = None
    here.target.sent.clear()
    here.target.script = [lost(here.target, effect=False)]
    run = here.again()
    run.at_once = 1
    await apply(run, here.items)
    assert _writes(here) == [second.id, third.id, second.id, first.id]
