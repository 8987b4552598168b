"""The writes of a run and what each waits for: objects that others make, and writes that come before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from migrate.plan.document import Item
from migrate.plan.made import bound, is_new, names_in, unmade
from migrate.replay.fold import WriteState


def ids_made(items: Iterable[Item], state_of: Callable[[Item], WriteState]) -> dict[str, str]:
    """The ids of the objects that writes have made, by the names that they have in plans."""
    found: dict[str, str] = {}
    for item in items:
        state = state_of(item)
        if is_new(item.key) and state.standing and state.image.get("id"):
            found[item.key.lower()] = str(state.image["id"])
    return found


class Board:
    """Who needs whom among the writes of a run. ``elsewhere`` has what other plans have made."""

    def __init__(
        self,
        items: Sequence[Item],
        state_of: Callable[[Item], WriteState],
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        self.items = tuple(items)
        self._by_id = {item.id: item for item in items}
        self._state_of = state_of
        self._elsewhere = dict(elsewhere or {})
        self._depths: dict[str, int] = {}
        self._needed_by: dict[str, list[Item]] = {}
        for item in items:
            for need in item.needs:
                self._needed_by.setdefault(need, []).append(item)
        # Most writes name nothing that is still to be made: they stay as they are.
        self._whole = {item.id for item in items if not (names_in(item.target) or names_in(item.key))}
        self._makers = tuple(item for item in items if is_new(item.key))

    def depth(self, item: Item) -> int:
        """How many writes must have come before, one after the other."""
        if item.id not in self._depths:
            self._depths[item.id] = 0
            before = [self.depth(self._by_id[need]) for need in item.needs if need in self._by_id]
            self._depths[item.id] = 1 + max(before) if before else 0
        return self._depths[item.id]

    def rounds(self, items: Iterable[Item], *, by_batch: bool) -> Iterator[list[Item]]:
        """The items in an order in which nothing comes before what it needs; ``by_batch`` finishes one batch
        before the next begins."""
        found: dict[tuple[int, int], list[Item]] = {}
        for item in items:
            found.setdefault((item.batch if by_batch else 0, self.depth(item)), []).append(item)
        for place in sorted(found):
            yield found[place]

    def ids(self) -> dict[str, str]:
        return {**self._elsewhere, **ids_made(self._makers, self._state_of)}

    def bound(self, items: Iterable[Item]) -> list[Item]:
        """Those of the items of which every part exists, with its id."""
        ids = self.ids()
        return [
            item if item.id in self._whole else bound(item, ids)
            for item in items
            if item.id in self._whole or not unmade(item, ids)
        ]

    def lacks(self, item: Item) -> str:
        """What an item still waits for, in words; empty where it may be written."""
        waiting = [
            need
            for need in item.needs
            if need in self._by_id and not self._state_of(self._by_id[need]).standing
        ]
        if waiting:
            return f"it needs {', '.join(waiting)}, which {'is' if len(waiting) == 1 else 'are'} not done"
        if item.id not in self._whole and (names := sorted(unmade(item, self.ids()))):
            return f"it needs {', '.join(names)}, which nobody has made"
        return ""

    def needed(self, item: Item) -> list[Item]:
        """The writes of this run that an item needs."""
        return [self._by_id[need] for need in item.needs if need in self._by_id]

    def needing(self, item: Item) -> list[Item]:
        """The writes of this run that need an item, directly."""
        return list(self._needed_by.get(item.id, ()))


def who_relies(item: Item, others: Iterable[Item], state_of: Callable[[Item], WriteState]) -> str:
    """A write that stands and relies on an item, in words; empty where none does."""
    for other in others:
        if other.id == item.id or other.temporary:
            continue
        named = is_new(item.key) and item.key.lower() in names_in(other.target)
        if (item.id in other.needs or named) and state_of(other).standing:
            return f"write {other.id} relies on it"
    return ""
