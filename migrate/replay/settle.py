"""Writes in doubt, settled by reading: all of them at the same time, within one replication window.

A write that is found is ended as found. One that is not found by the end of the window, and of which Graph
has accepted nothing, is proved not to have happened and may be sent again. One that Graph had accepted, or
of which it said that it is there already, stays open when it does not appear: nobody knows whether it will.

The window begins with the first thing that was heard after the Begin, never with the Begin itself: a request
may have waited long for its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial

from migrate.errors import AccessError, GraphRefused
from migrate.plan.document import Item
from migrate.replay import plain
from migrate.replay.assign import look
from migrate.replay.crash_points import reach
from migrate.replay.fold import Direction, Ended
from migrate.replay.forms.by_kind import form_of
from migrate.replay.live import DEAD
from migrate.replay.remove import look_gone
from migrate.replay.run import Run, waits
from migrate.replay.send import end, word
from migrate.replay.widened import REMOVE_HINT, halt, repair, wider_rows
from migrate.replay.writes import WriteLine


async def settle(run: Run, items: Iterable[Item], *, urgent: bool = False) -> list[Item]:
    """Looks for every open write; returns those that are proved not to have happened. What is ``urgent`` is
    waited for after a stop as well.

    Raises what a read raises, after all the others were looked at.
    """
    reach("before_settle")
    pending = [item for item in items if run.recorder.state(item).open]
    await _all(run, pending, partial(_settle_one, urgent=urgent))
    return [item for item in pending if run.recorder.state(item).ended is Ended.ABSENT]


async def glance(run: Run, items: Iterable[Item]) -> None:
    """Ends every open write that one read can end; what it does not find stays open.

    Raises what a read raises, after all the others were looked at.
    """
    await _all(run, [item for item in items if run.recorder.state(item).open], _find_once)


async def _all(run: Run, items: list[Item], look_at: Callable[[Run, Item], Awaitable[bool | None]]) -> None:
    results = await asyncio.gather(*(look_at(run, item) for item in items), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _find_once(run: Run, item: Item) -> bool:
    """One look; true when it ended the write."""
    state = run.recorder.state(item)
    if (form := form_of(item)) is not None:
        found = plain.look_undone if state.removing else plain.look
        return await found(run, item, form, seconds=0)
    if state.removing:
        return await look_gone(run, item, seconds=0)
    if state.repairing:
        if not await wider_rows(run, item):
            end(run, item, Direction.REPAIR, Ended.DONE, message="gone")
            return True
        return False
    if state.request_id is None:
        await _recall(run, item)
    return await look(run, item, seconds=0)


async def _recall(run: Run, item: Item) -> None:
    """Finds the request of a lost answer again, by the write id in its justification."""
    found = None
    with suppress(GraphRefused, AccessError):
        found = await run.live.lost_request(item, run.recorder.state(item).known_requests)
    if found is not None:
        schedule_id = found.get("targetScheduleId")
        run.recorder.answered(
            item,
            str(found["id"]),
            str(found.get("status") or ""),
            str(schedule_id) if schedule_id is not None else None,
        )


async def _settle_one(run: Run, item: Item, *, urgent: bool) -> None:
    if await _until(run, item, urgent=urgent):
        return
    state = run.recorder.state(item)
    if run.must_stop and not urgent:
        reason = "the run was stopped before this was settled"
        direction = Direction.REMOVE if state.removing else Direction.ASSIGN
        run.report(WriteLine.of(item, "in_doubt", reason, word(direction)))
    elif (form := form_of(item)) is not None:
        await plain.end_unseen(run, item, form)
    elif state.removing:
        end(run, item, Direction.REMOVE, Ended.ABSENT, message="still there after the replication window")
    elif state.repairing:
        end(run, item, Direction.REPAIR, Ended.REFUSED, message="still there after the replication window")
    elif state.request_id is not None:
        await _accepted_but_unseen(run, item, state.request_id)
    elif state.answer:
        _there_but_unseen(run, item, state.answer)
    else:
        end(run, item, Direction.ASSIGN, Ended.ABSENT, message="not there after the replication window")


async def _until(run: Run, item: Item, *, urgent: bool) -> bool:
    """Looks again and again until the window is over; true when the write ended."""
    heard = run.recorder.state(item).heard_at or run.now()
    until: datetime = run.deadline(min(heard, run.now()))
    waited = 0.5
    while True:
        if await _find_once(run, item):
            return True
        if not await waits(run, until, waited, urgent=urgent):
            return False
        waited *= 2


async def _accepted_but_unseen(run: Run, item: Item, request_id: str) -> None:
    made = await run.live.maker(item, request_id)
    status = str((made or {}).get("status") or "").lower()
    if status in DEAD:
        end(run, item, Direction.ASSIGN, Ended.ABSENT, message=f"its request is {status}")
        return
    told = f"; its request is {(made or {}).get('status')}" if status else ""
    _stays(run, item, f"Graph accepted the request, but the right has not appeared{told}")


def _there_but_unseen(run: Run, item: Item, answer: str) -> None:
    """Graph refused because the right, or a request for it, is there, and no read shows it."""
    reason = f"Graph says that it is there already ({answer}), but no read shows it"
    if run.recorder.state(item).may_have_come_true:
        _stays(run, item, reason)
        return
    # The refused request did nothing, and no earlier one of ours can have: it is somebody else's.
    end(run, item, Direction.ASSIGN, Ended.REFUSED, code=answer, message=reason)
    run.report(WriteLine.of(item, "refused", reason))


def _stays(run: Run, item: Item, reason: str) -> None:
    run.recorder.doubt(item, reason)
    run.report(WriteLine.of(item, "in_doubt", reason))


async def repair_widened(run: Run, items: Iterable[Item]) -> None:
    """Finishes removals of tenant-wide rights that an earlier run began or could not begin; one that cannot
    be removed halts the run."""
    for item in items:
        if not run.recorder.state(item).unrepaired:
            continue
        gone = await repair(run, item)
        told = "removed" if gone else "IT STILL STANDS"
        run.report(WriteLine.of(item, "refused", f"D02: the tenant-wide right of an earlier run: {told}"))
        if not gone:
            halt(run, item, told, REMOVE_HINT)
