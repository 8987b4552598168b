"""``pim-migrate log``: the journal; ``verify`` proves that nobody changed it."""

from __future__ import annotations

from pathlib import Path

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.log_export import export
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

log = typer.Typer(help="The journal.", no_args_is_help=True, rich_markup_mode=None)


@log.callback()
def _log() -> None:
    pass


@log.command()
def verify(engagement: EngagementOption = DEFAULT_ENGAGEMENT, json: JsonOption = False) -> None:
    """Check the hash chain of the journal and name the first entry that breaks it (exit 20)."""
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement))


def _run(screen: Screen, path: Path) -> int:
    from migrate.cli import clock
    from migrate.cli.context import Context
    from migrate.store.journal import Journal

    context = Context.of(path, screen)
    with context.reading() as db:
        journal = Journal(db, clock.now)
        journal.verify_chain()
        head = journal.head()
    screen.say(f"the journal is whole: {head.sequence} entries, head {head.hash or '(empty)'}")
    screen.line("summary", verb="log verify", entries=head.sequence, head=head.hash, exit=0)
    return 0


log.command()(export)
