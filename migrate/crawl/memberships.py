"""Who is in the groups and administrative units that privilege touches, step by step to the very end."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from migrate.crawl.fan_out import read_per_parent
from migrate.crawl.principals import read_by_ids
from migrate.crawl.run import Run
from migrate.errors import MigrateError
from migrate.kinds.catalogue import LISTED_PER_GROUP, LISTED_PER_UNIT
from migrate.kinds.kind import Kind


async def read_memberships(
    into: Run, *, looked_up: Sequence[Kind], units: Collection[str], more_groups: Collection[str] = ()
) -> list[MigrateError]:
    """Reads members and owners of privileged groups, groups inside them included, and members of ``units``.

    ``looked_up`` are the kinds of principals that are not listed whole: their objects are fetched as they
    come up. ``more_groups`` are groups whose members matter for another reason.
    Returns what went wrong when their objects were fetched.
    """
    failed: list[MigrateError] = []
    known = set(into.touched.units())
    for kind in LISTED_PER_UNIT:
        await read_per_parent(into, kind, sorted(set(units) & known))
    done: set[str] = set()
    while True:
        # First as far in as the groups that are known lead, so that their members are asked for together.
        while wanted := _holding(into, more_groups) - done:
            for kind in LISTED_PER_GROUP:
                await read_per_parent(into, kind, sorted(wanted))
            done |= wanted
        if not looked_up or failed:
            return failed
        failed += await read_by_ids(into, list(into.touched.principals()), looked_up)
        if not _holding(into, more_groups) - done:
            return failed


def _holding(into: Run, more_groups: Collection[str]) -> set[str]:
    existing = set(into.touched.ids_of("group"))
    return set(into.touched.holding_groups()) | (set(more_groups) & existing)
