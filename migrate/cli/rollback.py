"""``pim-migrate rollback``: takes back what this engagement made or changed, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import (
    DEFAULT_ENGAGEMENT,
    EngagementOption,
    JsonOption,
    TargetTenantOption,
    YesOption,
)
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.waves import Journalled
    from migrate.plan.document import Item
    from migrate.replay.fold import WriteState
    from migrate.store.database import Database

EVERYTHING = "everything"


def rollback(
    wave: Annotated[str, typer.Argument(help="The wave.")] = "",
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    batch: Annotated[
        int | None, typer.Option("--batch", min=1, help="Only this batch of the newest plan.")
    ] = None,
    write: Annotated[str, typer.Option("--write", help="Only this write.")] = "",
    everything: Annotated[bool, typer.Option("--everything", help="Every wave of the engagement.")] = False,
    yes: YesOption = False,
    target_tenant: TargetTenantOption = "",
) -> None:
    """Take back only what the journal says that this engagement made or changed, and only as it was left.

    May be killed at any moment and run again. Exit 3 when something stays, because somebody has changed it
    since or relies on it, 15 when something is in doubt.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, wave, batch, write, everything, yes, target_tenant))


def _run(
    screen: Screen,
    path: Path,
    wave: str,
    batch: int | None,
    write: str,
    everything: bool,
    yes: bool,
    target_tenant: str,
) -> int:
    from migrate.cli import clock
    from migrate.cli.confirm import confirm
    from migrate.cli.context import Context
    from migrate.cli.running import IN_DOUBT, SOME_NOT_DONE, run_writes, tell_still_changed
    from migrate.cli.waves import changed_for_a_time, check_engagement, journalled, made_by_name
    from migrate.replay.rollback import concerns, is_left_behind
    from migrate.replay.stages import roll_back_in_stages
    from migrate.views.progress import ProgressLine
    from migrate.views.to_do import show_rollback
    from migrate.views.writes import WriteLines

    _check_usage(wave, batch, write, everything)
    context = Context.of(path, screen)
    with context.writing("rollback") as db:
        known = journalled(db, None if everything else wave)
        for plan in known.plans:
            check_engagement(context, plan.target["tenant_id"])
        all_known = journalled(db, None)
        chosen = _chosen(known, batch, write)
        items = _with_what_was_kept(
            [item for item in chosen if concerns(all_known.states[item.id])], all_known
        )
        residue = _residue(items, known.states)
        show_rollback(screen, items, residue)
        if items or changed_for_a_time(all_known):
            confirm(context, db, yes=yes, target_tenant=target_tenant, what="rollback")
        lines = WriteLines(
            screen,
            {item.id: item for item in (*changed_for_a_time(all_known), *items)},
            ProgressLine(quiet=screen.as_json, clock=clock.monotonic),
        )
        code = 0
        if items or changed_for_a_time(all_known):
            code, recorder = run_writes(
                context,
                db,
                verb="rollback",
                wave=wave or EVERYTHING,
                plan_id=None,
                items=items,
                states=all_known.states,
                made_elsewhere=made_by_name(all_known),
                work=lambda run: roll_back_in_stages(run, items, all_known.begun_writes()),
                lines=lines,
            )
            states = {item.id: recorder.state(item) for item in items}
            residue = _residue(items, states)
            still_changed = tell_still_changed(screen, (*all_known.begun_writes(), *items), recorder)
            if code == 0 and (still_changed or any(is_left_behind(item, states[item.id]) for item in items)):
                code = SOME_NOT_DONE
        _withdraw(db, journalled(db, None if everything else wave).states, chosen)
    counts = lines.counts()
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing to take back"
    undone = lines.written()
    screen.say(f"\ntaken back: {undone}" if undone else "")
    screen.say(f"rolled back {wave or EVERYTHING}: {told}")
    waves = dict.fromkeys(plan.wave for plan in known.begun_plans())
    step = "doubt settle" if code == IN_DOUBT else ", then ".join(f"verify {one}" for one in waves)
    screen.say(f"next: pim-migrate {step}")
    screen.line(
        "summary", verb="rollback", wave=wave or EVERYTHING, states=counts, residue=residue, exit=code
    )
    return code


def _with_what_was_kept(items: list[Item], known: Journalled) -> list[Item]:
    """The writes together with those that an earlier rollback left only because something relied on them:
    they go with the last that does."""
    own = {item.id for item in items}
    kept = [one for one in known.begun_writes() if known.states[one.id].released and one.id not in own]
    return [*kept, *items] if items else []


def _residue(items: list[Item], states: Mapping[str, WriteState]) -> list[str]:
    """What a rollback cannot undo, in words."""
    from migrate.replay.widened import is_left_wide, left_told

    left = {left_told(item, states[item.id]) for item in items if is_left_wide(states[item.id])}
    return sorted(left.union(*(item.residue for item in items)))


def _withdraw(db: Database, states: Mapping[str, WriteState], chosen: list[Item]) -> None:
    """Ends the intention of writes that never came to be: after a rollback their absence is right."""
    from migrate.cli import clock
    from migrate.cli.run_record import record_run
    from migrate.replay.recorder import Recorder
    from migrate.store.journal import Journal

    never_came = [item for item in chosen if states[item.id].never_came]
    if not never_came:
        return
    journal, run_id = Journal(db, clock.now), clock.new_id()
    record_run(journal, run_id, "rollback")
    recorder = Recorder(journal, run_id=run_id, states=states, clock=clock.now)
    for item in never_came:
        recorder.withdraw(item)


def _check_usage(wave: str, batch: int | None, write: str, everything: bool) -> None:
    from migrate.errors import UsageError

    if everything == bool(wave) or (everything and (batch or write)) or (batch and write):
        raise UsageError(
            "say what to roll back: WAVE, WAVE with --batch N or --write ID, or --everything",
            where="WAVE",
            hint="pim-migrate rollback all --batch 2",
            code="rollback_scope",
        )


def _chosen(known: Journalled, batch: int | None, write: str) -> list[Item]:
    from migrate.errors import NoState, UsageError

    begun = known.begun_writes()
    if not begun:
        raise NoState(
            "nothing was ever applied here",
            where="WAVE",
            hint=f"pim-migrate apply {known.plans[-1].id}",
            code="not_applied",
        )
    if write:
        begun = [item for item in begun if item.id == write]
        if not begun:
            raise UsageError(
                f"the journal knows no write {write}",
                where="--write",
                hint="pim-migrate status",
                code="unknown_write",
            )
    if batch and begun:
        newest = known.begun_plans()[-1]
        ids = {item.id for item in newest.writes() if item.batch == batch}
        if not ids:
            raise UsageError(
                f"plan {newest.id} has no batch {batch}",
                where="--batch",
                hint="pim-migrate status",
                code="unknown_batch",
            )
        begun = [item for item in begun if item.id in ids]
    return begun
