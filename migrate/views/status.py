"""Where an engagement stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migrate.plan.document import Item, Plan
from migrate.replay.fold import Direction, WriteState
from migrate.replay.recorder import plan_of, wave_of
from migrate.store.database import Database
from migrate.store.runs import RunRow, Runs
from migrate.store.snapshots import Snapshots
from migrate.views.item_words import told
from migrate.views.plain_text import visible
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


def tell_run(screen: Screen, run: RunRow) -> None:
    """The line that scripts read of a run; at the screen the caller says it in its own words."""
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


def show_runs(screen: Screen, db: Database) -> None:
    """The ten newest runs; one without an end was killed or is still going on."""
    found = Runs(db).list()[-10:]
    for run in found:
        tell_run(screen, run)
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


@dataclass(frozen=True)
class Standing:
    """What keeps a plan from going on, or would: ``stopped`` is the condition that ended its last run;
    ``needed`` people must approve it, ``approved`` are those who have; ``trouble`` is why nobody can
    tell."""

    stopped: str = ""
    needed: int = 0
    approved: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def lacks_approval(self) -> bool:
        return len(self.approved) < self.needed


def show_wave(screen: Screen, plan: Plan, states: Mapping[str, WriteState], standing: Standing) -> int:
    """One plan's writes by state; returns how many are in doubt."""
    counts = Counter(word_for(states.get(item.id, WriteState())) for item in plan.writes())
    screen.line(
        "wave",
        wave=plan.wave,
        plan=plan.id,
        writes=len(plan.writes()),
        states=dict(counts),
        stopped=standing.stopped or None,
        approvals_needed=standing.needed,
        approved=standing.approved,
        trouble=standing.trouble or None,
    )
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items())) or "no writes"
    screen.say(f"plan {plan.id}: {told}")
    if standing.stopped:
        screen.say(f"  stopped by itself: {standing.stopped}; then: pim-migrate apply {plan.id} --go-on")
    if standing.needed:
        by = ", ".join(standing.approved) or "nobody"
        screen.say(f"  approvals: {len(standing.approved)} of {standing.needed}, by {by}")
    if standing.trouble:
        screen.say(f"  {standing.trouble}")
    return counts["in_doubt"]


def show_changed_for_a_time(
    screen: Screen, items: Sequence[Item], states: Mapping[str, WriteState], at_work: str
) -> None:
    """What stands changed in the target only for the length of a run, and what restores it. ``at_work`` is
    the verb of the run that is under way and will restore it itself; empty where none is."""
    for item in items:
        begun = str(states[item.id].begun_at or "")[:19]
        reason = f"changed for the time being at {begun} UTC and not restored"
        screen.line(
            "temporary", id=item.id, kind=item.kind, key=item.key, reason=reason, at_work=at_work or None,
            in_doubt=states[item.id].open,
        )  # fmt: skip
        what = f"{item.names.get('right', item.kind)}, {item.names.get('scope', item.key)}"
        screen.say(f"STILL CHANGED: {item.id}  {visible(what, 120)}: {reason}")
    if items and at_work:
        screen.say(f"  `{at_work}` is at work and restores it before it ends")
    elif items:
        first = items[0].id
        screen.say(f"  to restore it and go on: pim-migrate apply {plan_of(first)}")
        screen.say(f"  to restore it and do no more: pim-migrate rollback {wave_of(first)} --write {first}\n")


_TOLD_AT_MOST = 5


def show_in_doubt(screen: Screen, plans: Sequence[Plan], states: Mapping[str, WriteState]) -> None:
    """The writes of which nobody knows what came; the first few for people, each for scripts."""
    found = [item for plan in plans for item in plan.writes() if states.get(item.id, WriteState()).open]
    for item in found:
        begun = str(states[item.id].begun_at or "")[:19]
        reason = f"begun {begun} UTC and not known to have ended"
        screen.line(
            "write", id=item.id, action=item.action.value, kind=item.kind, key=item.key, state="in_doubt",
            reason=reason,
        )  # fmt: skip
    for item in found[:_TOLD_AT_MOST]:
        screen.say(f"  in doubt: {item.id}  {visible(told(item), 120)}")
    if len(found) > _TOLD_AT_MOST:
        screen.say(f"  and {len(found) - _TOLD_AT_MOST} more: pim-migrate doubt")


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
