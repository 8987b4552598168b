"""What a crawl of one tenant is asked to look for on behalf of the other."""

from __future__ import annotations

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

    def keys_of(self, kind: str) -> set[tuple[str, str]]:
        """The questions about a kind as they are compared."""
        return {one.key for one in self.look_ups if one.kind == kind}


NOTHING = Wanted()
