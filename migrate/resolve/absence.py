"""Whether a row that is not in a snapshot is not in the tenant either.

A list that was cut off and is taken for a whole one is the typical mistake of this field: absence follows
only from a collection whose coverage says that it was read to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from migrate.kinds.catalogue import ALL
from migrate.kinds.kind import Kind


def collection_of(kind_name: str, *, per_parent: bool) -> Kind | None:
    """The kind of that name that is listed per parent, or the one that is not: policies have both."""
    return next((one for one in ALL if one.name == kind_name and bool(one.listed_per) is per_parent), None)


@dataclass(frozen=True)
class Absence:
    """``complete`` says by collection and parent id (lower case, or empty) what was read whole; ``has``
    whether an object of a kind is in the snapshot. Of the collections in ``looked_up`` only those objects
    are there that somebody asked for; ``asked`` says whether an id was among them."""

    complete: Mapping[tuple[str, str], bool]
    has: Callable[[str, str], bool]
    looked_up: frozenset[str] = frozenset()
    asked: Callable[[str, str], bool] = lambda _kind, _object_id: False

    def proved(self, kind_name: str, parent_id: str = "", object_id: str = "") -> bool:
        """Whether an object of the kind, under that parent, that was not found does not exist."""
        kind = collection_of(kind_name, per_parent=bool(parent_id))
        if kind is None:
            return False
        if not kind.listed_per:
            if kind.collection in self.looked_up:
                return bool(object_id) and self.asked(kind_name, object_id)
            return self.complete.get((kind.collection, ""), False)
        asked = self.complete.get((kind.collection, parent_id.lower()))
        if asked is not None:
            return asked
        if (kind.collection, "") in self.complete:
            return self.complete[kind.collection, ""]
        # Nobody asked under this parent. That proves something only where the parent itself is gone.
        return self.proved(kind.listed_per) and not self.has(kind.listed_per, parent_id)

    def unread(self, kind: Kind) -> tuple[str, ...]:
        """The parents (empty for a collection that has none) under which a kind was not read whole."""
        found = [
            parent for (name, parent), whole in self.complete.items() if name == kind.collection and not whole
        ]
        if not kind.listed_per and (kind.collection, "") not in self.complete:
            found.append("")
        return tuple(sorted(found))
