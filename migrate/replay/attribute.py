"""Whose row is it? Only what this engagement made may be taken back."""

from __future__ import annotations

from datetime import timedelta

from migrate.kinds.ids import same_id
from migrate.kinds.kind import Row
from migrate.kinds.schedule import parse_time
from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.replay.live import LiveTarget

CLOCK_SKEW = timedelta(minutes=5)


async def is_ours(live: LiveTarget, item: Item, row: Row, state: WriteState) -> bool:
    """Whether a row that was absent before came from this write.

    The answer's request id decides where there was an answer. After a lost answer the request that made
    the row is asked for: its justification carries the write id. Where Graph shows no such request, and
    only after a lost answer, a row created since the Begin counts as ours; one that is older, or that tells
    no time, does not.
    """
    made_using = row.get("createdUsing")
    if state.request_id and made_using:
        return same_id(made_using, state.request_id)
    if state.request_id:
        return True
    if made_using:
        maker = await live.maker(item, str(made_using))
        if maker is not None and maker.get("justification"):
            return carries(str(maker["justification"]), item.id)
    if not state.doubted:
        return False
    created, begun = parse_time(row.get("createdDateTime")), state.begun_at
    return created is not None and begun is not None and created >= begun - CLOCK_SKEW


def carries(justification: str, write_id: str) -> bool:
    """Whether a justification names this write; as a whole word, since ids are prefixes of others."""
    return write_id in justification.replace(",", " ").split()
