"""A page of Graph's rows into the snapshot: the work that is done for every single object of a tenant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from migrate.kinds.kind import Kind, Row, no_references
from migrate.store.snapshots import Snapshots


class Keeping(Protocol):
    """Where rows go."""

    @property
    def snapshots(self) -> Snapshots: ...

    @property
    def snapshot_id(self) -> str: ...


def keep(into: Keeping, kind: Kind, parent: str | None, rows: Iterable[Row]) -> int:
    """Writes the rows that have an id, all or none, and says how many have none.

    A row that was seen before gives way to this one. Inside a transaction of the database it is part of that.
    """
    id_of, name_of, natural_key = kind.id_of, kind.name_of, kind.natural_key
    newest: dict[str, Row] = {}
    nameless = 0
    for row in rows:
        object_id = id_of(row)
        if object_id:
            newest[object_id] = row
        else:
            nameless += 1
    into.snapshots.add_page(
        into.snapshot_id,
        kind.name,
        parent or "",
        [(object_id, name_of(row), natural_key(row), row) for object_id, row in newest.items()],
        ()
        if kind.references is no_references
        else [
            (object_id, one.property, one.to_kind, one.to_id)
            for object_id, row in newest.items()
            for one in kind.references(row)
        ],
    )
    return nameless
