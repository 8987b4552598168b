"""``pim-migrate verify WAVE``: is the target what the journal last intended?"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.waves import Journalled
    from migrate.plan.document import Item
    from migrate.replay.foreign import Before
    from migrate.replay.writes import WriteLine
    from migrate.store.database import Database


def verify(
    wave: Annotated[str, typer.Argument(help="The wave.")],
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Read back every write of a wave: match, drift, missing or unknown; and say what stands there besides.

    Reads only. Judges against what was last intended: after a rollback, absence is right. A right that no
    plan put there and that the target did not have when it was planned is told as foreign: it makes no write
    wrong. Exit 4 when something differs or is foreign, 15 when writes are in doubt, 16 when something could
    not be read.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, wave))


def _run(screen: Screen, path: Path, wave: str) -> int:
    import asyncio

    from migrate.cli import clock
    from migrate.cli.context import Context
    from migrate.cli.waves import check_engagement, journalled
    from migrate.errors import NoState
    from migrate.replay.foreign import FOREIGN
    from migrate.replay.verify import DRIFT, MISSING, UNKNOWN
    from migrate.store.journal import Journal
    from migrate.views.progress import ProgressLine
    from migrate.views.writes import WriteLines

    context = Context.of(path, screen)
    with context.reading() as db:
        Journal(db, clock.now).verify_chain()
        known, every = journalled(db, wave), journalled(db, None)
        before = _before(db, known)
    if not known.begun_plans():
        raise NoState(
            f"wave {wave!r} was never applied",
            where="WAVE",
            hint=f"pim-migrate apply {known.plans[-1].id}",
            code="not_applied",
        )
    for plan in known.plans:
        check_engagement(context, plan.target["tenant_id"])
    items = _items(known)
    lines = WriteLines(
        screen, {item.id: item for item in items}, ProgressLine(quiet=screen.as_json, clock=clock.monotonic)
    )
    found, untold = asyncio.run(_read(context, every, items, before))
    for line in found:
        lines.show(line)
    counts = lines.counts()
    in_doubt = sum(known.states[item.id].open for item in items if item.id in known.states)
    code = 0
    if counts.get(DRIFT) or counts.get(MISSING) or counts.get(FOREIGN):
        code = 4
    if strangers := counts.get(FOREIGN):
        screen.note(f"{strangers} rights stand that no plan put there; whether they may is for you to say")
    if counts.get(UNKNOWN) or untold:
        code = 16
    if untold:
        screen.note(
            f"what else stands there is newer than the plan or not: nobody knows for {', '.join(untold)}"
        )
    if in_doubt:
        code = 15
        screen.note(f"{in_doubt} writes are in doubt; settle them: pim-migrate doubt settle")
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing to verify"
    right = lines.written()
    screen.say(f"\nas it should be: {right}" if right else "")
    screen.say(f"verified {wave}: {told}")
    screen.line(
        "summary", verb="verify", wave=wave, states=counts, in_doubt=in_doubt, untold=untold, exit=code
    )
    return code


def _items(known: Journalled) -> list[Item]:
    """One item a key: the one that the journal touched last; of the newest plan also what was never begun."""
    newest = known.begun_plans()[-1]
    chosen: dict[tuple[str, str], Item] = {
        (item.kind, item.key): item for item in (*newest.kept(), *newest.writes())
    }
    for item in known.begun_writes():
        chosen[item.kind, item.key] = item
    return sorted(chosen.values(), key=lambda item: item.id)


def _before(db: Database, known: Journalled) -> Before:
    """What the snapshot had that the newest plan was made from; nothing, where that one is gone."""
    from migrate.replay.foreign import KINDS, Before
    from migrate.store.snapshots import Snapshots

    if not known.begun_plans():
        return Before.of({}, ())
    snapshots, snapshot = Snapshots(db), known.begun_plans()[-1].target["snapshot"]
    return Before.of(
        {kind: snapshots.rows(snapshot, kind) for kind in KINDS},
        ((row.kind, row.parent_id) for row in snapshots.coverage(snapshot) if row.complete),
    )


async def _read(
    context: Context, every: Journalled, items: list[Item], before: Before
) -> tuple[list[WriteLine], list[str]]:
    """A line for each write and each foreign right; and where the snapshot does not tell what is foreign."""
    from migrate.cli.doors import open_session
    from migrate.cli.waves import made_by_name
    from migrate.crawl.tenant import check_tenant
    from migrate.plan.made import bound
    from migrate.replay.foreign import foreign
    from migrate.replay.forms.by_kind import form_of
    from migrate.replay.live import LiveTarget
    from migrate.replay.mark import mark_of
    from migrate.replay.reads import Look
    from migrate.replay.verify import verify as verify_items

    states = every.states
    begun = [item for item in every.begun_writes() if states[item.id].standing or states[item.id].open]
    async with open_session(context, "target") as session:
        await check_tenant(session, context.engagement.target.tenant_id, "[target]")
        made = made_by_name(every)
        there = [bound(item, made) for item in items]
        rights = [item for item in there if form_of(item) is None]
        mark = partial(mark_of, context.engagement.name)
        live = LiveTarget(session, there)
        standing = await live.standing(rights)
        lines = await verify_items(Look(session, live, mark, states), there, standing)
        ours = {(item.kind, item.key) for item in (bound(one, made) for one in begun)}
        others, untold = await foreign(live, rights, ours, states, standing, before)
    return [*lines, *others], sorted(parent or "roles" for parent in untold)
