"""The engagement's guard as the planner takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.resolving import Inputs
    from migrate.plan.guard import Guard


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
    )
