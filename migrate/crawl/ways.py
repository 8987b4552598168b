"""Which way of reading a large collection costs fewest resource units: all of it, or those that are needed.

The prices are those that Graph publishes for the directory (graph-facts §1.2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from migrate.kinds.kind import Kind
from migrate.kinds.look_up import MOST_ALTERNATIVES
from migrate.kinds.principals import MOST_IDS

BY_IDS_UNITS = 2
"""One ``getByIds`` for up to 1,000 ids: three, and one less for ``$select``."""
LIST_UNITS = 1
"""One page of a listing with ``$select``, and one look-up."""

RIVAL_SHARE = 50
"""Asking who else has a claim may cost this part of what listing everybody would: beyond that, a person
decides, or a snapshot of the full scope tells."""
LEAST_RIVAL_REQUESTS = 2


def rival_requests(listing: int) -> int:
    """How many requests may be spent on rivals where listing everybody takes so many."""
    return max(LEAST_RIVAL_REQUESTS, listing // RIVAL_SHARE)


@dataclass(frozen=True)
class Way:
    """The choice for one collection. Units are estimates; ``listing_units`` is None where Graph would not
    say how many objects there are."""

    kind: str
    collection: str
    whole: bool
    count: int | None
    listing_units: int | None
    look_up_units: int
    ids: int
    questions: int

    @property
    def units(self) -> int:
        return self.listing_units or 0 if self.whole else self.look_up_units

    def as_whole(self) -> Way:
        """The same collection, listed whatever it costs."""
        return replace(self, whole=True)

    @property
    def requests(self) -> int:
        if self.whole:
            return self.listing_units or 0
        return ceil(self.ids / MOST_IDS) + ceil(self.questions / MOST_ALTERNATIVES)


def choose(kind: Kind, count: int | None, *, ids: int, questions: int, rivals: bool = False) -> Way:
    """``ids`` are the objects of this kind that are named, ``questions`` the look-ups that are known by now;
    with ``rivals`` more may follow once candidates are known.

    Where Graph gives no count, what is needed is asked for: a listing of unknown length may be endless.
    """
    listing = None if count is None else max(1, ceil(count / kind.page_size)) * LIST_UNITS
    look_ups = ceil(ids / MOST_IDS) * BY_IDS_UNITS + ceil(questions / MOST_ALTERNATIVES) * LIST_UNITS
    if rivals:
        look_ups += rival_requests(listing or 0)
    whole = listing is not None and listing <= look_ups
    return Way(kind.name, kind.collection, whole, count, listing, look_ups, ids, questions)
