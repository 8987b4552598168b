"""The writes of a run and what each waits for: objects that others make, and writes that come before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from migrate.kinds import role_management_policy
from migrate.plan.document import Item
from migrate.plan.made import bound, is_new, names_in, unmade
from migrate.replay.fold import WriteState
from migrate.replay.writes import is_right

_ID = re.compile(r"[0-9a-z-]+")


def ids_made(items: Iterable[Item], state_of: Callable[[Item], WriteState]) -> dict[str, str]:
    """The ids of the objects that writes have made, by the names that they have in plans."""
    found: dict[str, str] = {}
    for item in items:
        state = state_of(item)
        if is_new(item.key) and state.standing and state.image.get("id"):
            found[item.key.lower()] = str(state.image["id"])
    return found


class Board:
    """Who needs whom among the writes of a run. ``elsewhere`` has the ids of what other plans have made,
    ``others`` are their writes."""

    def __init__(
        self,
        items: Sequence[Item],
        state_of: Callable[[Item], WriteState],
        elsewhere: Mapping[str, str] | None = None,
        others: Iterable[Item] = (),
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
        self._others = tuple(other for other in others if other.id not in self._by_id)

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

    def changed_for_a_time(self) -> list[Item]:
        """The temporary changes of this run and of the other plans, as far as what they change exists."""
        return self.bound(item for item in (*self._others, *self.items) if item.temporary)

    def makers_of(self, items: Iterable[Item]) -> list[Item]:
        """The writes that have made what the items need, in this run or for another plan."""
        wanted = list(items)
        found = {need.id: need for item in wanted for need in self.needed(item)}
        for other in self._others:
            made = self._state_of(other).image.get("id") if is_new(other.key) else None
            if made and any(_names_id(item, str(made)) for item in wanted):
                found[other.id] = other
        return list(found.values())

    def needing(self, item: Item) -> list[Item]:
        """The writes of this run that need an item, directly."""
        return list(self._needed_by.get(item.id, ()))


def who_relies(item: Item, others: Iterable[Item], state_of: Callable[[Item], WriteState]) -> str:
    """A write that stands and relies on an item, in words; empty where none does. Both have ids in place of
    names."""
    made = str(state_of(item).image.get("id") or "") if is_new(item.key) else ""
    policy = _policy(item) if item.kind == role_management_policy.RULE else ""
    for other in others:
        if other.id == item.id or other.temporary:
            continue
        relies = item.id in other.needs or (made and _names_id(other, made))
        if policy and is_right(other):
            relies = relies or _policy(other) == policy
        if relies and state_of(other).standing:
            return f"write {other.id} relies on it"
    return ""


def _names_id(item: Item, object_id: str) -> bool:
    """Whether a write names an object by its id, in the middle of a scope and deep in a body as well."""
    return _has_id(item.target, object_id.lower())


def _has_id(value: object, wanted: str) -> bool:
    if isinstance(value, str):
        # As a whole: "c1" is in "c12" and in many a longer id.
        return wanted in value.lower() and wanted in _ID.findall(value.lower())
    if isinstance(value, Mapping):
        return any(_has_id(each, wanted) for each in value.values())
    return isinstance(value, list | tuple) and any(_has_id(each, wanted) for each in value)


def _policy(item: Item) -> str:
    """The policy that governs a right, or whose rule is changed."""
    if group_id := item.target.get("groupId"):
        return role_management_policy.key_of_group(str(group_id), str(item.target["accessId"]))
    return role_management_policy.key_of_role(str(item.target["roleDefinitionId"]))
