"""A saved resolution taken up again: only where its rows are still those that its hash was made over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from migrate.store.canonical import canonical, canonical_bytes, sha256_hex
from migrate.store.database import Database
from migrate.store.resolution_rows import ResolutionInfo
from migrate.store.resolutions import TABLES, names_of


@dataclass(frozen=True)
class Beside:
    """What a resolution holds besides its rows. ``counterparts`` are ``(kind, source id, target id)``;
    ``conflicts`` and ``drift`` give the order in which they were found, as places among the saved rows;
    ``conflict_names`` what a conflict is about where neither kind nor id leads to a name, ``details`` are the
    drift's as JSON in the order in which people read them, which the rows do not keep."""

    counterparts: tuple[tuple[str, str, str], ...]
    conflicts: tuple[int, ...]
    conflict_names: tuple[str, ...]
    drift: tuple[int, ...]
    details: tuple[str, ...]


class ResolutionReuse:
    """Keeps and gives what makes a saved resolution whole. ``made_with`` names whatever else shaped it: the
    program and the files that no hash of the resolution covers."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def made_with(self, resolution_id: str) -> str:
        """What the resolution can be taken up with; empty where it cannot."""
        found = self._db.value(
            "SELECT made_with FROM resolution_reuse WHERE resolution_id = ?", (resolution_id,)
        )
        return str(found or "")

    def keep(self, resolution_id: str, made_with: str, beside: Beside) -> None:
        """Notes what belongs to a resolution, in place of what was noted before."""
        content = canonical(vars(beside))
        with self._db.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO resolution_reuse (resolution_id, made_with, content, hash)"
                " VALUES (?, ?, ?, ?)",
                (resolution_id, made_with, content, _seal(resolution_id, made_with, content)),
            )

    def beside(self, info: ResolutionInfo) -> Beside | None:
        """What was noted, or ``None`` where nothing was, or where it is not what was noted then."""
        row = self._db.one(
            "SELECT made_with, content, hash FROM resolution_reuse WHERE resolution_id = ?", (info.id,)
        )
        if row is None or row["hash"] != _seal(info.id, row["made_with"], row["content"]):
            return None
        found = self._db.parsed(row["content"], f"{info.id} beside")
        return Beside(
            tuple((str(kind), str(one), str(other)) for kind, one, other in found["counterparts"]),
            tuple(found["conflicts"]),
            tuple(found["conflict_names"]),
            tuple(found["drift"]),
            tuple(found["details"]),
        )

    def is_whole(self, info: ResolutionInfo) -> bool:
        """Whether the rows are those that its hash was made over."""
        return self._digest(info) == info.hash

    def _digest(self, info: ResolutionInfo) -> str:
        """As ``Resolutions.save`` makes it, over the rows as they stand; memory does not grow with them."""
        sources = (
            info.source_snapshot_id,
            info.target_snapshot_id,
            info.decisions_hash,
            info.rules_hash,
        )
        whole = hashlib.sha256(b"[" + canonical_bytes(sources))
        for row_type, (table, _) in TABLES.items():
            whole.update(b",[")
            sql = (
                f"SELECT {', '.join(names_of(row_type))} FROM {table} WHERE resolution_id = ? ORDER BY rowid"
            )
            for piece in _joined(self._db.tuples(sql, (info.id,))):
                whole.update(piece)
            whole.update(b"]")
        whole.update(b"]")
        return whole.hexdigest()


def _joined(rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    between = b""
    for row in rows:
        yield between + canonical_bytes(row)
        between = b","


def _seal(*parts: str) -> str:
    return sha256_hex("\n".join(parts))
