"""What the seal of a snapshot covers, and its hash, read row by row.

Times and page counts are left out: reading an unchanged tenant twice gives one hash, so that a plan can tell
whether anything moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

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
    # As they lie in the file: the order does not count, see ``digest``.
    2: (
        "SELECT kind, parent_id, id, display_name, natural_key, properties FROM objects"
        " WHERE rowid BETWEEN (SELECT min(rowid) FROM objects WHERE snapshot_id = ?1)"
        " AND (SELECT max(rowid) FROM objects WHERE snapshot_id = ?1) AND +snapshot_id = ?1",
        "SELECT from_kind, from_parent_id, from_id, property, to_kind, to_id FROM object_references"
        " WHERE snapshot_id = ?1",
        _ALIASES,
        _COVERAGE,
    ),
}


def digest(db: Database, snapshot_id: str, form: int) -> str:
    """A hash of all that the seal covers; memory does not grow with the snapshot.

    Form 1 hashes the rows in their order. Form 2 adds up the hashes of the rows: looking rows up in the order
    of their ids, which lie anywhere in the file, took longer than all the rest.
    """
    whole = hashlib.sha256()
    for sql in _COVERED[form]:
        rows = db.tuples(sql, (snapshot_id,))
        if form == 1:
            for row in rows:
                whole.update(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        else:
            whole.update(_sum(rows))
        whole.update(b"\n")
    return whole.hexdigest()


def _sum(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """The same for the same rows in any order: how many they are and the sum of their hashes."""
    count, total = 0, 0
    sha256, dumps = hashlib.sha256, orjson.dumps
    for row in rows:
        count += 1
        total += int.from_bytes(sha256(dumps(row)).digest(), "big")
    return b"%d %x" % (count, total)
