"""Whether a plan may be carried out now: approved, outside every freeze window, not stopped by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrate.cli import clock
from migrate.errors import GuardStopped

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.plan.document import Plan
    from migrate.plan.terms import Terms
    from migrate.store.database import Database

Events = list[tuple[str, dict[str, Any]]]


def before_apply(
    context: Context, db: Database, plan: Plan, given: str, *, go_on: bool
) -> tuple[Terms, Events]:
    """The terms of the plan, with the windows as they stand now beside its own, and what the journal is to
    say first: who approved, and that somebody let a stopped plan go on.

    Raises GuardStopped ``freeze_window``, ``stop_condition``, and as ``check_approved``.
    """
    from migrate.cli.approving import check_approved
    from migrate.cli.waving import freezes_of, waves_of
    from migrate.plan.terms import Terms
    from migrate.store.plans import Plans

    sealed = Terms.of(plan.terms)
    now_too = freezes_of(waves_of(context), plan.wave)
    terms = replace(sealed, freezes=tuple(dict.fromkeys((*sealed.freezes, *now_too))))
    if freeze := terms.frozen_at(clock.now()):
        raise GuardStopped(
            f"nothing of wave {plan.wave} is applied during {freeze.told}",
            where="mappings/waves.toml: [freeze]",
            hint="wait for its end; a window that the plan was made with is lifted by a new plan only",
            code="freeze_window",
        )
    stopped = stopped_by(db, plan.id)
    if stopped and not go_on:
        raise GuardStopped(
            f"plan {plan.id} was stopped by a condition of its wave: {stopped}",
            where="[stop]",
            hint=f"find the cause, then: pim-migrate apply {plan.id} --go-on",
            code="stop_condition",
        )
    named = Path(given)
    files = [Plans(db).get(plan.id).path, *([named] if named.suffix == ".json" else [])]
    first: Events = []
    if approvals := check_approved(plan, files, context):
        first.append(("approved", {"plan_hash": plan.hash, "approvals": [vars(one) for one in approvals]}))
    if stopped:
        first.append(("resumed", {"after": stopped}))
    return terms, first


def stopped_by(db: Database, plan_id: str) -> str:
    """The stop condition that has ended the last run of a plan; empty where none has, or somebody has let it
    go on since."""
    from migrate.replay.brake import STOP_CONDITION
    from migrate.store.journal import Journal

    reason = ""
    for entry in Journal(db, clock.now).entries(plan_id=plan_id, events=("stopped", "resumed")):
        if entry.event == "stopped" and entry.payload.get("why") == STOP_CONDITION:
            reason = str(entry.payload.get("reason") or "a stop condition")
        elif entry.event == "resumed":
            reason = ""
    return reason
