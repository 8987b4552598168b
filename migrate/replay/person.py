"""A write in doubt, settled by a person who has looked where no read of ours can."""

from __future__ import annotations

from migrate.plan.document import Action, Item
from migrate.replay.fold import Direction, Ended
from migrate.replay.forms.by_kind import form_of
from migrate.replay.recorder import Recorder


def settle_as_told(recorder: Recorder, item: Item, *, present: bool) -> None:
    """Journals that somebody saw what the write is about in the target (a right, an object, a change), or did
    not. A right that was to give way has done so where it is not seen."""
    state = recorder.state(item)
    # A person is asked because an answer is lost: what stands there may be ours though nobody says so.
    recorder.doubt(item, "a person was asked")
    direction = Direction.ASSIGN
    if state.removing or state.repairing:
        direction = Direction.REMOVE if state.removing else Direction.REPAIR
    brings = (direction is Direction.ASSIGN) is not (item.action is Action.REPLACE)
    happened = present is brings
    form = form_of(item)
    asked = {"endDateTime": item.target.get("endDateTime")} if form is None else form.as_asked(item)
    recorder.end(
        item,
        direction,
        Ended.DONE if happened else Ended.ABSENT,
        message=f"a person said: {'present' if present else 'absent'}",
        image=asked if happened else None,
    )
