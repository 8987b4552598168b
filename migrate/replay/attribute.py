"""Whose row is it? Only what this engagement made may be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.errors import AccessError, GraphRefused
from migrate.kinds.ids import same_id
from migrate.kinds.kind import Row
from migrate.kinds.schedule import parse_time
from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.replay.live import LiveTarget
from migrate.replay.writes import CLOCK_SKEW, carries


async def is_ours(live: LiveTarget, item: Item, row: Row, state: WriteState) -> bool:
    """Whether a row that was absent before came from this write; what nothing says is not ours."""
    return await whose(live, item, row, state) is True


async def whose(live: LiveTarget, item: Item, row: Row, state: WriteState) -> bool | None:
    """True for a row of this write, False for somebody else's, ``None`` while nothing says.

    A row that names one of our requests is ours. Else the request that made the row is asked for: its
    justification carries the write id. Where Graph shows no such request, the row is ours if Graph accepted
    our request, since it refuses a second right under one key. After a lost answer Graph's log is searched
    for a request of this write; only where nobody may read that log, a row made since the Begin is ours.
    """
    if names_our_request(row, state):
        return True
    if made_using := row.get("createdUsing"):
        maker = await live.maker(item, str(made_using))
        said = _says(maker or {}, item, live.caller_id)
        if said is not None:
            return said
    if state.request_id is not None:
        return True
    if not state.doubted:
        return False
    try:
        return True if await live.lost_request(item, state.known_requests) else None
    except (AccessError, GraphRefused):
        created, begun = parse_time(row.get("createdDateTime")), state.begun_at
        return created is not None and begun is not None and created >= begun - CLOCK_SKEW


def names_our_request(row: Row, state: WriteState) -> bool:
    """Whether a row carries the id of a request that Graph accepted for this write, in any of the places
    where one has been seen: ``createdUsing``, its own id (roles), or the end of its own id (groups:
    ``{groupId}_{accessId}_{request id}``)."""
    if state.schedule_id and same_id(row.get("id"), state.schedule_id):
        return True
    made_using = str(row.get("createdUsing") or "").lower()
    row_id = str(row.get("id") or "").lower()
    return any(name in state.known_requests for name in (made_using, row_id, row_id.rpartition("_")[2]))


def _says(maker: Mapping[str, Any], item: Item, caller_id: str | None) -> bool | None:
    """What the request that made a row says; ``None`` when it says nothing that settles it."""
    if maker.get("justification"):
        return carries(str(maker["justification"]), item.id)
    user = (maker.get("createdBy") or {}).get("user") or {}
    if caller_id and user.get("id") and not same_id(user["id"], caller_id):
        return False
    return None
