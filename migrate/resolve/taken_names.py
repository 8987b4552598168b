"""C08: the name that a source object would need in the target belongs to another object there.

Of interest where the counterpart has still to be made (a group's mail nickname and a custom role's name are
unique, and two units of one name cannot be told apart), and for people whose sign-in name is somebody else's.
An object that may yet turn out to be the counterpart takes no name away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from migrate.kinds import role_definition
from migrate.kinds.kind import Row
from migrate.resolve.evidence import HINT, renamed
from migrate.resolve.findings import Conflict, Counterpart, State
from migrate.resolve.reference_graph import Node
from migrate.resolve.settled import Settled

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "group": ("displayName", "mailNickname"),
    "administrativeUnit": ("displayName",),
    "roleDefinition": ("displayName",),
    "user": ("userPrincipalName",),
}


def find(settled: Settled) -> Iterator[Conflict]:
    for kind, properties in PROPERTIES.items():
        nodes = [(node, one) for node, one in sorted(settled.mappings.items()) if node[0] == kind]
        for property_name in properties if nodes else ():
            taken = _holders(settled.target.of_kind(kind), property_name)
            for node, mapping in nodes:
                yield from _taken(settled, node, mapping, property_name, taken)


def _taken(
    settled: Settled,
    node: Node,
    mapping: Counterpart,
    property_name: str,
    taken: Mapping[str, list[str]],
) -> Iterator[Conflict]:
    row = settled.source.row(*node)
    if row is None or mapping.state is State.SKIPPED:
        return
    if node[0] == "roleDefinition" and role_definition.is_built_in(row):
        return
    settled_already = mapping.state is State.ACCEPTED
    if settled_already and node[0] != "user":
        # The counterpart exists under whatever name: none has to be free for it.
        return
    holders = sorted(
        {
            holder
            for name in _needed(row, property_name, settled.domains)
            for holder in taken.get(name, ())
            if _is_taken(settled, node, mapping, holder)
        }
    )
    if not holders:
        return
    names = ", ".join(settled.target.name_of(node[0], one) for one in holders)
    whose = "; it is the counterpart of somebody else" if _is_anothers(settled, node, holders[0]) else ""
    hanging = settled.hanging(node)
    yield Conflict(
        "C08",
        *node,
        tuple(holders),
        f"its {property_name} in the target is that of {names}{whose}",
        () if settled_already else hanging,
        hanging if settled_already else (),
    )


def _is_taken(settled: Settled, node: Node, mapping: Counterpart, holder: str) -> bool:
    if holder == mapping.target_id:
        # Proposed for nothing but the name, and somebody else's on better evidence.
        return mapping.rule == HINT and _is_anothers(settled, node, holder)
    candidates = {one.target_id for one in mapping.evidence}
    return mapping.state is State.ACCEPTED or holder not in candidates or _is_anothers(settled, node, holder)


def _is_anothers(settled: Settled, node: Node, holder: str) -> bool:
    owner = settled.owners.get((node[0], holder))
    return owner is not None and owner != node


def _needed(row: Row, property_name: str, domains: Mapping[str, str]) -> Iterable[str]:
    """How the name would be spelled in the target."""
    value = str(row.get(property_name) or "")
    if property_name == "userPrincipalName":
        # The last one is that under the renamed domain, if the domain has a new name.
        return list(renamed(value, domains))[-1:]
    return [_folded(value)] if value.strip() else []


def _folded(name: str) -> str:
    """As Graph compares names: without case."""
    return " ".join(name.split()).casefold()


def _holders(rows: Mapping[str, Row], property_name: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for object_id, row in rows.items():
        value = row.get(property_name)
        if value and not row.get("deletedDateTime"):
            text = str(value)
            key = text.strip().lower() if property_name == "userPrincipalName" else _folded(text)
            found[key].append(object_id)
    return found
