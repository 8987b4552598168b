"""Reads the tenants of an engagement side by side: opens the doors, begins or goes on, asks each for what
the other needs, and seals."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate import __version__
from migrate.cli import clock
from migrate.cli.context import Context
from migrate.cli.doors import open_session, told_of
from migrate.errors import NoState, first_of

if TYPE_CHECKING:
    from migrate.config.tenant_settings import TenantSettings
    from migrate.crawl.tenant import TenantCrawl
    from migrate.crawl.wanted import Wanted
    from migrate.graphapi.session import Session
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import Scope, Tenant
    from migrate.store.snapshots import Snapshots

QUESTIONS_EACH = 6.0
"""Look-ups that one person of the source brings, for an estimate: the match rules have about as many."""


@dataclass(frozen=True)
class Job:
    """One call of ``snapshot``; ``since`` is a snapshot's id, ``last`` or empty."""

    context: Context
    sides: list[Tenant]
    scope: Scope
    since: str
    fresh: bool


async def read_job(job: Job) -> bool:
    """Whether everything was read whole. Signs in everywhere before it makes a database: a wrong secret
    leaves nothing behind."""
    from migrate.views.coverage import show_coverage

    began = clock.monotonic()
    async with AsyncExitStack() as doors:
        sessions = await _open_all(job, doors)
        with job.context.writing("snapshot", create=True) as db:
            crawls = {side: _begin(job, db, side, session) for side, session in sessions.items()}
            await _read_together(job, db, crawls)
            complete = True
            for side, one in crawls.items():
                with told_of(side):
                    crawled = one.seal()
                show_coverage(job.context.screen, side, crawled, clock.monotonic() - began)
                complete = complete and crawled.complete
    return complete


async def explain_job(job: Job) -> None:
    """Shows which way would be taken for each large collection, and what it would cost."""
    from migrate.crawl.explain import explain, named_by_rights
    from migrate.views.ways import show_ways

    async with AsyncExitStack() as doors:
        sessions = await _open_all(job, doors)
        source = sessions.get("source")
        asked_for = 0 if source is None else await named_by_rights(source)
        for side, session in sessions.items():
            with told_of(side):
                own = asked_for if side == "source" else await named_by_rights(session)
                named = own if side == "source" else own + asked_for
                each = QUESTIONS_EACH * asked_for / named if side == "target" and named else 0.0
                ways = await explain(session, job.scope, named=named, questions_each=each)
            show_ways(job.context.screen, side, job.scope, own, ways)


async def _open_all(job: Job, doors: AsyncExitStack) -> dict[Tenant, Session]:
    from migrate.crawl.tenant import check_tenant

    sessions: dict[Tenant, Session] = {}
    for side in job.sides:
        session = await doors.enter_async_context(open_session(job.context, side))
        with told_of(side):
            await check_tenant(session, _settings(job.context, side).tenant_id, f"[{side}]")
        sessions[side] = session
    return sessions


def _begin(job: Job, db: Database, side: Tenant, session: Session) -> TenantCrawl:
    from migrate.crawl.begin import Asked, begin
    from migrate.crawl.progress import Tally
    from migrate.crawl.run import Run
    from migrate.crawl.tenant import TenantCrawl
    from migrate.store.snapshots import Snapshots
    from migrate.views.crawl_progress import CrawlProgress

    snapshots = Snapshots(db)
    base_id = _base(job, snapshots, side)
    asked = Asked(side, _settings(job.context, side).tenant_id, job.scope, base_id, __version__)
    snapshot_id, told = begin(snapshots, asked, clock.now(), fresh=job.fresh)
    if told:
        job.context.screen.note(told)
    shown = CrawlProgress(job.context.screen, session, clock.monotonic)
    run = Run(session, db, snapshots, snapshot_id, clock.now, Tally(side, shown.tell))
    return TenantCrawl(run, job.scope, base_id)


