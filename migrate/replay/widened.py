"""A right that Graph made for the whole tenant where a part of it was asked for (graph-facts §4.2).

It is taken back at once if a read before the write showed that nothing stood there, and the run halts.
``adminRemove`` takes what stands under a key whoever made it: where a tenant-wide right was there before,
ours is left beside it (or in its place) and reported, by every later ``apply`` and ``rollback`` as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from migrate.errors import GuardStopped, MigrateError
from migrate.graphapi.outcome import Meaning
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import Row
from migrate.plan.document import Item
from migrate.replay.attribute import is_ours, names_our_request
from migrate.replay.fold import Direction, Ended, WriteState
from migrate.replay.run import FIRST_WAIT, Run, waits
from migrate.replay.send import end, send
from migrate.replay.writes import WriteLine, carries, narrower_than_tenant, remove, spellings

_AGAIN = "apply goes on with the other writes first and tries this one again at the end"
WAIT_HINT = f"PIM may not know a fresh administrative unit yet: wait some minutes, then apply again: {_AGAIN}"
BY_HAND_HINT = f"remove the tenant-wide right by hand, and make again what shall stay of it; {_AGAIN}"
REMOVE_HINT = "apply again or roll back: both remove it first, and apply sends nothing else while it stands"


def is_left_wide(state: WriteState) -> bool:
    """Whether a tenant-wide right of ours was left standing, since another one was there before it."""
    return state.ended is Ended.WIDENED and state.wider_before and not state.open


def was_widened(item: Item, state: WriteState) -> bool:
    """Whether an earlier attempt came out tenant-wide, or may have: what was tried again since tells only
    that Graph had accepted a request of which no right stands."""
    accepted = state.wants_presence and not state.standing and bool(state.known_requests)
    return narrower_than_tenant(item) and (state.ended is Ended.WIDENED or accepted)


async def wider_rows(run: Run, item: Item, rows: Iterable[Row] | None = None) -> list[Row]:
    """The same right at tenant scope, where a narrower one is asked for. There may be two: somebody's, and
    the one that Graph made of ours."""
    if not narrower_than_tenant(item):
        return []
    principal, role, _ = item.key.split("|", 2)
    wide = f"{principal}|{role}|{TENANT_SCOPE}"
    among = await run.live.own_rows(item) if rows is None else rows
    return [row for row in among if await run.live.key(item.kind, row) == wide]


async def new_wider(run: Run, item: Item, rows: Iterable[Row]) -> Row | None:
    """The tenant-wide right that this write has made. Where one was there before, only a row that names a
    request of this write is taken for it."""
    state = run.recorder.state(item)
    for row in await wider_rows(run, item, rows):
        if state.wider_before:
            ours = await names_this_write(run, item, row)
        else:
            ours = await is_ours(run.live, item, row, state)
        if ours:
            return row
    return None


async def names_this_write(run: Run, item: Item, row: Row) -> bool:
    """Whether a row leads to a request of this write: by its ids, or by the justification of its maker."""
    if names_our_request(row, run.recorder.state(item)):
        return True
    made_using = row.get("createdUsing")
    maker = await run.live.maker(item, str(made_using)) if made_using else None
    return carries(str((maker or {}).get("justification") or ""), item.id)


async def stop_widened(run: Run, item: Item, row: Row | None = None) -> None:
    """Journals the widening, takes the right back if that may be done, says so, and halts the run.

    ``row`` is the tenant-wide right, where it was seen.
    """
    if row is not None and run.recorder.state(item).request_id is None and row.get("createdUsing"):
        # The answer was lost: from here on its row is known by its request.
        run.recorder.answered(item, str(row["createdUsing"]), None, str(row.get("id") or "") or None)
    before = run.recorder.state(item).wider_before
    end(
        run,
        item,
        Direction.ASSIGN,
        Ended.WIDENED,
        code="D02",
        message="the right was created tenant-wide",
        wider_before=before,
    )
    if before:
        told, hint = f"IT STILL STANDS{_schedule(run.recorder.state(item))}: {_WHY_LEFT}", BY_HAND_HINT
    elif not run.sends:
        told, hint = "IT STILL STANDS: the next apply or rollback takes it back", REMOVE_HINT
    elif await repair(run, item):
        told, hint = "it was removed at once", WAIT_HINT
    else:
        told, hint = "IT STILL STANDS: removing it failed", REMOVE_HINT
    run.report(WriteLine.of(item, "refused", f"D02: created tenant-wide instead of at its scope; {told}"))
    halt(run, item, told, hint)


_WHY_LEFT = "a tenant-wide one was there before, and removing ours would take that right as well"


def left_told(item: Item, state: WriteState) -> str:
    """Names a tenant-wide right of ours that was left standing."""
    return (
        f"{item.id}: {item.names.get('right', item.key)} for {item.names.get('principal', '')}"
        f" stands tenant-wide instead of at {item.names.get('scope', 'its scope')}{_schedule(state)}:"
        f" {_WHY_LEFT}"
    )


async def tell_left(run: Run, item: Item) -> None:
    """Says of a tenant-wide right that was left whether it still stands; journals it when it is gone.

    Raises:
        MigrateError: it could not be read.
    """
    state = run.recorder.state(item)
    until, waited = run.deadline(min(state.ended_at or run.now(), run.now())), FIRST_WAIT
    while not (stands := await _is_left(run, item)) and await waits(run, until, waited):
        waited *= 2
    if not stands and not run.must_stop:
        end(run, item, Direction.REMOVE, Ended.DONE, message="the tenant-wide right is gone")
        run.report(WriteLine.of(item, "done", "the tenant-wide right is gone already", "remove"))
        return
    run.report(WriteLine.of(item, "refused", f"D02: {left_told(item, state)}; remove it by hand", "remove"))


async def _is_left(run: Run, item: Item) -> bool:
    """A tenant-wide row that does not say which request made it may be ours as well."""
    for row in await wider_rows(run, item):
        if not row.get("createdUsing") or await names_this_write(run, item, row):
            return True
    return False


def _schedule(state: WriteState) -> str:
    known = state.schedule_id or state.request_id
    return f" (schedule {known})" if known else ""


def halt(run: Run, item: Item, told: str, hint: str) -> None:
    """Lets nothing new begin, unless the run is one that goes on."""
    if not run.halts:
        return
    run.halted = GuardStopped(
        f"{item.names.get('right', item.key)} for {item.names.get('principal', '')} was created tenant-wide"
        f" instead of at {item.names.get('scope', 'its scope')}; {told}",
        where=item.id,
        hint=hint,
        code="scope_widened",
    )


async def repair(run: Run, item: Item) -> bool:
    """Removes the tenant-wide right that Graph made of a narrower one. True when it is gone."""
    row = await _stands(run, item)
    names = dict.fromkeys([str((row or {}).get("roleDefinitionId") or ""), *spellings(item)])
    for name in filter(None, names):
        request = remove(item, name, run.justification(item.id, item.batch), scope=TENANT_SCOPE)
        sent = await send(run, item, Direction.REPAIR, request)
        if sent is None:
            return False
        _, outcome = sent
        may_have_worked = outcome.meaning in (Meaning.DONE, Meaning.IN_DOUBT, Meaning.ABSENT, Meaning.PENDING)
        gone = await _is_gone(run, item, patient=may_have_worked)
        ended = Ended.DONE if gone else Ended.REFUSED
        end(run, item, Direction.REPAIR, ended, code=outcome.code, message=outcome.message)
        if gone:
            return True
    return False


async def _is_gone(run: Run, item: Item, *, patient: bool) -> bool:
    """Reads until the tenant-wide right is gone, within the replication window; a failed read is no proof."""
    until = run.deadline(run.now())
    while True:
        try:
            if not await wider_rows(run, item):
                return True
        except MigrateError:
            return False
        if not patient or not await waits(run, until, 1.0):
            return False


async def _stands(run: Run, item: Item) -> Row | None:
    try:
        return next(iter(await wider_rows(run, item)), None)
    except MigrateError:
        return None
