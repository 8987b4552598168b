"""Where an engagement stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from migrate.plan.document import Plan
from migrate.replay.fold import Direction, WriteState
from migrate.store.database import Database
from migrate.store.runs import Runs
from migrate.store.snapshots import Snapshots
from migrate.views.screen import Screen


def show_snapshots(screen: Screen, db: Database) -> None:
    """One that is not sealed was left by a run that was stopped: the next one goes on with it."""
    found = Snapshots(db).list()
    for info in found:
        screen.line(
            "snapshot" if info.sealed_at else "unfinished_snapshot",
            tenant=info.tenant,
            id=info.id,
            scope=info.scope,
            base=info.base_id,
            started_at=info.started_at,
            sealed_at=info.sealed_at,
            hash=info.hash,
        )
    screen.table(
        "snapshots",
        ["snapshot", "tenant", "scope", "since", "sealed"],
        [
            [
                one.id,
                one.tenant,
                one.scope,
                one.base_id or "",
                one.sealed_at or f"begun {one.started_at}, open",
            ]
            for one in found
        ],
    )


def show_runs(screen: Screen, db: Database) -> None:
    """The ten newest runs; one without an end was killed or is still going on."""
    found = Runs(db).list()[-10:]
    for run in found:
        screen.line(
            "run",
            id=run.id,
            verb=run.verb,
            plan=run.plan_id,
            wave=run.wave,
            started_at=run.started_at,
            finished_at=run.finished_at,
            outcome=run.outcome,
        )
    screen.table(
        "runs",
        ["verb", "plan", "started", "ended", "outcome"],
        [
            [
                run.verb,
                run.plan_id or run.wave,
                run.started_at[:19],
                (run.finished_at or "")[:19],
                run.outcome or "no end",
            ]
            for run in found
        ],
    )


def show_wave(screen: Screen, plan: Plan, states: Mapping[str, WriteState]) -> int:
    """One plan's writes by state; returns how many are in doubt."""
    counts = Counter(word_for(states.get(item.id, WriteState())) for item in plan.writes())
    screen.line("wave", wave=plan.wave, plan=plan.id, writes=len(plan.writes()), states=dict(counts))
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items())) or "no writes"
    screen.say(f"plan {plan.id}: {told}")
    return counts["in_doubt"]


def word_for(state: WriteState) -> str:
    """The one word for where a write stands."""
    if state.open:
        return "in_doubt"
    if state.unrepaired:
        return "widened"
    if state.intent is None:
        return "planned"
    if state.intent is Direction.REMOVE and not state.standing:
        return "rolled_back"
    if state.standing:
        return "done"
    return state.ended.value if state.ended else "planned"
