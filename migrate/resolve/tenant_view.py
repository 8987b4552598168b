"""One tenant's snapshot as the resolver reads it: rows by kind and id, and how much of it was really seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.kinds.organization import verified_domains
from migrate.resolve.stored_rows import StoredRows
from migrate.resolve.streamed_rows import StreamedRows

PRINCIPAL_KINDS = ("user", "group", "servicePrincipal")

_READ_ALL = 4
"""Reading a row by its id takes so many times as long as reading it with all the others."""

COLLECTION_OF = {
    "user": "users",
    "group": "groups",
    "servicePrincipal": "servicePrincipals",
    "administrativeUnit": "administrativeUnits",
    "roleDefinition": "roleDefinitions",
}


@dataclass(frozen=True)
class TenantView:
    """``rows[kind][id]`` with lower-case ids; ``unread`` names collections that are not complete,
    with the id of the group after a colon for those that Graph lists per group."""

    tenant_id: str
    rows: Mapping[str, Mapping[str, Row]]
    unread: Collection[str] = frozenset()
    role_aliases: Mapping[str, str] = field(default_factory=dict)
    probed: bool = False
    """Which groups PIM manages was found by asking each; one that nobody is eligible for may be missed."""
    lists: Mapping[str, Mapping[str, tuple[Row, ...]]] = field(default_factory=dict)
    """``lists[kind][parent id]`` for kinds that Graph lists per parent (``groupMember``, ``groupOwner``,
    ``administrativeUnitMember``): only those lists that were read whole."""
    asked: Mapping[str, Collection[tuple[str, str]]] = field(default_factory=dict)
    """By kind, property and value (in lower case) of every look-up that was answered, where a kind was not
    listed whole but asked for by what its objects say of themselves; property ``id`` for ids."""

    moves_active: bool = False
    """Whether active assignments are rights that move as well, and not only eligibility."""

    _names: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Names that were asked for: few objects bear most of the rights."""

    def of_kind(self, kind: str) -> Mapping[str, Row]:
        return self.rows.get(kind, {})

    def in_order(self, kind: str) -> Iterator[tuple[str, Row]]:
        """Ids and rows of a kind, by id; where they are streamed, one is held at a time."""
        rows = self.of_kind(kind)
        return rows.in_order() if isinstance(rows, StreamedRows) else iter(sorted(rows.items()))

    def names(self, kind: str) -> Iterator[tuple[str, str]]:
        """Id and display name of every object of a kind; what has no name may be left out or bear its id."""
        rows = self.of_kind(kind)
        if isinstance(rows, StoredRows):
            return rows.names()
        return ((one, str(row.get("displayName") or "")) for one, row in rows.items())

    def some(self, kind: str, ids: Collection[str]) -> Iterator[tuple[str, Row]]:
        """The rows with these ids, in lower case, as far as there are any. A few are asked for one by one;
        for many all of the kind are gone through, which takes less time."""
        rows = self.of_kind(kind)
        if len(ids) * _READ_ALL < len(rows):
            return ((one, row) for one in ids if (row := rows.get(one)) is not None)
        return ((one, row) for one, row in rows.items() if one in ids)

    def row(self, kind: str, object_id: str) -> Row | None:
        return self.of_kind(kind).get(object_id.lower())

    def kind_of(self, object_id: str) -> str | None:
        """The kind of the principal with this id; ``None`` when no principal read has it."""
        wanted = object_id.lower()
        for kind in PRINCIPAL_KINDS:
            if wanted in self.rows.get(kind, ()):
                return kind
        return None

    def saw(self, collection: str, parent: str | None = None) -> bool:
        """Whether a collection was read whole; with ``parent``, that part of it which Graph lists there."""
        return collection not in self.unread and f"{collection}:{parent}" not in self.unread

    def listed(self, kind: str, parent: str) -> tuple[Row, ...] | None:
        """What Graph lists of a kind under one parent; ``None`` where that is not known completely."""
        return self.lists.get(kind, {}).get(parent.lower())

    def answers(self, kind: str, property_name: str, value: str) -> bool:
        """Whether every object of a kind that has this value was seen, because all objects were listed or
        because exactly that was asked."""
        return self.saw_all(kind) or (property_name, value.casefold()) in self.asked.get(kind, ())

    def answers_id(self, kind: str, object_id: str) -> bool:
        """Whether an object with this id would have been seen; ``directoryObject``: any principal."""
        asked = ("id", object_id.casefold())
        if (
            self.saw_all(kind)
            or asked in self.asked.get(kind, ())
            or asked in self.asked.get(DIRECTORY_OBJECT, ())
        ):
            return True
        return kind == DIRECTORY_OBJECT and all(self.answers(one, *asked) for one in PRINCIPAL_KINDS)

    def read_as_meant(self, kind: str) -> bool:
        """Whether a kind was read whole, or everything that was to be asked about it was answered: what is
        open then is for a person to decide."""
        return kind in COLLECTION_OF and self.saw(COLLECTION_OF[kind])

    def only_asked(self, kind: str) -> bool:
        """Whether single objects of a kind were asked for by choice, and every question was answered."""
        return kind in self.asked and self.read_as_meant(kind)

    def saw_all(self, kind: str) -> bool:
        """Whether an id that is missing among this kind is really absent from the tenant."""
        if kind == DIRECTORY_OBJECT:
            return all(self.saw_all(one) for one in PRINCIPAL_KINDS)
        return kind in COLLECTION_OF and kind not in self.asked and self.saw(COLLECTION_OF[kind])

    def knows_role(self, role_definition_id: str) -> bool:
        """Whether it is clear which listed role an id stands for."""
        return self.role_id(role_definition_id) in self.of_kind("roleDefinition")

    def role_id(self, role_definition_id: str) -> str:
        """The listed id of a role, whichever of its ids PIM used (graph-facts §4.1)."""
        wanted = role_definition_id.lower()
        return self.role_aliases.get(wanted, wanted)

    def pim_spelling(self, role_definition_id: str) -> str:
        """The id under which this tenant's PIM knows the role: its alias where one was seen."""
        wanted = role_definition_id.lower()
        return min((alias for alias, listed in self.role_aliases.items() if listed == wanted), default=wanted)

    def domains(self) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for row in self.of_kind("organization").values():
            found |= verified_domains(row)
        return found

    def name_of(self, kind: str, object_id: str) -> str:
        found = self._names.get((kind, object_id))
        if found is None:
            actual = self.kind_of(object_id) if kind == DIRECTORY_OBJECT else kind
            row = self.row(actual, object_id) if actual else None
            named = row and (row.get("userPrincipalName") or row.get("displayName"))
            found = self._names[kind, object_id] = str(named or object_id)
        return found
