"""``pim-migrate status``: what ran, where it stands, what is in doubt, what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.plan.document import Plan
    from migrate.replay.fold import WriteState
    from migrate.store.database import Database


def status(engagement: EngagementOption = DEFAULT_ENGAGEMENT, json: JsonOption = False) -> None:
    """Tell where the engagement stands, from the database alone. Exit 15 when writes are in doubt."""
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement))


def _run(screen: Screen, path: Path) -> int:
    from migrate.cli import clock
    from migrate.cli.context import Context
    from migrate.cli.waves import journalled
    from migrate.errors import NoState
    from migrate.store.journal import Journal
    from migrate.views.status import show_runs, show_snapshots, show_wave

    context = Context.of(path, screen)
    with context.reading() as db:
        show_snapshots(screen, db)
        show_runs(screen, db)
        Journal(db, clock.now).verify_chain()
        try:
            known = journalled(db, None)
        except NoState:
            step = _first_steps(db)
            screen.say(f"next: {step}")
            screen.line("summary", verb="status", in_doubt=0, next=step, exit=0)
            return 0
    in_doubt = 0
    for plan in known.plans:
        in_doubt += show_wave(screen, plan, known.states)
    step = _next_step(known.plans, known.states)
    code = 15 if in_doubt else 0
    screen.say(f"next: {step}")
    screen.line("summary", verb="status", in_doubt=in_doubt, next=step, exit=code)
    return code


def _first_steps(db: Database) -> str:
    from migrate.store.resolutions import Resolutions
    from migrate.store.snapshots import Snapshots

    snapshots = Snapshots(db)
    for side in ("source", "target"):
        if snapshots.latest("source" if side == "source" else "target") is None:
            return f"pim-migrate snapshot {side}"
        if snapshots.unfinished("source" if side == "source" else "target"):
            return "pim-migrate snapshot, which goes on where the last one was stopped"
    return "pim-migrate plan all" if Resolutions(db).latest() else "pim-migrate resolve"


def _next_step(plans: tuple[Plan, ...], states: dict[str, WriteState]) -> str:
    open_writes = [
        item.id for plan in plans for item in plan.writes() if item.id in states and states[item.id].open
    ]
    if open_writes:
        return "pim-migrate doubt settle"
    newest = plans[-1]
    begun = [states[item.id] for item in newest.writes() if item.id in states]
    if begun and all(not state.wants_presence for state in begun):
        return "pim-migrate snapshot target, then resolve and plan again"
    if any(not states[item.id].standing for item in newest.writes() if item.id in states) or len(begun) < len(
        newest.writes()
    ):
        return f"pim-migrate apply {newest.id}"
    return f"pim-migrate verify {newest.wave}"
