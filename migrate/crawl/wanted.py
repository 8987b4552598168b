"""What a crawl of one tenant is asked to look for on behalf of the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from migrate.kinds.look_up import LookUp


@dataclass(frozen=True)
class Wanted:
    """``ids`` are objects that must be looked at whatever names them (people decided on them);
    ``unit_names`` are names, in lower case, of administrative units whose members matter."""

    look_ups: frozenset[LookUp] = frozenset()
    ids: frozenset[str] = frozenset()
    unit_names: frozenset[str] = frozenset()

    def and_also(self, other: Wanted) -> Wanted:
        return Wanted(
            self.look_ups | other.look_ups, self.ids | other.ids, self.unit_names | other.unit_names
        )

    def of_kind(self, kind: str) -> list[LookUp]:
        return sorted(one for one in self.look_ups if one.kind == kind)

    def keys_of(self, kind: str) -> dict[str, set[str]]:
        """Values in lower case by property."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.look_ups:
            if one.kind == kind:
                name, value = one.key
                found[name].add(value)
        return found


NOTHING = Wanted()
