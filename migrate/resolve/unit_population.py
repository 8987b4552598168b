"""D03 and D02: whom an administrator of a unit reaches here, and whom there.

Members are compared through their counterparts. A unit of the target that holds everybody there is no unit
any more: a right at that scope would reach the whole tenant (D02).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from migrate.kinds.membership import type_of
from migrate.resolve.findings import Drift, State
from migrate.resolve.reference_graph import Node
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import TenantView

UNIT = "administrativeUnit"
MEMBERS = "administrativeUnitMember"
COMPARED = ("user", "group")
"""Devices have no counterparts: they are only counted."""
LISTED = 100
"""How many of a population are listed by id and name; all are counted."""


@dataclass(frozen=True)
class Reach:
    """Whom a right at the target's unit reaches besides (``gained``), whom no longer (``lost``), and the
    members of the source whose counterpart is not settled (``unmapped``), for whom that cannot be said.

    ``perhaps`` are the members of the target's unit that are proposed for one of those.
    """

    gained: tuple[str, ...]
    perhaps: tuple[str, ...]
    lost: tuple[str, ...]
    unmapped: tuple[str, ...]
    devices: tuple[int, int]

    @property
    def is_equal(self) -> bool:
        return not (self.gained or self.lost or self.unmapped) and self.devices[0] == self.devices[1]


def find(settled: Settled) -> Iterator[Drift]:
    """The units that are a scope, each with its counterpart or proposal."""
    for node, mapping in sorted(settled.mappings.items()):
        scoped = settled.scoped(node)
        if node[0] != UNIT or not scoped or mapping.target_id is None or mapping.state is State.SKIPPED:
            continue
        if settled.target.row(UNIT, mapping.target_id) is None:
            continue
        here = settled.source.listed(MEMBERS, node[1])
        there = settled.target.listed(MEMBERS, mapping.target_id)
        detail: dict[str, Any] = {"name": mapping.name}
        if here is None or there is None:
            sides = (("source", here), ("target", there))
            detail["unread"] = [f"members in the {side}" for side, rows in sides if rows is None]
            yield Drift("D03", *node, mapping.target_id, detail, concerns=scoped)
            continue
        reach = compare(node, mapping.target_id, settled)
        if reach is None or reach.is_equal:
            continue
        detail |= _told(reach, settled)
        yield Drift("D03", *node, mapping.target_id, detail, concerns=scoped)
        if reach.gained and _is_wider(node, mapping.target_id, settled):
            detail = {
                "name": mapping.name,
                "field": "members",
                "source": "some of the tenant",
                "target": "everybody in the tenant",
            }
            yield Drift("D02", *node, mapping.target_id, detail, scoped)


def compare(node: Node, target_id: str, settled: Settled) -> Reach | None:
    """``None`` where the members of either side were not read."""
    here = settled.source.listed(MEMBERS, node[1])
    there = settled.target.listed(MEMBERS, target_id)
    if here is None or there is None:
        return None
    ours, our_devices = _members(here, settled.source)
    theirs, their_devices = _members(there, settled.target)
    mapped = {one: settled.counterpart((kind, one)) for kind, one in ours}
    arrive = {one for one in mapped.values() if one}
    proposed = {
        found.target_id
        for member in ours
        if mapped[member[1]] is None and (found := settled.mapping(member)) and found.target_id
    }
    reached = {one for _, one in theirs}
    return Reach(
        tuple(sorted(reached - arrive - proposed)),
        tuple(sorted((reached & proposed) - arrive)),
        tuple(sorted(one for one, into in mapped.items() if into and into not in reached)),
        tuple(sorted(one for one, into in mapped.items() if into is None)),
        (our_devices, their_devices),
    )


def _members(rows: Iterable[Any], view: TenantView) -> tuple[set[Node], int]:
    found: set[Node] = set()
    others = 0
    for row in rows:
        member = str(row.get("id") or "").lower()
        kind = type_of(row) or view.kind_of(member) or ""
        if kind in COMPARED:
            found.add((kind, member))
        else:
            others += 1
    return found, others


def _told(reach: Reach, settled: Settled) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    for name, found, view in (
        ("gained", reach.gained, settled.target),
        ("perhaps_the_same", reach.perhaps, settled.target),
        ("lost", reach.lost, settled.source),
        ("unmapped", reach.unmapped, settled.source),
    ):
        detail[f"{name}_count"] = len(found)
        detail[name] = [f"{_name(view, one)} ({one})" for one in found[:LISTED]]
    if reach.devices[0] != reach.devices[1]:
        detail["devices"] = f"{reach.devices[0]} in the source, {reach.devices[1]} in the target"
    return detail


def _name(view: TenantView, object_id: str) -> str:
    kind = view.kind_of(object_id)
    return view.name_of(kind, object_id) if kind else object_id


def _is_wider(node: Node, target_id: str, settled: Settled) -> bool:
    return _holds_everybody(settled.target, target_id) and not _holds_everybody(settled.source, node[1])


def _holds_everybody(view: TenantView, unit_id: str) -> bool:
    if not view.saw_all("user"):
        return False
    inside = {str(row.get("id") or "").lower() for row in view.listed(MEMBERS, unit_id) or ()}
    people = view.of_kind("user")
    # Only who is not inside is looked at, and the first one settles it: a tenant has hundreds of thousands.
    outside = (one for one in people if one not in inside)
    return bool(people) and all(people[one].get("deletedDateTime") for one in outside)
