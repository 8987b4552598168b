"""Finds the groups that PIM manages, and reads what it knows of each.

Graph lists these groups in its beta version only. Where that is refused, every group that PIM could
manage is asked for its eligibility and its policies, and those count that have either, since each group
that PIM manages has its policies (graph-facts §2.4, §2.5). Which way was used is recorded, and plans say so.
"""

from __future__ import annotations

from collections.abc import Callable

from migrate.crawl.collection import read_collection
from migrate.crawl.fan_out import read_per_parent
from migrate.crawl.run import BETA, PROBE, Run
from migrate.errors import AccessError
from migrate.kinds import group, group_assignment_schedule, group_eligibility_schedule, role_management_policy
from migrate.kinds.catalogue import LISTED_PER_PIM_GROUP, PIM_GROUPS
from migrate.store.snapshot_rows import ObjectRow

NOT_KNOWN_TO_PIM = frozenset({"not_found", "missing_provider"})


async def list_pim_groups(into: Run) -> bool:
    """Asks the beta listing; False where it is refused or breaks off, so that candidates must be probed."""
    if into.covered(PIM_GROUPS):
        return True
    try:
        return await read_collection(into, PIM_GROUPS, way=BETA)
    except AccessError:
        return False


async def read_what_pim_knows(into: Run) -> None:
    """Eligibility, assignments and policies of each group that the beta listing named.

    Raises:
        AccessError: consent or licence is missing for what only PIM for groups can tell.
    """
    ids = into.touched.ids_of(PIM_GROUPS.name)
    for kind in LISTED_PER_PIM_GROUP:
        await read_per_parent(into, kind, ids)


async def probe(into: Run, *, groups_whole: bool) -> None:
    """Asks every candidate. What was found is certain; that nothing else is managed is certain only when
    the list of groups was whole and every candidate answered."""
    with into.db.transaction():
        into.snapshots.discard_collection(into.snapshot_id, PIM_GROUPS.name, "")
    candidates = [
        str(row["id"]).lower()
        for row in into.snapshots.rows(into.snapshot_id, group.KIND.name)
        if group.can_be_managed_by_pim(row)
    ]
    unanswered: set[str] = set()
    for kind in (group_eligibility_schedule.KIND, role_management_policy.GROUP_KIND):
        await read_per_parent(
            into, kind, candidates, way=PROBE, absent=NOT_KNOWN_TO_PIM, found=_missing(unanswered)
        )
    managed = [one for one in candidates if into.touched.has_rows_under(one)]
    into.snapshots.add_rows(
        into.snapshot_id, PIM_GROUPS.name, [ObjectRow(one, {"id": one}, one, one) for one in managed]
    )
    await read_per_parent(into, group_assignment_schedule.KIND, managed, way=PROBE)
    problem = None
    if unanswered or not groups_whole:
        reason = f"{len(unanswered)} of {len(candidates)} candidates did not answer"
        problem = "partial", reason + ("" if groups_whole else ", and the groups were not listed completely")
    into.cover(PIM_GROUPS, way=PROBE, problem=problem, rows=len(managed))


def _missing(into: set[str]) -> Callable[[str, bool], None]:
    def found(parent: str, whole: bool) -> None:
        if not whole:
            into.add(parent)

    return found
