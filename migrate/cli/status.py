"""``pim-migrate status``: what ran, where it stands, what is in doubt, what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.store.database import Database

IN_DOUBT = 15


def status(
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow the run that is under way until it ends, or Ctrl-C.")
    ] = False,
    interval: Annotated[
        float, typer.Option("--interval", min=0.1, max=3600, help="Seconds between two looks of --watch.")
    ] = 1.0,
) -> None:
    """Tell where the engagement stands, from the database alone. Exit 15 when writes are in doubt.

    Takes no lock, so that it works while another process applies. With --watch it follows that run, or waits
    for one: at a terminal in place, else with a line for each change; Ctrl-C ends it with exit 0.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, interval if watch else None))


def _run(screen: Screen, path: Path, interval: float | None) -> int:
    from migrate.cli.context import Context
    from migrate.views.status import show_runs, show_snapshots

    context = Context.of(path, screen)
    with context.reading() as db:
        if interval is not None:
            from migrate.cli.watching import watch_run

            return watch_run(context, db, interval)
        tell_changed_for_a_time(context, db)
        show_snapshots(screen, db)
        show_runs(screen, db)
        return tell_standing(context, db)


def tell_changed_for_a_time(context: Context, db: Database) -> None:
    """Comes before everything else: rules that are looser than the target's people know."""
    from migrate.cli.waves import changed_for_a_time, journalled
    from migrate.errors import NoState
    from migrate.store.process import working
    from migrate.views.status import show_changed_for_a_time

    try:
        known = journalled(db, None)
    except NoState:
        return
    holder = working(context.engagement.lock_path)
    at_work = holder.verb if holder is not None and holder.verb in ("apply", "rollback") else ""
    show_changed_for_a_time(context.screen, changed_for_a_time(known), known.states, at_work)


def tell_standing(context: Context, db: Database, *, watched: str | None = None) -> int:
    """Each plan with what it waits for, what is in doubt, and what to do next; the exit code."""
    from migrate.cli import clock
    from migrate.cli.next_step import first_steps, next_step, standing_of
    from migrate.cli.waves import journalled
    from migrate.errors import NoState
    from migrate.store.journal import Journal
    from migrate.views.status import show_in_doubt, show_wave

    screen = context.screen
    more = {"watched": watched} if watched is not None else {}
    Journal(db, clock.now).verify_chain()
    try:
        known = journalled(db, None)
    except NoState:
        step = first_steps(db)
        screen.say(f"next: {step}")
        screen.line("summary", verb="status", in_doubt=0, next=step, exit=0, **more)
        return 0
    standings = {plan.id: standing_of(context, db, plan, known.states) for plan in known.plans}
    in_doubt = sum(show_wave(screen, plan, known.states, standings[plan.id]) for plan in known.plans)
    show_in_doubt(screen, known.plans, known.states)
    step = next_step(context, db, known, standings, ended=bool(watched))
    code = IN_DOUBT if in_doubt else 0
    screen.say(f"next: {step}")
    screen.line("summary", verb="status", in_doubt=in_doubt, next=step, exit=code, **more)
    return code
