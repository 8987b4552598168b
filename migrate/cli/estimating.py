"""What a plan will cost, at the pace that earlier runs have learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.planning import Drafted
    from migrate.plan.document import Draft
    from migrate.plan.estimate import Estimate


def estimate_of(context: Context, drafted: Drafted, drafts: list[Draft]) -> Estimate:
    """The estimate of some of the drafts."""
    from migrate.plan.estimate import estimate

    per_second, learned = pace_of_pim(context)
    inputs = drafted.resolved.inputs
    return estimate(
        drafts,
        inputs.source,
        drafted.target,
        drafted.resolved.resolution,
        now=drafted.now,
        per_second=per_second,
        learned=learned,
    )


def pace_of_pim(context: Context) -> tuple[float, bool]:
    """Units a second that the target's PIM is asked with, and whether that was learned from it."""
    from migrate.cli.doors import beginnings
    from migrate.kinds.request import Lane

    pim = beginnings(context, "target")[Lane.PIM]
    return pim.now.rate if pim.learned is None else pim.learned, pim.is_known
