"""``status --watch``: follows a run of another process by reading what it commits. Never takes the lock."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from migrate.cli import clock
from migrate.cli.status import tell_standing

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.replay.fold import WriteState
    from migrate.store.database import Database
    from migrate.store.runs import RunRow
    from migrate.views.watch import WatchView


def watch_run(context: Context, db: Database, interval: float) -> int:
    """Follows the run that is under way, or waits for one, until it ends; then tells where all stands.

    Returns 15 where that run left writes in doubt, else 0; 0 after Ctrl-C.
    """
    from migrate.store.journal import Journal
    from migrate.views.watch import WatchView

    Journal(db, clock.now).verify_chain()
    watch = Watch(context, db)
    try:
        with WatchView.on(context.screen) as view:
            asyncio.run(watch.follow(view, interval))
    except KeyboardInterrupt:
        context.screen.note("\nno longer watching; the run goes on by itself")
        watched = watch.run_id
        context.screen.line("summary", verb="status", watched=watched, in_doubt=watch.in_doubt, exit=0)
        return 0
    return tell_standing(context, db, watched=watch.run_id)


class Watch:
    """What has been seen so far of the journal and of the runs."""

    def __init__(self, context: Context, db: Database) -> None:
        self._context, self._db = context, db
        self._states: dict[str, WriteState] = {}
        self._sequence = 0
        self._committed: object = None
        self._known: set[str] = set()
        self.run_id = ""

    @property
    def in_doubt(self) -> int:
        return sum(state.open for state in self._states.values())

    async def follow(self, view: WatchView, interval: float) -> None:
        """Looks again and again until the run has ended, or its process is gone."""
        from migrate.store.runs import Runs

        self._take_in(None)
        runs = {run.id: run for run in Runs(self._db).list()}
        self._known = {one for one in runs if not self._is_at_work(runs[one])}
        view.begin(self._states, clock.now())
        while True:
            run = self._run()
            if run is not None and not self.run_id:
                self.run_id = run.id
                view.run_begins(run)
            self._take_in(view)
            if run is not None and run.finished_at is not None:
                # What it wrote last was committed before its end.
                view.run_ends(run)
                return
            if run is not None and not self._is_at_work(run):
                again = next(one for one in Runs(self._db).list() if one.id == run.id)
                self._take_in(view)
                view.run_ends(again)
                return
            view.tick(clock.now())
            await clock.sleep(interval)

    def _run(self) -> RunRow | None:
        """The run that is followed, once there is one."""
        from migrate.store.runs import Runs

        wanted = [
            run
            for run in Runs(self._db).list()
            if (run.id == self.run_id if self.run_id else run.id not in self._known)
        ]
        return wanted[0] if wanted else None

    def _is_at_work(self, run: RunRow) -> bool:
        """Whether the process of a run that has not ended is there: the one that holds the engagement."""
        from migrate.store.process import working

        if run.finished_at is not None:
            return False
        holder = working(self._context.engagement.lock_path)
        return holder is not None and holder.verb == run.verb and holder.since <= run.started_at

    def _take_in(self, view: WatchView | None) -> None:
        """Folds what was committed since the last look; ``view`` hears of each write that stands anew."""
        from migrate.replay.fold import WriteState, step
        from migrate.store.journal import Journal
        from migrate.views.watch import live_word

        committed = self._db.value("PRAGMA data_version")
        if committed == self._committed:
            return
        self._committed = committed
        for entry in Journal(self._db, clock.now).entries(after=self._sequence):
            self._sequence = entry.sequence
            if entry.write_id is None:
                if view is not None and entry.event == "stopped":
                    view.stopped(str(entry.payload.get("reason") or ""))
                continue
            before = self._states.get(entry.write_id, WriteState())
            after = self._states[entry.write_id] = step(before, entry)
            if view is not None and live_word(before) != live_word(after):
                view.changed(entry.write_id, entry.at, after)
