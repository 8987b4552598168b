"""Snapshots as the resolver and the audit take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from migrate.errors import NoState

if TYPE_CHECKING:
    from migrate.kinds.kind import Row
    from migrate.plan.converted_source import Conversion
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import CoverageRow, SnapshotInfo
    from migrate.store.snapshots import Snapshots

_KEPT_LEAN = 500
"""Rows of people and things that stay in memory where names are all that is asked for again."""


@dataclass(frozen=True)
class Inputs:
    """Both tenants as they were last seen."""

    source: TenantView
    target: TenantView
    source_info: SnapshotInfo
    target_info: SnapshotInfo
    conversion: Conversion | None = None
    """Where standing assignments of the source are taken for eligibility."""


def latest_inputs(db: Database, *, lean: bool = False, verified: bool = False) -> Inputs:
    """The newest sealed snapshot of each tenant; ``lean`` as for ``view_of``, ``verified`` where somebody
    else holds them against their seals before anything is made of them that lasts.

    Raises:
        NoState: one is missing.
        StateError: one is not what was sealed.
    """
    from migrate.store.snapshots import Snapshots

    snapshots = Snapshots(db)
    source, target = snapshots.latest("source"), snapshots.latest("target")
    for side, info in (("source", source), ("target", target)):
        if info is None:
            raise NoState(
                f"there is no snapshot of the {side} tenant yet",
                where=str(db.path),
                hint=f"run `pim-migrate snapshot {side}`",
                code="no_snapshot",
            )
    assert source is not None and target is not None
    for info in () if verified else (source, target):
        snapshots.verify_seal(info.id)
    first, second = (view_of(snapshots, info, lean=lean) for info in (source, target))
    return Inputs(first, second, source, target)


def view_of(snapshots: Snapshots, info: SnapshotInfo, *, lean: bool = False) -> TenantView:
    """The snapshot as the resolver reads it, while the database is open: large lists stay in the database.

    ``lean`` is for those who go through the rights from end to end: rights stay there as well.
    """
    from migrate.crawl.run import LOOK_UP, PROBE
    from migrate.kinds import group_assignment_schedule, group_eligibility_schedule, pim_group
    from migrate.kinds.catalogue import (
        ALL,
        LISTED_PER_GROUP,
        LISTED_PER_UNIT,
        PRINCIPALS,
        REGISTRATIONS,
        RIGHTS,
    )
    from migrate.kinds.kind import DIRECTORY_OBJECT
    from migrate.resolve.stored_rows import KEPT, StoredRows
    from migrate.resolve.streamed_rows import StreamedRows
    from migrate.resolve.tenant_view import TenantView

    large = (*PRINCIPALS, REGISTRATIONS)
    per_parent = (*LISTED_PER_GROUP, *LISTED_PER_UNIT)
    rows: dict[str, Mapping[str, Row]] = {}
    held = (*RIGHTS, group_eligibility_schedule.KIND, group_assignment_schedule.KIND) if lean else ()
    for kind in ALL:
        if kind in held and (how := snapshots.streamable(info.id, kind.name)) is not None:
            rows[kind.name] = StreamedRows(
                how.count,
                partial(snapshots.rows_by_lower_id, info.id, kind.name, how),
                partial(snapshots.rows_by_place, info.id, kind.name, how),
                snapshots.row_at,
            )
        elif kind in large:
            rows[kind.name] = StoredRows(
                snapshots.ids(info.id, kind.name),
                partial(snapshots.row, info.id, kind.name),
                partial(snapshots.rows_by_id, info.id, kind.name),
                partial(snapshots.names, info.id, kind.name),
                _KEPT_LEAN if lean else KEPT,
            )
        elif kind not in per_parent:
            rows[kind.name] = {one.lower(): row for one, row in snapshots.rows_by_id(info.id, kind.name)}
    coverage = snapshots.coverage(info.id)
    unread = {
        f"{row.collection}:{row.parent_id}" if row.parent_id else row.collection
        for row in coverage
        if not row.complete
    }
    probed = any(row.kind == pim_group.KIND.name and row.way == PROBE for row in coverage)
    lists = {kind.name: _lists(snapshots, info.id, kind.name, coverage) for kind in per_parent}
    asked = {
        row.kind: snapshots.look_ups(info.id, row.kind)
        for row in coverage
        if row.way == LOOK_UP and not row.parent_id
    }
    if asked:
        asked[DIRECTORY_OBJECT] = snapshots.look_ups(info.id, DIRECTORY_OBJECT)
    return TenantView(
        info.tenant_id, rows, frozenset(unread), snapshots.aliases(info.id), probed, lists, asked
    )


def _lists(
    snapshots: Snapshots, snapshot_id: str, kind: str, coverage: Iterable[CoverageRow]
) -> dict[str, tuple[Row, ...]]:
    """What was listed whole per parent, by the parent's id."""
    found: dict[str, list[Row]] = {
        row.parent_id.lower(): [] for row in coverage if row.kind == kind and row.complete and row.parent_id
    }
    for one in snapshots.object_rows(snapshot_id, kind):
        if (members := found.get(one.parent_id.lower())) is not None:
            members.append(one.properties)
    return {parent: tuple(members) for parent, members in found.items()}
