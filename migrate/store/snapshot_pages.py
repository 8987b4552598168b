"""One page of objects on its way into a snapshot: the path that every row of a tenant takes.

Half a million rows come along here, so it works on plain tuples and asks the database as seldom as it can:
a page in which nothing is seen for the second time is two statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from migrate.store.database import Database

KeptRow = tuple[str, str | None, str | None, Mapping[str, Any]]
"""Id, display name, natural key and Graph's properties of one object."""
KeptReference = tuple[str, str, str, str]
"""The id of who refers, the property, and the kind and id of what it names."""

_COLUMNS = "snapshot_id, kind, parent_id, id, display_name, natural_key, properties"
_INSERT = f"INSERT INTO objects ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT"
_ADD = f"{_INSERT} DO NOTHING"
_REPLACE = (
    f"{_INSERT} DO UPDATE SET display_name = excluded.display_name, natural_key = excluded.natural_key,"
    " properties = excluded.properties"
)
_FORGET_REFERENCES = (
    "DELETE FROM object_references"
    " WHERE snapshot_id = ? AND from_kind = ? AND from_parent_id = ? AND from_id = ?"
)
_ADD_REFERENCE = (
    "INSERT OR IGNORE INTO object_references"
    " (snapshot_id, from_kind, from_parent_id, from_id, property, to_kind, to_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def write_page(
    db: Database,
    snapshot_id: str,
    kind: str,
    parent_id: str,
    rows: Iterable[KeptRow],
    references: Iterable[KeptReference],
) -> None:
    """Writes the page; belongs into a transaction of the caller's.

    A row that is there already is replaced, its references included: pages of Graph may overlap, and the
    newest answer is the true one.
    """
    written = [
        (
            snapshot_id,
            kind,
            parent_id,
            object_id,
            display_name,
            natural_key,
            orjson.dumps(properties, option=orjson.OPT_SORT_KEYS).decode(),  # ``canonical``, a call less
        )
        for object_id, display_name, natural_key, properties in rows
    ]
    if db.execute_many(_ADD, written) < len(written):
        # Which of them were there is not told, and it hardly ever happens: all are written once more.
        db.execute_many(_FORGET_REFERENCES, (row[:4] for row in written))
        db.execute_many(_REPLACE, written)
    db.execute_many(_ADD_REFERENCE, ((snapshot_id, kind, parent_id, *reference) for reference in references))
