"""What a plan will cost, at the pace that earlier runs have learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrate.cli import clock

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
    from migrate.graphapi.pacer import Pacer
    from migrate.kinds.request import Lane
    from migrate.store.paces import FILE_NAME, PaceBook

    engagement = context.engagement
    ceilings = {Lane(name): rate for name, rate in engagement.throttle.lanes.items()}
    begun = Pacer(clock=clock.monotonic, sleep=clock.sleep, ceilings=ceilings).pace(Lane.PIM)
    path = engagement.state_folder / FILE_NAME
    if not path.is_file():
        return begun.rate, False
    with PaceBook(path, run_id=clock.new_id(), clock=clock.seconds, tell=context.screen.note) as book:
        known = book.of(engagement.target.tenant_id)
        limit, reached = known.limits().get(Lane.PIM.value), known.reached().get(Lane.PIM.value)
    if limit is not None:
        return min(limit, begun.ceiling), True
    resumed = begun.resumed(clock.monotonic(), reached or 0.0).rate
    return resumed, resumed > begun.rate
