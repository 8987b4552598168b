"""A write in doubt, settled by a person who has looked where no read of ours can."""

from __future__ import annotations

from migrate.plan.document import Item
from migrate.replay.fold import Direction, Ended
from migrate.replay.recorder import Recorder


def settle_as_told(recorder: Recorder, item: Item, *, present: bool) -> None:
    """Journals that somebody saw the right in the target, or did not."""
    state = recorder.state(item)
    # A person is asked because an answer is lost: what stands there may be ours though nobody says so.
    recorder.doubt(item, "a person was asked")
    direction = Direction.ASSIGN
    if state.removing or state.repairing:
        direction = Direction.REMOVE if state.removing else Direction.REPAIR
    happened = present is (direction is Direction.ASSIGN)
    recorder.end(
        item,
        direction,
        Ended.DONE if happened else Ended.ABSENT,
        message=f"a person said: {'present' if present else 'absent'}",
        image={"endDateTime": item.target.get("endDateTime")} if present else None,
    )
