"""A plan, carried out: look at what an earlier run left open, check that the plan still holds, then write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from migrate.plan.document import Item
from migrate.replay.assign import assign_one
from migrate.replay.crew import work
from migrate.replay.fold import Ended
from migrate.replay.run import Run
from migrate.replay.settle import glance, repair_widened, settle
from migrate.replay.stale import check_stale
from migrate.replay.widened import is_left_wide, was_widened
from migrate.replay.writes import WriteLine

ROUNDS = 3
"""How often a write that is proved not to have happened is sent again in one run."""


async def apply(run: Run, items: Sequence[Item]) -> None:
    """Brings every item of a wave to stand in the target. Safe to repeat at any time.

    Raises:
        PlanStale: the target changed under a key that the plan writes; nothing was sent.
        PartialCoverage: the target could not be read where the plan writes; nothing was sent.
        GuardStopped: a right came out wider than asked (``scope_widened``).
        MigrateError: as ``assign_one``.
    """
    earlier = [item for item in items if run.recorder.state(item).standing]
    await _apply(run, items, earlier)
    if run.halted is not None:
        raise run.halted


async def _apply(run: Run, items: Sequence[Item], earlier: Sequence[Item]) -> None:
    doubt_left_open(run, items)
    await repair_widened(run, items)
    if run.halted is not None:
        return
    # One look before anything is sent: a write of the killed run may have come out wider than asked.
    await glance(run, items)
    if run.halted is not None:
        return
    await check_stale(run, items)
    for item in earlier:
        state = run.recorder.state(item)
        if state.standing and not state.open:
            run.report(WriteLine.of(item, "done", "done by an earlier run"))
    if run.brake is not None:
        run.brake.begin()
    again = {item.id for item in items if was_widened(item, run.recorder.state(item))}
    first = [item for item in items if item.id not in again]
    await _carry_out(run, first, [item for item in items if run.recorder.state(item).open])
    await _try_again(run, [item for item in items if item.id in again])
    for item in first:
        if _is_due(run, item) and run.recorder.state(item).ended is None:
            run.report(WriteLine.of(item, "planned", "not begun: the run was stopped before"))


async def _carry_out(run: Run, items: Sequence[Item], left_open: Iterable[Item] = ()) -> None:
    """Writes what is due among the items and settles it, and what was ``left_open`` besides."""
    due = [item for item in items if _is_due(run, item)]
    may_be_sent = {item.id for item in items}
    # What is left open waits for its window while the others are written.
    to_settle = [*left_open, *await _work_off(run, due)]
    for round_ in range(ROUNDS):
        await settle(run, to_settle)
        absent = [item for item in to_settle if _is_due(run, item) and _is_absent(run, item)]
        due = [item for item in absent if item.id in may_be_sent]
        if round_ == ROUNDS - 1 or not run.may_begin():
            break
        to_settle = await work(run, due, assign_one)
    for item in due:
        run.report(WriteLine.of(item, "not_done", "proved not to have happened; run apply again"))


async def _work_off(run: Run, due: Sequence[Item]) -> list[Item]:
    """Writes what is due; batch by batch where something is judged or waited for between them."""
    if run.brake is None and run.between is None:
        return await work(run, due, assign_one)
    opened: list[Item] = []
    before: int | None = None
    for batch in sorted({item.batch for item in due}):
        if before is not None and run.between is not None and run.may_begin():
            await run.between(before, batch)
        if not run.may_begin():
            break
        opened += await work(run, [item for item in due if item.batch == batch], assign_one)
        before = batch
        if run.brake is not None:
            run.brake.batch_done(batch)
    return opened


async def _try_again(run: Run, items: Iterable[Item]) -> None:
    """Sends what came out tenant-wide in an earlier run: after all others, since it may do so again, and one
    at a time, since the first that does stops the run. The one whose last try is the longest ago comes first,
    so that none keeps the others waiting for ever; those of which a right still stands are not sent and
    come last."""

    def turn(item: Item) -> tuple[bool, datetime]:
        state = run.recorder.state(item)
        return is_left_wide(state), state.begun_at or datetime.min.replace(tzinfo=UTC)

    for item in sorted(items, key=turn):
        if _is_due(run, item) and not run.may_begin():
            told = "tried by an earlier run; not tried again: the run was stopped before"
            run.report(WriteLine.of(item, "planned", told))
        else:
            await _carry_out(run, [item])


def doubt_left_open(run: Run, items: Sequence[Item]) -> None:
    """Says of every write that an earlier run left open that its answer is lost."""
    for item in items:
        if run.recorder.state(item).open:
            run.recorder.doubt(item, "an earlier run ended before it knew what came of this")


def _is_due(run: Run, item: Item) -> bool:
    state = run.recorder.state(item)
    return run.wants(item.id) and not state.standing and not state.open and not state.unrepaired


def _is_absent(run: Run, item: Item) -> bool:
    """Proved to be absent in this run: an assignment that did not happen, or a removal that did."""
    return run.recorder.state(item).ended in (Ended.ABSENT, Ended.DONE)
