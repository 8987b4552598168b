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
    from migrate.replay.writes import WriteLine


def verify(
    wave: Annotated[str, typer.Argument(help="The wave.")],
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Read back every write of a wave and say match, drift, missing or unknown.

    Reads only. Judges against what was last intended: after a rollback, absence is right. Exit 4 when
    something differs, 15 when writes are in doubt, 16 when something could not be read.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, wave))


def _run(screen: Screen, path: Path, wave: str) -> int:
    import asyncio

    from migrate.cli import clock
    from migrate.cli.context import Context
    from migrate.cli.waves import check_engagement, journalled
    from migrate.errors import NoState
    from migrate.replay.verify import DRIFT, MISSING, UNKNOWN
    from migrate.store.journal import Journal
    from migrate.views.progress import ProgressLine
    from migrate.views.writes import WriteLines

    context = Context.of(path, screen)
    with context.reading() as db:
        Journal(db, clock.now).verify_chain()
        known = journalled(db, wave)
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
    for line in asyncio.run(_read(context, known, items)):
        lines.show(line)
    counts = lines.counts()
    in_doubt = sum(known.states[item.id].open for item in items if item.id in known.states)
    code = 0
    if counts.get(DRIFT) or counts.get(MISSING):
        code = 4
    if counts.get(UNKNOWN):
        code = 16
    if in_doubt:
        code = 15
        screen.note(f"{in_doubt} writes are in doubt; settle them: pim-migrate doubt settle")
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing to verify"
    screen.say(f"\nverified {wave}: {told}")
    screen.line("summary", verb="verify", wave=wave, states=counts, in_doubt=in_doubt, exit=code)
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


async def _read(context: Context, known: Journalled, items: list[Item]) -> list[WriteLine]:
    from migrate.cli.doors import open_session
    from migrate.cli.waves import made_by_name
    from migrate.crawl.tenant import check_tenant
    from migrate.plan.made import bound
    from migrate.replay.live import LiveTarget
    from migrate.replay.mark import mark_of
    from migrate.replay.reads import Look
    from migrate.replay.verify import verify as verify_items

    async with open_session(context, "target") as session:
        await check_tenant(session, context.engagement.target.tenant_id, "[target]")
        made = made_by_name(known)
        there = [bound(item, made) for item in items]
        mark = partial(mark_of, context.engagement.name)
        return await verify_items(Look(session, LiveTarget(session, there), mark, known.states), there)
