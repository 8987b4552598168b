"""One collection of one tenant, page by page into the snapshot, with an honest word about the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from migrate.crawl.keep import keep
from migrate.errors import AccessError, GraphRefused, MigrateError, Unreachable
from migrate.graphapi.pager import pages
from migrate.graphapi.session import Session
from migrate.kinds.kind import Kind, Row
from migrate.kinds.schedule import format_time
from migrate.store.snapshot_rows import CoverageRow
from migrate.store.snapshots import Snapshots

LISTING, BETA, PROBE = "listing", "beta listing", "probing candidates"


@dataclass
class Target:
    """Where the rows go and who is told."""

    session: Session
    snapshots: Snapshots
    snapshot_id: str
    clock: Callable[[], datetime]
    seen: Callable[[str, int], None]
    failures: list[MigrateError] = field(default_factory=list)


async def read_collection(
    into: Target,
    kind: Kind,
    parent: str | None = None,
    *,
    way: str = LISTING,
    absent: frozenset[str] = frozenset(),
) -> list[Row] | None:
    """Reads one listing to its end; ``None`` when it could not be read whole, which coverage then says.

    A collection that was not read whole keeps the rows that were: they are true, but prove no absence.
    ``absent`` holds the codes that mean, for this listing, that there is nothing to list.

    Raises:
        AccessError: sign-in, consent or licence; no later collection can make up for it.
        Unreachable: the host cannot be trusted.
    """
    started = into.clock()
    rows: dict[str, Row] = {}
    page_count, odata_count, problem, nameless = 0, None, None, 0
    try:
        async for page in pages(into.session, kind.listing(parent)):
            if page.restarted:
                rows.clear()
                page_count, odata_count, nameless = 0, None, 0
                into.snapshots.discard_collection(into.snapshot_id, kind.name, parent or "")
            page_count += 1
            odata_count = page.count if page.count is not None else odata_count
            named = {kind.id_of(row): row for row in page.rows if kind.id_of(row)}
            nameless += sum(not kind.id_of(row) for row in page.rows)
            keep(into, kind, parent, named.values())
            rows.update(named)
            into.seen(kind.collection, len(page.rows))
    except AccessError:
        raise
    except (GraphRefused, Unreachable) as error:
        if error.code == "certificate_untrusted":
            raise
        if error.code not in absent:
            problem = error
            into.failures.append(error)
    code, reason = (problem.code, problem.message) if problem else (None, None)
    if problem is None and nameless:
        code, reason = "without_id", f"{nameless} rows have no id and could not be kept"
    elif problem is None and odata_count is not None and len(rows) < odata_count:
        code, reason = "short", f"Graph counts {odata_count} objects and listed {len(rows)}"
    into.snapshots.record_coverage(
        into.snapshot_id,
        CoverageRow(
            collection=kind.collection,
            kind=kind.name,
            complete=code is None,
            way=way,
            parent_id=parent or "",
            pages=page_count,
            rows=len(rows),
            odata_count=odata_count,
            code=code,
            reason=reason,
            started_at=format_time(started),
            finished_at=format_time(into.clock()),
        ),
    )
    return list(rows.values()) if code is None else None


def record_unread(into: Target, kind: Kind, reason: str, code: str, way: str = LISTING) -> None:
    """Says that a collection was not read at all."""
    into.snapshots.record_coverage(
        into.snapshot_id,
        CoverageRow(
            collection=kind.collection, kind=kind.name, complete=False, way=way, code=code, reason=reason
        ),
    )
