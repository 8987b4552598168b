"""Finds the groups that PIM manages, and reads what it knows of each.

Graph lists these groups in its beta version only. Where that is refused, every group that PIM could
manage is asked for its eligibility and its policies, and those count that have either, since each group
that PIM manages has its policies (graph-facts §2.4, §2.5). Which way was used is recorded, and plans say so.
"""

from __future__ import annotations

import asyncio

from migrate.crawl.collection import BETA, PROBE, Target, read_collection
from migrate.errors import AccessError
from migrate.kinds import group, group_eligibility_schedule, role_management_policy
from migrate.kinds.catalogue import LISTED_PER_PIM_GROUP, PIM_GROUPS
from migrate.kinds.kind import Kind, Row
from migrate.store.snapshot_rows import CoverageRow, ObjectRow

AT_ONCE = 8
NOT_KNOWN_TO_PIM = frozenset({"not_found", "missing_provider"})


async def read_pim_groups(into: Target, groups: list[Row] | None) -> None:
    """Reads eligibility and policies of each group that PIM manages.

    Raises:
        AccessError: consent or licence is missing for what only PIM for groups can tell.
    """
    try:
        listed = await read_collection(into, PIM_GROUPS, way=BETA)
    except AccessError:
        listed = None
    if listed is not None:
        ids = sorted(str(row["id"]).lower() for row in listed)
        await _each(into, ids, LISTED_PER_PIM_GROUP)
        return
    await _probe(into, groups)


async def _each(into: Target, ids: list[str], kinds: tuple[Kind, ...]) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(kind: Kind, group_id: str) -> None:
        async with slots:
            await read_collection(into, kind, group_id)

    async with asyncio.TaskGroup() as tasks:
        for group_id in ids:
            for kind in kinds:
                tasks.create_task(one(kind, group_id))


async def _probe(into: Target, groups: list[Row] | None) -> None:
    """Asks every candidate. What was found is certain; that nothing else is managed is certain only
    when the list of groups was whole and every candidate answered."""
    kind = group_eligibility_schedule.KIND
    into.snapshots.discard_collection(into.snapshot_id, PIM_GROUPS.name, "")
    candidates = sorted(str(row["id"]).lower() for row in groups or () if group.can_be_managed_by_pim(row))
    slots = asyncio.Semaphore(AT_ONCE)
    managed: list[str] = []
    unanswered: list[str] = []

    async def one(group_id: str) -> None:
        async with slots:
            rows = await read_collection(into, kind, group_id, way=PROBE, absent=NOT_KNOWN_TO_PIM)
            policies = await read_collection(
                into, role_management_policy.GROUP_KIND, group_id, way=PROBE, absent=NOT_KNOWN_TO_PIM
            )
            if rows is None or policies is None:
                unanswered.append(group_id)
            if rows or policies:
                managed.append(group_id)

    async with asyncio.TaskGroup() as tasks:
        for group_id in candidates:
            tasks.create_task(one(group_id))
    into.snapshots.add_rows(
        into.snapshot_id,
        PIM_GROUPS.name,
        [ObjectRow(group_id, {"id": group_id}, group_id, group_id) for group_id in sorted(managed)],
        [],
    )
    complete = groups is not None and not unanswered
    into.snapshots.record_coverage(
        into.snapshot_id,
        CoverageRow(
            collection=PIM_GROUPS.collection,
            kind=PIM_GROUPS.name,
            complete=complete,
            way=PROBE,
            rows=len(managed),
            code=None if complete else "partial",
            reason=None
            if complete
            else f"{len(unanswered)} of {len(candidates)} candidates did not answer"
            + ("" if groups is not None else ", and the groups were not listed completely"),
        ),
    )
