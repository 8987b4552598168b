"""One right, taken back: only what the journal says is ours, and only as we left it."""

from __future__ import annotations

from datetime import timedelta

from migrate.graphapi.outcome import Meaning, Outcome
from migrate.kinds.schedule import end_of, format_time
from migrate.plan.document import Item
from migrate.replay.assign import READ_BACK
from migrate.replay.crash_points import reach
from migrate.replay.fold import Direction, Ended
from migrate.replay.run import FIRST_WAIT, Run, fatal, waits
from migrate.replay.writes import WriteLine, cancel, is_unchanged, remove, spellings, starts_later

YOUNG = 330.0
"""Seconds to wait at most for a row that PIM calls too young to remove; it says so for five minutes."""


_CANNOT_CANCEL = (Meaning.REFUSED, Meaning.ABSENT, Meaning.REPLICATING)


async def remove_one(run: Run, item: Item) -> bool:
    """Removes the right of one item. False when it stays open: whoever settles looks again later.

    Raises:
        MigrateError: an answer that every further write would get as well, or a read that failed.
    """
    state = run.recorder.state(item)
    row = await run.live.find(item, await run.live.own_rows(item))
    if row is None and state.ended is not Ended.GRANTED:
        _end(run, item, Ended.DONE, "already gone")
        run.report(WriteLine.of(item, "done", "already gone", "remove"))
        return True
    if row is not None and not is_unchanged(row, state.image) and state.image:
        end = end_of(row)
        reason = f"D11: changed since by somebody else; it now ends {format_time(end) if end else 'never'}"
        run.report(WriteLine.of(item, "refused", reason, "remove"))
        return True
    later = starts_later(item, run.now())
    request_id = _text(row.get("createdUsing")) if row is not None else None
    return await _send(run, item, state.request_id or request_id if later or row is None else None)


async def _send(run: Run, item: Item, to_cancel: str | None) -> bool:
    """Sends the removal. ``to_cancel`` is the request of a right that has not begun: PIM takes such a right
    back by cancelling its request (graph-facts §3.4), and where it does not, as any other."""
    waited, until = FIRST_WAIT, None
    names = list(spellings(item))
    while True:
        request = remove(item, names[0], run.justification(item.id, item.batch))
        if to_cancel is not None:
            request = cancel(item, to_cancel)
        reach("before_remove_begin")
        run.recorder.begin(item, Direction.REMOVE, request)
        reach("after_remove_begin")
        _, outcome = await run.attempt(request)
        reach("after_remove_send")
        if to_cancel is not None and outcome.meaning in _CANNOT_CANCEL:
            _end(run, item, Ended.REFUSED, outcome.message, outcome.code)
            to_cancel = None
            continue
        if outcome.meaning in (Meaning.DONE, Meaning.ABSENT):
            return await look_gone(run, item, seconds=READ_BACK)
        if outcome.meaning in (Meaning.IN_DOUBT, Meaning.PENDING):
            run.recorder.doubt(item, outcome.message or "no answer that settles it")
            return await look_gone(run, item, seconds=READ_BACK)
        _end(run, item, Ended.REFUSED, outcome.message, outcome.code)
        if until is None:
            seconds = YOUNG if outcome.meaning is Meaning.TOO_YOUNG else run.window
            until = run.now() + timedelta(seconds=seconds)
        passing = outcome.meaning in (Meaning.TOO_YOUNG, Meaning.REPLICATING, Meaning.CONTENDED)
        if outcome.code == "RoleNotFound" and len(names) > 1:
            names.reverse()
        if not passing or not await waits(run, until, outcome.retry_after or waited):
            _report_refused(run, item, outcome)
            if error := fatal(outcome, request):
                raise error
            return True
        waited *= 2


async def look_gone(run: Run, item: Item, *, seconds: float) -> bool:
    """Looks until the right is gone, for so many seconds, and ends the removal when it is."""
    until = run.now() + timedelta(seconds=min(seconds, run.window))
    waited = FIRST_WAIT
    while True:
        if await run.live.find(item, await run.live.own_rows(item)) is None:
            _end(run, item, Ended.DONE, "gone")
            run.report(WriteLine.of(item, "done", "removed", "remove"))
            return True
        if not await waits(run, until, waited):
            return False
        waited *= 2


def _report_refused(run: Run, item: Item, outcome: Outcome) -> None:
    said = f"{outcome.code}: {outcome.message}" if outcome.code else outcome.message
    run.report(WriteLine.of(item, "refused", said or f"refused with {outcome.status}", "remove"))


def _end(run: Run, item: Item, ended: Ended, message: str, code: str = "") -> None:
    reach("before_remove_end")
    run.recorder.end(item, Direction.REMOVE, ended, code=code, message=message)
    reach("after_remove_end")


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
