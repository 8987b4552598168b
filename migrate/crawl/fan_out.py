"""Listings that Graph gives per parent only: members per group, eligibility per group that PIM manages.

First pages are asked for in batches; what they leave out is followed one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from migrate.crawl.collection import begin_with, read_collection
from migrate.crawl.run import LISTING, Run
from migrate.errors import ConsentMissing, GraphRefused, LicenceMissing, MigrateError, Unreachable
from migrate.kinds.kind import Kind

AT_ONCE = 80
"""Parents whose first pages are on the way together: four batches of 20."""
Found = Callable[[str, bool], None]


def _nobody(_parent: str, _whole: bool) -> None:
    """Nobody waits for the single parents."""


async def read_per_parent(
    into: Run,
    kind: Kind,
    parents: Iterable[str],
    *,
    way: str = LISTING,
    absent: frozenset[str] = frozenset(),
    found: Found = _nobody,
) -> None:
    """Reads one kind under each parent that was not read yet; ``found`` hears of each whether it is whole.

    One parent that fails counts as unread and the rest goes on.

    Raises:
        AccessError: sign-in, or consent or licence for a kind that no right can move without.
    """
    waiting: list[str] = []
    for parent in parents:
        if into.covered(kind, parent):
            found(parent, True)
        else:
            waiting.append(parent)
    into.tally.expect(kind.collection, len(waiting))
    for part in _parts(waiting):
        begun = [one for one in part if into.state.place(into.snapshot_id, kind.name, one)]
        fresh = [one for one in part if one not in begun]
        answers = await into.session.read_many([kind.listing(one) for one in fresh])
        if refused := next(
            (one for one in answers if isinstance(one, ConsentMissing | LicenceMissing)), None
        ):
            if not kind.optional:
                raise refused
            # What one group is refused for lack of consent, all are: told once.
            into.unread(kind, refused, way=way)
            return
        going_on = list(begun)
        with into.db.transaction():
            for parent, answer in zip(fresh, answers, strict=True):
                if isinstance(answer, MigrateError):
                    found(parent, _refused(into, kind, parent, answer, way, absent))
                elif (whole := begin_with(into, kind, parent, answer, way=way)) is None:
                    going_on.append(parent)
                else:
                    found(parent, whole)
        for parent in going_on:
            found(parent, await read_collection(into, kind, parent, way=way, absent=absent))


def _refused(
    into: Run, kind: Kind, parent: str, error: MigrateError, way: str, absent: frozenset[str]
) -> bool:
    into.tally.saw(kind.collection, 0)
    if error.code in absent:
        into.cover(kind, way=way, parent=parent, pages=0)
        return True
    if not isinstance(error, GraphRefused | Unreachable) or error.code == "certificate_untrusted":
        raise error
    into.unread(kind, error, way=way, parent=parent)
    return False


def _parts(parents: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(parents), AT_ONCE):
        yield parents[start : start + AT_ONCE]
