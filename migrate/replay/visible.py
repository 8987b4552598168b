"""What was made a moment ago must be known to PIM before anything is built on it (graph-facts §4.2, §4.3).

For groups PIM says so itself; a role that it does not know yet it refuses, and the write tries again. For
units it says nothing and makes rights tenant-wide instead: there only time helps.
"""

from __future__ import annotations

from collections.abc import Iterable

from migrate.errors import GraphRefused
from migrate.kinds import administrative_unit, group, group_eligibility_schedule
from migrate.plan.document import Item
from migrate.replay.run import FIRST_WAIT, Run, waits

_WAITED_FOR = (administrative_unit.KIND.name, group.KIND.name)


def perhaps_unknown(run: Run, made: Iterable[Item]) -> list[Item]:
    """Those of the objects that this engagement has made so lately that PIM may not know them yet."""
    return [
        item
        for item in made
        if item.kind in _WAITED_FOR
        and (state := run.state(item)).created
        and state.ended_at is not None
        and run.now() < run.deadline(state.ended_at)
    ]


async def wait_until_visible(run: Run, made: Iterable[Item]) -> None:
    """Waits for objects that this engagement has made, at most a replication window since each was seen."""
    waiting = perhaps_unknown(run, made)
    if units := [one for one in waiting if one.kind == administrative_unit.KIND.name]:
        named = ", ".join(one.names.get("right", one.key) for one in units)
        run.tell(f"waiting up to {run.window:.0f} s until PIM knows {named}")
    for item in waiting:
        state = run.recorder.state(item)
        if state.ended_at is None:
            continue
        until, waited = run.deadline(min(state.ended_at, run.now())), FIRST_WAIT
        if item.kind == administrative_unit.KIND.name:
            while await waits(run, until, waited):
                waited *= 2
        elif item.kind == group.KIND.name:
            group_id = str(state.image.get("id") or "")
            while not await _pim_knows(run, group_id) and await waits(run, until, waited):
                waited *= 2


async def _pim_knows(run: Run, group_id: str) -> bool:
    try:
        await run.session.read(group_eligibility_schedule.listing(group_id), listing=True)
    except GraphRefused as refused:
        if refused.code not in ("not_found", "missing_provider"):
            raise
        return False
    return True
