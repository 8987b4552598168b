"""Snapshots: what one tenant looked like, row by row, sealed with a hash when it is finished.

A sealed snapshot never changes. One that was not sealed was left by a run that did not finish; the next one
of the same tenant takes its place. What stands in one is read by ``SnapshotReads``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from migrate.errors import NoState, StateError
from migrate.store.seal import FORM, digest
from migrate.store.snapshot_pages import KeptReference, KeptRow, write_page
from migrate.store.snapshot_reads import SnapshotReads
from migrate.store.snapshot_rows import CoverageRow, ObjectRow, ReferenceRow, Scope, SnapshotInfo, Tenant
from migrate.store.times import utc_text

_INFO = (
    "SELECT id, tenant, tenant_id, number, started_at, sealed_at, hash, tool_version,"
    " scope, base_id FROM snapshots"
)


class Snapshots(SnapshotReads):
    """The snapshots of both tenants in one engagement database."""

    def begin(
        self,
        tenant: Tenant,
        tenant_id: str,
        at: datetime,
        *,
        tool_version: str = "",
        scope: Scope = "full",
        base_id: str | None = None,
    ) -> str:
        """Starts a snapshot and returns its id, for example ``source-0001``.

        Removes what an unfinished snapshot of the same tenant left behind; sealed ones stay.
        """
        with self._db.transaction():
            self._db.execute("DELETE FROM snapshots WHERE tenant = ? AND sealed_at IS NULL", (tenant,))
            last = self._db.value("SELECT max(number) FROM snapshots WHERE tenant = ?", (tenant,))
            number = (last or 0) + 1
            snapshot_id = f"{tenant}-{number:04d}"
            self._db.execute(
                "INSERT INTO snapshots (id, tenant, tenant_id, number, started_at, tool_version, scope,"
                " base_id, seal_form) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (snapshot_id, tenant, tenant_id, number, utc_text(at), tool_version, scope, base_id, FORM),
            )
        return snapshot_id

    def unfinished(self, tenant: Tenant) -> SnapshotInfo | None:
        """The snapshot of the tenant that an interrupted run left open, or None."""
        row = self._db.one(
            f"{_INFO} WHERE tenant = ? AND sealed_at IS NULL ORDER BY number DESC LIMIT 1", (tenant,)
        )
        return None if row is None else SnapshotInfo(**row)

    def add_page(
        self,
        snapshot_id: str,
        kind: str,
        parent_id: str,
        rows: Iterable[KeptRow],
        references: Iterable[KeptReference] = (),
    ) -> None:
        """Adds one page of one collection with what its rows refer to: all of it or nothing.

        A row whose id is there already under the same parent takes the other's place, references included.
        Inside a ``transaction`` of the database it is part of that: a caller can write down in the same one
        how far it has come.
        """
        with self._db.transaction():
            self._require_open(snapshot_id)
            write_page(self._db, snapshot_id, kind, parent_id, rows, references)

    def add_rows(
        self, snapshot_id: str, kind: str, rows: Iterable[ObjectRow], references: Iterable[ReferenceRow] = ()
    ) -> None:
        """Adds objects of one kind as ``add_page`` does, of several parents if need be.

        A reference belongs to the row of its ``from_id`` and ``from_parent_id``, or without the latter to the
        row of that id in the same call.
        """
        pages: dict[str, list[KeptRow]] = {}
        parents: dict[str, str] = {}
        for row in rows:
            pages.setdefault(row.parent_id, []).append(
                (row.id, row.display_name, row.natural_key, row.properties)
            )
            parents[row.id] = row.parent_id
        links: dict[str, list[KeptReference]] = {}
        for one in references:
            parent = one.from_parent_id or parents.get(one.from_id, "")
            links.setdefault(parent, []).append((one.from_id, one.property, one.to_kind, one.to_id))
        with self._db.transaction():
            for parent in {**pages, **links}:
                self.add_page(snapshot_id, kind, parent, pages.get(parent, []), links.get(parent, ()))

    def discard_collection(self, snapshot_id: str, kind: str, parent_id: str = "") -> None:
        """Throws away what was read of one collection, because its page token died and it starts again."""
        with self._db.transaction():
            self._require_open(snapshot_id)
            self._db.execute(
                "DELETE FROM object_references"
                " WHERE snapshot_id = ? AND from_kind = ? AND from_parent_id = ?",
                (snapshot_id, kind, parent_id),
            )
            for table in ("objects", "coverage"):
                self._db.execute(
                    f"DELETE FROM {table} WHERE snapshot_id = ? AND kind = ? AND parent_id = ?",
                    (snapshot_id, kind, parent_id),
                )

    def record_coverage(self, snapshot_id: str, row: CoverageRow) -> None:
        """Records how much of a collection was read; a later record of the same collection replaces it."""
        with self._db.transaction():
            self._require_open(snapshot_id)
            self._db.execute(
                "INSERT OR REPLACE INTO coverage (snapshot_id, collection, kind, parent_id, complete, way,"
                " pages, rows, odata_count, code, reason, started_at, finished_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    snapshot_id,
                    row.collection,
                    row.kind,
                    row.parent_id,
                    int(row.complete),
                    row.way,
                    row.pages,
                    row.rows,
                    row.odata_count,
                    row.code,
                    row.reason,
                    row.started_at,
                    row.finished_at,
                ),
            )

    def add_alias(self, snapshot_id: str, alias_id: str, role_definition_id: str) -> None:
        """Records that PIM calls a custom role by another id than the listing of roles does."""
        with self._db.transaction():
            self._require_open(snapshot_id)
            self._db.execute(
                "INSERT OR REPLACE INTO role_aliases (snapshot_id, alias_id, role_definition_id)"
                " VALUES (?, ?, ?)",
                (snapshot_id, alias_id, role_definition_id),
            )

    def seal(self, snapshot_id: str, at: datetime) -> str:
        """Finishes the snapshot and returns its hash; nothing can be added to it afterwards."""
        with self._db.transaction():
            self._require_open(snapshot_id)
            sealed = self._digest(snapshot_id)
            self._db.execute(
                "UPDATE snapshots SET sealed_at = ?, hash = ? WHERE id = ?",
                (utc_text(at), sealed, snapshot_id),
            )
        return sealed

    def verify_seal(self, snapshot_id: str) -> None:
        """Raises StateError ``snapshot_changed`` where the rows no longer give the hash of the seal."""
        if self._digest(snapshot_id) != self.get(snapshot_id).hash:
            raise StateError(
                f"snapshot {snapshot_id} was changed after it was sealed",
                where=str(self._db.path),
                hint="take a new snapshot and resolve again; do not use plans that were made from this one",
                code="snapshot_changed",
            )

    def latest(self, tenant: Tenant) -> SnapshotInfo | None:
        """The newest sealed snapshot of the tenant, or None."""
        row = self._db.one(
            f"{_INFO} WHERE tenant = ? AND sealed_at IS NOT NULL ORDER BY number DESC LIMIT 1", (tenant,)
        )
        return None if row is None else SnapshotInfo(**row)

    def get(self, snapshot_id: str) -> SnapshotInfo:
        """The snapshot of that id with its counts; raises NoState when there is none."""
        row = self._db.one(f"{_INFO} WHERE id = ?", (snapshot_id,))
        if row is None:
            raise NoState(
                f"there is no snapshot {snapshot_id}",
                where=str(self._db.path),
                hint="run `pim-migrate snapshot`",
                code="snapshot_unknown",
            )
        counts = self._db.query(
            "SELECT kind, count(*) AS objects FROM objects WHERE snapshot_id = ? GROUP BY kind ORDER BY kind",
            (snapshot_id,),
        )
        return SnapshotInfo(**row, counts={each["kind"]: each["objects"] for each in counts})

    def list(self) -> list[SnapshotInfo]:
        """All snapshots, sealed or not, by tenant and number."""
        return [SnapshotInfo(**row) for row in self._db.query(f"{_INFO} ORDER BY tenant, number")]

    def _require_open(self, snapshot_id: str) -> None:
        row = self._db.one("SELECT sealed_at FROM snapshots WHERE id = ?", (snapshot_id,))
        if row is None:
            raise StateError(
                f"snapshot {snapshot_id} is no longer there",
                where=str(self._db.path),
                hint="another run may have started a newer one; run `pim-migrate snapshot` again",
                code="snapshot_gone",
            )
        if row["sealed_at"] is not None:
            raise StateError(
                f"snapshot {snapshot_id} is sealed and cannot be changed",
                where=str(self._db.path),
                hint="run `pim-migrate snapshot` for a new one",
                code="snapshot_sealed",
            )

    def _digest(self, snapshot_id: str) -> str:
        form = self._db.value("SELECT seal_form FROM snapshots WHERE id = ?", (snapshot_id,))
        return digest(self._db, snapshot_id, FORM if form is None else int(form))
