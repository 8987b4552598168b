"""Two snapshots made ready to be walked side by side: rows as they compare, in one order, with names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from migrate.errors import NoState

if TYPE_CHECKING:
    from migrate.kinds.kind import Kind
    from migrate.resolve.absence import Absence
    from migrate.resolve.compare import Compared, Difference
    from migrate.resolve.translation import Translation
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import CoverageRow, ObjectRow, SnapshotInfo

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MOST_NAMES = 10_000
"""Names that are remembered at once: a large difference must not fill the memory."""
NOT_ACROSS = frozenset({"organization"})
"""Each tenant has one, and the two are never the same."""


@dataclass(frozen=True)
class Side:
    """One snapshot; ``translation`` says how its ids read on the other side, ``counterparts`` which of its
    own objects somebody on the other side was mapped to."""

    db: Database
    info: SnapshotInfo
    across: bool
    translation: Translation
    counterparts: frozenset[str] = frozenset()
    back: Mapping[str, str] = field(default_factory=dict)
    """This side's id by that of its counterpart, to ask here for what hangs on an object of the other."""
    names: dict[str, str] = field(default_factory=dict, compare=False)

    @cached_property
    def coverage(self) -> list[CoverageRow]:
        from migrate.store.snapshots import Snapshots

        return Snapshots(self.db).coverage(self.info.id)

    @property
    def reasons(self) -> dict[tuple[str, str], str]:
        """Why a collection was not read whole, by its name and parent id."""
        return {
            (row.collection, row.parent_id.lower()): row.reason or row.code or "not read completely"
            for row in self.coverage
            if not row.complete
        }

    @cached_property
    def absence(self) -> Absence:
        from migrate.crawl.run import LOOK_UP
        from migrate.resolve.absence import Absence
        from migrate.store.snapshot_order import has_object
        from migrate.store.touched import Touched

        touched = Touched(self.db, self.info.id)
        return Absence(
            {(row.collection, row.parent_id.lower()): row.complete for row in self.coverage},
            lambda kind, object_id: has_object(self.db, self.info.id, kind, object_id),
            frozenset(row.collection for row in self.coverage if row.way == LOOK_UP),
            lambda kind, object_id: touched.was_looked_up(kind, "id", object_id.casefold()),
        )

    def rows(self, kinds: list[Kind]) -> Iterator[Compared]:
        """The objects of one kind by parent and id; with ``across`` in no order."""
        from migrate.store.snapshot_order import in_order

        per_parent = {bool(kind.listed_per): kind for kind in kinds}
        for row in in_order(self.db, self.info.id, kinds[0].name):
            yield self._compared(per_parent.get(bool(row.parent_id), kinds[0]), row)

    def _compared(self, kind: Kind, row: ObjectRow) -> Compared:
        from migrate.kinds.comparison import comparable, identity
        from migrate.resolve.compare import Compared

        name, key = row.display_name or row.id, row.natural_key or row.id
        if not self.across:
            values = comparable(kind.name, row.properties, across=False)
            return Compared((row.parent_id, row.id), row.id, row.parent_id, key, name, values)
        translated = self.translation.row(row.properties)
        own_id = row.id.lower()
        if own_id in self.translation.ids or own_id in self.counterparts:
            place = f"id:{self.translation.id(own_id)}"
        else:
            same_by = identity(kind, translated)
            place = f"key:{same_by}" if same_by else ""
        return Compared(
            (self.translation.id(row.parent_id) if row.parent_id else "", place),
            row.id,
            row.parent_id,
            key,
            name,
            comparable(kind.name, translated, across=True),
            self.translation.without_counterpart(kind, row.properties, row.parent_id)
            if self.info.tenant == "source"
            else (),
        )

    def proves_absent(self, kind_name: str) -> Callable[[Compared], bool]:
        """Whether this side was read so that a row of the other, if it is not here, does not exist here."""
        return lambda one: self.absence.proved(
            kind_name, self.back.get(one.place[0], one.place[0]), "" if self.across else one.id
        )

    def name_of(self, found: Difference) -> str:
        """The object's name, with the names of those whom it means in place of their ids."""
        nameless = found.name == found.id or _GUID.search(found.name) is not None
        told = _GUID.sub(lambda match: self.known(match[0]), found.key) if nameless else found.name
        inside = found.parent_id and found.parent_id.lower() not in found.key.lower()
        return f"{told} in {self.known(found.parent_id)}" if inside else told

    def known(self, object_id: str) -> str:
        """The name of the object with this id; the id where nobody here has it."""
        from migrate.kinds.catalogue import MAPPED
        from migrate.store.snapshot_order import name_in

        wanted = self.role_aliases.get(object_id.lower(), object_id.lower())
        if wanted not in self.names:
            if len(self.names) >= MOST_NAMES:
                self.names.clear()
            self.names[wanted] = name_in(self.db, self.info.id, MAPPED, wanted) or object_id
        return self.names[wanted]

    @cached_property
    def role_aliases(self) -> Mapping[str, str]:
        from migrate.store.snapshots import Snapshots

        return Snapshots(self.db).aliases(self.info.id)


