"""Which right falls into which wave: the first that selects it takes it, so that none is in two."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from migrate.plan.document import Draft
from migrate.plan.right_facts import RightFacts

ALL = "all"


@dataclass(frozen=True)
class Wave:
    """What a wave selects. A selector that is empty selects nothing away; of one selector any value suffices,
    and all selectors must agree. ``percent`` and ``count`` choose among the people who are selected."""

    name: str
    tiers: frozenset[int] = frozenset()
    roles: frozenset[str] = frozenset()
    not_roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    listed: frozenset[str] | None = None
    percent: float | None = None
    count: int | None = None

    @property
    def is_canary(self) -> bool:
        return self.percent is not None or self.count is not None

    @property
    def takes_what_is_left(self) -> bool:
        """Whether nothing is selected at all."""
        return not any(given for given, _ in self._selectors()) and not self.not_roles

    def selects(self, facts: RightFacts) -> bool:
        """Whether all selectors agree on a right; a canary may pass it on all the same."""
        if self.not_roles & facts.roles:
            return False
        wanted = ((given, getattr(facts, what)) for given, what in self._selectors() if given)
        return all(given & found for given, found in wanted) and self.listed != frozenset()

    def unused(self, facts: Sequence[RightFacts]) -> list[str]:
        """The values that no right has at all: misspelt, perhaps, or gone."""
        there: dict[str, set[object]] = {what: set() for _, what in self._selectors()}
        for one in facts:
            for what, known in there.items():
                known |= getattr(one, what)
        missing = [
            f"{_SAID[what]} {value}"
            for given, what in self._selectors()
            for value in sorted(given, key=str)
            if value not in there[what]
        ]
        return missing + [f"role {value}" for value in sorted(self.not_roles - there["roles"], key=str)]

    def _selectors(self) -> tuple[tuple[frozenset[object], str], ...]:
        return (
            (frozenset(self.tiers), "tiers"),
            (frozenset(self.roles), "roles"),
            (frozenset(self.scopes), "scopes"),
            (frozenset(self.departments), "departments"),
            (frozenset(self.groups), "groups"),
            (frozenset(self.listed or ()), "ids"),
        )


_SAID = {
    "tiers": "tier",
    "roles": "role",
    "scopes": "scope",
    "departments": "department",
    "groups": "group",
    "ids": "list entry",
}


@dataclass(frozen=True)
class Placed:
    """One right: the wave that takes it (``None`` is none), and the later ones that select it as well."""

    draft: Draft
    facts: RightFacts
    wave: str | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placement:
    """All rights in their order; ``unused`` are the values of each wave's selectors that no right has."""

    rights: tuple[Placed, ...]
    unused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, wave: str) -> list[Placed]:
        return [one for one in self.rights if wave in (ALL, one.wave)]

    def nowhere(self) -> list[Placed]:
        return [one for one in self.rights if one.wave is None]

    def twice(self) -> list[Placed]:
        return [one for one in self.rights if one.also]


def place(drafts: Sequence[Draft], facts: Sequence[RightFacts], waves: Sequence[Wave]) -> Placement:
    """Gives each right to the first wave that takes it.

    A canary takes those of its people whose ids hash lowest: always the same ones, as long as they are there,
    whatever else comes or goes. Its others go on to later waves. What a canary takes from a later wave, and
    what a wave without selectors could have had, is no contradiction and not in ``also``.
    """
    taken: list[str | None] = [None] * len(drafts)
    also: list[list[str]] = [[] for _ in drafts]
    canaries = {wave.name for wave in waves if wave.is_canary}
    for wave in waves:
        selected = [number for number, one in enumerate(facts) if wave.selects(one)]
        free = [number for number in selected if taken[number] is None]
        chosen = _chosen(wave, {facts[number].principal for number in free}) if wave.is_canary else None
        for number in free:
            if chosen is None or facts[number].principal in chosen:
                taken[number] = wave.name
        if wave.takes_what_is_left:
            continue
        for number in selected:
            owner = taken[number]
            if owner not in (None, wave.name, *canaries):
                also[number].append(wave.name)
    rights = zip(drafts, facts, taken, also, strict=True)
    return Placement(
        tuple(Placed(draft, fact, name, tuple(others)) for draft, fact, name, others in rights),
        {wave.name: tuple(unused) for wave in waves if (unused := wave.unused(facts))},
    )


def _chosen(wave: Wave, people: set[str]) -> set[str]:
    if wave.percent is not None:
        return {one for one in people if _fraction(one) * 100 < wave.percent}
    return set(sorted(people, key=lambda one: (_fraction(one), one))[: wave.count])


def _fraction(principal: str) -> float:
    """A number from 0 to 1 that belongs to an id for ever, and looks like chance."""
    return int.from_bytes(hashlib.sha256(principal.encode()).digest()[:6], "big") / 2**48
