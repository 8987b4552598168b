"""Corners of assigning, settling and removing that a faithful lab seldom shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from replay_fakes import UNIT, Bench, group_item, lost, refused, role_item, row_of

from migrate.errors import (
    AccessError,
    ConsentMissing,
    GraphRefused,
    GuardStopped,
    PartialCoverage,
    SignInFailed,
    Unreachable,
)
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.replay.apply import apply
from migrate.replay.crew import work
from migrate.replay.fold import Ended
from migrate.replay.reads import Look
from migrate.replay.rollback import rollback
from migrate.replay.settle import settle
from migrate.replay.verify import verify

Make = Callable[..., Bench]
LATER = "2026-07-01T00:00:00Z"


async def test_exists_that_no_read_shows_is_refused_when_nothing_of_ours_can_be_there(bench: Make) -> None:
    here = bench(role_item())
    here.target.script = [refused(Meaning.EXISTS, "RoleAssignmentExists")] * 3
    await apply(here.run, here.items)
    assert here.actions() == ["adminAssign"]
    assert (here.state().ended, here.state().open) == (Ended.REFUSED, False)
    assert "no read shows it" in here.told()[1]


async def test_exists_that_no_read_shows_stays_in_doubt_after_a_lost_answer(bench: Make) -> None:
    here = bench(role_item())
    here.target.script = [lost(here.target, effect=False), refused(Meaning.EXISTS, "RoleAssignmentExists")]
    await apply(here.run, here.items)
    assert here.actions() == ["adminAssign", "adminAssign"]
    assert here.state().open
    assert here.told()[0] == "in_doubt"


async def test_a_request_that_failed_after_all_is_sent_again(bench: Make) -> None:
    here = bench(role_item())

    def fails_later(request: Any) -> Any:
        answer = here.target.accept(request, row=False, status="PendingProvisioning")
        here.target.requests["request-1"]["status"] = "Failed"
        return answer

    here.target.script = [fails_later]
    await apply(here.run, here.items)
    assert here.actions() == ["adminAssign", "adminAssign"]
    assert here.state().ended is Ended.DONE


async def test_a_lost_answer_is_found_again_by_the_log(bench: Make) -> None:
    """The row does not show within the window, but the log knows the request: it is not sent twice."""
    here = bench(role_item())
    here.target.script = [lost(here.target, effect=True)]
    here.target.hidden = True
    await apply(here.run, here.items)
    assert here.actions() == ["adminAssign"]
    assert here.state().open
    here.target.hidden = False
    await apply(here.again(), here.items)
    assert here.actions() == ["adminAssign"]
    assert here.state().created


async def test_a_sign_in_that_fails_before_the_send_ends_the_attempt(bench: Make) -> None:
    here = bench(role_item())

    def no_token(_request: Any) -> Any:
        raise SignInFailed("no token")

    here.target.script = [no_token]
    with pytest.raises(SignInFailed):
        await apply(here.run, here.items)
    assert (here.state().open, here.state().ended) == (False, Ended.ABSENT)


async def test_reading_back_that_fails_leaves_the_write_in_doubt(bench: Make) -> None:
    here = bench(role_item())

    def deaf(request: Any) -> Any:
        here.target.read_error = Unreachable("down")
        return here.target.faithful(request)

    here.target.script = [deaf]
    with pytest.raises(Unreachable):
        await apply(here.run, here.items)
    assert here.state().open
    here.target.read_error = None
    await apply(here.again(), here.items)
    assert here.actions() == ["adminAssign"]
    assert here.state().created


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (ConsentMissing("no"), AccessError),
        (Unreachable("no"), Unreachable),
        (GraphRefused("no"), PartialCoverage),
    ],
)
async def test_a_target_that_cannot_be_read_stops_before_anything_is_sent(
    bench: Make, error: Exception, raised: type[Exception]
) -> None:
    here = bench(role_item())
    here.target.read_error = error  # type: ignore[assignment]
    with pytest.raises(raised):
        await apply(here.run, here.items)
    assert here.target.sent == []


@pytest.mark.parametrize("code", ["not_found", "missing_provider"])
async def test_a_group_that_pim_does_not_know_yet_has_no_rows(bench: Make, code: str) -> None:
    item = group_item(residue=("becomes managed by PIM",))
    here = bench(item)
    here.target.read_error = GraphRefused("unknown to PIM", code=code)

    def onboards(request: Any) -> Any:
        here.target.read_error = None
        return here.target.faithful(request)

    here.target.script = [onboards]
    await apply(here.run, here.items)
    assert here.state().ended is Ended.DONE


async def test_a_longer_retry_after_than_the_window_is_not_cut_short(bench: Make) -> None:
    here = bench(role_item(), window=10)
    here.target.script = [refused(Meaning.CONTENDED, "ResourceIsLocked", 423, retry_after=60.0)]
    await apply(here.run, here.items)
    assert here.actions() == ["adminAssign"]
    assert here.told()[0] == "refused"


async def test_a_right_that_begins_later_without_a_row(bench: Make) -> None:
    """The service shows no schedule before the start: the request alone says how it stands."""
    item = role_item(start=LATER)
    here = bench(item)
    here.target.script = [lambda request: here.target.accept(request, row=False, status="Granted")]
    await apply(here.run, here.items)
    assert here.told()[0] == "granted"
    (line,) = await verify(Look(here.run.session, here.run.live, str, {item.id: here.state()}), here.items)
    assert line.state == "match"
    await apply(here.again(), here.items)
    assert here.actions() == ["adminAssign"]
    await rollback(here.again(), here.items)
    assert here.actions() == ["adminAssign", "cancel"]
    assert not here.state().standing


async def test_a_cancellation_whose_answer_is_lost_is_settled_by_its_request(bench: Make) -> None:
    """No row shows before or after: only the request can tell whether the right is gone."""
    here = bench(role_item(start=LATER))
    here.target.script = [lambda request: here.target.accept(request, row=False, status="Granted")]
    await apply(here.run, here.items)
    here.target.script = [lost(here.target, effect=False)]
    await rollback(here.again(), here.items)
    assert here.actions() == ["adminAssign", "cancel", "cancel"]
    assert here.target.requests["request-1"]["status"] == "Canceled"
    assert not here.state().standing


async def test_a_granted_right_that_has_begun_is_not_stale(bench: Make) -> None:
    item = role_item(start=LATER)
    here = bench(item)
    here.target.script = [lambda request: here.target.accept(request, row=False, status="Granted")]
    await apply(here.run, here.items)
    here.target.rows.append(row_of(item, "request-1"))
    await apply(here.again(), here.items)
    assert here.actions() == ["adminAssign"]


async def test_a_row_too_young_to_remove_is_waited_for(bench: Make) -> None:
    here = bench(role_item())
    await apply(here.run, here.items)
    here.target.script = [refused(Meaning.TOO_YOUNG, "ActiveDurationTooShort")] * 20
    before = here.clock.now()
    await rollback(here.again(), here.items)
    assert not here.state().standing
    assert 100 < (here.clock.now() - before).total_seconds() < 330


async def test_a_removal_uses_the_id_that_pim_shows(bench: Make) -> None:
    here = bench(role_item())
    await apply(here.run, here.items)

    def listed(role_id: str) -> Any:
        async def answer(_wanted: str) -> str:
            return role_id

        return answer

    here.target.rows[0] = here.target.rows[0] | {"roleDefinitionId": "alias-1"}
    run = here.again()
    run.live.roles.listed = listed("role-1")  # type: ignore[method-assign]
    await rollback(run, here.items)
    assert (here.target.sent[-1].body or {})["roleDefinitionId"] == "alias-1"
    assert here.target.rows == []


async def test_settling_alone_sends_nothing_for_a_right_that_came_out_wider(bench: Make) -> None:
    item = role_item(scope=UNIT)
    here = bench(item)

    def wide_and_lost(request: Any) -> Any:
        here.target.accept(request, row=True, directoryScopeId="/")
        here.target.read_error = Unreachable("down")
        return Answer(504), Outcome(Meaning.IN_DOUBT, status=504)

    here.target.script = [wide_and_lost]
    with pytest.raises(Unreachable):
        await apply(here.run, here.items)
    here.target.read_error = None
    run = here.again()
    run.sends = False
    await settle(run, here.items)
    assert here.actions() == ["adminAssign"]
    assert here.state().unrepaired
    assert run.halted is not None
    await rollback(here.again(), here.items)
    assert here.target.rows == []
    assert not here.state().unrepaired


async def test_when_one_fails_the_others_in_flight_finish_and_nothing_new_begins(bench: Make) -> None:
    items = [role_item(number, who=f"who-{number}") for number in range(1, 9)]
    here = bench(*items)
    here.run.at_once = 2
    finished: list[str] = []

    async def do(_run: Any, item: Any) -> bool:
        await here.clock.sleep(1)
        if item.id.endswith("1"):
            raise Unreachable("down")
        await here.clock.sleep(1)
        finished.append(item.id)
        return True

    with pytest.raises(Unreachable):
        await work(here.run, items, do)
    assert finished == [items[1].id]


async def test_verify_never_calls_unknown_a_match(bench: Make) -> None:
    here = bench(role_item(), group_item(2))
    await apply(here.run, here.items)
    states = {item.id: here.state(item) for item in here.items}
    here.target.read_error = Unreachable("down")
    assert {
        line.state
        for line in await verify(Look(here.run.session, here.again().live, str, states), here.items)
    } == {"unknown"}
    here.target.read_error = None
    here.target.rows[0] = here.target.rows[0] | {"scheduleInfo": None}
    lines = {
        line.id: line
        for line in await verify(Look(here.run.session, here.again().live, str, states), here.items)
    }
    assert sorted(line.state for line in lines.values()) == ["drift", "match"]
    here.target.rows.clear()
    assert {
        line.state
        for line in await verify(Look(here.run.session, here.again().live, str, states), here.items)
    } == {"missing"}


async def test_what_a_killed_run_left_is_looked_at_before_anything_new_is_sent(bench: Make) -> None:
    """It may have come out wider than asked: then the wave stops before it goes on."""
    here = bench(role_item(1, scope=UNIT), role_item(2, scope=UNIT, who="who-2"))
    here.run.at_once = 1

    class Died(BaseException):
        pass

    def wide_and_dead(request: Any) -> Any:
        here.target.accept(request, row=True, directoryScopeId="/")
        here.run.stop.set()
        raise Died

    here.target.script = [wide_and_dead]
    with pytest.raises(Died):
        await apply(here.run, here.items)
    with pytest.raises(GuardStopped):
        await apply(here.again(), here.items)
    assert here.actions() == ["adminAssign", "adminRemove"]
    assert here.target.rows == []
