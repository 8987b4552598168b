"""The target as it will be when what a plan makes is there, so that rights are judged against that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from migrate.kinds import role_management_policy
from migrate.kinds.kind import Row
from migrate.plan.along.members import Members, Population
from migrate.plan.along.objects import Making
from migrate.resolve.findings import State
from migrate.resolve.reference_graph import Node
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView

_SOLVED = {"C01", "C08", "D01"}
"""What no longer stands in the way of an object that is made."""


def with_objects(target: TenantView, makings: Iterable[Making]) -> TenantView:
    """The target with the objects to be made."""
    rows = {kind: dict(target.of_kind(kind)) for kind in {making.node[0] for making in makings}}
    for making in makings:
        rows[making.node[0]].setdefault(making.target_id, making.row)
    return replace(target, rows={**target.rows, **rows}) if rows else target


def with_people(target: TenantView, populations: Mapping[str, Population]) -> TenantView:
    """The target with those in the lists who are to be put there, by the parent's id."""
    lists: dict[str, dict[str, tuple[Row, ...]]] = {kind: dict(found) for kind, found in target.lists.items()}
    for parent, population in populations.items():
        for draft in population.drafts:
            of_kind = lists.setdefault(draft.kind, {})
            of_kind[parent] = (*of_kind.get(parent, ()), {"id": draft.target["objectId"]})
    return replace(target, lists=lists) if populations else target


def with_policies(target: TenantView, rows: Iterable[Row]) -> TenantView:
    """The target with its policies as they will read."""
    changed = {str(row.get("id") or "").lower(): row for row in rows}
    if not changed:
        return target
    name = role_management_policy.KIND.name
    return replace(target, rows={**target.rows, name: {**target.of_kind(name), **changed}})


def with_mappings(
    resolution: Resolution, makings: Iterable[Making], hindered: Mapping[Node, str]
) -> Resolution:
    """The resolution with the objects to be made as accepted counterparts, and the reason at those that
    cannot be made."""
    made = {making.node: making for making in makings}
    mappings = []
    for mapping in resolution.mappings:
        node = (mapping.kind, mapping.source_id)
        if making := made.get(node):
            said = "made by an earlier plan" if making.draft is None else "to be made by this plan"
            mapping = replace(
                mapping,
                state=State.ACCEPTED,
                target_id=making.target_id,
                target_name=mapping.name,
                reason=said,
            )
        elif why := hindered.get(node):
            mapping = replace(mapping, reason=f"{mapping.reason}; it is not made: {why}")
        mappings.append(mapping)
    return replace(
        resolution,
        mappings=tuple(mappings),
        conflicts=tuple(
            one
            for one in resolution.conflicts
            if not (one.code in _SOLVED and (one.kind, one.source_id) in made)
        ),
        drift=tuple(
            one for one in resolution.drift if not (one.code in _SOLVED and (one.kind, one.source_id) in made)
        ),
    )


@dataclass(frozen=True)
class Parents:
    """The units and groups of the target in which people are to stand, with their source objects."""

    nodes: Mapping[str, Node]

    @classmethod
    def of(cls, resolution: Resolution) -> Parents:
        found = {
            target_id.lower(): node
            for node, target_id in resolution.accepted().items()
            if node[0] in ("administrativeUnit", "group")
        }
        return cls(found)

    def populations(self, members: Members) -> dict[str, Population]:
        """Who is to be put where; only parents about which there is something to do or to tell."""
        found = {parent: members.of(node, parent) for parent, node in sorted(self.nodes.items())}
        return {parent: one for parent, one in found.items() if one.drafts or one.told}
