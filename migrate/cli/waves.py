"""Plans and their writes as the journal knows them: where every verb about a wave begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.errors import FileError, GuardStopped, NoState, StateError, WrongTenant

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.plan.document import Item, Plan
    from migrate.replay.fold import WriteState
    from migrate.store.database import Database


@dataclass(frozen=True)
class Journalled:
    """The writes of a wave (or of all waves) with their states; ``last`` is each write's newest entry."""

    plans: tuple[Plan, ...]
    states: dict[str, WriteState]
    last: dict[str, int]

    def begun_plans(self) -> tuple[Plan, ...]:
        """Plans of which the journal knows something, oldest first."""
        return tuple(plan for plan in self.plans if any(item.id in self.last for item in plan.items))

    def begun_writes(self) -> list[Item]:
        """Every write that was ever begun, in the order of their newest entries."""
        found = [item for plan in self.plans for item in plan.writes() if item.id in self.last]
        return sorted(found, key=lambda item: self.last[item.id])


def load_plan(db: Database, given: str) -> Plan:
    """The plan with this id, or in this file.

    Raises:
        NoState: this engagement has no such plan.
        FileError: its file is not what was sealed.
    """
    from migrate.plan.document import from_text
    from migrate.store.plans import Plans

    named = Path(given)
    if named.suffix == ".json":
        if not named.exists():
            raise NoState(
                "there is no such plan file",
                where=given,
                hint="make one: pim-migrate plan all",
                code="no_plan",
            )
        # A copy of a plan is the plan: what it holds counts, not where it lies.
        plan = from_text(named.read_text(encoding="utf-8", errors="replace"), given)
        row = Plans(db).get(plan.id)
    else:
        row = Plans(db).get(given)
        if not row.path.exists():
            raise FileError(
                "the plan's file is gone",
                where=str(row.path),
                hint="make a new plan: pim-migrate plan all",
                code="plan_missing",
            )
        plan = from_text(row.path.read_text(encoding="utf-8", errors="replace"), str(row.path))
    if plan.hash != row.hash:
        raise FileError(
            "the plan's file holds another plan than the one that was registered under this id",
            where=given,
            hint="make a new plan: pim-migrate plan all",
            code="plan_changed",
        )
    return plan


def journalled(db: Database, wave: str | None) -> Journalled:
    """What the journal knows of a wave, or of every wave.

    Raises NoState for a wave without a plan, and StateError where plan and journal are not about the same.
    """
    from migrate.cli import clock
    from migrate.plan.document import from_content
    from migrate.replay.fold import fold
    from migrate.replay.recorded import check_recorded
    from migrate.store.journal import Journal
    from migrate.store.plans import Plans

    rows = [row for row in Plans(db).list() if wave is None or row.wave == wave]
    if not rows:
        named = f"wave {wave!r}" if wave else "any wave"
        raise NoState(
            f"there is no plan for {named}",
            where=str(db.path),
            hint="make one: pim-migrate plan all",
            code="no_plan",
        )
    # The registered document, not the file: what was applied must stay known when a file is lost.
    plans = tuple(from_content(dict(row.document), row.id) for row in rows)
    # By plan, not by wave: a rollback of everything writes about many waves in one run.
    ids = {plan.id for plan in plans}
    for plan, row in zip(plans, rows, strict=True):
        if plan.hash != row.hash or plan.id != row.id:
            raise StateError(
                f"another plan stands under {row.id} than the one that was registered there",
                where=str(db.path),
                hint="no write is sent; find out who changed the state folder, or restore it from a backup",
                code="plan_differs",
            )
    entries = [entry for entry in Journal(db, clock.now).entries() if entry.plan_id in ids]
    check_recorded(plans, entries)
    last = {entry.write_id: entry.sequence for entry in entries if entry.write_id is not None}
    return Journalled(plans, fold(entries), last)


