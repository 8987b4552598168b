"""The reference graph of both tenants in one: what hangs on what, and which object is whose counterpart.

Nodes are ``(side, kind, id)``. Edges have a ``property``: the one by which a right or a policy names an
object, ``members`` for who is in a group, and ``counterpart`` from a source object to the target's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import networkx

from migrate.kinds import role_management_policy
from migrate.kinds.kind import DIRECTORY_OBJECT
from migrate.resolve import reference_graph
from migrate.resolve.find_object import RIGHT_KINDS, Side, Views
from migrate.resolve.findings import Conflict, Counterpart, Drift, State
from migrate.resolve.object_facts import policy_name
from migrate.resolve.reference_graph import Node
from migrate.resolve.resolution import Resolution
from migrate.resolve.right_in_words import words_of
from migrate.resolve.tenant_view import TenantView

Place = tuple[str, str, str]
"""Side, kind and id of one node."""

COUNTERPART = "counterpart"
FREE = "free"
"""State of a right of the source that nothing found here stands in the way of."""
TARGET_ONLY = "target only"
"""State of whatever the target has that no source object is mapped to."""
WAVE = "all"
_RANK = {State.ACCEPTED: 0, State.BLOCKED: 1, State.PROPOSED: 2, State.CREATE: 3, State.SKIPPED: 4}


def build(resolution: Resolution, views: Views) -> networkx.DiGraph[Place]:
    """Every node says ``kind``, ``name``, ``side``, ``state``, ``codes`` (in order, with a space between)
    and ``wave``, which is empty for what no wave takes along."""
    whole: networkx.DiGraph[Place] = networkx.DiGraph()
    mappings = {(one.kind, one.source_id): one for one in resolution.mappings}
    for side, view in views.items():
        _add_side(whole, side, view, resolution, mappings)
    for mapping in resolution.mappings:
        if mapping.target_id is None:
            continue
        here = (Side.SOURCE.value, mapping.kind, mapping.source_id)
        there = (Side.TARGET.value, mapping.kind, mapping.target_id)
        if there not in whole:
            name = views[Side.TARGET].name_of(mapping.kind, mapping.target_id)
            _add(whole, there, name, TARGET_ONLY)
        whole.add_edge(here, there, property=COUNTERPART, state=mapping.state.value)
        if mapping.state is State.ACCEPTED:
            whole.nodes[there]["wave"] = whole.nodes[here]["wave"]
        _take_state(whole, there, mapping.state)
    return whole


def _add(whole: networkx.DiGraph[Place], place: Place, name: str, state: str, codes: str = "") -> None:
    whole.add_node(place, kind=place[1], name=name, side=place[0], state=state, codes=codes, wave="")


def _take_state(whole: networkx.DiGraph[Place], there: Place, state: State) -> None:
    """A target object that several claim shows the strongest claim."""
    known = whole.nodes[there]["state"]
    if known == TARGET_ONLY or _RANK[state] < _RANK[State(known)]:
        whole.nodes[there]["state"] = state.value


def _add_side(
    whole: networkx.DiGraph[Place],
    side: Side,
    view: TenantView,
    resolution: Resolution,
    mappings: Mapping[Node, Counterpart],
) -> None:
    ours = side is Side.SOURCE
    codes = _codes(resolution) if ours else {}
    held = _held(resolution) if ours else frozenset()
    rights_graph = reference_graph.build(view)
    kinds = {kind.name: kind for kind in RIGHT_KINDS}
    for node in sorted(rights_graph):
        place = (side.value, *node)
        if rights_graph.nodes[node]["right"]:
            words = words_of(kinds[node[0]], view.of_kind(node[0])[node[1]], view)
            state = _state_of_right(rights_graph, node, mappings, held) if ours else TARGET_ONLY
            _add(whole, place, words.text, state, codes.get(node, ""))
        else:
            mapping = mappings.get(node)
            state = mapping.state.value if mapping else TARGET_ONLY
            _add(whole, place, view.name_of(*node), state, codes.get(node, ""))
    for here, there, data in sorted(rights_graph.edges(data=True)):
        properties = " ".join(sorted(data["properties"]))
        whole.add_edge((side.value, *here), (side.value, *there), property=properties)
        if ours and whole.nodes[side.value, *here]["state"] == FREE:
            whole.nodes[side.value, *here]["wave"] = whole.nodes[side.value, *there]["wave"] = WAVE
    _add_policies(whole, side, view)
    _add_members(whole, side, view)


def _codes(resolution: Resolution) -> dict[Node, str]:
    """Codes by object, and by each right that they hold up."""
    found: dict[Node, set[str]] = defaultdict(set)
    rights = [kind.name for kind in reference_graph.MOVED]
    findings: tuple[Conflict | Drift, ...] = (*resolution.conflicts, *resolution.drift)
    for one in findings:
        found[one.kind, one.source_id].add(one.code)
        for blocked in one.blocks:
            for kind in rights:
                found[kind, blocked].add(one.code)
    return {node: " ".join(sorted(codes)) for node, codes in found.items()}


def _held(resolution: Resolution) -> frozenset[str]:
    """The rights that drift holds up although everything they name is mapped."""
    return frozenset(blocked for one in resolution.drift for blocked in one.blocks)


def _state_of_right(
    rights_graph: networkx.DiGraph[Node],
    right: Node,
    mappings: Mapping[Node, Counterpart],
    held: frozenset[str],
) -> str:
    states = {mappings[node].state if node in mappings else State.BLOCKED for node in rights_graph[right]}
    if State.SKIPPED in states:
        return State.SKIPPED.value
    if states != {State.ACCEPTED} or right[1] in held:
        return State.BLOCKED.value
    return FREE


def _add_policies(whole: networkx.DiGraph[Place], side: Side, view: TenantView) -> None:
    """The policies that name approvers, where what they govern is in the picture: an approver who cannot be
    mapped locks the role for everybody."""
    for policy_id, row in sorted(view.of_kind("roleManagementPolicy").items()):
        named = []
        for reference in role_management_policy.references(row):
            kind, object_id = reference.to_kind, reference.to_id.lower()
            if kind == "roleDefinition":
                object_id = view.role_id(object_id)
            elif kind == DIRECTORY_OBJECT:
                kind = view.kind_of(object_id) or DIRECTORY_OBJECT
            named.append((reference.property, (side.value, kind, object_id)))
        approvers = [place for how, place in named if how == "primaryApprovers"]
        governed = [(how, place) for how, place in named if how != "primaryApprovers" and place in whole]
        if not approvers or not governed:
            continue
        policy = (side.value, "roleManagementPolicy", policy_id)
        _add(whole, policy, policy_name(row, view), "")
        for how, place in governed:
            whole.add_edge(policy, place, property=how)
        for place in approvers:
            if place not in whole:
                _add(whole, place, view.name_of(place[1], place[2]), "")
            whole.add_edge(policy, place, property="primaryApprovers")


def _add_members(whole: networkx.DiGraph[Place], side: Side, view: TenantView) -> None:
    """Who is in a group, where both are in the picture."""
    for parent, rows in sorted(view.lists.get("groupMember", {}).items()):
        group = (side.value, "group", parent)
        if group not in whole:
            continue
        for member_id in sorted(str(row.get("id") or "").lower() for row in rows):
            member = (side.value, view.kind_of(member_id) or DIRECTORY_OBJECT, member_id)
            if member in whole:
                whole.add_edge(group, member, property="members")