def sides_of(db: Database, a: SnapshotInfo, b: SnapshotInfo, domains: Mapping[str, str]) -> tuple[Side, Side]:
    """Both sides; of two tenants the source's is translated by the latest resolution's accepted mapping.

    Raises:
        NoState: the snapshots are of two tenants, and nothing was resolved yet.
    """
    from migrate.resolve.translation import Translation
    from migrate.store.resolutions import Resolutions
    from migrate.store.snapshots import Snapshots

    if a.tenant == b.tenant:
        return Side(db, a, False, Translation()), Side(db, b, False, Translation())
    resolution = Resolutions(db).latest()
    if resolution is None:
        raise NoState(
            "nothing was resolved yet, so that nobody knows who is who in the other tenant",
            where=str(db.path),
            hint="run `pim-migrate resolve`",
            code="no_resolution",
        )
    accepted = {
        row.source_id.lower(): row.target_id.lower()
        for row in resolution.mappings
        if row.state == "accepted" and row.target_id
    }
    snapshots = Snapshots(db)
    source, target = (a, b) if a.tenant == "source" else (b, a)
    listed = {alias.lower(): role.lower() for alias, role in snapshots.aliases(source.id).items()}
    ids = {**{alias: accepted.get(role, role) for alias, role in listed.items()}, **accepted}
    roles = frozenset(str(row["id"]).lower() for row in snapshots.rows(target.id, "roleDefinition"))
    to_target = Translation(ids, domains, roles)
    in_target = Translation(
        {alias.lower(): role.lower() for alias, role in snapshots.aliases(target.id).items()}
    )
    of_source = Side(db, source, True, to_target, back={there: here for here, there in accepted.items()})
    of_target = Side(db, target, True, in_target, frozenset(accepted.values()))
    return (of_source, of_target) if a.tenant == "source" else (of_target, of_source)


@contextmanager
def ordered(side: Side, kinds: list[Kind]) -> Iterator[Iterator[Compared]]:
    """The rows of one kind by place. Those of one tenant come so from the database; those of two are sorted
    by what they are called on the other side, on disk."""
    from migrate.store.spill import Spill

    if not side.across:
        yield side.rows(kinds)
        return
    with Spill() as spill:
        spill.add((one.place, _packed(one)) for one in side.rows(kinds))
        yield (_unpacked(row) for row in spill.sorted())


def _packed(one: Compared) -> list[Any]:
    return [*one.place, one.id, one.parent_id, one.key, one.name, dict(one.values), list(one.unmapped)]


def _unpacked(row: list[Any]) -> Compared:
    from migrate.resolve.compare import Compared

    first, second, object_id, parent_id, key, name, values, unmapped = row
    return Compared((first, second), object_id, parent_id, key, name, values, tuple(unmapped))
