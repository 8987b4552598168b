"""Two plans side by side: which items one of them has alone, and what differs in those of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.plan.document import Item, Plan

_COMPARED = ("action", "key", "reason", "codes", "base", "residue", "temporary")
_OF_PLAN = ("wave", "engagement", "source", "target", "resolution", "terms", "warnings")
_About = tuple[str, str, str]


@dataclass(frozen=True)
class Difference:
    """``change`` is ``added`` (only in the second), ``removed`` or ``changed``; ``properties`` has both
    values by path, with ``a`` and ``b``."""

    change: str
    kind: str
    source_id: str
    names: Mapping[str, str]
    a: Item | None
    b: Item | None
    properties: Mapping[str, Mapping[str, Any]]

    @property
    def item(self) -> Item:
        """The item as the newer plan that has it says it."""
        found = self.b or self.a
        if found is None:
            raise ValueError("a difference is of at least one plan")
        return found


def differences(a: Plan, b: Plan) -> Iterator[Difference]:
    """What differs, in the order of the second plan; what only the first has comes last.

    What is about the same thing of the source is the same item, whatever its number and batch.
    """
    before = {_about(item): item for item in a.items}
    after = {_about(item): item for item in b.items}
    for about, item in after.items():
        other = before.get(about)
        if other is None:
            yield Difference("added", *about[:2], item.names, None, item, {})
        elif changed := _changed(other, item):
            yield Difference("changed", *about[:2], item.names, other, item, changed)
    for about, item in before.items():
        if about not in after:
            yield Difference("removed", *about[:2], item.names, item, None, {})


def plan_differences(a: Plan, b: Plan) -> dict[str, dict[str, Any]]:
    """What differs in what the plans were made from and in their terms, by path."""
    found: dict[str, dict[str, Any]] = {}
    for name in _OF_PLAN:
        found |= _properties(name, getattr(a, name), getattr(b, name))
    return found


def _about(item: Item) -> _About:
    """Kind and id of what the item is about in the source; of a membership the unit or group as well. A rule
    stands for no object of the source: its key says whose it is."""
    parent = str(item.source.get("parentId") or "").lower()
    return item.kind, str(item.source.get("id") or item.key).lower(), parent


def _changed(a: Item, b: Item) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name in _COMPARED:
        found |= _properties(name, getattr(a, name), getattr(b, name))
    found |= _properties("target", a.target, b.target)
    # Two plans may call the same person by another name; only their own words about the target matter.
    return found | _properties("source", a.source, b.source)


def _properties(path: str, a: Any, b: Any) -> dict[str, dict[str, Any]]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        found: dict[str, dict[str, Any]] = {}
        for name in sorted({*a, *b}):
            found |= _properties(f"{path}.{name}", a.get(name), b.get(name))
        return found
    one, other = _plain(a), _plain(b)
    return {} if one == other else {path: {"a": one, "b": other}}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
