"""The reference graph: which right hangs on which objects of the source tenant.

Nodes are ``(kind, id)`` with lower-case ids; an edge leads from a schedule to each object that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Row
from migrate.kinds.rights import ACTIVE, ELIGIBLE, is_plain_member
from migrate.kinds.schedule import is_shadow
from migrate.resolve.tenant_view import TenantView

if TYPE_CHECKING:
    import networkx

Node = tuple[str, str]
APPLICATION = "application"
MOVED: tuple[Kind, ...] = (*ELIGIBLE, *ACTIVE)
"""The kinds of rights that can move; active ones only where the view says so."""


def rights(view: TenantView) -> Iterator[tuple[Kind, Row]]:
    """The rights that somebody gave and that are to move, in a fixed order: everything but shadows."""
    for kind in MOVED if view.moves_active else ELIGIBLE:
        for _, row in view.in_order(kind.name):
            if _is_given(kind, row):
                yield kind, row


def every_row(view: TenantView) -> Iterator[tuple[Kind, Row, bool]]:
    """Every row that says who holds or may activate what, in a fixed order, and whether it is one of
    ``rights``."""
    for kind in MOVED:
        may_move = view.moves_active or kind in ELIGIBLE
        for _, row in view.in_order(kind.name):
            yield kind, row, may_move and _is_given(kind, row)


def _is_given(kind: Kind, row: Row) -> bool:
    return not is_shadow(row) and not is_plain_member(kind, row)


def build(view: TenantView) -> networkx.DiGraph[Node]:
    """The graph of everything that the rights of this tenant name.

    An id that names nothing that was read becomes a node of its own with ``found=False``: an orphan,
    if the collections that could hold it are complete.
    """
    import networkx

    reference_graph: networkx.DiGraph[Node] = networkx.DiGraph()
    for kind, row in rights(view):
        here = (kind.name, kind.id_of(row).lower())
        reference_graph.add_node(here, found=True, right=True)
        for named_by, there in objects_of(kind, row, view):
            found = there[0] not in (DIRECTORY_OBJECT, APPLICATION) and _alive(view, *there)
            reference_graph.add_node(there, found=found, right=False)
            known = reference_graph.get_edge_data(here, there, {}).get("properties", frozenset())
            reference_graph.add_edge(here, there, properties=known | {named_by})
    return reference_graph


def _alive(view: TenantView, kind: str, object_id: str) -> bool:
    row = view.row(kind, object_id)
    return row is not None and not row.get("deletedDateTime")


def named_objects(reference_graph: networkx.DiGraph[Node]) -> list[Node]:
    """Every object that a right names, in a fixed order."""
    return sorted(node for node, data in reference_graph.nodes(data=True) if not data["right"])


def hanging_on(reference_graph: networkx.DiGraph[Node], node: Node) -> tuple[str, ...]:
    """The ids of the schedules that cannot move while this object is open."""
    if node not in reference_graph:
        return ()
    return tuple(sorted(one_id for _, one_id in reference_graph.predecessors(node)))


def objects_of(kind: Kind, row: Row, view: TenantView) -> list[tuple[str, Node]]:
    """The objects that one right names, each with the property that names it."""
    found: list[tuple[str, Node]] = []
    for named_by, to_kind, to_id in kind.references(row):
        to_id = to_id.lower()
        if to_kind == "roleDefinition":
            to_id = view.role_id(to_id)
        elif to_kind == DIRECTORY_OBJECT:
            # A scope may be an application's object, which is not among the principals that are read.
            unknown = APPLICATION if named_by == "directoryScopeId" else DIRECTORY_OBJECT
            to_kind = view.kind_of(to_id) or unknown
        found.append((named_by, (to_kind, to_id)))
    return found
