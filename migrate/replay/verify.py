"""Is the target what the journal last intended? Match, drift, missing or unknown; unknown is never a pass."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.kinds.schedule import format_time
from migrate.plan.document import Action, Item
from migrate.replay.fold import Ended, WriteState
from migrate.replay.forms.by_kind import form_of
from migrate.replay.live import LiveTarget, Standing
from migrate.replay.reads import Reads
from migrate.replay.verify_plain import DRIFT, MATCH, MISSING, UNKNOWN, verify_plain
from migrate.replay.writes import WriteLine, asked_end, end_told, ends_as_asked

__all__ = ["DRIFT", "MATCH", "MISSING", "UNKNOWN", "verify"]


async def verify(reads: Reads, items: Sequence[Item], standing: Standing | None = None) -> list[WriteLine]:
    """Says of every item what it is, with the field that differs; reads what rights stand in the target where
    ``standing`` does not tell it."""
    standing = standing or await reads.live.standing([item for item in items if form_of(item) is None])
    plain = {line.id: line for line in await verify_plain(reads, items)}
    return [
        plain.get(item.id) or await _judge(reads.live, item, reads.state(item), standing) for item in items
    ]


async def _judge(live: LiveTarget, item: Item, state: WriteState, standing: Standing) -> WriteLine:
    if why := standing.why_unread(item):
        return WriteLine.of(item, UNKNOWN, f"could not be read: {why}")
    row = standing.row(item)
    if state.open and (row is None) is state.wants_presence:
        # It may be a read that lags: neither its absence nor its presence says what came of the request.
        return WriteLine.of(item, UNKNOWN, "in doubt: a request was sent, and what came of it is not known")
    if item.action is Action.KEEP or state.wants_presence:
        if row is None and state.granted:
            return await _granted(live, item, state)
        if row is None:
            return WriteLine.of(item, MISSING, _why_missing(state))
        if ends_as_asked(item, row):
            return WriteLine.of(item, MATCH, "there, as intended")
        asked = asked_end(item)
        intended = f"at {format_time(asked)}" if asked else "never"
        return WriteLine.of(item, DRIFT, f"endDateTime: it ends {end_told(row)}, intended {intended}")
    if state.intent is None:
        if row is None:
            return WriteLine.of(item, MISSING, "never applied")
        return WriteLine.of(item, DRIFT, "there, although this was never applied")
    if row is None:
        return WriteLine.of(item, MATCH, "gone, as intended by the rollback", "remove")
    return WriteLine.of(item, DRIFT, "there, although it was rolled back", "remove")


async def _granted(live: LiveTarget, item: Item, state: WriteState) -> WriteLine:
    """A right that begins later need not have a schedule yet; its request says whether it still will."""
    made = await live.maker(item, state.request_id) if state.request_id else None
    if made is None:
        return WriteLine.of(item, UNKNOWN, "granted for later; the request that says so cannot be read")
    if str(made.get("status")).lower() == "granted":
        return WriteLine.of(item, MATCH, f"granted, begins {item.target['startDateTime']}")
    return WriteLine.of(item, MISSING, f"granted for later, but the request is now {made.get('status')}")


def _why_missing(state: WriteState) -> str:
    if state.ended not in (Ended.REFUSED, Ended.WIDENED):
        return "not there"
    return f"{state.code}: {state.message}" if state.code else state.message
