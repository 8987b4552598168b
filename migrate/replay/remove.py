"""One right, taken back: only what the journal says is ours, and only as we left it."""

from __future__ import annotations

from datetime import timedelta

from migrate.graphapi.outcome import Meaning
from migrate.kinds.kind import Row
from migrate.plan.document import Item
from migrate.replay.assign import READ_BACK
from migrate.replay.attribute import is_ours
from migrate.replay.fold import Direction, Ended, WriteState
from migrate.replay.run import FIRST_WAIT, Run, fatal, waits
from migrate.replay.send import end, send, told
from migrate.replay.writes import (
    WriteLine,
    cancel,
    end_told,
    ends_as_asked,
    is_unchanged,
    remove,
    spellings,
    starts_later,
)

YOUNG = 330.0
"""Seconds to wait at most for a row that PIM calls too young to remove; it says so for five minutes."""

_CANNOT_CANCEL = (Meaning.REFUSED, Meaning.ABSENT, Meaning.REPLICATING)
_NOT_NOW = (Meaning.TOO_YOUNG, Meaning.REPLICATING, Meaning.CONTENDED)


def may_be_removed(state: WriteState) -> bool:
    """What this engagement created and has not taken back yet, be it only a request that Graph accepted."""
    if state.removing or state.repairing:
        return False
    if state.assigning:
        return state.request_id is not None
    return state.standing and state.created


async def remove_one(run: Run, item: Item) -> bool:
    """Removes the right of one item. False when it stays open: whoever settles looks again later.

    Raises:
        MigrateError: an answer that every further write would get as well, or a read that failed.
    """
    state = run.recorder.state(item)
    row = await _row(run, item, state)
    if row is not None and await _is_others(run, item, row, state):
        return True
    if row is None and not state.granted and not state.assigning:
        end(run, item, Direction.REMOVE, Ended.DONE, message="already gone")
        run.report(WriteLine.of(item, "done", "already gone", "remove"))
        return True
    to_cancel: str | None = None
    if row is not None and starts_later(item, run.now()):
        to_cancel = state.request_id or str(row.get("createdUsing") or "") or None
    elif row is None and await _is_promised(run, item):
        to_cancel = state.request_id
    role = str((row or {}).get("roleDefinitionId") or "")
    return await _send(run, item, to_cancel, list(filter(None, dict.fromkeys((role, *spellings(item))))))


async def _row(run: Run, item: Item, state: WriteState) -> Row | None:
    """The row of a right. One that was seen a moment ago and is not seen now may be a read that lags:
    within the replication window it is looked for again."""
    row = await run.live.find(item, await run.live.own_rows(item))
    if row is None and state.standing and not state.granted and state.ended_at is not None:
        until, waited = run.deadline(min(state.ended_at, run.now())), FIRST_WAIT
        while row is None and await waits(run, until, waited):
            row = await run.live.find(item, await run.live.own_rows(item))
            waited *= 2
    return row


async def _is_others(run: Run, item: Item, row: Row, state: WriteState) -> bool:
    """Refuses a row that is not as we left it, and says so: a removal takes a key whoever made it."""
    if await _is_as_left(run, item, row, state):
        return False
    reason = f"D11: changed, or removed and made again, by somebody else; it now ends {end_told(row)}"
    run.report(WriteLine.of(item, "refused", reason, "remove"))
    return True


async def _is_as_left(run: Run, item: Item, row: Row, state: WriteState) -> bool:
    if state.image.get("createdUsing") or state.image.get("id"):
        return is_unchanged(row, state.image)
    # Never seen by us as a row: granted for later, still in doubt, or settled by a person's word.
    return ends_as_asked(item, row) and await is_ours(run.live, item, row, state)


async def _is_promised(run: Run, item: Item) -> bool:
    """Whether the request of a right that shows no row may still bring one about."""
    state = run.recorder.state(item)
    if state.request_id is None or not (state.granted or state.assigning):
        return False
    made = await run.live.maker(item, state.request_id)
    status = str((made or {}).get("status") or "").lower()
    return status == "granted" or status.startswith("pending")


async def _send(run: Run, item: Item, to_cancel: str | None, names: list[str]) -> bool:
    """Sends the removal. ``to_cancel`` is the request of a right that has not begun: PIM takes such a right
    back by cancelling its request (graph-facts §3.4), and where it does not, as any other."""
    waited, until = FIRST_WAIT, None
    names = names or [""]
    state = run.recorder.state(item)
    while True:
        request = remove(item, names[0], run.justification(item.id, item.batch))
        if to_cancel is not None:
            request = cancel(item, to_cancel)
        sent = await send(run, item, Direction.REMOVE, request)
        if sent is None:
            return True
        _, outcome = sent
        if to_cancel is not None and outcome.meaning in _CANNOT_CANCEL:
            end(run, item, Direction.REMOVE, Ended.REFUSED, code=outcome.code, message=outcome.message)
            to_cancel = None
            continue
        if outcome.meaning in (Meaning.DONE, Meaning.ABSENT):
            return await look_gone(run, item, seconds=READ_BACK)
        if outcome.meaning in (Meaning.IN_DOUBT, Meaning.PENDING):
            run.recorder.doubt(item, outcome.message or "no answer that settles it")
            return await look_gone(run, item, seconds=READ_BACK)
        end(run, item, Direction.REMOVE, Ended.REFUSED, code=outcome.code, message=outcome.message)
        if until is None:
            seconds = YOUNG if outcome.meaning is Meaning.TOO_YOUNG else run.window
            until = run.now() + timedelta(seconds=seconds)
        if outcome.code == "RoleNotFound":
            names = [*names[1:], names[0]]
        if outcome.meaning not in _NOT_NOW or not await waits(run, until, waited, outcome.retry_after):
            run.report(WriteLine.of(item, "refused", told(outcome), "remove"))
            if error := fatal(outcome, request):
                raise error
            return True
        # The wait may have been long: what stands there now need not be ours any more.
        row = await run.live.find(item, await run.live.own_rows(item))
        if row is not None and await _is_others(run, item, row, state):
            return True
        waited *= 2


async def look_gone(run: Run, item: Item, *, seconds: float) -> bool:
    """Looks until the right is gone, for so many seconds, and ends the removal when it is."""
    until = run.now() + timedelta(seconds=min(seconds, run.window))
    waited = FIRST_WAIT
    while True:
        row = await run.live.find(item, await run.live.own_rows(item))
        if row is None and not await _is_promised(run, item):
            end(run, item, Direction.REMOVE, Ended.DONE, message="gone")
            run.report(WriteLine.of(item, "done", "removed", "remove"))
            return True
        if not await waits(run, until, waited):
            return False
        waited *= 2
