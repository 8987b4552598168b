"""D08, as the plan will find it: a right that the target would not take as it is."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.kinds.rights import ELIGIBLE
from migrate.resolve import drift
from migrate.resolve.converted import is_converted
from migrate.resolve.findings import Drift
from migrate.resolve.reference_graph import rights
from migrate.resolve.schedule_fit import Span, why_not
from migrate.resolve.settled import Settled
from migrate.resolve.target_rights import TargetRights


def find(settled: Settled) -> Iterator[Drift]:
    """Nothing where no moment is given for which to judge, or where an equal right stands already."""
    if settled.as_of is None:
        return
    there = TargetRights(settled.target)
    accepted = settled.accepted()
    for kind, row in rights(settled.source):
        key = drift.target_key(kind, row, settled.source, accepted)
        if key is None or is_converted(row) or there.standing(kind, key):
            continue
        here = kind.id_of(row).lower()
        try:
            problem = why_not(
                Span.of(row), there.policy(kind, key), settled.as_of, active=kind not in ELIGIBLE
            )
        except ValueError as error:
            problem = str(error)
        if problem:
            yield Drift("D08", kind.name, here, None, {"why": problem}, (here,))
