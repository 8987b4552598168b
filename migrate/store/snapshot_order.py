"""A snapshot's rows in a fixed order, one at a time, for those who walk two snapshots side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrate.store.database import Database
from migrate.store.snapshot_rows import ObjectRow


def in_order(db: Database, snapshot_id: str, kind: str) -> Iterator[ObjectRow]:
    """The objects of a kind by parent and id, as Python orders texts; they stream."""
    for row in db.query(
        "SELECT id, properties, display_name, natural_key, parent_id FROM objects"
        " WHERE snapshot_id = ? AND kind = ? ORDER BY parent_id, id",
        (snapshot_id, kind),
    ):
        properties = db.parsed(row["properties"], f"{snapshot_id} {kind} {row['id']}")
        yield ObjectRow(**{**row, "properties": properties})


def has_object(db: Database, snapshot_id: str, kind: str, object_id: str) -> bool:
    """Whether the snapshot holds an object of this kind that was not found through a parent."""
    return _display_name(db, snapshot_id, kind, object_id) is not None


def name_in(db: Database, snapshot_id: str, kinds: Iterable[str], object_id: str) -> str | None:
    """The display name of the object with this id, whichever of the kinds it is; None when none has it."""
    found = (_display_name(db, snapshot_id, kind, object_id) for kind in kinds)
    return next((name for name in found if name is not None), None)


def _display_name(db: Database, snapshot_id: str, kind: str, object_id: str) -> str | None:
    row = db.one(
        "SELECT display_name FROM objects WHERE snapshot_id = ? AND kind = ? AND parent_id = '' AND id = ?",
        (snapshot_id, kind, object_id.lower()),
    )
    return None if row is None else str(row["display_name"] or object_id)
