"""One right, created: journalled, sent, read back, and attributed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from migrate.errors import GuardStopped, MigrateError
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.kinds.schedule import end_of, format_time, same_end
from migrate.plan.document import Item
from migrate.replay.attribute import is_ours
from migrate.replay.crash_points import reach
from migrate.replay.fold import Direction, Ended
from migrate.replay.run import FIRST_WAIT, Run, fatal, waits
from migrate.replay.writes import (
    ROLE,
    WriteLine,
    asked_end,
    assign,
    image,
    remove,
    spellings,
    starts_later,
    wider_scope,
)

READ_BACK = 3.0
"""Seconds that a write is waited for in its turn; after that it is looked for again at the end of the run."""


async def assign_one(run: Run, item: Item) -> bool:
    """Creates the right of one item. False when it stays open: whoever settles looks for it later.

    Raises:
        GuardStopped: the right came out wider than asked (``scope_widened``).
        MigrateError: an answer that every further write would get as well, or a read that failed.
    """
    wider_before = await _wider_row(run, item) is not None
    waited = FIRST_WAIT
    until = run.deadline(run.now())
    names = list(spellings(item))
    while True:
        request = assign(item, names[0], run.now(), run.justification(item.id, item.batch))
        reach("before_begin")
        run.recorder.begin(item, Direction.ASSIGN, request, wider_before=wider_before)
        reach("after_begin")
        answer, outcome = await run.attempt(request)
        reach("after_send")
        if outcome.meaning is Meaning.DONE:
            body = answer.body or {}
            run.recorder.answered(item, _text(body.get("id")), _text(body.get("status")))
            reach("after_answered")
            return await look(
                run, item, seconds=READ_BACK, answered_scope=_text(body.get("directoryScopeId"))
            )
        if outcome.meaning in (Meaning.EXISTS, Meaning.PENDING):
            return await look(run, item, seconds=READ_BACK)
        if outcome.meaning is Meaning.IN_DOUBT:
            run.recorder.doubt(item, outcome.message or f"no answer that settles it ({outcome.status})")
            return await look(run, item, seconds=READ_BACK)
        _end_refused(run, item, outcome)
        if outcome.meaning not in (Meaning.REPLICATING, Meaning.CONTENDED):
            _raise_or_report(run, item, outcome, request)
            return True
        if outcome.code == "RoleNotFound" and len(names) > 1:
            names.reverse()
        if await _came_anyway(run, item):
            return True
        if not await waits(run, until, outcome.retry_after or waited):
            _raise_or_report(run, item, outcome, request)
            return True
        waited *= 2


async def look(run: Run, item: Item, *, seconds: float, answered_scope: str | None = None) -> bool:
    """Looks for the right in the target for so many seconds, and ends the write when it is there."""
    if wider_scope(item, answered_scope):
        await _widened(run, item)
    until = run.now() + timedelta(seconds=min(seconds, run.window))
    waited = FIRST_WAIT
    while True:
        rows = await run.live.own_rows(item)
        row = await run.live.find(item, rows)
        if row is not None:
            await _end_found(run, item, row)
            return True
        if await _is_new_wider(run, item, rows):
            await _widened(run, item)
        if await _is_granted(run, item):
            run.recorder.end(item, Direction.ASSIGN, Ended.GRANTED)
            run.report(WriteLine.of(item, "granted", f"begins {item.target['startDateTime']}"))
            return True
        if not await waits(run, until, waited):
            return False
        waited *= 2


async def _end_found(run: Run, item: Item, row: Row) -> None:
    state = run.recorder.state(item)
    ours = await is_ours(run.live, item, row, state)
    there, asked = end_of(row), asked_end(item)
    equal = same_end(there, asked)
    as_asked, otherwise = (Ended.DONE, Ended.DIFFERENT) if ours else (Ended.EXISTS, Ended.REFUSED)
    outcome = as_asked if equal else otherwise
    reason = {
        Ended.DONE: "there, as asked",
        Ended.DIFFERENT: f"there, but it ends {_when(there)} instead of {_when(asked)}",
        Ended.EXISTS: "somebody else has made the same: it will stay at a rollback",
        Ended.REFUSED: f"D10: somebody else has made it, ending {_when(there)} instead of {_when(asked)}",
    }[outcome]
    reach("before_end")
    run.recorder.end(
        item,
        Direction.ASSIGN,
        outcome,
        code="D10" if outcome is Ended.REFUSED else "",
        message=reason,
        image=image(row),
    )
    reach("after_end")
    words = {Ended.DIFFERENT: "drift", Ended.REFUSED: "refused"}
    run.report(WriteLine.of(item, words.get(outcome, "done"), reason))


def _end_refused(run: Run, item: Item, outcome: Outcome) -> None:
    reach("before_end")
    run.recorder.end(item, Direction.ASSIGN, Ended.REFUSED, code=outcome.code, message=outcome.message)
    reach("after_end")


def _raise_or_report(run: Run, item: Item, outcome: Outcome, request: Request) -> None:
    said = f"{outcome.code}: {outcome.message}" if outcome.code else outcome.message
    run.report(WriteLine.of(item, "refused", said or f"refused with {outcome.status}"))
    if error := fatal(outcome, request):
        raise error


async def _came_anyway(run: Run, item: Item) -> bool:
    """Within the replication window PIM may refuse and create at once: look before sending again."""
    rows = await run.live.own_rows(item)
    row = await run.live.find(item, rows)
    if row is None:
        return False
    await _end_found(run, item, row)
    return True


async def _is_granted(run: Run, item: Item) -> bool:
    request_id = run.recorder.state(item).request_id
    if request_id is None or not starts_later(item, run.now()):
        return False
    made = await run.live.maker(item, request_id)
    return made is not None and str(made.get("status")).lower() == "granted"


async def _wider_row(run: Run, item: Item) -> Row | None:
    """The same right at tenant scope, where a narrower one is asked for."""
    if item.kind != ROLE or item.target["directoryScopeId"] == TENANT_SCOPE:
        return None
    return await _wider_among(run, item, await run.live.own_rows(item))


async def _wider_among(run: Run, item: Item, rows: Iterable[Row]) -> Row | None:
    principal, role, _ = item.key.split("|", 2)
    wide = f"{principal}|{role}|{TENANT_SCOPE}"
    for row in rows:
        if await run.live.key(item.kind, row) == wide:
            return row
    return None


async def _is_new_wider(run: Run, item: Item, rows: Iterable[Row]) -> bool:
    if item.kind != ROLE or item.target["directoryScopeId"] == TENANT_SCOPE:
        return False
    if run.recorder.state(item).wider_before:
        return False
    row = await _wider_among(run, item, rows)
    return row is not None and await is_ours(run.live, item, row, run.recorder.state(item))


async def _widened(run: Run, item: Item) -> None:
    """Graph made the right tenant-wide. Take that back at once if it is ours, and stop the wave."""
    state = run.recorder.state(item)
    run.recorder.end(
        item,
        Direction.ASSIGN,
        Ended.WIDENED,
        code="D02",
        message="the right was created tenant-wide",
        request_id=state.request_id,
        wider_before=state.wider_before,
    )
    removed = False if state.wider_before else await repair(run, item)
    told = (
        "it was removed at once" if removed else "IT STILL STANDS: it was there before, or its removal failed"
    )
    run.report(WriteLine.of(item, "refused", f"D02: created tenant-wide instead of at its scope; {told}"))
    run.stop.set()
    raise GuardStopped(
        f"{item.names.get('right', item.key)} for {item.names.get('principal', '')} was created tenant-wide"
        f" instead of at {item.names.get('scope', 'its scope')}; {told}",
        where=item.id,
        hint="PIM may not know a fresh administrative unit yet: wait some minutes, then plan and apply again",
        code="scope_widened",
    )


async def repair(run: Run, item: Item) -> bool:
    """Removes the tenant-wide right that Graph made of a narrower one. True when it is gone."""
    for name in spellings(item):
        request = remove(item, name, run.justification(item.id, item.batch), scope=TENANT_SCOPE)
        run.recorder.begin(item, Direction.REPAIR, request)
        _, outcome = await run.attempt(request)
        until = run.deadline(run.now())
        gone = await _wide_is_gone(run, item)
        while not gone and await waits(run, until, 1.0):
            gone = await _wide_is_gone(run, item)
        run.recorder.end(
            item,
            Direction.REPAIR,
            Ended.DONE if gone else Ended.REFUSED,
            code=outcome.code,
            message=outcome.message,
        )
        if gone:
            return True
    return False


async def _wide_is_gone(run: Run, item: Item) -> bool:
    try:
        return await _wider_among(run, item, await run.live.own_rows(item)) is None
    except MigrateError:
        return False


def _when(end: datetime | None) -> str:
    return format_time(end) if end else "never"


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
