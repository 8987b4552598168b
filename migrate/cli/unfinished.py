"""Plans that were begun and are not through: what ``apply --resume`` goes on with, and ``status`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrate.errors import NoState

if TYPE_CHECKING:
    from migrate.cli.waves import Journalled
    from migrate.plan.document import Plan
    from migrate.replay.fold import WriteState
    from migrate.store.database import Database


def is_unfinished(plan: Plan, states: dict[str, WriteState], made_before: dict[str, str]) -> bool:
    """Whether a write of a plan that was begun neither stands nor was taken back on purpose."""
    lasting = [item for item in plan.writes() if not item.temporary]
    known = [states[item.id] for item in lasting if item.id in states]
    if not any(state.wants_presence or state.open for state in known):
        # Never begun, or rolled back whole: nothing of it is under way.
        return False
    untouched = (item.id for item in lasting if item.id not in states)
    return any(one not in made_before for one in untouched) or any(
        state.open or state.unrepaired or (state.wants_presence and not state.standing) for state in known
    )


def newest_unfinished(db: Database, known: Journalled) -> Plan | None:
    """The newest of the plans that are under way; one that a newer plan of its wave has overtaken is not."""
    from migrate.cli.waves import made_by_other_plans

    newest = {plan.wave: plan for plan in sorted(known.begun_plans(), key=lambda one: one.number)}
    for plan in sorted(newest.values(), key=lambda one: (one.made_at, one.id), reverse=True):
        if is_unfinished(plan, known.states, made_by_other_plans(db, plan, known)):
            return plan
    return None


def to_resume(db: Database) -> Plan:
    """The plan that ``apply --resume`` goes on with. Raises NoState ``nothing_to_resume``."""
    from migrate.cli.waves import journalled

    known = journalled(db, None)
    if found := newest_unfinished(db, known):
        return found
    raise NoState(
        "no plan is under way: each one that was begun is through, or was taken back",
        where="--resume",
        hint=f"pim-migrate apply {max(known.plans, key=lambda one: one.made_at).id}",
        code="nothing_to_resume",
    )
