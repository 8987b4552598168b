"""Puts one page of a collection into the snapshot, with what its rows refer to."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.crawl.run import Run
from migrate.kinds.kind import Kind, Row
from migrate.store.snapshot_rows import ObjectRow, ReferenceRow


def keep(into: Run, kind: Kind, parent: str | None, rows: Iterable[Row]) -> None:
    kept = list(rows)
    into.snapshots.add_rows(
        into.snapshot_id,
        kind.name,
        [
            ObjectRow(
                id=kind.id_of(row),
                properties=row,
                display_name=kind.name_of(row),
                natural_key=kind.natural_key(row),
                parent_id=parent or "",
            )
            for row in kept
        ],
        [
            ReferenceRow(kind.name, kind.id_of(row), one.property, one.to_kind, one.to_id)
            for row in kept
            for one in kind.references(row)
        ],
    )
