"""Where a crawl stands: the place in each listing that is not finished, what was asked for, delta links.

A page and the place after it go to the disk in one transaction, so that a run that is killed at any moment
goes on with the page that follows the last one that it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migrate.store.database import Database


@dataclass(frozen=True)
class Place:
    """How far a listing was read: the link to its next page, and what the pages before it said."""

    next_link: str
    pages: int
    odata_count: int | None
    nameless: int
    started_at: str


class CrawlState:
    """The unfinished business of the snapshots of one engagement database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def place(self, snapshot_id: str, kind: str, parent_id: str = "") -> Place | None:
        """Where a listing goes on; None when it was not begun or is finished."""
        row = self._db.one(
            "SELECT next_link, pages, odata_count, nameless, started_at FROM open_listings"
            " WHERE snapshot_id = ? AND kind = ? AND parent_id = ?",
            (snapshot_id, kind, parent_id),
        )
        return None if row is None else Place(**row)

    def set_place(self, snapshot_id: str, kind: str, parent_id: str, place: Place) -> None:
        """Belongs into the transaction that keeps the page before ``next_link``."""
        self._db.execute(
            "INSERT OR REPLACE INTO open_listings"
            " (snapshot_id, kind, parent_id, next_link, pages, odata_count, nameless, started_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                snapshot_id,
                kind,
                parent_id,
                place.next_link,
                place.pages,
                place.odata_count,
                place.nameless,
                place.started_at,
            ),
        )

    def close_listing(self, snapshot_id: str, kind: str, parent_id: str = "") -> None:
        self._db.execute(
            "DELETE FROM open_listings WHERE snapshot_id = ? AND kind = ? AND parent_id = ?",
            (snapshot_id, kind, parent_id),
        )

    def close_all(self, snapshot_id: str) -> None:
        """Forgets every place: links into Graph are worth nothing once the snapshot is sealed."""
        self._db.execute("DELETE FROM open_listings WHERE snapshot_id = ?", (snapshot_id,))

    def is_covered(self, snapshot_id: str, kind: str, parent_id: str = "") -> bool:
        """Whether a listing of an unfinished snapshot was read to its end already."""
        found = self._db.value(
            "SELECT complete FROM coverage WHERE snapshot_id = ? AND kind = ? AND parent_id = ?",
            (snapshot_id, kind, parent_id),
        )
        return bool(found == 1)

    def count(self, snapshot_id: str, kind: str, parent_id: str = "") -> int:
        """Different objects that one listing has given so far."""
        return int(
            self._db.value(
                "SELECT count(*) FROM objects WHERE snapshot_id = ? AND kind = ? AND parent_id = ?",
                (snapshot_id, kind, parent_id),
            )
        )

    def add_look_ups(self, snapshot_id: str, kind: str, answered: Iterable[tuple[str, str]]) -> None:
        """Notes questions (property, value in lower case) whose answer is in the snapshot."""
        self._db.execute_many(
            "INSERT OR IGNORE INTO look_ups (snapshot_id, kind, property, value) VALUES (?, ?, ?, ?)",
            ((snapshot_id, kind, name, value) for name, value in answered),
        )

    def forget_look_ups(self, snapshot_id: str, kind: str) -> None:
        """A kind that is there whole answers every question: the single ones say nothing any more."""
        self._db.execute("DELETE FROM look_ups WHERE snapshot_id = ? AND kind = ?", (snapshot_id, kind))

    def set_delta_link(self, snapshot_id: str, kind: str, link: str) -> None:
        """From where Graph can tell what changed after this listing began."""
        self._db.execute(
            "INSERT OR REPLACE INTO delta_links (snapshot_id, kind, link) VALUES (?, ?, ?)",
            (snapshot_id, kind, link),
        )

    def delta_link(self, snapshot_id: str, kind: str) -> str | None:
        found = self._db.value(
            "SELECT link FROM delta_links WHERE snapshot_id = ? AND kind = ?", (snapshot_id, kind)
        )
        return None if found is None else str(found)

    def copy_kind(self, base_id: str, snapshot_id: str, kind: str) -> None:
        """Begins a kind with everything that an earlier snapshot of the same tenant has of it."""
        with self._db.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO objects"
                " (snapshot_id, kind, id, parent_id, display_name, natural_key, properties)"
                " SELECT ?, kind, id, parent_id, display_name, natural_key, properties FROM objects"
                " WHERE snapshot_id = ? AND kind = ?",
                (snapshot_id, base_id, kind),
            )
            self._db.execute(
                "INSERT OR IGNORE INTO object_references"
                " (snapshot_id, from_kind, from_parent_id, from_id, property, to_kind, to_id)"
                " SELECT ?, from_kind, from_parent_id, from_id, property, to_kind, to_id"
                " FROM object_references WHERE snapshot_id = ? AND from_kind = ?",
                (snapshot_id, base_id, kind),
            )

    def remove(self, snapshot_id: str, kind: str, ids: Iterable[str]) -> None:
        """Takes objects that are gone from the tenant (of kinds without parent) out of a snapshot."""
        gone = [(snapshot_id, kind, one) for one in ids]
        with self._db.transaction():
            for table, key in (("object_references", "from_"), ("objects", "")):
                self._db.execute_many(
                    f"DELETE FROM {table} WHERE snapshot_id = ? AND {key}kind = ?"
                    f" AND {key}parent_id = '' AND {key}id = ?",
                    gone,
                )
