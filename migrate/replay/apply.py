"""A plan, carried out: look at what an earlier run left open, check that the plan still holds, then write."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.plan.document import Item
from migrate.replay.assign import assign_one
from migrate.replay.crew import work
from migrate.replay.fold import Ended
from migrate.replay.run import Run
from migrate.replay.settle import glance, repair_widened, settle
from migrate.replay.stale import check_stale
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
    left_open = [item for item in items if run.recorder.state(item).open]
    due = [item for item in items if _is_due(run, item)]
    # What is left open waits for its window while the others are written.
    to_settle = [*left_open, *await work(run, due, assign_one)]
    for round_ in range(ROUNDS):
        await settle(run, to_settle)
        due = [item for item in to_settle if _is_due(run, item) and _is_absent(run, item)]
        if run.must_stop or round_ == ROUNDS - 1:
            break
        to_settle = await work(run, due, assign_one)
    for item in due:
        run.report(WriteLine.of(item, "not_done", "proved not to have happened; run apply again"))
    for item in items:
        if _is_due(run, item) and run.recorder.state(item).ended is None:
            run.report(WriteLine.of(item, "planned", "not begun: the run was stopped before"))


def doubt_left_open(run: Run, items: Sequence[Item]) -> None:
    """Says of every write that an earlier run left open that its answer is lost."""
    for item in items:
        if run.recorder.state(item).open:
            run.recorder.doubt(item, "an earlier run ended before it knew what came of this")


def _is_due(run: Run, item: Item) -> bool:
    state = run.recorder.state(item)
    return not state.standing and not state.open and not state.unrepaired


def _is_absent(run: Run, item: Item) -> bool:
    """Proved to be absent in this run: an assignment that did not happen, or a removal that did."""
    return run.recorder.state(item).ended in (Ended.ABSENT, Ended.DONE)
