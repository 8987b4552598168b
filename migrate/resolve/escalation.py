"""The gate of a wave: nobody reaches a tier in the target that they did not reach in the source.

What a wave would add to the target is laid over what is there. Then, for each tier from the top, two walks
decide: back from the tier's rights to everybody who would reach them, and on from everybody who may not to
where they come. A planned write that lies on both is stopped. Each walk takes every way once.

Somebody may reach a tier who reaches it (or a higher one) in the source as the accepted counterpart, or who
reaches it in the target already, so that the wave adds nothing. A right that nothing classifies is judged by
itself: only who reaches its own counterpart in the source may reach it.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrate.kinds import role_assignment_schedule, role_eligibility_schedule
from migrate.resolve.effective import coming_from
from migrate.resolve.privilege import Addition, Hold, Privilege, Right, Way, membership_was_asked
from migrate.resolve.tenant_view import TenantView

SHOWN = 5
"""How many of those who would gain are named for one write; all are counted."""


@dataclass(frozen=True)
class Gain:
    """What a planned write would let somebody reach who may not, or of whom nobody can say.

    ``who`` are target ids (a group's where who comes into it was not read), ``count`` how many there are;
    ``through`` leads from the first of them to the right. ``before_source`` and ``before_target`` are the
    highest tiers that the first one reaches in the source (as ``has_counterpart``) and in the target now;
    ``None`` is none known.
    ``blocks`` tells whether the write must not happen: certain gains always, unknown ones near the top.
    """

    cause: str
    tier: int
    right: Right
    who: tuple[str, ...]
    count: int
    through: tuple[str, ...]
    before_source: int | None
    before_target: int | None
    has_counterpart: bool
    unknown: str = ""
    blocks: bool = True


@dataclass(frozen=True)
class Sides:
    """Both tenants, the target with the planned additions, and who is whose accepted counterpart:
    ``source_of`` gives the source id of a target principal or role."""

    source: Privilege
    target: Privilege
    additions: tuple[Addition, ...]
    source_of: Mapping[str, str]
    unknown_blocks_up_to: int = 1


@dataclass(frozen=True)
class _Layer:
    """Rights that are judged together, and who may reach them."""

    rights: frozenset[Right]
    tier: int
    allowed: frozenset[str]
    """Source ids that reach as much for certain."""
    doubtful: bool
    """Whether others may reach as much in the source, because not all of it was read."""
    there: Mapping[str, str | None]
    """Target ids that reach it already."""


def gains(sides: Sides) -> tuple[Gain, ...]:
    """The worst gain of each planned write that causes one, in the order of the additions."""
    found: dict[str, Gain] = {}
    judge = _Judge(sides)
    for layer in _layers(sides):
        for gain in judge.of_layer(layer):
            known = found.get(gain.cause)
            if known is None or (gain.blocks and not known.blocks):
                found[gain.cause] = gain
    for gain in judge.of_unread_rights():
        found.setdefault(gain.cause, gain)
    return tuple(found[one.cause] for one in sides.additions if one.cause in found)


def _layers(sides: Sides) -> Iterator[_Layer]:
    source, target = sides.source, sides.target
    doubt = not _rights_were_read(source.view)
    for number in sorted({tier.number for tier in target.tiers.values() if tier.certain}):
        here = {right for right, tier in source.tiers.items() if tier.certain and tier.number <= number}
        there = {right for right, tier in target.tiers.items() if tier.certain and tier.number <= number}
        yield _layer(sides, here, there, number, doubt)
    for role in sorted({right.id for right, tier in target.tiers.items() if not tier.certain}):
        there = {right for right in target.tiers if right.id == role and right.kind == "role"}
        counterpart = sides.source_of.get(role)
        number = min(target.tiers[right].number for right in there)
        here = {
            right
            for right, tier in source.tiers.items()
            if (right.kind == "role" and right.id == counterpart) or (tier.certain and tier.number <= number)
        }
        yield _layer(sides, here, there, number, doubt)


def _layer(sides: Sides, here: set[Right], there: set[Right], number: int, doubt: bool) -> _Layer:
    allowed = coming_from(sides.source, here)
    doubt = doubt or any(one in sides.source.unknown for one in allowed)
    now = coming_from(sides.target, there, planned=False)
    return _Layer(frozenset(there), number, frozenset(allowed), doubt, now)


class _Judge:
    def __init__(self, sides: Sides) -> None:
        self._sides, self._target = sides, sides.target
        asked = (membership_was_asked(one.view) for one in (sides.source, sides.target))
        self._never_asked = not any(asked)

    def of_layer(self, layer: _Layer) -> Iterator[Gain]:
        ahead = coming_from(self._target, layer.rights)
        certain, doubtful, unread = set[str](), set[str](), set[str]()
        for one in ahead:
            if one in layer.there:
                continue  # The wave adds nothing to what this one reaches.
            if one in self._target.unknown:
                unread.add(one)
            if not self._target.can_act(one):
                continue
            counterpart = self._sides.source_of.get(one)
            if counterpart is None or (counterpart not in layer.allowed and not layer.doubtful):
                certain.add(one)
            elif counterpart not in layer.allowed:
                doubtful.add(one)
        yield from self._stopped(layer, ahead, certain, "")
        yield from self._stopped(layer, ahead, doubtful, "what they reach in the source was not read whole")
        yield from self._stopped(layer, ahead, unread, "who is in the group was not read")

    def of_unread_rights(self) -> Iterator[Gain]:
        """Ways into groups of which nobody can say what they hold."""
        if _rights_were_read(self._target.view):
            return
        for one in self._sides.additions:
            if one.group_id:
                right = Right("group", one.group_id.lower(), "")
                who = one.principal_id.lower()
                told = "what the group holds in the target was not read"
                yield Gain(one.cause, 0, right, (who,), 1, (who, right.id), *self._before(who), told)

    def _stopped(
        self, layer: _Layer, ahead: Mapping[str, str | None], bad: set[str], unknown: str
    ) -> Iterator[Gain]:
        if not bad:
            return
        behind = self._onward(bad, ahead)
        counted: dict[str, tuple[tuple[str, ...], int]] = {}
        for one in self._sides.additions:
            principal = one.principal_id.lower()
            if principal not in behind:
                continue
            if one.group_id:
                begin = one.group_id.lower()
                if begin not in ahead:
                    continue
                through, right = self._to_right(begin, ahead, layer)
            else:
                right = Right("role", self._target.view.role_id(one.role_id), one.scope.lower())
                if right not in layer.rights:
                    continue
                through = ()
            if principal not in counted:
                counted[principal] = self._who(principal, bad, ahead)
            first, count = counted[principal]
            path = (*_back(principal, behind), *through)
            who = (path[0], *(each for each in first if each != path[0]))[:SHOWN]
            tier = self._target.tiers[right].number
            blocks = not unknown or (tier <= self._sides.unknown_blocks_up_to and self._blocks(path))
            yield Gain(one.cause, tier, right, who, count, path, *self._before(path[0]), unknown, blocks)

    def _blocks(self, path: tuple[str, ...]) -> bool:
        """Whether an unknown gain stops a write. Snapshots that never asked for members cannot tell about any
        group: where both are such, the plan goes on as before and says what it did not judge."""
        missing = self._target.unknown.get(path[0], ())
        return not (self._never_asked and missing and "eligibility" not in missing)

    def _onward(self, bad: set[str], ahead: Mapping[str, str | None]) -> dict[str, str | None]:
        """Everything that the bad ones come to on their way to the rights, with the one before it."""
        behind: dict[str, str | None] = dict.fromkeys(sorted(bad))
        waiting = list(behind)
        for here in waiting:
            for way in self._target.onward.get(here, ()):
                if way.other in ahead and way.other not in behind:
                    behind[way.other] = here
                    waiting.append(way.other)
        return behind

    def _to_right(
        self, begin: str, ahead: Mapping[str, str | None], layer: _Layer
    ) -> tuple[tuple[str, ...], Right]:
        path = [begin]
        while (following := ahead[path[-1]]) is not None:
            path.append(following)
        held = [hold.right for hold in self._target.holds[path[-1]] if hold.right in layer.rights]
        return tuple(path), min(held, key=lambda right: (self._target.tiers[right].number, right))

    def _who(
        self, principal: str, bad: set[str], ahead: Mapping[str, str | None]
    ) -> tuple[tuple[str, ...], int]:
        """The bad ones who come through a principal: the first few by id, and how many there are."""
        first: list[str] = []
        count = 0
        waiting, seen = [principal], {principal}
        for here in waiting:
            if here in bad:
                count += 1
                insort(first, here)
                del first[SHOWN:]
            for way in self._target.into.get(here, ()):
                if way.other in ahead and way.other not in seen:
                    seen.add(way.other)
                    waiting.append(way.other)
        return tuple(first), count

    def _before(self, who: str) -> tuple[int | None, int | None, bool]:
        counterpart = self._sides.source_of.get(who)
        source = _highest(self._sides.source, counterpart) if counterpart else None
        return source, _highest(self._target, who), counterpart is not None


def _back(principal: str, behind: Mapping[str, str | None]) -> tuple[str, ...]:
    path = [principal]
    while (before := behind[path[-1]]) is not None:
        path.append(before)
    return tuple(reversed(path))


def _highest(privilege: Privilege, who: str) -> int | None:
    """The highest tier that one principal reaches without what is planned."""
    numbers: list[int] = []
    waiting, seen = [who], {who}
    for here in waiting:
        holds: list[Hold] = privilege.holds.get(here, [])
        numbers += [privilege.tiers[one.right].number for one in holds if one.cause is None]
        ways: list[Way] = privilege.onward.get(here, [])
        for way in ways:
            if way.cause is None and way.other not in seen:
                seen.add(way.other)
                waiting.append(way.other)
    return min(numbers, default=None)


def _rights_were_read(view: TenantView) -> bool:
    kinds = (role_assignment_schedule.KIND, role_eligibility_schedule.KIND)
    return all(view.saw(kind.collection) for kind in kinds)
