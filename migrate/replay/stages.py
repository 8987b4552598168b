"""The order of a rollback over several plans: whole runs of writes, the newest first.

Within a stage writes of different principals go side by side. A stage begins when the one after it in time is
through, so that a rollback that is stopped half-way leaves what was done first, and not a bit of everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from migrate.plan.document import Item
from migrate.replay.recorder import plan_of
from migrate.replay.rollback import rollback
from migrate.replay.run import Run


def stages(items: Sequence[Item]) -> list[list[Item]]:
    """The writes, given in the order of their newest entries, cut where another plan begins; last first."""
    cut = [list(of_plan) for _, of_plan in groupby(items, key=lambda item: plan_of(item.id))]
    return cut[::-1]


async def roll_back_in_stages(run: Run, items: Sequence[Item], others: Sequence[Item] = ()) -> None:
    """Takes back stage by stage; what one of the ``others`` relies on stays. Safe to repeat at any time;
    raises as ``rollback``."""
    for stage in stages(items):
        await rollback(run, stage, others)
        if run.must_stop:
            return
    if kept := [item for item in items if run.state(item).released]:
        # What relied on them may be gone by now.
        await rollback(run, kept, others)
