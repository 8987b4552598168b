"""What the seal of a snapshot covers, and its hash, read row by row.

Times and page counts are left out: reading an unchanged tenant twice gives one hash, so that a plan can tell
whether anything moved.
"""

from __future__ import annotations

import hashlib

import orjson

from migrate.store.database import Database

FORM = 2
"""How snapshots are sealed now. A form is never changed: what was sealed by it must still verify."""

_ALIASES = "SELECT alias_id, role_definition_id FROM role_aliases WHERE snapshot_id = ? ORDER BY alias_id"
_COVERAGE = (
    "SELECT collection, kind, parent_id, complete, rows, code FROM coverage"
    " WHERE snapshot_id = ? ORDER BY collection, kind, parent_id"
)
_COVERED = {
    # Before objects were told apart by their parent. The order is not the key's: SQLite has to sort.
    1: (
        "SELECT kind, id, parent_id, display_name, natural_key, properties FROM objects"
        " WHERE snapshot_id = ? ORDER BY kind, id",
        "SELECT from_kind, from_id, property, to_kind, to_id FROM object_references"
        " WHERE snapshot_id = ? ORDER BY from_kind, from_id, property, to_kind, to_id",
        _ALIASES,
        _COVERAGE,
    ),
    # In the order of the keys, so that the rows stream.
    2: (
        "SELECT kind, parent_id, id, display_name, natural_key, properties FROM objects"
        " WHERE snapshot_id = ? ORDER BY kind, parent_id, id",
        "SELECT from_kind, from_parent_id, from_id, property, to_kind, to_id FROM object_references"
        " WHERE snapshot_id = ? ORDER BY from_kind, from_parent_id, from_id, property, to_kind, to_id",
        _ALIASES,
        _COVERAGE,
    ),
}


def digest(db: Database, snapshot_id: str, form: int) -> str:
    """The SHA-256 of all that the seal covers; memory does not grow with the snapshot."""
    hashed = hashlib.sha256()
    for sql in _COVERED[form]:
        for row in db.tuples(sql, (snapshot_id,)):
            hashed.update(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        hashed.update(b"\n")
    return hashed.hexdigest()
