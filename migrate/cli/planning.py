"""What `plan` and `report` have in common: every right of the source and what will happen to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.errors import NoState

if TYPE_CHECKING:
    from datetime import datetime

    from migrate.cli.context import Context
    from migrate.cli.resolving import Fresh, Resolved
    from migrate.cli.snapshot_inputs import Inputs
    from migrate.plan.along.companions import Companions
    from migrate.plan.along.moving import Moving
    from migrate.plan.build import Planner
    from migrate.plan.document import Draft
    from migrate.plan.guard import Guard
    from migrate.plan.tier_gate import TierGate
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database


@dataclass(frozen=True)
class Drafted:
    """The drafts of all rights as the guards let them through, with what they were made of and when.
    ``target`` is the tenant with what this engagement has written since its snapshot, ``companions`` what the
    rights bring along, and the target with that."""

    drafts: list[Draft]
    gate: TierGate
    resolved: Resolved
    guard: Guard
    now: datetime
    target: TenantView
    companions: Companions


def draft_all(context: Context, db: Database, moving: Moving | None = None) -> Drafted:
    """Resolves as things stand and judges every right against the target, our own writes included.

    Raises:
        NoState: nothing was resolved yet.
        FileError, PartialCoverage: as ``guard_of``.
    """
    from migrate.cli.resolving import resolve_and_save

    check_resolved(db)
    converts = moving is not None and moving.converts
    return draft(context, db, resolve_and_save(context, db, converts=converts), moving)


def check_resolved(db: Database) -> None:
    """Raises NoState where nothing was resolved yet."""
    from migrate.store.resolutions import Resolutions

    if Resolutions(db).latest_info() is None:
        raise NoState(
            "nothing was resolved yet",
            where=str(db.path),
            hint="run `pim-migrate resolve`",
            code="no_resolution",
        )


@dataclass(frozen=True)
class Prepared:
    """What judges one right after the other: the planner over the target as it will be with ``along``, which
    the rights bring along. ``target`` is the tenant as it stands."""

    planner: Planner
    along: Companions
    guard: Guard
    now: datetime
    target: TenantView


def prepare(
    context: Context,
    db: Database,
    resolved: Resolved | Fresh,
    moving: Moving | None = None,
    now: datetime | None = None,
) -> Prepared:
    """Everything that has to be known before a right can be judged against the target, our own writes and
    what is to be made included; ``now`` is the present where it is not given.

    Raises:
        FileError, PartialCoverage: as ``guard_of``.
    """
    from migrate.cli import clock
    from migrate.cli.moving import moving_of
    from migrate.cli.since_snapshot import as_it_stands, made_here, shortened_here
    from migrate.plan.along.companions import Companions
    from migrate.plan.build import NOTHING, Planner

    inputs, now = resolved.inputs, now or clock.now()
    guard = guard_of(context, inputs)
    target = as_it_stands(db, inputs.target, inputs.target_info)
    moving = moving or moving_of(context)
    along = Companions.of(
        inputs.source,
        target,
        resolved.resolution,
        moving,
        made=made_here(db),
        protected=guard.protected,
        now=now,
    )
    conversion = inputs.conversion
    planner = Planner(
        inputs.source,
        along.target,
        along.resolution,
        guard,
        now,
        moving,
        shortened_here(db),
        converts=conversion.says if conversion else NOTHING,
        stays=conversion.why_staying() if conversion else NOTHING,
    )
    return Prepared(planner, along, guard, now, target)


def draft(context: Context, db: Database, resolved: Resolved, moving: Moving | None = None) -> Drafted:
    """Judges every right of a resolution, and all of them together at the tier gate.

    Raises:
        FileError, PartialCoverage: as ``guard_of``.
    """
    made = prepare(context, db, resolved, moving)
    rights, gate, along = judged(context, made, resolved.inputs)
    return Drafted(rights, gate, resolved, made.guard, made.now, made.target, along)


def judged(context: Context, made: Prepared, inputs: Inputs) -> tuple[list[Draft], TierGate, Companions]:
    """Every right as the guards let it through, the gate that judged them together, and what they bring
    along as far as the gate lets it."""
    from migrate.cli.tiering import tier_table
    from migrate.plan.broader_role import block_broader_roles
    from migrate.plan.tier_gate import TierGate

    source, along = inputs.source, made.along
    drafts = block_broader_roles(made.planner.drafts(), source, along.target, made.guard)
    # Without the people who are to be put into lists: as writes they are judged themselves.
    together = [*drafts, *along.links]
    table = tier_table(context)
    gate = TierGate.of(together, source, along.unpeopled, along.resolution, table, made.now)
    passed = gate.let_through(together)
    along = along.with_links(passed[len(drafts) :])
    conversion = inputs.conversion
    rights = [*passed[: len(drafts)], *(conversion.left_out() if conversion else ())]
    return rights, gate, along


def guard_of(context: Context, inputs: Inputs) -> Guard:
    """The guard with its protected principals found in either tenant.

    Raises:
        FileError: a protected principal is in neither tenant.
        PartialCoverage: whether it is cannot be known.
    """
    from migrate.plan.guard import Guard, find_protected

    settings = context.engagement.guard
    where = f"{context.engagement.path}: [guard] protected_principals"
    return Guard(
        protected=find_protected(settings.protected_principals, (inputs.source, inputs.target), where),
        max_writes=settings.max_writes,
        min_break_glass=settings.min_break_glass,
        allow_irreversible=frozenset(settings.allow_irreversible),
        allow_broader_roles=frozenset(one.strip().casefold() for one in settings.allow_broader_roles),
    )
