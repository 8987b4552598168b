"""Objects that a plan makes: units, groups, custom roles, contexts, reviews, conditional access drafts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from migrate.errors import GraphRefused
from migrate.graphapi.pager import rows_of_all_pages
from migrate.kinds.ids import same_id
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.plan.document import Action, Item
from migrate.replay.fold import WriteState
from migrate.replay.form import Value
from migrate.replay.forms.equal import differences
from migrate.replay.reads import Reads
from migrate.replay.run import Run

Body = Mapping[str, Any]


def _as_it_is(row: Row) -> Row:
    return row


@dataclass(frozen=True)
class ObjectForm:
    """How one kind of object is made and found.

    ``create`` takes the body that the plan asks for and the mark of the write; ``search`` lists the objects
    among which a lost one must be, and ``carries`` says whether one has the mark. ``compared`` are the
    properties by which an object is told to be still as asked, and which the journal keeps. Without
    ``delete`` nothing takes the object away again. ``depends`` says who else relies on an object. ``reading``
    brings a body and an answer to one spelling before they are compared. With ``id_is_planned`` the plan has
    chosen the id: what bears it and is not ours is never written over.
    """

    create: Callable[[Body, str], Request]
    by_id: Callable[[str], Request]
    search: Callable[[Body, str], Request]
    carries: Callable[[Row, str], bool]
    compared: tuple[str, ...]
    delete: Callable[[str], Request] | None = None
    depends: Callable[[Reads, str], Awaitable[str]] | None = None
    reading: Callable[[Row], Row] = _as_it_is
    id_is_planned: bool = False

    def turn(self, item: Item) -> str:
        return item.key

    async def values(self, reads: Reads, items: Sequence[Item]) -> dict[str, Value | None]:
        listed: dict[str, list[Row]] = {}
        return {item.id: await self._one(reads, item, listed) for item in items}

    async def _one(self, reads: Reads, item: Item, listed: dict[str, list[Row]]) -> Value | None:
        """``listed`` keeps what was listed for the items before this one."""
        if known := self._known_id(item, reads.state(item)):
            return await self._read(reads, known)
        mark = reads.mark(item.id)
        search = self.search(item.target["body"], mark)
        place = f"{search.path} {sorted(search.query.items())}"
        if place not in listed:
            listed[place] = [*await rows_of_all_pages(reads.session, search)]
        for row in listed[place]:
            if row.get("id") and self.carries(row, mark):
                # A listing leaves properties out: the object itself is what counts.
                return await self._read(reads, str(row["id"]))
        return None

    def _known_id(self, item: Item, state: WriteState) -> str:
        if item.action is Action.KEEP:
            return str(item.target["id"])
        planned = item.target["body"].get("id") if self.id_is_planned else None
        return str((state.image.get("id") if state.standing else None) or state.request_id or planned or "")

    async def _read(self, reads: Reads, object_id: str) -> Value | None:
        try:
            return await reads.session.read(self.by_id(object_id))
        except GraphRefused as refused:
            if refused.code == "not_found":
                return None
            raise

    def cannot(self, item: Item, value: Value | None) -> str:
        return "" if value is None else "somebody else has one of this id"

    def reached(self, item: Item, value: Value | None) -> bool:
        return value is not None and not self._differing(item, value)

    def ours(self, reads: Reads, item: Item, value: Value | None) -> bool | None:
        if value is None:
            return False
        made = () if self.id_is_planned else (self._known_id(item, reads.state(item)),)
        return self.carries(value, reads.mark(item.id)) or any(same_id(value.get("id"), one) for one in made)

    def request(self, run: Run, item: Item, value: Value | None) -> Request:
        return self.create(item.target["body"], run.mark(item.id))

    def image(self, value: Value | None) -> dict[str, Any]:
        if value is None:
            return {}
        told = self.reading(value)
        return {"id": value.get("id"), **{name: told.get(name) for name in self.compared}}

    def as_asked(self, item: Item) -> dict[str, Any]:
        """Without an id, which nobody knows."""
        told = self.reading(item.target["body"])
        return {name: told[name] for name in self.compared if told.get(name) is not None}

    def same(self, value: Value | None, image: Value | None) -> bool:
        if not value or not image:
            return not value and not image
        # Where a person said that it is there, nobody knows its id.
        names = [name for name in ("id", *self.compared) if name in image]
        return not differences(image, self.image(value), names)

    async def relied_on(self, reads: Reads, item: Item, state: WriteState) -> str:
        if self.delete is None:
            return "nothing takes it away again, as the plan has announced"
        # A person who said that it is there named no id.
        object_id = state.image.get("id") or (await self._one(reads, item, {}) or {}).get("id")
        return await self.depends(reads, str(object_id)) if self.depends and object_id else ""

    def undo(self, run: Run, item: Item, value: Value | None) -> Request:
        if self.delete is None:
            raise ValueError(f"{item.id}: nothing takes back a {item.kind}")
        return self.delete(str((value or {})["id"]))

    def differs(self, item: Item, value: Value | None) -> str:
        if value is None:
            return "not there"
        return ", ".join(self._differing(item, value)) or "there"

    def _differing(self, item: Item, value: Value) -> list[str]:
        asked = self.reading(item.target["body"])
        # What the plan leaves open Graph fills in.
        names = [name for name in self.compared if asked.get(name) is not None]
        return differences(asked, self.reading(value), names)
