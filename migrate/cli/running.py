"""One run against the target: signed in, journalled, stoppable, judged at the end by the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from migrate.cli import clock
from migrate.errors import Interrupted, MigrateError, StateError

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.plan.document import Item
    from migrate.plan.terms import Terms
    from migrate.replay.brake import Brake
    from migrate.replay.fold import WriteState
    from migrate.replay.recorder import Recorder
    from migrate.replay.run import Run
    from migrate.store.database import Database
    from migrate.store.runs import Runs
    from migrate.views.screen import Screen
    from migrate.views.writes import WriteLines

IN_DOUBT, SOME_NOT_DONE = 15, 3
YIELDS_TO_DOUBT = (14, 16, 3, 4)
"""Exit codes that give way when writes are in doubt as well."""


def run_writes(
    context: Context,
    db: Database,
    *,
    verb: str,
    wave: str,
    plan_id: str | None,
    items: Sequence[Item],
    states: dict[str, WriteState],
    work: Callable[[Run], Awaitable[None]],
    lines: WriteLines,
    made_elsewhere: Mapping[str, str] | None = None,
    terms: Terms | None = None,
    first: Sequence[tuple[str, dict[str, Any]]] = (),
) -> tuple[int, Recorder]:
    """Signs in and lets ``work`` run; returns 15 when writes stay in doubt, else 0, and the pen of the run.

    ``terms`` may end the run by itself; ``first`` are events that go into the journal before any other of
    this run, each with its payload.

    Raises:
        Interrupted: the person stopped it; everything is journalled.
        StateError: an outcome could not go into the database.
        MigrateError: what stopped the work.
    """
    from migrate.cli.run_record import record_run
    from migrate.replay.brake import Brake
    from migrate.replay.recorded import journal_to_build_on
    from migrate.replay.recorder import Recorder
    from migrate.store.runs import Runs

    journal = journal_to_build_on(db, clock.now)
    run_id = clock.new_id()
    runs, begun = Runs(db), False

    async def begin_and_work(run: Run) -> None:
        # Only once signed in: a run that never reached the tenant leaves no trace in the state.
        nonlocal begun
        runs.begin(run_id, verb, clock.now(), plan_id=plan_id, wave=wave)
        begun = True
        record_run(journal, run_id, verb, plan_id=plan_id, wave=wave, session=run.session)
        for event, payload in first:
            journal.append(event, run_id=run_id, plan_id=plan_id, wave=wave, payload=payload)
        await work(run)

    recorder = Recorder(journal, run_id=run_id, states=states, clock=clock.now)
    brake = None
    if terms is not None and plan_id is not None and (terms.stop.says_anything or terms.freezes):
        brake = Brake(terms, lambda payload: recorder.stopped(plan_id, payload))
    outcome = "done"
    try:
        code = asyncio.run(_signed_in(context, recorder, items, begin_and_work, lines, brake, made_elsewhere))
        outcome = "in_doubt" if code else "stopped" if brake is not None and brake.reason else "done"
        if brake is not None and brake.reason:
            context.screen.note(f"\nstopped by itself: {brake.reason}")
        return code, recorder
    except MigrateError as error:
        outcome = error.code
        if error.exit in YIELDS_TO_DOUBT and any(recorder.state(item).open for item in items):
            context.screen.error(error)
            return IN_DOUBT, recorder
        raise
    except KeyboardInterrupt:
        outcome = "interrupted"
        raise
    finally:
        if begun:
            _finish(runs, run_id, outcome)


def tell_still_changed(screen: Screen, items: Iterable[Item], recorder: Recorder) -> bool:
    """Says how many rules stay changed that were to be so only for the length of a run."""
    from migrate.replay.temporary import stands

    every = {item.id: item for item in items}.values()
    if still := sum(stands(item, recorder.state(item)) for item in every):
        screen.note(f"{still} rules are STILL CHANGED for the time being: pim-migrate status")
    return still > 0


def _finish(runs: Runs, run_id: str, outcome: str) -> None:
    """A full disk must not hide the error that is on its way: a run without an end then says enough."""
    with suppress(StateError):
        runs.finish(run_id, outcome, clock.now())


async def _signed_in(
    context: Context,
    recorder: Recorder,
    items: Sequence[Item],
    work: Callable[[Run], Awaitable[None]],
    lines: WriteLines,
    brake: Brake | None,
    made_elsewhere: Mapping[str, str] | None,
) -> int:
    from migrate.cli.doors import open_session
    from migrate.cli.stopping import stoppable
    from migrate.crawl.tenant import check_tenant
    from migrate.replay.board import Board
    from migrate.replay.live import LiveTarget
    from migrate.replay.mark import mark_of
    from migrate.replay.run import Run

    target = context.engagement.target
    async with open_session(context, "target") as session, recorder.together():
        await check_tenant(session, target.tenant_id, "[target]")
        run = Run(
            session=session,
            live=LiveTarget(session, Board(items, recorder.state, made_elsewhere).bound(items)),
            recorder=recorder,
            sleep=clock.sleep,
            clock=clock.now,
            report=recorder.when_on_disk(lines.show if brake is None else brake.watching(lines.show)),
            justification=lambda write_id, batch: (
                f"pim-migrate {context.engagement.name} batch {batch} write {write_id}"
            ),
            mark=partial(mark_of, context.engagement.name),
            made_elsewhere=made_elsewhere or {},
            tell=context.screen.note,
            window=context.engagement.throttle.replication_window,
            brake=brake,
        )
        with stoppable(run, context.screen.note):
            try:
                await work(run)
            except asyncio.CancelledError:
                raise Interrupted(
                    "left at once: what was in flight is in doubt until the next run has read it",
                    where="Ctrl-C",
                    hint="run the same command again: it carries on",
                ) from None
        await recorder.on_disk()
        if recorder.emergency_file is not None:
            raise StateError(
                "the database could not take an outcome; it was kept beside it and nothing new was begun",
                where=str(recorder.emergency_file),
                hint="make room on the disk and run the same command again: it takes the outcome over",
                code="state_full",
            )
        if run.stop.is_set():
            raise Interrupted(
                "stopped as asked: what was in flight is finished or journalled",
                where="Ctrl-C",
                hint="run the same command again: it carries on",
            )
    return IN_DOUBT if any(recorder.state(item).open for item in items) else 0
