"""``pim-migrate doubt``: writes of which nobody knows whether they happened, and how to settle them."""

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
    from migrate.cli.waves import Journalled
    from migrate.plan.document import Item
    from migrate.store.database import Database

doubt = typer.Typer(
    help="List the writes in doubt, or settle them.", invoke_without_command=True, rich_markup_mode=None
)


class Said(StrEnum):
    """What a person saw in the portal: what was written is there, or it is not."""

    PRESENT = "present"
    ABSENT = "absent"


@doubt.callback()
def list_doubts(
    context: typer.Context,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """List the writes in doubt. Exit 15 when there are any."""
    if context.invoked_subcommand is not None:
        return
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _list(screen, engagement))


@doubt.command()
def settle(
    ids: Annotated[list[str] | None, typer.Argument(help="Write ids; all in doubt by default.")] = None,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    said: Annotated[
        Said | None,
        typer.Option("--as", help="What a person found, present or absent; without it the target is read."),
    ] = None,
) -> None:
    """Settle writes by reading the target, or by what a person found there. Sends no write.

    Exit 15 while any is still in doubt, 14 when a right is found tenant-wide that was asked for a part of it:
    the next apply or rollback takes that back.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _settle(screen, engagement, ids or [], said))


def _list(screen: Screen, path: Path) -> int:
    from migrate.cli.context import Context
    from migrate.cli.waves import journalled
    from migrate.errors import NoState
    from migrate.views.doubt import show_doubts

    context = Context.of(path, screen)
    with context.reading() as db:
        try:
            known = journalled(db, None)
            items = _open(known, [])
        except NoState:
            items, known = [], None
    show_doubts(screen, items, known.states if known else {})
    code = 15 if items else 0
    screen.line("summary", verb="doubt", in_doubt=len(items), exit=code)
    return code


def _open(known: Journalled, ids: list[str]) -> list[Item]:
    from migrate.errors import UsageError

    found = [item for item in known.begun_writes() if known.states[item.id].open]
    unknown = set(ids) - {item.id for item in found}
    if unknown:
        raise UsageError(
            f"not in doubt: {', '.join(sorted(unknown))}",
            where="ID",
            hint="pim-migrate doubt lists those that are",
            code="not_in_doubt",
        )
    return [item for item in found if not ids or item.id in ids]


def _settle(screen: Screen, path: Path, ids: list[str], said: Said | None) -> int:
    from migrate.cli.context import Context
    from migrate.cli.waves import journalled, made_by_name
    from migrate.errors import UsageError
    from migrate.plan.made import bound

    if said is not None and not ids:
        raise UsageError(
            "name the writes that a person has looked at",
            where="--as",
            hint="pim-migrate doubt settle ID --as present",
            code="doubt_ids_missing",
        )
    context = Context.of(path, screen)
    with context.writing("doubt") as db:
        known = journalled(db, None)
        made = made_by_name(known)
        items = [bound(item, made) for item in _open(known, ids)]
        code = _by_reading(context, db, known, items) if said is None else _by_person(db, known, items, said)
    told = "settled" if code == 0 else "some are still in doubt"
    screen.say(f"\n{len(items)} writes looked at: {told}")
    screen.line("summary", verb="doubt settle", looked_at=len(items), exit=code)
    return code


def _by_reading(context: Context, db: Database, known: Journalled, items: list[Item]) -> int:
    from migrate.cli import clock
    from migrate.cli.running import run_writes
    from migrate.replay.run import Run
    from migrate.replay.settle import settle as settle_items
    from migrate.replay.writes import WriteLine
    from migrate.views.progress import ProgressLine
    from migrate.views.writes import WriteLines

    if not items:
        return 0
    lines = WriteLines(
        context.screen,
        {item.id: item for item in items},
        ProgressLine(quiet=context.screen.as_json, clock=clock.monotonic),
    )

    async def work(run: Run) -> None:
        run.sends = False
        for item in items:
            run.recorder.doubt(item, "looked at by doubt settle")
        for item in await settle_items(run, items):
            if run.recorder.state(item).standing:
                told = "the removal is proved not to have happened; rollback sends it again"
                run.report(WriteLine.of(item, "done", told, "remove"))
            else:
                run.report(WriteLine.of(item, "absent", "proved not to have happened; apply sends it again"))
        if run.halted is not None:
            raise run.halted

    code, _ = run_writes(
        context,
        db,
        verb="doubt",
        wave=known.plans[-1].wave,
        plan_id=None,
        items=items,
        states=known.states,
        work=work,
        lines=lines,
    )
    return code


def _by_person(db: Database, known: Journalled, items: list[Item], said: Said) -> int:
    from migrate.cli import clock
    from migrate.cli.run_record import record_run
    from migrate.replay.person import settle_as_told
    from migrate.replay.recorded import journal_to_build_on
    from migrate.replay.recorder import Recorder

    journal = journal_to_build_on(db, clock.now)
    run_id = clock.new_id()
    record_run(journal, run_id, "doubt")
    recorder = Recorder(journal, run_id=run_id, states=known.states, clock=clock.now)
    for item in items:
        settle_as_told(recorder, item, present=said is Said.PRESENT)
    return 0
