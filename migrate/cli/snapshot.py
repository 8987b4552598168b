"""``pim-migrate snapshot``: reads one or both tenants into a sealed snapshot."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import Tenant


class Side(StrEnum):
    SOURCE = "source"
    TARGET = "target"
    BOTH = "both"


def snapshot(
    side: Annotated[Side, typer.Argument(help="Which tenant.")] = Side.BOTH,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Read roles, rights, people, groups and policies of the tenants into the database.

    Reads only. Exit 16 when a collection could not be read whole: later verbs then conclude nothing from
    what is missing in it.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, side))


def _run(screen: Screen, path: Path, side: Side) -> int:
    import asyncio

    from migrate.cli.context import Context

    context = Context.of(path, screen)
    sides: list[Tenant] = ["source", "target"]
    if side is not Side.BOTH:
        sides = ["source" if side is Side.SOURCE else "target"]
    with context.writing("snapshot", create=True) as db:
        return asyncio.run(_crawl(context, db, sides))


async def _crawl(context: Context, db: Database, sides: list[Tenant]) -> int:
    from migrate.cli import clock
    from migrate.cli.doors import open_session
    from migrate.crawl.tenant import crawl
    from migrate.store.snapshots import Snapshots
    from migrate.views.coverage import show_coverage
    from migrate.views.progress import ProgressLine

    screen, engagement = context.screen, context.engagement
    complete = True
    for tenant in sides:
        settings = engagement.source if tenant == "source" else engagement.target
        line = ProgressLine(quiet=screen.as_json, clock=clock.monotonic)
        began = clock.monotonic()
        async with open_session(context, tenant) as session:
            crawled = await crawl(
                session,
                Snapshots(db),
                tenant,
                settings.tenant_id,
                clock=clock.now,
                progress=lambda step, line=line: line.tell(  # type: ignore[misc]
                    f"{step.tenant}: {step.collection} {step.rows} rows"
                ),
            )
        line.end()
        show_coverage(screen, tenant, crawled, clock.monotonic() - began)
        complete = complete and crawled.complete
    screen.line("summary", verb="snapshot", complete=complete, exit=0 if complete else 16)
    if not complete:
        screen.note(
            "some collections were not read whole; what is missing in them counts as unknown (exit 16)"
        )
    return 0 if complete else 16
