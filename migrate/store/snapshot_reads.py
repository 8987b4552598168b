"""What stands in a snapshot, row by row; most of it streams. Nothing here decides what absence means: see
``coverage``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from migrate.store.canonical import parsed
from migrate.store.database import Database
from migrate.store.snapshot_rows import CoverageRow, ObjectRow, ReferenceRow
from migrate.store.trouble import damaged

_IN_ORDER = """
CREATE TEMP TABLE IF NOT EXISTS in_order (
    snapshot_id TEXT NOT NULL, kind TEXT NOT NULL, low TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (snapshot_id, kind, low)
) WITHOUT ROWID
"""
"""Where each object stands by its id in lower case, for kinds that the database holds in another order: they
are sorted once, and not with all their properties by each reading. It goes with the connection."""

_BY_PLACE = (
    "SELECT low, at, properties FROM in_order CROSS JOIN objects ON objects.rowid = in_order.at"
    " WHERE in_order.snapshot_id = ? AND in_order.kind = ?"
)
_AS_IT_STANDS = (
    "SELECT id AS low, rowid AS at, properties FROM objects"
    " WHERE snapshot_id = ? AND kind = ? AND parent_id = ?"
)


@dataclass(frozen=True)
class Streamable:
    """How many objects of a kind there are. Where all stand under one ``parent_id`` by ids in lower case, the
    database has them in order already; else ``parent_id`` is ``None``."""

    count: int
    parent_id: str | None = None


class SnapshotReads:
    """Reads the objects of the snapshots of one engagement database, and what was noted beside them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def rows(self, snapshot_id: str, kind: str) -> Iterator[dict[str, Any]]:
        """Graph's properties of each object of the kind, by parent and id; they stream."""
        for row in self._db.query(
            "SELECT id, properties FROM objects WHERE snapshot_id = ? AND kind = ? ORDER BY parent_id, id",
            (snapshot_id, kind),
        ):
            yield self._db.parsed(row["properties"], f"{snapshot_id} {kind} {row['id']}")

    def object_rows(self, snapshot_id: str, kind: str, parent_id: str | None = None) -> Iterator[ObjectRow]:
        """Each object of the kind with what we noted beside Graph's properties, by parent and id; they
        stream. With ``parent_id`` only those that were listed through that parent."""
        of_parent, more = ("", ()) if parent_id is None else (" AND parent_id = ?", (parent_id,))
        for row in self._db.query(
            "SELECT id, properties, display_name, natural_key, parent_id FROM objects"
            f" WHERE snapshot_id = ? AND kind = ?{of_parent} ORDER BY parent_id, id",
            (snapshot_id, kind, *more),
        ):
            properties = self._db.parsed(row["properties"], f"{snapshot_id} {kind} {row['id']}")
            yield ObjectRow(**{**row, "properties": properties})

    def ids(self, snapshot_id: str, kind: str) -> Iterator[str]:
        """The id of each object of the kind, in order; they stream."""
        for (object_id,) in self._db.tuples(
            "SELECT DISTINCT id FROM objects WHERE snapshot_id = ? AND kind = ? ORDER BY id",
            (snapshot_id, kind),
        ):
            yield object_id

    def streamable(self, snapshot_id: str, kind: str) -> Streamable | None:
        """Whether each object of the kind is there once by its id in lower case, of which SQLite knows that
        of ASCII only; otherwise ``None``."""
        row = self._db.one(
            "SELECT count(*) AS every, total(id GLOB '*[^ -~]*') AS other, total(id <> lower(id)) AS raised,"
            " min(parent_id) AS first, max(parent_id) AS last"
            " FROM objects WHERE snapshot_id = ? AND kind = ?",
            (snapshot_id, kind),
        )
        if row is None or row["other"]:
            return None
        if not row["raised"] and row["first"] == row["last"]:
            return Streamable(row["every"], row["first"] or "")
        ordered = self._put_in_order(snapshot_id, kind)
        return Streamable(row["every"]) if ordered == row["every"] else None

    def _put_in_order(self, snapshot_id: str, kind: str) -> int:
        """How many objects differ by their ids in lower case."""
        self._db.execute(_IN_ORDER)
        self._db.execute("DELETE FROM in_order WHERE snapshot_id = ? AND kind = ?", (snapshot_id, kind))
        return self._db.execute(
            "INSERT OR IGNORE INTO in_order SELECT snapshot_id, kind, lower(id), rowid FROM objects"
            " WHERE snapshot_id = ? AND kind = ? ORDER BY lower(id)",
            (snapshot_id, kind),
        )

    def rows_by_lower_id(
        self, snapshot_id: str, kind: str, how: Streamable, object_id: str | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Graph's properties of each object of a ``streamable`` kind, or of one, with its id in lower case,
        by that; they stream."""
        for lower_id, _, text in self._placed(snapshot_id, kind, how, object_id):
            yield lower_id, self._db.parsed(text, f"{snapshot_id} {kind} {lower_id}")

    def rows_by_place(
        self, snapshot_id: str, kind: str, how: Streamable
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """As ``rows_by_lower_id`` and in the same order, each with its place for ``row_at``."""
        for lower_id, place, text in self._placed(snapshot_id, kind, how):
            yield place, self._db.parsed(text, f"{snapshot_id} {kind} {lower_id}")

    def row_at(self, place: int) -> dict[str, Any]:
        """Graph's properties of the object at a place of ``rows_by_place``."""
        text = self._db.value("SELECT properties FROM objects WHERE rowid = ?", (place,))
        if text is None:
            raise KeyError(place)
        found: dict[str, Any] = self._db.parsed(text, f"the object at place {place}")
        return found

    def _placed(
        self, snapshot_id: str, kind: str, how: Streamable, object_id: str | None = None
    ) -> Iterator[tuple[str, int, str]]:
        under = (snapshot_id, kind) if how.parent_id is None else (snapshot_id, kind, how.parent_id)
        wanted = _BY_PLACE if how.parent_id is None else _AS_IT_STANDS
        only = ("", ()) if object_id is None else (" AND low = ?", (object_id,))
        return self._db.tuples(f"{wanted}{only[0]} ORDER BY low", (*under, *only[1]))

    def names(self, snapshot_id: str, kind: str) -> Iterator[tuple[str, str]]:
        """The id and the name of each object of the kind that has one, by id; they stream."""
        yield from self._db.tuples(
            "SELECT id, display_name FROM objects WHERE snapshot_id = ? AND kind = ?"
            " AND display_name IS NOT NULL ORDER BY id",
            (snapshot_id, kind),
        )

    def rows_by_id(self, snapshot_id: str, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Graph's properties of each object of the kind with its id, by id; they stream."""
        for object_id, text in self._db.tuples(
            "SELECT id, properties FROM objects WHERE snapshot_id = ? AND kind = ? ORDER BY id",
            (snapshot_id, kind),
        ):
            try:
                properties = parsed(text)
            except ValueError as error:
                raise damaged(
                    self._db.path, f"{snapshot_id} {kind} {object_id} holds no valid JSON"
                ) from error
            yield object_id, properties

    def row(
        self, snapshot_id: str, kind: str, object_id: str, parent_id: str | None = None
    ) -> dict[str, Any] | None:
        """Graph's properties of one object, or None; None proves absence only where coverage is complete.

        Without ``parent_id`` any object of that id will do; for kinds that are listed per parent it is then
        searched for among all of them.
        """
        wanted = "SELECT properties FROM objects WHERE snapshot_id = ? AND kind = ? AND id = ?"
        text = self._db.value(f"{wanted} AND parent_id = ?", (snapshot_id, kind, object_id, parent_id or ""))
        if text is None and parent_id is None:
            text = self._db.value(f"{wanted} ORDER BY parent_id LIMIT 1", (snapshot_id, kind, object_id))
        return None if text is None else self._db.parsed(text, f"{snapshot_id} {kind} {object_id}")

    def references(self, snapshot_id: str) -> Iterator[ReferenceRow]:
        """Who names whom in the snapshot; they stream."""
        for row in self._db.query(
            "SELECT from_kind, from_id, property, to_kind, to_id, from_parent_id FROM object_references"
            " WHERE snapshot_id = ? ORDER BY from_kind, from_parent_id, from_id, property, to_kind, to_id",
            (snapshot_id,),
        ):
            yield ReferenceRow(**row)

    def coverage(self, snapshot_id: str) -> list[CoverageRow]:
        """What was read of each collection, by collection, kind and parent."""
        found = self._db.query(
            "SELECT collection, kind, complete, way, parent_id, pages, rows, odata_count, code, reason,"
            " started_at, finished_at FROM coverage WHERE snapshot_id = ?"
            " ORDER BY collection, kind, parent_id",
            (snapshot_id,),
        )
        return [CoverageRow(**{**row, "complete": bool(row["complete"])}) for row in found]

    def look_ups(self, snapshot_id: str, kind: str) -> frozenset[tuple[str, str]]:
        """Property and value (in lower case) of every question about a kind that was answered."""
        found = self._db.query(
            "SELECT property, value FROM look_ups WHERE snapshot_id = ? AND kind = ?", (snapshot_id, kind)
        )
        return frozenset((row["property"], row["value"]) for row in found)

    def aliases(self, snapshot_id: str) -> dict[str, str]:
        """The listed id of a role by the id that PIM uses for it, where the two differ."""
        found = self._db.query(
            "SELECT alias_id, role_definition_id FROM role_aliases WHERE snapshot_id = ? ORDER BY alias_id",
            (snapshot_id,),
        )
        return {row["alias_id"]: row["role_definition_id"] for row in found}
