"""The target as it will be when what a plan makes is there, so that rights are judged against that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from migrate.kinds import role_management_policy
from migrate.kinds.kind import Row
from migrate.plan.along.members import LISTS, Members, Population
from migrate.plan.along.objects import Making
from migrate.plan.along.policies import as_governing, default_rules
from migrate.plan.document import Draft
from migrate.resolve.findings import State
from migrate.resolve.governing import Governed, policies_of
from migrate.resolve.reference_graph import Node
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView

_SOLVED = {"C01", "C08", "D01"}
"""What no longer stands in the way of an object that is made."""


def with_objects(target: TenantView, makings: Iterable[Making]) -> TenantView:
    """The target with the objects to be made, and nobody in them: that much is known of what is new."""
    rows = {kind: dict(target.of_kind(kind)) for kind in {making.node[0] for making in makings}}
    lists: dict[str, dict[str, tuple[Row, ...]]] = {kind: dict(found) for kind, found in target.lists.items()}
    for making in makings:
        if making.target_id in rows[making.node[0]]:
            continue
        rows[making.node[0]][making.target_id] = making.row
        for kind in LISTS.get(making.node[0], ()):
            lists.setdefault(kind.name, {}).setdefault(making.target_id, ())
    return replace(target, rows={**target.rows, **rows}, lists=lists) if rows else target


def with_people(target: TenantView, links: Iterable[Draft]) -> TenantView:
    """The target with those in its lists of members and owners who are to be put there."""
    lists: dict[str, dict[str, tuple[Row, ...]]] = {kind: dict(found) for kind, found in target.lists.items()}
    added: dict[tuple[str, str], list[Row]] = {}
    for draft in links:
        place = (draft.kind, str(draft.target["parentId"]).lower())
        added.setdefault(place, []).append({"id": draft.target["objectId"]})
    for (kind, parent), rows in added.items():
        of_kind = lists.setdefault(kind, {})
        of_kind[parent] = (*of_kind.get(parent, ()), *rows)
    return replace(target, lists=lists) if added else target


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
            state = State.BLOCKED if mapping.state is State.ACCEPTED else mapping.state
            mapping = replace(mapping, state=state, reason=f"{mapping.reason}; it is not made: {why}")
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


def policies_of_new(target: TenantView, unseen: Iterable[str]) -> list[Row]:
    """The policies that PIM will give to roles and groups which no snapshot of the target has seen, as far as
    ``target`` has none for them: what their rights will be judged by."""
    there = policies_of(target)
    wanted: list[Governed] = []
    for one in sorted(unseen):
        if one in target.of_kind("group"):
            wanted += [("group", one, access) for access in ("member", "owner")]
        elif one in target.of_kind("roleDefinition"):
            wanted.append(("roleDefinition", one, ""))
    return [as_governing(one, None, default_rules(one), {}) for one in wanted if one not in there]


@dataclass(frozen=True)
class Parents:
    """The units and groups of the target in which people are to stand, with their source objects: mostly one,
    several where they become one."""

    nodes: Mapping[str, tuple[Node, ...]]

    @classmethod
    def of(cls, resolution: Resolution) -> Parents:
        found: dict[str, tuple[Node, ...]] = {}
        for node, target_id in sorted(resolution.accepted().items()):
            if node[0] in ("administrativeUnit", "group"):
                found[target_id.lower()] = (*found.get(target_id.lower(), ()), node)
        return cls(found)

    def populations(self, members: Members) -> dict[str, Population]:
        """Who is to be put where; only parents about which there is something to do or to tell."""
        found = {
            parent: _together([members.of(node, parent) for node in nodes])
            for parent, nodes in sorted(self.nodes.items())
        }
        return {parent: one for parent, one in found.items() if one.drafts or one.told}


def _together(populations: Sequence[Population]) -> Population:
    drafts = {draft.key: draft for one in reversed(populations) for draft in reversed(one.drafts)}
    told = (text for one in populations for text in one.told)
    return Population(tuple(reversed(drafts.values())), tuple(dict.fromkeys(told)))
