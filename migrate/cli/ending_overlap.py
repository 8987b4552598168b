"""What `plan --end-overlap` takes away in the target, and what it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.planning import Drafted
    from migrate.plan.along.moving import Moving
    from migrate.plan.document import Draft


def endings_of(context: Context, drafted: Drafted, moving: Moving, drafts: Sequence[Draft]) -> list[Draft]:
    """Items for the standing assignments of the target beside what these drafts make eligible; none where
    nobody has asked for their end."""
    from migrate.cli.converting import accounts_to_keep
    from migrate.kinds import role_assignment_schedule
    from migrate.plan.overlap import Overlap
    from migrate.plan.own_access import own_ids

    inputs = drafted.resolved.inputs
    if not moving.ends_overlap or inputs.conversion is None:
        return []
    covered = (role_assignment_schedule.KIND.natural_key(one.row) for one in inputs.conversion.covered)
    overlap = Overlap(
        drafted.companions.target,
        drafted.guard,
        accounts_to_keep(context, inputs),
        own_ids(drafted.target, context.engagement.target.credential.client_id),
        frozenset(covered),
        drafted.now,
        moving.app_only,
    )
    return overlap.endings(drafts)
