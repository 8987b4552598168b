"""What `plan` and `report` have in common: every right of the source and what will happen to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.errors import NoState

if TYPE_CHECKING:
    from datetime import datetime

    from migrate.cli.context import Context
    from migrate.cli.resolving import Inputs, Resolved
    from migrate.plan.document import Draft
    from migrate.plan.guard import Guard
    from migrate.plan.tier_gate import TierGate
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database


@dataclass(frozen=True)
class Drafted:
    """The drafts of all rights as the guards let them through, with what they were made of and when.
    ``target`` is the tenant with what this engagement has written since its snapshot."""

    drafts: list[Draft]
    gate: TierGate
    resolved: Resolved
    guard: Guard
    now: datetime
    target: TenantView


def draft_all(context: Context, db: Database) -> Drafted:
    """Resolves as things stand and judges every right against the target, our own writes included.

    Raises:
        NoState: nothing was resolved yet.
        FileError, PartialCoverage: as ``guard_of``.
    """
    from migrate.cli.resolving import resolve_and_save

    check_resolved(db)
    return draft(context, db, resolve_and_save(context, db))


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


def draft(context: Context, db: Database, resolved: Resolved) -> Drafted:
    """Judges every right of a resolution against the target, our own writes included, and all of them
    together at the tier gate.

    Raises:
        FileError, PartialCoverage: as ``guard_of``.
    """
    from migrate.cli import clock
    from migrate.cli.since_snapshot import as_it_stands
    from migrate.cli.tiering import tier_table
    from migrate.plan.broader_role import block_broader_roles
    from migrate.plan.build import Planner
    from migrate.plan.tier_gate import TierGate

    inputs, now = resolved.inputs, clock.now()
    guard = guard_of(context, inputs)
    target = as_it_stands(db, inputs.target, inputs.target_info)
    drafts = Planner(inputs.source, target, resolved.resolution, guard, now).drafts()
    drafts = block_broader_roles(drafts, inputs.source, target, guard)
    gate = TierGate.of(drafts, inputs.source, target, resolved.resolution, tier_table(context), now)
    return Drafted(gate.let_through(drafts), gate, resolved, guard, now, target)


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
