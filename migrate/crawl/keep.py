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
    found = list(rows)
    ids = [kind.id_of(row) for row in found]
    named = {object_id: row for object_id, row in zip(ids, found, strict=True) if object_id}
    nameless = 0
    if len(named) < len(found):
        # Rows without an id, or one row twice: what follows takes each id once, as Graph told it last.
        nameless = ids.count("")
        ids, found = list(named), list(named.values())
    into.snapshots.add_page(
        into.snapshot_id,
        kind.name,
        parent or "",
        zip(ids, map(kind.name_of, found), map(kind.natural_key, found), found, strict=True),
        ()
        if kind.references is no_references
        else [
            (object_id, one.property, one.to_kind, one.to_id)
            for object_id, row in named.items()
            for one in kind.references(row)
        ],
    )
    return nameless
