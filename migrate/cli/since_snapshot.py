"""The target as its snapshot saw it, plus what this engagement has done there since.

Our own writes do not make a plan stale, so a plan that is made between an apply and the next snapshot must
know them: what stands already is kept, and what was taken back is created again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migrate.errors import NoState

if TYPE_CHECKING:
    from migrate.kinds.kind import Row
    from migrate.plan.document import Item
    from migrate.replay.fold import WriteState
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import SnapshotInfo


def as_it_stands(db: Database, target: TenantView, info: SnapshotInfo) -> TenantView:
    """``target`` with the rights that the journal ended after the snapshot began; the snapshot itself knows
    the earlier ones, and whatever somebody else has done to them."""
    from migrate.cli.waves import journalled, made_by_name
    from migrate.cli.written_since import with_plain_writes
    from migrate.kinds.schedule import is_direct, parse_time
    from migrate.plan.made import bound, names_in
    from migrate.replay.fold import Ended

    try:
        known = journalled(db, None)
    except NoState:
        return target
    began = parse_time(info.started_at)
    rights = {kind: dict(target.in_order(kind)) for kind in _kinds()}
    places = {
        (kind, _key(kind, row, target)): row_id
        for kind, rows in rights.items()
        for row_id, row in rows.items()
        if is_direct(row)
    }
    made = made_by_name(known)
    for written in known.begun_writes():
        item, state = bound(written, made), known.states[written.id]
        if item.kind not in rights or names_in(item.target):
            continue
        if state.open or state.ended_at is None or began is None or state.ended_at < began:
            continue
        if not state.standing and state.ended is not Ended.DONE:
            continue  # refused, or proved not to have happened: nothing changed
        if old := places.pop((item.kind, item.key), None):
            del rights[item.kind][old]
        if row := _row_of(item, state):
            rights[item.kind][row["id"]] = row
            places[item.kind, item.key] = row["id"]
    found = replace(target, rows={**target.rows, **rights})
    return found if began is None else with_plain_writes(found, known, began)


def made_here(db: Database) -> dict[str, str]:
    """The ids of the objects that this engagement has made and not taken back, by their names in plans; of
    what guards rights, by their keys."""
    from migrate.cli.waves import journalled, made_by_name
    from migrate.cli.written_since import guards_made

    try:
        known = journalled(db, None)
    except NoState:
        return {}
    return made_by_name(known) | guards_made(known)


def shortened_here(db: Database) -> frozenset[tuple[str, str]]:
    """Kind and key of the rights that this engagement has given a nearer end than the source's (D08)."""
    from migrate.cli.waves import journalled, made_by_name
    from migrate.plan.made import bound

    try:
        known = journalled(db, None)
    except NoState:
        return frozenset()
    made = made_by_name(known)
    return frozenset(
        (item.kind, bound(item, made).key)
        for item in known.begun_writes()
        if "D08" in item.codes and not item.temporary and known.states[item.id].standing
    )


def _kinds() -> tuple[str, ...]:
    from migrate.resolve.reference_graph import MOVED

    return tuple(kind.name for kind in MOVED)


def _active() -> tuple[str, ...]:
    from migrate.kinds.rights import ACTIVE

    return tuple(kind.name for kind in ACTIVE)


def _key(kind: str, row: Row, target: TenantView) -> str:
    """The natural key with the listed id of the role; a row that lacks a part has one that no write has."""
    from migrate.replay.writes import key_of

    try:
        return key_of(kind, row, target.role_id(str(row.get("roleDefinitionId") or "")))
    except KeyError:
        return f"?{row.get('id')}"


def _row_of(item: Item, state: WriteState) -> dict[str, Any] | None:
    """A row as Graph would list it, made of what the journal read back; ``None`` where nothing is left under
    the key: what was made is taken back, or what stood there has given way."""
    from migrate.kinds.schedule import parse_time, schedule_info
    from migrate.plan.document import Action

    asked = item.target
    start = parse_time(asked.get("startDateTime")) or state.ended_at
    if start is None:
        raise ValueError(f"write {item.id} stands and was never ended")
    if item.action is Action.CREATE or state.standing:
        if not state.standing or item.action is Action.REPLACE:
            return None
        held = state.image or asked
    elif not (held := state.before or {}):
        return None
    end = parse_time(held.get("endDateTime"))
    parts = ("principalId", "roleDefinitionId", "directoryScopeId", "groupId", "accessId")
    return {
        "id": str(held.get("id") or f"written:{item.id}").lower(),
        **{name: asked[name] for name in parts if name in asked},
        "memberType": "Direct",
        "status": "Provisioned",
        **({"assignmentType": "Assigned"} if item.kind in _active() else {}),
        # Who is in a group without a word of who put them there is a plain member, and no right of PIM.
        "createdUsing": held.get("createdUsing") or state.request_id,
        "scheduleInfo": schedule_info(start, end),
    }
