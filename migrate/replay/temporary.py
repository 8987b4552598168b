"""Rules that are changed only while the writes that need it go through, and restored before any stop."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.replay.form import Form
from migrate.replay.forms.by_kind import form_of
from migrate.replay.plain import unmake
from migrate.replay.run import Run
from migrate.replay.settle import settle
from migrate.replay.writes import WriteLine

_TRIES = 3


def stands(item: Item, state: WriteState) -> bool:
    """Whether a temporary change of ours stands in the target, or may."""
    return item.temporary and ((state.standing and state.created) or state.open)


def left_standing(run: Run, items: Iterable[Item]) -> list[Item]:
    """Temporary changes of ours that stand, newest first: a run that was killed has left them."""
    return [item for item in reversed(list(items)) if stands(item, run.state(item))]


async def restore(run: Run, items: Iterable[Item]) -> None:
    """Puts back what stands changed for the time being, also when the run was told to stop.

    Raises what the first failure raised, after all the others were tried.
    """
    failures: list[Exception] = []
    for item in left_standing(run, items):
        form = form_of(item)
        if form is None:
            raise ValueError(f"{item.id}: a right is never changed for the time being")
        try:
            await _put_back(run, item, form)
        except Exception as error:  # noqa: BLE001 - kept, and raised once the others were tried
            failures.append(error)
    if failures:
        raise failures[0]


async def _put_back(run: Run, item: Item, form: Form) -> None:
    for _ in range(_TRIES):
        if run.state(item).open:
            await settle(run, [item], urgent=True)
        if not stands(item, run.state(item)) or await unmake(run, item, form, urgent=True):
            return
    if run.state(item).open:
        await settle(run, [item], urgent=True)
    if stands(item, run.state(item)) and not run.state(item).open:
        run.report(WriteLine.of(item, "not_done", "still changed for the time being", "remove"))
