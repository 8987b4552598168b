"""A right that is there already and is changed: it gets another end, or gives way to another right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from migrate.kinds.request import Request
from migrate.kinds.rights import BESIDE
from migrate.kinds.schedule import parse_time, same_end
from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.replay.form import Value
from migrate.replay.reads import Reads
from migrate.replay.run import Run
from migrate.replay.writes import asked_end, assign_until, image, remove, spellings, update


class _ScheduleForm:
    """A value is what the journal keeps of a row: its id, the request that made it, its end."""

    def turn(self, item: Item) -> str:
        return str(item.target["principalId"]).lower()

    async def values(self, reads: Reads, items: Sequence[Item]) -> dict[str, Value | None]:
        found: dict[str, Value | None] = {}
        for item in items:
            row = await reads.live.find(item, await reads.live.own_rows(item))
            found[item.id] = None if row is None else {**image(row), "roleId": row.get("roleDefinitionId")}
        return found

    def ours(self, reads: Reads, item: Item, value: Value | None) -> bool | None:
        return None

    def image(self, value: Value | None) -> dict[str, Any]:
        return dict(value or {})

    def same(self, value: Value | None, image: Value | None) -> bool:
        """By the end alone: a change gives a schedule another id (graph-facts §3.3)."""
        if not value or not image:
            return not value and not image
        if not (value.get("endReadable", True) and image.get("endReadable", True)):
            return False
        return same_end(parse_time(value.get("endDateTime")), parse_time(image.get("endDateTime")))

    async def relied_on(self, reads: Reads, item: Item, state: WriteState) -> str:
        return ""

    def differs(self, item: Item, value: Value | None) -> str:
        return "not there" if not value else f"endDateTime: {value.get('endDateTime') or 'never'}"


class OtherEnd(_ScheduleForm):
    """The right stays and gets the end that is asked for."""

    def as_asked(self, item: Item) -> dict[str, Any]:
        return {"endDateTime": item.target.get("endDateTime")}

    def cannot(self, item: Item, value: Value | None) -> str:
        return "" if value else "the right that was to be changed is not there"

    def reached(self, item: Item, value: Value | None) -> bool:
        if not value or not value.get("endReadable", True):
            return False
        return same_end(parse_time(value.get("endDateTime")), asked_end(item))

    def request(self, run: Run, item: Item, value: Value | None) -> Request:
        text = run.justification(item.id, item.batch)
        return update(item, _role(item, value), run.now(), asked_end(item), text)

    def undo(self, run: Run, item: Item, value: Value | None) -> Request:
        before = run.state(item).before or {}
        text = run.justification(item.id, item.batch)
        return update(item, _role(item, value), run.now(), parse_time(before.get("endDateTime")), text)


class GivesWay(_ScheduleForm):
    """An assignment is taken away, because its principal is eligible for the same; it is made again at a
    rollback."""

    async def values(self, reads: Reads, items: Sequence[Item]) -> dict[str, Value | None]:
        """With whether the eligibility stands beside it now, whoever made it."""
        found = await super().values(reads, items)
        for item in items:
            if (value := found[item.id]) is not None:
                beside = replace(item, kind=BESIDE[item.kind])
                row = await reads.live.find(beside, await reads.live.own_rows(beside))
                found[item.id] = {**value, "eligible": row is not None}
        return found

    def as_asked(self, item: Item) -> dict[str, Any]:
        return {}

    def cannot(self, item: Item, value: Value | None) -> str:
        if value and not value["eligible"]:
            return "its principal is not eligible for it: without the assignment nothing would be left"
        return ""

    def reached(self, item: Item, value: Value | None) -> bool:
        return value is None

    def request(self, run: Run, item: Item, value: Value | None) -> Request:
        return remove(item, _role(item, value), run.justification(item.id, item.batch))

    def undo(self, run: Run, item: Item, value: Value | None) -> Request:
        before = run.state(item).before or {}
        end = parse_time(before.get("endDateTime"))
        text = run.justification(item.id, item.batch)
        return assign_until(item, str(before.get("roleId") or spellings(item)[0]), run.now(), end, text)


def _role(item: Item, value: Value | None) -> str:
    return str((value or {}).get("roleId") or spellings(item)[0])
