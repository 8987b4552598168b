"""Objects that a plan makes: how writes name them before anybody knows their ids.

An object that does not exist yet stands in keys and bodies as ``new:kind:source-id``, after the source object
that it is made for. That name is the same in every plan, so that what one wave has made, the next ones find;
once the object is there, its id takes the name's place everywhere, in the middle of texts as well (scopes,
queries).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from migrate.plan.document import Item

NAME = re.compile(r"new:[a-z]+:[0-9a-z-]+", re.IGNORECASE)


def name_of_new(kind: str, source_id: str) -> str:
    """How an object is named that is to be made for a source object."""
    return f"new:{kind}:{source_id}".lower()


def is_new(object_id: object) -> bool:
    """Whether this is such a name, and not a key or a text that only begins with one."""
    return isinstance(object_id, str) and NAME.fullmatch(object_id) is not None


def names_in(value: object) -> frozenset[str]:
    """The names of objects to be made that stand anywhere in a value."""
    found: set[str] = set()
    _gather(value, found)
    return frozenset(found)


def _gather(value: object, found: set[str]) -> None:
    if isinstance(value, str):
        # Most texts are ids, which have no colon.
        if ":" in value:
            found.update(name.lower() for name in NAME.findall(value))
    elif isinstance(value, dict):
        for part in value.values():
            _gather(part, found)
    elif isinstance(value, list | tuple):
        for part in value:
            _gather(part, found)
    elif isinstance(value, Mapping):
        _gather(dict(value), found)


def unmade(item: Item, ids: Mapping[str, str]) -> frozenset[str]:
    """The names in an item, but its own, for which there is no id yet."""
    return (names_in(item.target) | names_in(item.key)) - {item.key.lower()} - set(ids)


def bound(item: Item, ids: Mapping[str, str]) -> Item:
    """The item with ids in place of names; ``ids`` has them by name in lower case.

    What an item makes itself keeps its name as its key: a name stands for one object for ever.
    """
    if not names_in(item.target) and not names_in(item.key):
        return item
    own = item.key.lower()
    known = {name: found for name, found in ids.items() if name != own}
    return replace(item, key=_put(item.key, known), target=_put(item.target, known))


def _put(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return NAME.sub(lambda found: ids.get(found.group().lower(), found.group()), value)
    if isinstance(value, Mapping):
        return {name: _put(each, ids) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_put(each, ids) for each in value]
    return value
