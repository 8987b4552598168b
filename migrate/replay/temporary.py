"""Rules that are changed only while the writes that need it go through, and restored before any stop."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.plan.document import Item
from migrate.replay.forms.by_kind import form_of
from migrate.replay.plain import unmake
from migrate.replay.run import Run
from migrate.replay.settle import settle


def left_standing(run: Run, items: Iterable[Item]) -> list[Item]:
    """Temporary changes of ours that stand, newest first: a run that was killed has left them."""
    found = [item for item in items if item.temporary]
    return [
        item
        for item in reversed(found)
        if (run.recorder.state(item).standing and run.recorder.state(item).created)
        or run.recorder.state(item).open
    ]


async def restore(run: Run, items: Iterable[Item]) -> None:
    """Puts back what stands changed for the time being, also when the run was told to stop."""
    for item in left_standing(run, items):
        if run.recorder.state(item).open:
            await settle(run, [item])
        state = run.recorder.state(item)
        form = form_of(item)
        if form is not None and state.standing and state.created:
            await unmake(run, item, form, urgent=True)
