"""Effective privilege: who can reach which right in one tenant, how nearly, and on which path."""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from migrate.resolve.privilege import Access, Hold, Privilege, Right
from migrate.resolve.tiers import Tier


@dataclass(frozen=True, order=True, slots=True)
class Hop:
    """One step of a path: ``how`` one comes to the object of this kind and id."""

    how: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody reaches a right. Where ``access`` is unknown, the principal is a group and the entry stands
    for whoever else can come into it: the first hop tells what of it was not read. ``planned`` is true where
    the path needs a write that is only planned."""

    principal_id: str
    kind: str | None
    right: Right
    access: Access
    path: tuple[Hop, ...]
    tier: Tier
    planned: bool = False


@lru_cache(maxsize=10_000)
def _hop(how: str, kind: str, object_id: str) -> Hop:
    """One object for all paths that end alike: few rights are held by very many."""
    return Hop(how, kind, object_id)


def reaches(privilege: Privilege) -> Iterator[Reach]:
    """Everything that anybody reaches, each principal's rights once on the nearest path, in a fixed order.

    Groups are listed too: what they hold, and as ``unknown`` what came in sight of nobody could tell whom.
    It is made while it is asked for: nothing but the rights of one principal is held in memory.
    """
    for principal in sorted({*privilege.holds, *privilege.onward}):
        found = list(reach_of(privilege, principal))
        yield from found
        if unknown := privilege.unknown.get(principal):
            for one in found:
                hop = Hop(f"{', '.join(unknown)} not read", "group", principal)
                yield replace(one, access=Access.UNKNOWN, path=(hop, *one.path))


def reach_of(privilege: Privilege, principal: str) -> Iterator[Reach]:
    """What one principal reaches. Of several paths to a right one that stands already is taken before a
    planned one, then the nearest access, then the fewest hops, then the order of the ids. A circle of groups
    is walked once."""
    kind = privilege.kind_of(principal)
    best: dict[Right, _Path] = {}
    done: set[str] = set()
    waiting: list[tuple[_Path, str]] = [((False, 0, 0, ()), principal)]
    while waiting:
        (planned, rank, hops, path), here = heapq.heappop(waiting)
        if here in done:
            continue
        done.add(here)
        for hold in privilege.holds.get(here, ()):
            last = _hop(hold.access.value, hold.right.kind, hold.right.id)
            needs = planned or hold.cause is not None
            found = (needs, max(rank, hold.access.rank), hops + 1, (*path, last))
            best[hold.right] = min(found, best.get(hold.right, found))
        for way in privilege.onward.get(here, ()):
            if way.other not in done:
                hop = _hop(way.how, "group", way.other)
                needs = planned or way.cause is not None
                there = (needs, max(rank, way.access.rank), hops + 1, (*path, hop))
                heapq.heappush(waiting, (there, way.other))
    for right, (planned, rank, _, path) in sorted(best.items()):
        access = _BY_RANK[rank]
        yield Reach(principal, kind, right, access, path, privilege.tiers[right], planned)


class Nearest:
    """What everybody reaches, each right at its nearest access and without the way there: for those who ask
    it of all. What a plan would only add counts as if it stood."""

    def __init__(self, privilege: Privilege) -> None:
        self._privilege = privilege
        self._through: dict[tuple[str, Access], tuple[Hold, ...]] = {}
        self._shared: dict[tuple[Right, Access], Hold] = {}

    def of(self, principal: str) -> Sequence[Hold]:
        """In no order; a right may be told again with an access that is less near."""
        held = self._privilege.holds.get(principal, ())
        ways = self._privilege.onward.get(principal)
        if not ways:
            return held
        found = [*held]
        for way in ways:
            found += self._by_way(way.other, way.access)
        return found

    def _by_way(self, group_id: str, access: Access) -> tuple[Hold, ...]:
        """What one reaches who comes into a group like this. Many come into few groups, and reach the same
        few rights: each is held in memory once."""
        known = self._through.get((group_id, access))
        if known is None:
            reached = [
                (each.right, max(access, each.access, key=lambda one: one.rank))
                for each in reach_of(self._privilege, group_id)
            ]
            known = tuple(self._shared.setdefault(one, Hold(*one)) for one in reached)
            self._through[group_id, access] = known
        return known


def is_near(access: Access) -> bool:
    """Whether somebody has a right or may activate it: an owner would first have to come into the group."""
    return access is Access.STANDING or access is Access.ELIGIBLE


_BY_RANK = (Access.STANDING, Access.ELIGIBLE, Access.OWNER)
_Path = tuple[bool, int, int, tuple[Hop, ...]]
"""Whether it needs a planned write, the rank of the access, how many hops, and the hops."""


def coming_from(
    privilege: Privilege, rights: Container[Right], *, planned: bool = True, stopped: Container[str] = ()
) -> dict[str, str | None]:
    """Everybody who reaches one of some rights, with the next one on a shortest way there (``None`` for
    whoever holds it). ``planned`` takes the ways along that a plan would make, but for the ``stopped``
    causes. Time grows with the number of ways."""

    def counts(cause: str | None) -> bool:
        return cause is None or (planned and cause not in stopped)

    found: dict[str, str | None] = {}
    for holder, holds in privilege.holds.items():
        if any(counts(hold.cause) and hold.right in rights for hold in holds):
            found[holder] = None
    waiting = sorted(found)
    for here in waiting:
        for way in privilege.into.get(here, ()):
            if counts(way.cause) and way.other not in found:
                found[way.other] = here
                waiting.append(way.other)
    return found


def people_by_tier(
    privilege: Privilege, *, planned: bool = True, stopped: Container[str] = ()
) -> dict[int, int]:
    """How many people and applications reach each tier as their highest one."""
    counts: dict[int, int] = {}
    counted: set[str] = set()
    for number in sorted({tier.number for tier in privilege.tiers.values()}):
        rights = {right for right, tier in privilege.tiers.items() if tier.number <= number}
        reached = coming_from(privilege, rights, planned=planned, stopped=stopped)
        new = {one for one in reached if one not in counted and privilege.can_act(one)}
        counted |= new
        counts[number] = len(new)
    return counts


def behind_rights(privilege: Privilege) -> set[tuple[str, str]]:
    """Every user, group and application that reaches a right, as ``(kind, id)``: those whose counterparts
    must be known before anybody can say that nobody gains anything."""
    found = ((privilege.view.kind_of(one), one) for one in {*privilege.holds, *privilege.onward})
    return {(kind, one) for kind, one in found if kind is not None}
