"""``pim-migrate plans show PLAN``: a plan, as it was sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

plans = typer.Typer(help="Look at plans.", no_args_is_help=True, rich_markup_mode=None)


@plans.callback()
def _plans() -> None:
    pass


@plans.command()
def show(
    plan: Annotated[str, typer.Argument(help="A plan's id or the path of its file.")],
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Show every item of a plan with its symbol and reason, after checking the plan's seal."""
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, plan))


def _run(screen: Screen, path: Path, given: str) -> int:
    from migrate.cli.context import Context
    from migrate.cli.waves import load_plan
    from migrate.views.plan import show_plan

    context = Context.of(path, screen)
    with context.reading() as db:
        plan = load_plan(db, given)
    show_plan(screen, plan)
    screen.line("summary", verb="plans show", plan=plan.id, hash=plan.hash, exit=0, **plan.counts())
    return 0
