"""Everybody of a large pair of tenants: what kind of case each person is, and the names they go by.

Person ``n`` is the same on every run. Cases repeat every 250 people, in pairs (2k, 2k+1) that share one, in
an order that the seed decides; so every case is there at any size, and its share is the same.
"""

from __future__ import annotations

from functools import cache
from random import Random

from migrate.lab.seed.people import names
from migrate.lab.seed.trouble import HOSTILE_NAMES

BLOCK = 250


# How a person's account in the source and those in the target belong together. Plain numbers: a page of users
# asks for a thousand of them.
ANCHORED = 0
"""The same onPremisesImmutableId; sign-in name and mail under the renamed domain."""
NUMBER = 1
"""The same employeeId, and nothing else but the name."""
RENAMED = 2
"""The same sign-in name under the renamed domain, another employeeId."""
MAIL = 3
"""The same mail under the renamed domain, another sign-in name."""
GUEST = 4
"""A guest in both, invited by the same outside address."""
GUEST_HERE = 5
"""A guest of the source only."""
LEFT = 6
"""No account in the target."""
NAMESAKE = 7
"""No account in the target, but a stranger of exactly the same name."""
NAME_ONLY = 8
"""The right account is there; nothing but the name says so."""
TWIN = 9
"""Two accounts of the target carry this employeeId."""
REHIRED = 10
"""Left and came back: a disabled account has the old employeeId, the right one another number."""
SWAPPED = 11
"""Somebody exchanged this employeeId with the neighbour's when the target was filled."""
DUPLICATE = 12
"""The right account shares the anchor; a disabled copy of it has the same employeeId and name."""
CLAIMED = 13
"""Daily and admin account share an employeeId, and the target has one account for both."""
HOSTILE = 14
"""A display name that wants to be something else; anchored."""

SHARES: dict[int, int] = {
    NUMBER: 44,
    RENAMED: 30,
    MAIL: 12,
    GUEST: 8,
    GUEST_HERE: 2,
    LEFT: 34,
    NAMESAKE: 4,
    NAME_ONLY: 4,
    TWIN: 2,
    REHIRED: 2,
    SWAPPED: 2,
    DUPLICATE: 2,
    CLAIMED: 2,
    HOSTILE: 2,
}
"""How many of 250 people; the rest is anchored. All even: a pair shares its case."""

SECOND = frozenset({TWIN, REHIRED, DUPLICATE})
"""Cases with two accounts in the target."""
ABSENT = frozenset({GUEST_HERE, LEFT, NAMESAKE})
"""Cases with none."""

_NAMES = tuple(
    (given, surname, f"{given_ascii}.{surname_ascii}")
    for surname, surname_ascii in names()[1]
    for given, given_ascii in names()[0]
)
_LETTERS = ("", *(f" {letter}." for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_HOSTILE = tuple(HOSTILE_NAMES.values())
_SAME = len(_NAMES)
DEPARTMENTS = ("IT Operations", "Finance", "Research", "Sales", "People", "Legal", "Manufacturing", "Retail")
JOBS = ("Engineer", "Analyst", "Manager", "Administrator", "Specialist", "Director", "Clerk")


def cases(rng: Random) -> bytes:
    """The case of each person of a block of 250."""
    pairs = [case for case, count in SHARES.items() for _ in range(count // 2)]
    pairs += [ANCHORED] * (BLOCK // 2 - len(pairs))
    rng.shuffle(pairs)
    return bytes(case for case in pairs for _ in range(2))


def spelled(number: int) -> tuple[str, str, str, str]:
    """Given name, surname, display name and local part of person ``number``: nobody shares the last two.

    The local part is plain ASCII with the person's turn at the end, for there are more people than names.
    """
    given, surname, local = _NAMES[number % _SAME]
    turn = number // _SAME
    if not turn:
        return given, surname, f"{given} {surname}", local
    return given, surname, f"{given}{_middle(turn)} {surname}", f"{local}{turn}"


@cache
def _middle(turn: int) -> str:
    """The initials that tell the bearers of one name apart."""
    first, second = divmod(turn, len(_LETTERS))
    return _LETTERS[second] + _LETTERS[first]


def hostile_name(number: int) -> str:
    return _HOSTILE[number // 2 % len(_HOSTILE)]
