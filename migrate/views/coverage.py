"""How much of a tenant a snapshot saw."""

from __future__ import annotations

from collections import defaultdict

from migrate.crawl.tenant import Crawled
from migrate.store.snapshot_rows import CoverageRow
from migrate.views.screen import Screen


def show_coverage(screen: Screen, tenant: str, crawled: Crawled, seconds: float) -> None:
    """One line a collection; collections that Graph lists per group are told together for people."""
    for row in crawled.coverage:
        screen.line(
            "coverage",
            tenant=tenant,
            snapshot=crawled.snapshot_id,
            collection=row.collection,
            parent_id=row.parent_id or None,
            complete=row.complete,
            way=row.way,
            pages=row.pages,
            rows=row.rows,
            odata_count=row.odata_count,
            code=row.code,
            reason=row.reason,
        )
    screen.line(
        "snapshot",
        tenant=tenant,
        id=crawled.snapshot_id,
        hash=crawled.hash,
        complete=crawled.complete,
        rows=sum(row.rows for row in crawled.coverage),
    )
    together: dict[str, list[CoverageRow]] = defaultdict(list)
    for row in crawled.coverage:
        together[row.collection].append(row)
    screen.table(
        f"{tenant}: snapshot {crawled.snapshot_id}, {seconds:.1f} s",
        ["collection", "rows", "pages", "complete", "how", "why not"],
        [
            [
                collection,
                sum(row.rows for row in rows),
                sum(row.pages for row in rows),
                _complete(rows),
                rows[0].way + (f", {len(rows)} groups" if rows[0].parent_id else ""),
                next((row.reason for row in rows if row.reason), "") or "",
            ]
            for collection, rows in sorted(together.items())
        ],
    )


def _complete(rows: list[CoverageRow]) -> str:
    missing = sum(not row.complete for row in rows)
    if not missing:
        return "yes"
    return "NO" if len(rows) == 1 else f"NO: {missing} of {len(rows)}"
