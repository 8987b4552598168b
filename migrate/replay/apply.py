"""A plan, carried out: settle what an earlier run left open, check that the plan still holds, then write."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.errors import PartialCoverage, PlanStale
from migrate.kinds.schedule import end_of, format_time
from migrate.plan.document import Item
from migrate.replay.assign import assign_one
from migrate.replay.crew import work
from migrate.replay.fold import Ended
from migrate.replay.run import Run
from migrate.replay.settle import repair_widened, settle
from migrate.replay.writes import WriteLine, is_unchanged

ROUNDS = 3
"""How often a write that is proved not to have happened is sent again in one run."""


async def apply(run: Run, items: Sequence[Item]) -> None:
    """Brings every item of a wave to stand in the target. Safe to repeat at any time.

    Raises:
        PlanStale: the target changed under a key that the plan writes; nothing was sent.
        PartialCoverage: the target could not be read where the plan writes; nothing was sent.
        MigrateError: as ``assign_one``.
    """
    for item in items:
        if run.recorder.state(item).open:
            run.recorder.doubt(item, "an earlier run ended before it knew what came of this")
    await repair_widened(run, items)
    await check_stale(run, items)
    left_open = [item for item in items if run.recorder.state(item).open]
    pending = [item for item in items if _is_due(run, item)]
    for item in items:
        state = run.recorder.state(item)
        if state.standing and not state.open:
            run.report(WriteLine.of(item, "done", "done by an earlier run"))
    opened = await work(run, pending, assign_one)
    to_settle = [*left_open, *opened]
    for round_ in range(ROUNDS):
        absent = await settle(run, to_settle)
        due = [item for item in absent if not run.must_stop and round_ < ROUNDS - 1]
        for item in set_aside(absent, due):
            run.report(WriteLine.of(item, "not_done", "proved not to have happened; run apply again"))
        # A removal of an earlier rollback that is proved to have failed leaves the right standing.
        due = [item for item in due if _is_due(run, item)]
        if not due:
            break
        to_settle = await work(run, due, assign_one)
    for item in items:
        state = run.recorder.state(item)
        if _is_due(run, item) and state.ended is None:
            run.report(WriteLine.of(item, "planned", "not begun: the run was stopped before"))


def set_aside(all_of_them: Sequence[Item], taken: Sequence[Item]) -> list[Item]:
    ids = {item.id for item in taken}
    return [item for item in all_of_them if item.id not in ids]


def _is_due(run: Run, item: Item) -> bool:
    state = run.recorder.state(item)
    return not state.standing and not state.open and not state.unrepaired


async def check_stale(run: Run, items: Sequence[Item]) -> None:
    """Compares the target with what it was when the plan was made plus what the journal says we did since."""
    standing = await run.live.standing(items)
    if standing.unread:
        (kind, parent), reason = next(iter(standing.unread.items()))
        raise PartialCoverage(
            f"the target's {kind} {parent} could not be read: {reason}",
            where="target",
            hint="nothing was sent; run apply again when the target answers",
            code="target_unread",
        )
    changed: list[str] = []
    for item in items:
        state = run.recorder.state(item)
        row = standing.row(item)
        if state.open:
            continue
        name = f"{item.id} {item.names.get('right', item.key)} for {item.names.get('principal', '')}"
        if state.standing and row is None:
            if state.ended is Ended.GRANTED:
                continue
            changed.append(f"{name}: was removed by somebody else")
        elif state.standing and row is not None and not is_unchanged(row, state.image):
            changed.append(f"{name}: was changed by somebody else")
        elif not state.standing and row is not None:
            end = end_of(row)
            until = f"until {format_time(end)}" if end else "without an end"
            changed.append(f"{name}: is there now, {until}")
    if changed:
        more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
        raise PlanStale(
            "D11: the target changed after the plan was made: " + "; ".join(changed[:5]) + more,
            where="target",
            hint="pim-migrate snapshot target, then resolve and plan again",
        )
