"""Who of a large pair has which row in the two tenants: a few arrays of numbers, eight bytes a person.

Both tenants have the same number of rows. The first ``front`` rows are the accounts that every tenant has of
its own; behind them the source lists its people in order, and the target whoever came over, in an order of
its own, filled up with people who were always there.
"""

from __future__ import annotations

from array import array
from random import Random

from migrate.lab.seed.crowd import ABSENT, ANCHORED, BLOCK, CLAIMED, NAMESAKE, SECOND, cases

FEWEST = 2 * BLOCK


class Layout:
    """People are numbered from 0; those from ``people`` on are the target's own."""

    def __init__(self, rng: Random, rows: int, front: int) -> None:
        """ValueError for fewer rows than it takes to hold every case."""
        if rows < FEWEST:
            raise ValueError(f"a large tenant has at least {FEWEST} users, not {rows}")
        self.front, self.people = front, rows - front
        block = cases(rng)
        self.cases = (block * (self.people // BLOCK + 1))[: self.people]
        """By person: what kind of case they are."""
        if self.people % 2:
            # The last one has no neighbour to share a case with.
            self.cases = self.cases[:-1] + bytes([ANCHORED])
        codes = array("I")
        namesakes = array("I")
        for number, case in enumerate(self.cases):
            if case == NAMESAKE:
                namesakes.append(number)
            if case not in ABSENT and not (case == CLAIMED and number % 2):
                codes.append(2 * number)
            if case in SECOND:
                codes.append(2 * number + 1)
        self.namesakes = namesakes
        self.natives = self.people - len(codes)
        codes.extend(2 * (self.people + native) for native in range(self.natives))
        rng.shuffle(codes)
        self.codes = codes
        """By place in the target, behind the front: twice the person's number, plus one for a second one."""
        self._places = array("I", bytes(4 * (self.people + self.natives)))
        self._seconds: dict[int, int] = {}
        for place, code in enumerate(codes):
            if code & 1:
                self._seconds[code >> 1] = place
            else:
                self._places[code >> 1] = place

    def case(self, number: int) -> int:
        return self.cases[number]

    def place(self, number: int) -> int:
        """The row in the target of a person who has one there."""
        return self.front + self._places[number]

    def second_place(self, number: int) -> int:
        """The row of the second account that a person has in the target."""
        return self.front + self._seconds[number]

    def stranger_of(self, number: int) -> int:
        """The target's own person who has the name of this NAMESAKE."""
        return self.people + self.namesakes.index(number)

    def named_like(self, native: int) -> int | None:
        """The NAMESAKE whose name the target's own person ``native`` bears; None when it is their own."""
        at = native - self.people
        return self.namesakes[at] if at < len(self.namesakes) else None