def made_by_other_plans(db: Database, plan: Plan, known: Journalled | None = None) -> dict[str, str]:
    """The writes of a plan that another plan of the engagement has made already, with the other's write ids.

    Our own writes make no plan stale: what another plan made in the same way is done, once ``apply`` has read
    that it still stands. What only changes something is not among them: whether that is so already shows when
    it is read. ``known`` is the journal of every wave, where that was read already.
    """
    from migrate.plan.document import Action

    known = known or journalled(db, None)
    own = {item.id for item in plan.items}
    ids = made_by_name(known)
    made = {
        _place(item, ids): item.id
        for item in known.begun_writes()
        if item.id not in own and known.states[item.id].standing and item.action is Action.CREATE
    }
    if not made:
        return {}
    places = {item.id: _place(item, ids) for item in plan.writes() if item.action is Action.CREATE}
    return {
        write_id: made[place]
        for write_id, place in places.items()
        if place in made and write_id not in known.last
    }


def _place(item: Item, ids: Mapping[str, str]) -> tuple[object, ...]:
    """What a write makes: the same of two plans is done by either. ``ids`` are those of objects that were
    made, which one plan still names and another knows by their ids."""
    from migrate.plan.made import bound

    there = bound(item, ids)
    return there.kind, there.key, there.target.get("endDateTime")


def made_by_name(known: Journalled) -> dict[str, str]:
    """The ids of the objects that this engagement has made and not taken back, by their names in plans."""
    from migrate.replay.board import ids_made

    return ids_made(known.begun_writes(), lambda item: known.states[item.id])


def changed_for_a_time(known: Journalled) -> list[Item]:
    """The temporary changes that stand in the target, or may: a run that was killed has left them."""
    from migrate.replay.temporary import stands

    return [item for item in known.begun_writes() if stands(item, known.states[item.id])]


def check_engagement(context: Context, plan_target_tenant: str) -> None:
    """Raises WrongTenant where a plan was made for another target."""
    ours = context.engagement.target.tenant_id
    if plan_target_tenant.lower() != ours.lower():
        raise WrongTenant(
            f"the plan writes to tenant {plan_target_tenant}, the engagement's target is {ours}",
            where=str(context.engagement.path),
            hint="use the engagement file that the plan was made with",
        )


def _holder(item: Item) -> str:
    return item.names.get("principal", item.key)


def check_guards(context: Context, db: Database, items: Iterable[Item]) -> None:
    """Holds writes against the engagement's guards as they stand now, which may be after the plan was made.

    Raises:
        GuardStopped: a protected principal, too many writes, too few break-glass accounts, or an end to the
            right of an emergency account or of this program itself.
    """
    from migrate.cli.converting import accounts_to_keep
    from migrate.cli.planning import guard_of
    from migrate.cli.since_snapshot import as_it_stands
    from migrate.cli.snapshot_inputs import latest_inputs
    from migrate.plan.document import Action
    from migrate.plan.guard import check_limits
    from migrate.plan.overlap import global_administrators_leaving
    from migrate.plan.own_access import OWN_ACCESS, own_ids

    writes = list(items)
    inputs = latest_inputs(db)
    guard = guard_of(context, inputs)
    for item in writes:
        touched = {str(value).lower() for value in (*item.target.values(), *item.source.values()) if value}
        if touched & guard.protected:
            raise GuardStopped(
                f"{item.id} touches {_holder(item)}, who is protected",
                where=f"{context.engagement.path}: [guard] protected_principals",
                hint="make a new plan: it leaves protected principals out",
                code="protected_principal",
            )
    ending = [item for item in writes if item.action is Action.REPLACE]
    target = as_it_stands(db, inputs.target, inputs.target_info) if ending else inputs.target
    kept = accounts_to_keep(context, inputs) if ending else frozenset()
    own = own_ids(target, context.engagement.target.credential.client_id) if ending else frozenset()
    for item in ending:
        holder = str(item.target["principalId"]).lower()
        if holder in kept:
            raise GuardStopped(
                f"{item.id} would take a right away from an emergency account: {_holder(item)}",
                where=str(context.engagement.mappings_folder / "break-glass.toml"),
                hint="make a new plan: it leaves emergency accounts as they are",
                code="break_glass_account",
            )
        if holder in own:
            raise GuardStopped(
                f"{item.id} would take a right away: {OWN_ACCESS}",
                where=str(context.engagement.path),
                hint="make a new plan, or let somebody else take it away",
                code="self_removal",
            )
    check_limits(guard, len(writes), target, global_administrators_leaving(ending))
