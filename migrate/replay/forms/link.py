"""Membership and ownership: an object in the list of a unit or a group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from migrate.errors import GraphRefused
from migrate.graphapi.pager import rows_of_all_pages
from migrate.kinds.ids import same_id
from migrate.kinds.request import Request
from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.replay.form import Value
from migrate.replay.reads import Reads
from migrate.replay.run import Run


@dataclass(frozen=True)
class LinkForm:
    """``add`` and ``remove`` take the id of the parent and of the object, ``listing`` the parent's."""

    listing: Callable[[str], Request]
    add: Callable[[str, str], Request]
    remove: Callable[[str, str], Request]

    def turn(self, item: Item) -> str:
        return _parent(item)

    async def values(self, reads: Reads, items: Sequence[Item]) -> dict[str, Value | None]:
        found: dict[str, Value | None] = {}
        for parent in sorted({_parent(item) for item in items}):
            there = await self._in(reads, parent)
            for item in items:
                if _parent(item) == parent:
                    found[item.id] = {"id": _object(item)} if _object(item) in there else None
        return found

    async def _in(self, reads: Reads, parent: str) -> frozenset[str]:
        """Who is in the list; nobody where the parent itself is not there (any more, or yet)."""
        try:
            there = await rows_of_all_pages(reads.session, self.listing(parent))
            return frozenset(str(row.get("id") or "").lower() for row in there)
        except GraphRefused as refused:
            if refused.code == "not_found":
                return frozenset()
            raise

    def cannot(self, item: Item, value: Value | None) -> str:
        return ""

    def reached(self, item: Item, value: Value | None) -> bool:
        return value is not None

    def ours(self, reads: Reads, item: Item, value: Value | None) -> bool | None:
        return None

    def request(self, run: Run, item: Item, value: Value | None) -> Request:
        return self.add(_parent(item), _object(item))

    def image(self, value: Value | None) -> dict[str, Any]:
        return dict(value or {})

    def as_asked(self, item: Item) -> dict[str, Any]:
        return {"id": _object(item)}

    def same(self, value: Value | None, image: Value | None) -> bool:
        return same_id((value or {}).get("id") or "", (image or {}).get("id") or "")

    async def relied_on(self, reads: Reads, item: Item, state: WriteState) -> str:
        return ""

    def undo(self, run: Run, item: Item, value: Value | None) -> Request:
        return self.remove(_parent(item), _object(item))

    def differs(self, item: Item, value: Value | None) -> str:
        return "not in it" if value is None else "in it"


def _parent(item: Item) -> str:
    return str(item.target["parentId"]).lower()


def _object(item: Item) -> str:
    return str(item.target["objectId"]).lower()
