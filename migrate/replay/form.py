"""What a kind of plain write has to say, so that one piece of code can carry all of them out.

A plain write brings one place of the target from a value that was read to another: an object that is not
there to one that is, a link, a policy rule, the end of a schedule. Eligibility and assignments that are made
new are not plain: PIM makes them by requests of its own, see ``assign`` and ``remove``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from migrate.kinds.request import Request
from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.replay.reads import Reads
from migrate.replay.run import Run

Value = Mapping[str, Any]
"""What a place of the target holds, as far as the write is about it; ``None`` stands for nothing at all."""


class Form(Protocol):
    """How one kind of write is read, made, judged and taken back; reads raise what ``Session.read`` does."""

    def turn(self, item: Item) -> str:
        """Writes with the same turn go one after the other."""
        ...

    async def values(self, reads: Reads, items: Sequence[Item]) -> dict[str, Value | None]:
        """What stands in the place of each item now, by write id; by as few reads as that takes."""
        ...

    def cannot(self, item: Item, value: Value | None) -> str:
        """Why the write cannot be sent over this value yet; empty when it can."""
        ...

    def reached(self, item: Item, value: Value | None) -> bool:
        """Whether the value is as the write asks."""
        ...

    def ours(self, reads: Reads, item: Item, value: Value | None) -> bool | None:
        """Whether the value itself says that this write made it; ``None`` where values do not tell."""
        ...

    def request(self, run: Run, item: Item, value: Value | None) -> Request:
        """What brings the place from its value to what is asked."""
        ...

    def image(self, value: Value | None) -> dict[str, Any]:
        """What the journal keeps of a value: enough to bind others to it, to tell it again, to restore it."""
        ...

    def as_asked(self, item: Item) -> dict[str, Any]:
        """What the journal keeps where nobody could read a value, and a person said that it is as asked."""
        ...

    def same(self, value: Value | None, image: Value | None) -> bool:
        """Whether a value still is what the journal kept of it; an empty image is that of nothing."""
        ...

    async def relied_on(self, reads: Reads, item: Item, state: WriteState) -> str:
        """Who else has come to depend on what the write made, in words; empty where nobody has."""
        ...

    def undo(self, run: Run, item: Item, value: Value | None) -> Request:
        """What brings the place back to what it was before the write."""
        ...

    def differs(self, item: Item, value: Value | None) -> str:
        """In which property a value is not as asked, in words."""
        ...
