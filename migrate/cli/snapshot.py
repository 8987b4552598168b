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
    from migrate.store.snapshot_rows import Tenant


class Side(StrEnum):
    SOURCE = "source"
    TARGET = "target"
    BOTH = "both"


class ScopeOption(StrEnum):
    PRIVILEGED = "privileged"
    FULL = "full"


def snapshot(
    side: Annotated[Side, typer.Argument(help="Which tenant: source, target or both.")] = Side.BOTH,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    scope: Annotated[
        ScopeOption,
        typer.Option(
            "--scope",
            help="privileged: people, groups and applications that privilege touches, and who they may be in"
            " the other tenant. full: all of them.",
        ),
    ] = ScopeOption.PRIVILEGED,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            help="Take over what has not changed since this snapshot: its id, or last.",
            show_default=False,
        ),
    ] = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over where an interrupted run would be gone on with.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what would be read, how and at what cost; read nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Read roles, rights, people, groups and policies of the tenants into the database.

    Reads only. A run that was stopped is gone on with by the next one. Exit 16 when a collection could not
    be read whole: later verbs then conclude nothing from what is missing in it.
    """
    screen = Screen(as_json=json)
    sides: list[Tenant] = ["source", "target"]
    if side is not Side.BOTH:
        sides = ["source" if side is Side.SOURCE else "target"]
    leave_with(screen, lambda: _run(screen, engagement, sides, scope.value, since, fresh, explain))


def _run(
    screen: Screen, path: Path, sides: list[Tenant], scope: str, since: str, fresh: bool, explain: bool
) -> int:
    import asyncio

    from migrate.cli.context import Context
    from migrate.cli.crawling import Job, explain_job, read_job

    context = Context.of(path, screen)
    job = Job(context, sides, "full" if scope == "full" else "privileged", since, fresh)
    if explain:
        asyncio.run(explain_job(job))
        screen.line("summary", verb="snapshot", explained=True, exit=0)
        return 0
    complete = asyncio.run(read_job(job))
    screen.line("summary", verb="snapshot", complete=complete, exit=0 if complete else 16)
    if not complete:
        screen.note(
            "some collections were not read whole; what is missing in them counts as unknown (exit 16)"
        )
    return 0 if complete else 16
