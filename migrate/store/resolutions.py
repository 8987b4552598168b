"""Resolutions: saved whole in one transaction, so that a half-made mapping is never seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, TypeVar

from migrate.errors import NoState
from migrate.store.canonical import canonical, sha256_hex
from migrate.store.database import Database
from migrate.store.resolution_rows import (
    ConflictRow,
    DecisionRow,
    DriftRow,
    MappingRow,
    Resolution,
    ResolutionInfo,
)
from migrate.store.times import utc_text

Row = TypeVar("Row", MappingRow, ConflictRow, DriftRow, DecisionRow)

_INFO = (
    "SELECT id, number, source_snapshot_id, target_snapshot_id, decisions_hash, rules_hash, made_at, hash"
    " FROM resolutions"
)

# Table and JSON columns of each kind of row; a row's fields are the table's columns.
TABLES: dict[type, tuple[str, frozenset[str]]] = {
    MappingRow: ("mappings", frozenset({"evidence"})),
    ConflictRow: ("conflicts", frozenset({"target_ids", "blocks", "concerns"})),
    DriftRow: ("drift", frozenset({"detail", "blocks", "concerns"})),
    DecisionRow: ("decisions", frozenset()),
}


class Resolutions:
    """The resolutions of one engagement, oldest first; none is ever changed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(
        self,
        *,
        source_snapshot_id: str,
        target_snapshot_id: str,
        decisions_hash: str,
        rules_hash: str,
        made_at: datetime,
        mappings: Iterable[MappingRow],
        conflicts: Iterable[ConflictRow],
        drift: Iterable[DriftRow],
        decisions: Iterable[DecisionRow],
    ) -> ResolutionInfo:
        """Saves everything or nothing, and returns the new id, number and hash."""
        groups = [
            _columns(MappingRow, mappings),
            _columns(ConflictRow, conflicts),
            _columns(DriftRow, drift),
            _columns(DecisionRow, decisions),
        ]
        sources = (source_snapshot_id, target_snapshot_id, decisions_hash, rules_hash)
        digest = sha256_hex(canonical([sources, *(rows for _, _, rows in groups)]))
        with self._db.transaction():
            number = (self._db.value("SELECT max(number) FROM resolutions") or 0) + 1
            info = ResolutionInfo(f"resolution-{number:04d}", number, *sources, utc_text(made_at), digest)
            self._db.execute(
                "INSERT INTO resolutions (id, number, source_snapshot_id, target_snapshot_id, decisions_hash,"
                " rules_hash, made_at, hash) VALUES (:id, :number, :source_snapshot_id, :target_snapshot_id,"
                " :decisions_hash, :rules_hash, :made_at, :hash)",
                asdict(info),
            )
            for table, names, rows in groups:
                marks = ", ".join("?" * (len(names) + 1))
                self._db.execute_many(
                    f"INSERT INTO {table} (resolution_id, {', '.join(names)}) VALUES ({marks})",
                    ([info.id, *row] for row in rows),
                )
        return info

    def latest(self) -> Resolution | None:
        """The newest resolution, or None."""
        info = self.latest_info()
        return None if info is None else self._whole(info)

    def latest_info(self) -> ResolutionInfo | None:
        """What the newest resolution was made from, without its rows, or None."""
        row = self._db.one(f"{_INFO} ORDER BY number DESC LIMIT 1")
        return None if row is None else ResolutionInfo(**row)

    def mappings(self, resolution_id: str) -> Iterator[tuple[Any, ...]]:
        """Kind, source id, target id, state, rule, confidence, runner-up, name and reason of each mapping, by
        kind and source id; they stream. Evidence is the largest part of a mapping and is read on its own."""
        yield from self._db.tuples(
            "SELECT kind, source_id, target_id, state, rule, confidence, runner_up, name, reason"
            " FROM mappings WHERE resolution_id = ? ORDER BY kind, source_id",
            (resolution_id,),
        )

    def evidence(self, resolution_id: str, kind: str, source_id: str) -> Sequence[dict[str, Any]]:
        """What speaks for the counterpart of one source object, as it was saved."""
        text = self._db.value(
            "SELECT evidence FROM mappings WHERE resolution_id = ? AND kind = ? AND source_id = ?",
            (resolution_id, kind, source_id),
        )
        found: Sequence[dict[str, Any]] = self._db.parsed(text, f"{resolution_id} mappings")
        return found

    def mapping_rows(self, resolution_id: str) -> Iterable[MappingRow]:
        """The mappings whole, by kind and source id; they stream."""
        return self._load(MappingRow, resolution_id)

    def conflicts(self, resolution_id: str) -> Iterable[ConflictRow]:
        """The conflicts as they are saved; they stream."""
        return self._load(ConflictRow, resolution_id)

    def drift(self, resolution_id: str) -> Iterable[DriftRow]:
        """The drift as it is saved; it streams."""
        return self._load(DriftRow, resolution_id)

    def get(self, resolution_id: str) -> Resolution:
        """The resolution of that id; raises NoState when there is none."""
        row = self._db.one(f"{_INFO} WHERE id = ?", (resolution_id,))
        if row is None:
            raise NoState(
                f"there is no resolution {resolution_id}",
                where=str(self._db.path),
                hint="run `pim-migrate resolve`",
                code="resolution_unknown",
            )
        return self._whole(ResolutionInfo(**row))

    def list(self) -> list[ResolutionInfo]:
        """What each resolution was made from, oldest first."""
        return [ResolutionInfo(**row) for row in self._db.query(f"{_INFO} ORDER BY number")]

    def _whole(self, info: ResolutionInfo) -> Resolution:
        return Resolution(
            info,
            tuple(self._load(MappingRow, info.id)),
            tuple(self._load(ConflictRow, info.id)),
            tuple(self._load(DriftRow, info.id)),
            tuple(self._load(DecisionRow, info.id)),
        )

    def _load(self, row_type: type[Row], resolution_id: str) -> Iterable[Row]:
        table, as_json = TABLES[row_type]
        names = names_of(row_type)
        for row in self._db.query(
            f"SELECT {', '.join(names)} FROM {table} WHERE resolution_id = ? ORDER BY rowid", (resolution_id,)
        ):
            values = {
                name: self._read(value, f"{resolution_id} {table}") if name in as_json else value
                for name, value in row.items()
            }
            yield row_type(**values)

    def _read(self, text: str, what: str) -> Any:
        value = self._db.parsed(text, what)
        return tuple(value) if isinstance(value, list) else value


def names_of(row_type: type[Any]) -> list[str]:
    """The columns of the table of a kind of row, in their order."""
    return [each.name for each in fields(row_type)]


def _columns(row_type: type[Row], rows: Iterable[Row]) -> tuple[str, list[str], list[list[Any]]]:
    table, as_json = TABLES[row_type]
    names = names_of(row_type)
    values = [
        [canonical(getattr(row, name)) if name in as_json else getattr(row, name) for name in names]
        for row in rows
    ]
    return table, names, sorted(values, key=_order)


def _order(values: Sequence[Any]) -> list[tuple[bool, str]]:
    return [(value is not None, str(value)) for value in values]
