"""The eligibility of a large pair: who may activate what, in both tenants, row by row when it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from migrate.lab.seed.roles import Row
from migrate.lab.seed.tenants import days_from


@dataclass(frozen=True)
class Right:
    """One eligibility in numbers: ``what`` is a role (with ``where`` a scope) or a group (with an access)."""

    holder: int
    """A person's number, or -1 - n for group n, or -10,000,000 - n for somebody who is gone."""
    what: int
    where: int
    start: int
    end: int | None
    """Days from the day of the seed; None when it never ends."""

    @property
    def key(self) -> tuple[int, int, int]:
        return (self.holder, self.what, self.where)


GONE = -10_000_000


def group_holder(number: int) -> int:
    return -1 - number


def gone_holder(number: int) -> int:
    return GONE - number


def spread(
    rng: Random,
    count: int,
    holders: Callable[[int], int],
    whats: int,
    wheres: Sequence[int],
    taken: Sequence[Right] = (),
) -> list[Right]:
    """``count`` rights, those in ``taken`` first, no two with one key; ``holders(k)`` says who has the k-th.

    ValueError when so many rights hardly have a key each.
    """
    found = list(taken)
    keys = {right.key for right in found}
    vain = 0
    while len(found) < count:
        if vain > 1000:
            raise ValueError(f"{count} rights do not fit into so small a tenant")
        where = wheres[rng.randrange(len(wheres))]
        end = None if rng.random() < 0.4 else rng.randrange(20, 300)
        right = Right(holders(len(found)), rng.randrange(whats), where, -rng.randrange(1, 400), end)
        vain += 1
        if right.key not in keys:
            vain = 0
            keys.add(right.key)
            found.append(right)
    return found


class Rights:
    """Rights as rows of a seed document, made while they are read."""

    def __init__(self, rights: Sequence[Right], shape: Callable[[Right], Row], now: datetime) -> None:
        self._rights, self._shape, self._now = rights, shape, now

    def __deepcopy__(self, _memo: dict[int, Any]) -> Rights:
        """Rows never change, so a copy would be the same."""
        return self

    def __len__(self) -> int:
        return len(self._rights)

    def __iter__(self) -> Iterator[Row]:
        for right in self._rights:
            yield self._shape(right) | {
                "startDateTime": days_from(self._now, right.start),
                "endDateTime": None if right.end is None else days_from(self._now, right.end),
            }
