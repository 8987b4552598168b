"""``pim-migrate snapshot``: reads one or both tenants into a sealed snapshot."""

from __future__ import annotations

from contextlib import AsyncExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.config.tenant_settings import TenantSettings
    from migrate.graphapi.session import Session
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import Tenant


class Side(StrEnum):
    SOURCE = "source"
    TARGET = "target"
    BOTH = "both"


def snapshot(
    side: Annotated[Side, typer.Argument(help="Which tenant: source, target or both.")] = Side.BOTH,
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
    complete = asyncio.run(_read(context, sides))
    screen.line("summary", verb="snapshot", complete=complete, exit=0 if complete else 16)
    if not complete:
        screen.note(
            "some collections were not read whole; what is missing in them counts as unknown (exit 16)"
        )
    return 0 if complete else 16


async def _read(context: Context, sides: list[Tenant]) -> bool:
    """Signs in everywhere before it makes a database: a wrong secret leaves nothing behind."""
    from migrate.cli.doors import open_session, told_of
    from migrate.crawl.tenant import check_tenant

    complete = True
    async with AsyncExitStack() as doors:
        sessions: dict[Tenant, Session] = {}
        for tenant in sides:
            session = await doors.enter_async_context(open_session(context, tenant))
            with told_of(tenant):
                await check_tenant(session, _settings(context, tenant).tenant_id, f"[{tenant}]")
            sessions[tenant] = session
        with context.writing("snapshot", create=True) as db:
            for tenant, session in sessions.items():
                with told_of(tenant):
                    complete = await _crawl(context, db, tenant, session) and complete
    return complete


async def _crawl(context: Context, db: Database, tenant: Tenant, session: Session) -> bool:
    from migrate.cli import clock
    from migrate.crawl.tenant import crawl
    from migrate.store.snapshots import Snapshots
    from migrate.views.coverage import show_coverage
    from migrate.views.progress import ProgressLine

    line = ProgressLine(quiet=context.screen.as_json, clock=clock.monotonic)
    began = clock.monotonic()
    crawled = await crawl(
        session,
        Snapshots(db),
        tenant,
        _settings(context, tenant).tenant_id,
        clock=clock.now,
        progress=lambda step: line.tell(f"{step.tenant}: {step.collection} {step.rows} rows"),
    )
    line.end()
    show_coverage(context.screen, tenant, crawled, clock.monotonic() - began)
    return crawled.complete


def _settings(context: Context, tenant: Tenant) -> TenantSettings:
    return context.engagement.source if tenant == "source" else context.engagement.target
