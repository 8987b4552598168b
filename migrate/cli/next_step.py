"""What keeps plans from going on, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrate.cli.context import Context
    from migrate.cli.waves import Journalled
    from migrate.plan.document import Plan
    from migrate.replay.fold import WriteState
    from migrate.store.database import Database
    from migrate.views.status import Standing

WATCH = "pim-migrate status --watch"


def standing_of(context: Context, db: Database, plan: Plan, states: dict[str, WriteState]) -> Standing:
    """Whether a condition has stopped a plan, and who has approved it; looking refuses nothing."""
    from migrate.cli.approving import approvals_of, needed_approvals
    from migrate.cli.permission import stopped_by
    from migrate.cli.unfinished import is_unfinished
    from migrate.store.plans import Plans
    from migrate.views.status import Standing

    # What stopped a plan that was taken back since keeps nobody from anything.
    stopped = stopped_by(db, plan.id) if is_unfinished(plan, states, {}) else ""
    needed = 0
    try:
        needed, _ = needed_approvals(plan, context)
        found = approvals_of(plan, [Plans(db).get(plan.id).path], context) if needed else []
    except MigrateError as error:
        trouble = f"its approvals cannot be told: {error.message} ({error.code})"
        return Standing(stopped, needed, (), trouble)
    return Standing(stopped, needed, tuple(sorted(one.approver for one in found)))


def first_steps(db: Database) -> str:
    """What comes before the first plan."""
    from migrate.store.resolutions import Resolutions
    from migrate.store.snapshots import Snapshots

    snapshots = Snapshots(db)
    for side in ("source", "target"):
        if snapshots.latest("source" if side == "source" else "target") is None:
            return f"pim-migrate snapshot {side}"
        if snapshots.unfinished("source" if side == "source" else "target"):
            return "pim-migrate snapshot, which goes on where the last one was stopped"
    return "pim-migrate plan all" if Resolutions(db).latest() else "pim-migrate resolve"


def next_step(
    context: Context,
    db: Database,
    known: Journalled,
    standings: Mapping[str, Standing],
    *,
    ended: bool = False,
) -> str:
    """The one command that brings the engagement on; what is changed for a time, then what is in doubt come
    before everything else. ``ended``: a run was seen to its end, so that its process is at work no more, be
    it still there."""
    from migrate.cli.unfinished import newest_unfinished
    from migrate.cli.waves import changed_for_a_time
    from migrate.replay.recorder import plan_of
    from migrate.store.process import working

    states = known.states
    if not ended and (holder := working(context.engagement.lock_path)) is not None:
        return f"{WATCH}, while `{holder.verb}` is at work"
    if left := changed_for_a_time(known):
        plan_id = plan_of(left[0].id)
        return f"pim-migrate apply {plan_id}, which first restores what is changed for the time being"
    if any(states[item.id].open for item in known.begun_writes()):
        return "pim-migrate doubt settle"
    if (plan := newest_unfinished(db, known)) is not None:
        return _to_apply(plan, standings[plan.id])
    newest = max(known.plans, key=lambda one: (one.made_at, one.id))
    begun = [states[item.id] for item in newest.writes() if item.id in states]
    if begun and all(not state.wants_presence for state in begun):
        return "pim-migrate snapshot target, then resolve and plan again"
    if not begun and newest.writes():
        return _to_apply(newest, standings[newest.id])
    return f"pim-migrate verify {newest.wave}"


def _to_apply(plan: Plan, standing: Standing) -> str:
    if standing.stopped:
        return f"find the cause ({standing.stopped}), then: pim-migrate apply {plan.id} --go-on"
    if standing.lacks_approval:
        return f"pim-migrate plans approve {plan.id} --key FILE, then: pim-migrate apply {plan.id}"
    return f"pim-migrate apply {plan.id}"
