"""A right that Graph made for the whole tenant where a part of it was asked for (graph-facts §4.2).

It is taken back at once if a read before the write showed that nothing stood there, and the run halts.
``adminRemove`` takes what stands under a key whoever made it: what was there before is left and reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from migrate.errors import GuardStopped, MigrateError
from migrate.graphapi.outcome import Meaning
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import Row
from migrate.plan.document import Item
from migrate.replay.attribute import is_ours
from migrate.replay.fold import Direction, Ended
from migrate.replay.run import Run, waits
from migrate.replay.send import end, send
from migrate.replay.writes import WriteLine, narrower_than_tenant, remove, spellings


async def wider_row(run: Run, item: Item) -> Row | None:
    """The same right at tenant scope, where a narrower one is asked for."""
    if not narrower_than_tenant(item):
        return None
    return await _wider_among(run, item, await run.live.own_rows(item))


async def has_new_wider(run: Run, item: Item, rows: Iterable[Row]) -> bool:
    """Whether this write has made a tenant-wide right."""
    state = run.recorder.state(item)
    if not narrower_than_tenant(item) or state.wider_before:
        return False
    row = await _wider_among(run, item, rows)
    return row is not None and await is_ours(run.live, item, row, state)


async def stop_widened(run: Run, item: Item) -> None:
    """Journals the widening, takes the right back if that may be done, says so, and halts the run."""
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
        told = "IT STILL STANDS: a tenant-wide one was there before, and nobody can tell the two apart"
    elif run.sends:
        told = "it was removed at once" if await repair(run, item) else "IT STILL STANDS: removing it failed"
    else:
        told = "IT STILL STANDS: the next apply or rollback takes it back"
    run.report(WriteLine.of(item, "refused", f"D02: created tenant-wide instead of at its scope; {told}"))
    halt(run, item, told)


def halt(run: Run, item: Item, told: str) -> None:
    """Lets nothing new begin, unless the run is one that goes on."""
    if not run.halts:
        return
    run.halted = GuardStopped(
        f"{item.names.get('right', item.key)} for {item.names.get('principal', '')} was created tenant-wide"
        f" instead of at {item.names.get('scope', 'its scope')}; {told}",
        where=item.id,
        hint="PIM may not know a fresh administrative unit yet: wait some minutes, then apply again",
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
            if await wider_row(run, item) is None:
                return True
        except MigrateError:
            return False
        if not patient or not await waits(run, until, 1.0):
            return False


async def _stands(run: Run, item: Item) -> Row | None:
    try:
        return await wider_row(run, item)
    except MigrateError:
        return None


async def _wider_among(run: Run, item: Item, rows: Iterable[Row]) -> Row | None:
    principal, role, _ = item.key.split("|", 2)
    wide = f"{principal}|{role}|{TENANT_SCOPE}"
    for row in rows:
        if await run.live.key(item.kind, row) == wide:
            return row
    return None
