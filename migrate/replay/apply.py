"""A plan, carried out: look at what an earlier run left open, check that the plan still holds, then write."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from migrate.plan.document import Item
from migrate.replay.assign import assign_one
from migrate.replay.board import Board
from migrate.replay.crew import work
from migrate.replay.fold import Ended, WriteState
from migrate.replay.forms.by_kind import form_of
from migrate.replay.own_access import check_no_own_end
from migrate.replay.plain import make
from migrate.replay.run import Run
from migrate.replay.settle import glance, repair_widened, settle
from migrate.replay.stale import check_stale
from migrate.replay.temporary import restore
from migrate.replay.visible import perhaps_unknown, wait_until_visible
from migrate.replay.widened import is_left_wide, was_widened
from migrate.replay.writes import WriteLine

ROUNDS = 3
"""How often a write that is proved not to have happened is sent again in one run."""


async def apply(
    run: Run,
    items: Sequence[Item],
    others: Sequence[Item] = (),
    made_before: Sequence[tuple[Item, Item]] = (),
) -> None:
    """Brings every item of a wave to stand in the target. Safe to repeat at any time. ``others`` are writes
    of other plans: what a killed run of theirs has left changed for the time being is restored as well.
    ``made_before`` are further writes of the plan, each with the write of another plan that has made the
    same: they are done if that still stands.

    What is changed for the time being is restored before this ends, whatever ends it, unless the process dies
    or is told twice to stop: then the next run restores it first.

    Raises:
        PlanStale: the target changed under a key that the plan writes; nothing was sent.
        PartialCoverage: the target could not be read where the plan writes; nothing was sent.
        GuardStopped: a right came out wider than asked (``scope_widened``), or a write would end the right of
            whom this program is signed in as (``self_removal``); then nothing was sent but what puts back
            a rule that a killed run had changed for the time being.
        MigrateError: as ``assign_one``.
    """
    board = Board(items, run.state, run.made_elsewhere, others)
    earlier = [item for item in items if run.state(item).standing and not item.temporary]
    doubt_left_open(run, [*items, *(other for other in others if other.temporary)])
    await restore(run, board.changed_for_a_time())
    check_no_own_end(run, [item for item in items if not run.state(item).standing])
    try:
        await _apply(run, board, earlier, made_before)
    except asyncio.CancelledError:
        raise
    except BaseException:
        await restore(run, board.changed_for_a_time())
        raise
    await restore(run, board.changed_for_a_time())
    if run.halted is not None:
        raise run.halted


async def _apply(
    run: Run, board: Board, earlier: Sequence[Item], made_before: Sequence[tuple[Item, Item]]
) -> None:
    known = _known(run, board)
    await repair_widened(run, known)
    if run.halted is not None:
        return
    # One look before anything is sent: a write of the killed run may have come out wider than asked.
    await glance(run, known)
    if run.halted is not None:
        return
    theirs = board.bound(other for _, other in made_before)
    run.live.add(theirs)
    await check_stale(run, [item for item in (*known, *theirs) if not item.temporary])
    for item, other in made_before:
        run.report(WriteLine.of(item, "done", f"made by write {other.id}"))
    for item in earlier:
        state = run.state(item)
        if state.standing and not state.open:
            run.report(WriteLine.of(item, "done", "done by an earlier run"))
    if run.brake is not None:
        run.brake.begin()
    again = {item.id for item in known if was_widened(item, run.state(item))}
    first = [item for item in board.items if item.id not in again]
    await _carry_out(run, board, first, [item for item in known if run.state(item).open])
    await _try_again(run, board, [item for item in known if item.id in again])
    for item in first:
        if item.temporary or not _is_due(run, board, item):
            continue
        if lacking := board.lacks(item):
            run.report(WriteLine.of(item, "not_done", lacking))
        elif run.state(item).ended is None:
            run.report(WriteLine.of(item, "planned", "not begun: the run was stopped before"))


def _known(run: Run, board: Board) -> list[Item]:
    """The writes of which every part exists by now."""
    found = board.bound(board.items)
    run.live.add(found)
    return found


async def _carry_out(run: Run, board: Board, items: Sequence[Item], left_open: Iterable[Item] = ()) -> None:
    """Writes what is due among the items and settles it, and what was ``left_open`` besides."""
    due = [item for item in items if _is_due(run, board, item)]
    # What is left open waits for its window while the others are written.
    to_settle, looked_for = list(left_open), set[str]()
    for round_ in range(ROUNDS):
        to_settle = await _work_off(run, board, due, to_settle)
        await settle(run, to_settle)
        looked_for |= {item.id for item in to_settle}
        to_settle = []
        # With those that need them: what stops nobody any more must not keep a chain waiting for another run.
        due = [item for item in items if _is_due(run, board, item) and _may_go(run, board, item)]
        if round_ == ROUNDS - 1 or all(board.lacks(item) for item in due) or not run.may_begin():
            break
    for item in due:
        if item.id in looked_for and run.state(item).ended is Ended.ABSENT and not item.temporary:
            run.report(WriteLine.of(item, "not_done", "proved not to have happened; run apply again"))


async def _work_off(run: Run, board: Board, due: Sequence[Item], opened: list[Item]) -> list[Item]:
    """Writes what is due, nothing before what it needs, and batch by batch where something is judged or
    waited for between them. What stays open is settled where others wait for it, and else handed back."""
    rounds = list(board.rounds(due, by_batch=run.brake is not None or run.between is not None))
    for number, these in enumerate(rounds):
        batch = these[0].batch
        before = rounds[number - 1][0].batch if number else batch
        if run.between is not None and before != batch and run.may_begin():
            # Nobody knows how long this lasts.
            await restore(run, board.changed_for_a_time())
            await run.between(before, batch)
        if not run.may_begin():
            break
        if any(run.state(need).open for item in these for need in board.needed(item)):
            await settle(run, opened)
            opened = [item for item in opened if run.state(item).open]
        if run.between is not None:
            opened = opened + await work(run, _restored_meanwhile(run, board, these), write_one)
        ready = board.bound(item for item in these if not board.lacks(item))
        run.live.add(ready)
        fresh = {one.id for one in perhaps_unknown(run, board.makers_of(ready))}
        on_fresh = [item for item in ready if fresh and fresh & {one.id for one in board.makers_of([item])}]
        # The others need not wait for what PIM may not know yet.
        opened = opened + await work(run, [item for item in ready if item not in on_fresh], write_one)
        await wait_until_visible(run, board.makers_of(on_fresh))
        opened = opened + await work(run, on_fresh, write_one)
        if run.brake is not None and all(later[0].batch != batch for later in rounds[number + 1 :]):
            run.brake.batch_done(batch)
    return opened


def _restored_meanwhile(run: Run, board: Board, items: Iterable[Item]) -> list[Item]:
    """The temporary changes that items need and that were put back before a pause."""
    needed = {need.id: need for item in items for need in board.needed(item) if need.temporary}
    return board.bound(
        need
        for need in needed.values()
        if run.state(need).ended is Ended.DONE and not run.state(need).standing and not run.state(need).open
    )


async def write_one(run: Run, item: Item) -> bool:
    """Carries one write out, whatever it is; false when it stays open."""
    form = form_of(item)
    return await assign_one(run, item) if form is None else await make(run, item, form)


async def _try_again(run: Run, board: Board, items: Iterable[Item]) -> None:
    """Sends what came out tenant-wide in an earlier run: after all others, since it may do so again, and one
    at a time, since the first that does stops the run. The one whose last try is the longest ago comes first,
    so that none keeps the others waiting for ever; those of which a right still stands are not sent and
    come last."""

    def turn(item: Item) -> tuple[bool, datetime]:
        state = run.state(item)
        return is_left_wide(state), state.begun_at or datetime.min.replace(tzinfo=UTC)

    for item in sorted(items, key=turn):
        if _is_due(run, board, item) and not run.may_begin():
            told = "tried by an earlier run; not tried again: the run was stopped before"
            run.report(WriteLine.of(item, "planned", told))
        else:
            await _carry_out(run, board, [item])


def doubt_left_open(run: Run, items: Sequence[Item]) -> None:
    """Says of every write that an earlier run left open that its answer is lost."""
    for item in items:
        if run.state(item).open:
            run.recorder.doubt(item, "an earlier run ended before it knew what came of this")


def _is_due(run: Run, board: Board, item: Item) -> bool:
    state = run.state(item)
    if not run.wants(item.id) or state.standing or state.open or state.unrepaired:
        return False
    # What is changed for the time being is changed only for somebody.
    return not item.temporary or any(_is_due(run, board, other) for other in board.needing(item))


def _may_go(run: Run, board: Board, item: Item) -> bool:
    """Whether another round can help: proved to be absent in this run (an assignment that did not happen, or
    a removal that did), or not begun, because something held it back that may be there now."""
    if item.temporary and not any(
        _is_due(run, board, other) and _is_untried(run.state(other)) for other in board.needing(item)
    ):
        return False
    return _is_untried(run.state(item))


def _is_untried(state: WriteState) -> bool:
    return state.ended in (Ended.ABSENT, Ended.DONE) or (state.ended is None and state.begun_at is None)