def _base(job: Job, snapshots: Snapshots, side: Tenant) -> str | None:
    """The snapshot to take over from. Raises NoState where the one that was named is not there."""
    if not job.since:
        return None
    if job.since.lower() == "last":
        latest = snapshots.latest(side)
        if latest is None:
            job.context.screen.note(f"{side}: there is no earlier snapshot, so everything is read")
        return None if latest is None else latest.id
    info = snapshots.get(job.since)
    if info.tenant != side or info.sealed_at is None:
        raise NoState(
            f"{job.since} is no finished snapshot of the {side} tenant",
            where="--since",
            hint="name a snapshot of that tenant, or last",
            code="snapshot_unknown",
        )
    return info.id


async def _read_together(job: Job, db: Database, crawls: dict[Tenant, TenantCrawl]) -> None:
    """Both tenants side by side; the target waits with its people until the source has named its own."""
    from migrate.cli.looking import ladder_between, protected, wanted_in_target

    source, target = crawls.get("source"), crawls.get("target")
    guarded = protected(job.context)
    source_read = asyncio.Event()
    wanted: list[Wanted] = []

    async def read_source(one: TenantCrawl) -> None:
        with told_of("source"):
            await one.read_governing()
            await one.read_principals(guarded)
        source_read.set()

    async def read_target(one: TenantCrawl) -> None:
        with told_of("target"):
            await one.read_governing()
            if source is not None:
                await source_read.wait()
                source_id = source.into.snapshot_id
                ladder = ladder_between(job.context, db, source_id, one.into.snapshot_id)
                wanted.append(wanted_in_target(job.context, db, source_id, ladder, _looked_for(job)))
            else:
                wanted.append(_from_latest(job, db, one.into.snapshot_id))
            await one.read_principals(wanted[0].and_also(guarded))

    try:
        async with asyncio.TaskGroup() as tasks:
            if source is not None:
                tasks.create_task(read_source(source))
            if target is not None:
                tasks.create_task(read_target(target))
    except BaseExceptionGroup as several:
        raise first_of(several) from None
    if source is not None and target is not None and source.looked_up:
        await _hear_rivals(job, db, source, target)


async def _hear_rivals(job: Job, db: Database, source: TenantCrawl, target: TenantCrawl) -> None:
    """Asks the source who else could claim a candidate, and the target what else those match."""
    from migrate.cli.looking import ladder_between, of_rivals, rivals_in_source
    from migrate.crawl.ways import rival_requests

    ladder = ladder_between(job.context, db, source.into.snapshot_id, target.into.snapshot_id)
    budget = {kind.name: rival_requests(source.listing_requests(kind)) for kind in source.looked_up}
    rivals = rivals_in_source(source.into, target.into, ladder, budget)
    with told_of("source"):
        await source.look_up_more(rivals.look_ups)
    with told_of("target"):
        await target.look_up_more(of_rivals(source.into, rivals, ladder))
    if rivals.left_out:
        job.context.screen.note(
            f"source: for {rivals.left_out} candidates one kind of evidence speaks; whether anybody else"
            " has it was not asked, to save requests: they are proposed, not accepted, and --scope full"
            " settles them"
        )


def _from_latest(job: Job, db: Database, target_id: str) -> Wanted:
    """For a snapshot of the target alone: whom the newest snapshot of the source names."""
    from migrate.cli.looking import ladder_between, wanted_in_target
    from migrate.crawl.wanted import NOTHING
    from migrate.store.snapshots import Snapshots

    source = Snapshots(db).latest("source")
    if source is None:
        if job.scope == "privileged":
            job.context.screen.note(
                "target: there is no snapshot of the source yet, so nobody can be looked for; run"
                " `pim-migrate snapshot` for both"
            )
        return NOTHING
    ladder = ladder_between(job.context, db, source.id, target_id)
    return wanted_in_target(job.context, db, source.id, ladder, _looked_for(job))


def _looked_for(job: Job) -> Sequence[str]:
    """Where everybody is listed, only the groups that may be a counterpart must be known: to look into."""
    from migrate.cli.looking import PRINCIPAL_KINDS

    return ("group",) if job.scope == "full" else PRINCIPAL_KINDS


def _settings(context: Context, tenant: Tenant) -> TenantSettings:
    return context.engagement.source if tenant == "source" else context.engagement.target
