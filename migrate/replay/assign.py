"""One right, created: journalled, sent, read back, and attributed."""

from __future__ import annotations

from datetime import timedelta

from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.kinds.rights import is_of_role
from migrate.kinds.schedule import format_time
from migrate.plan.document import Item
from migrate.replay.attribute import whose
from migrate.replay.crash_points import reach
from migrate.replay.fold import Direction, Ended
from migrate.replay.run import FIRST_WAIT, Run, fatal, waits
from migrate.replay.send import end, send, told
from migrate.replay.widened import names_this_write, new_wider, stop_widened, wider_rows
from migrate.replay.writes import (
    WriteLine,
    asked_end,
    assign,
    end_told,
    ends_as_asked,
    image,
    spellings,
    starts_later,
    wider_scope,
)

READ_BACK = 3.0
"""Seconds that a write is waited for in its turn; after that it is looked for again at the end of the run."""


async def assign_one(run: Run, item: Item) -> bool:
    """Creates the right of one item. False when it stays open: whoever settles looks for it later.

    A right that comes out wider than asked halts the run. Raises:
        MigrateError: an answer that every further write would get as well, or a read that failed.
    """
    waited = FIRST_WAIT
    until = run.deadline(run.now())
    names = list(spellings(item))
    while True:
        wider = await wider_rows(run, item)
        for wide in wider:
            if await names_this_write(run, item, wide):
                # An earlier attempt came out tenant-wide and stands: another would make it two.
                await stop_widened(run, item, wide)
                return True
        request = assign(item, names[0], run.now(), run.justification(item.id, item.batch))
        sent = await send(run, item, Direction.ASSIGN, request, wider_before=bool(wider))
        if sent is None:
            return True
        answer, outcome = sent
        if outcome.meaning in _READ_BACK_AFTER:
            return await _read_back(run, item, answer, outcome)
        if outcome.meaning is Meaning.REPLICATING and (answer.body or {}).get("id"):
            # 201 with Failed: should its right appear all the same, its request is known as ours.
            _answered(run, item, answer)
        end(run, item, Direction.ASSIGN, Ended.REFUSED, code=outcome.code, message=outcome.message)
        if outcome.meaning not in (Meaning.REPLICATING, Meaning.CONTENDED):
            return _refused(run, item, outcome, request)
        if outcome.code == "RoleNotFound" and is_of_role(item.kind):
            names = await _next_names(run, item, names)
        # Within the replication window PIM may refuse and create at once: look before sending again.
        row = await run.live.find(item, await run.live.own_rows(item))
        if row is not None and await _end_found(run, item, row):
            return True
        if not await waits(run, until, waited, outcome.retry_after):
            return _refused(run, item, outcome, request)
        waited *= 2


_READ_BACK_AFTER = (Meaning.DONE, Meaning.EXISTS, Meaning.PENDING, Meaning.IN_DOUBT)


async def _read_back(run: Run, item: Item, answer: Answer, outcome: Outcome) -> bool:
    scope: str | None = None
    match outcome.meaning:
        case Meaning.DONE:
            _answered(run, item, answer)
            scope = _text((answer.body or {}).get("directoryScopeId"))
        case Meaning.IN_DOUBT:
            run.recorder.doubt(item, outcome.message or f"no answer that settles it ({outcome.status})")
        case meaning:
            run.recorder.answered(item, None, meaning.value)
    # Accepted or in doubt is on disk before anything else; and those who wait for one commit read together.
    await run.recorder.on_disk()
    reach("after_answered", item)
    if wider_scope(item, scope):
        await stop_widened(run, item)
        return True
    return await look(run, item, seconds=READ_BACK)


def _answered(run: Run, item: Item, answer: Answer) -> None:
    body = answer.body or {}
    run.recorder.answered(
        item, _text(body.get("id")), _text(body.get("status")), _text(body.get("targetScheduleId"))
    )


async def look(run: Run, item: Item, *, seconds: float) -> bool:
    """Looks for the right in the target for so many seconds, and ends the write when it is there."""
    until = run.now() + timedelta(seconds=min(seconds, run.window))
    waited = FIRST_WAIT
    while True:
        rows = await run.live.own_rows(item)
        row = await run.live.find(item, rows)
        if row is not None and await _end_found(run, item, row):
            return True
        if (wider := await new_wider(run, item, rows)) is not None:
            await stop_widened(run, item, wider)
            return True
        if await is_granted(run, item):
            end(run, item, Direction.ASSIGN, Ended.GRANTED)
            run.report(WriteLine.of(item, "granted", f"begins {item.target['startDateTime']}"))
            return True
        if not await waits(run, until, waited):
            return False
        waited *= 2


async def is_granted(run: Run, item: Item) -> bool:
    """Whether Graph has promised the right for a time to come; it need not show a row before."""
    request_id = run.recorder.state(item).request_id
    if request_id is None or not starts_later(item, run.now()):
        return False
    made = await run.live.maker(item, request_id)
    return made is not None and str(made.get("status")).lower() == "granted"


async def _end_found(run: Run, item: Item, row: Row) -> bool:
    """Ends a write by the row that stands under its key; not yet, while nothing says whose row it is and
    the request that made it may still come to light."""
    state = run.recorder.state(item)
    ours = await whose(run.live, item, row, state)
    if ours is None and run.now() < run.deadline(state.heard_at or run.now()):
        return False
    equal = ends_as_asked(item, row)
    as_asked, otherwise = (Ended.DONE, Ended.DIFFERENT) if ours else (Ended.EXISTS, Ended.REFUSED)
    ended = as_asked if equal else otherwise
    asked = asked_end(item)
    ends = f"ends {end_told(row)} instead of {f'at {format_time(asked)}' if asked else 'never'}"
    reason = {
        Ended.DONE: "there, as asked",
        Ended.DIFFERENT: f"there, but it {ends}",
        Ended.EXISTS: "somebody else has made the same: it will stay at a rollback",
        Ended.REFUSED: f"D10: somebody else has made it, and it {ends}",
    }[ended]
    code = "D10" if ended is Ended.REFUSED else ""
    end(run, item, Direction.ASSIGN, ended, code=code, message=reason, image=image(row))
    words = {Ended.DIFFERENT: "drift", Ended.REFUSED: "refused"}
    run.report(WriteLine.of(item, words.get(ended, "done"), reason))
    return True


def _refused(run: Run, item: Item, outcome: Outcome, request: Request) -> bool:
    run.report(WriteLine.of(item, "refused", told(outcome)))
    if error := fatal(outcome, request):
        raise error
    return True


async def _next_names(run: Run, item: Item, names: list[str]) -> list[str]:
    """The role's ids with the one that PIM has just denied moved to the end."""
    known = {name.lower() for name in names}
    learned = [name for name in await run.live.roles.spellings(item) if name.lower() not in known]
    return [*learned, *names[1:], names[0]]


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
