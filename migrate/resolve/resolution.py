"""The whole of it: two snapshots and the decisions in, mappings, conflicts and drift out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from migrate.kinds.kind import DIRECTORY_OBJECT
from migrate.resolve import drift, examine, misplaced_ids, named_elsewhere, reference_graph, same_guid
from migrate.resolve.counterparts import Counterparts
from migrate.resolve.decisions import Decided, Decision, Verdict
from migrate.resolve.findings import Conflict, Counterpart, Drift, State
from migrate.resolve.group_fitness import refuse_unfit_groups
from migrate.resolve.ladder import HINTS, Ladder
from migrate.resolve.reference_graph import APPLICATION, Node
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import TenantView


@dataclass(frozen=True)
class Resolution:
    """Sorted, so that the same input gives the same bytes. ``beside`` has the accepted counterparts of those
    who were asked about although no right that moves names them: members, approvers, who reaches a right."""

    mappings: tuple[Counterpart, ...]
    conflicts: tuple[Conflict, ...]
    drift: tuple[Drift, ...]
    beside: Mapping[Node, str] = field(default_factory=dict)

    def accepted(self) -> dict[Node, str]:
        return {
            (one.kind, one.source_id): one.target_id
            for one in self.mappings
            if one.state is State.ACCEPTED and one.target_id
        }


def resolve(
    source: TenantView,
    target: TenantView,
    ladder: Ladder,
    decisions: tuple[Decision, ...] = (),
    *,
    as_of: datetime | None = None,
    protected: frozenset[str] = frozenset(),
    also: Collection[Node] = (),
) -> Resolution:
    """Maps every object that a right of the source names, and finds what stands in the way.

    ``also`` names further source objects whose counterparts are wanted, such as the members of groups: they
    are matched by the same rules, and block nothing.

    Claims are weighed over *all* source objects of a kind, so that somebody without any right who claims
    the same target account is seen as well (C03); ``counterparts`` does it. ``as_of`` is the moment for
    which schedules are judged, without which D08 is left to the plan; ``protected`` holds the ids of
    protected principals of either tenant (C13).
    """
    rights_graph = reference_graph.build(source)
    needed = reference_graph.named_objects(rights_graph)
    decided = Decided(decisions, source)
    elsewhere = named_elsewhere.of(source, needed)
    wanted: dict[str, set[str]] = {}
    for kind, object_id in (*needed, *elsewhere, *also):
        wanted.setdefault(kind, set()).add(object_id)
    verdicts = Counterparts(source, target, ladder, decided).of(wanted)
    owners = {
        (node[0], one.counterpart.target_id): node
        for node, one in sorted(verdicts.items())
        if one.counterpart.state is State.ACCEPTED and one.counterpart.target_id
    }
    for node in needed:
        if not rights_graph.nodes[node]["found"]:
            verdicts[node] = _orphan(node, source, decided.of(*node))
    aside = (set(elsewhere) | set(also)) - set(needed)
    apart = {node: verdicts.pop(node) for node in aside if node in verdicts}
    others = {node: apart[node].counterpart for node in elsewhere if node in apart}
    beside = _accepted(apart)
    refuse_unfit_groups(verdicts, target, rights_graph)
    same_guid.refuse(verdicts, decided, target)
    misplaced_ids.refuse(verdicts, decided, source, target)
    blocks = {node: reference_graph.hanging_on(rights_graph, node) for node in needed}
    mappings = {node: verdict.counterpart for node, verdict in verdicts.items()}
    conflicts = [
        Conflict(
            verdict.code,
            node[0],
            node[1],
            _named_targets(verdict),
            verdict.detail,
            blocks.get(node, ()),
        )
        for node, verdict in sorted(verdicts.items())
        if verdict.code
    ]
    settled = Settled(
        source,
        target,
        rights_graph,
        mappings,
        decided,
        {node: verdict.code for node, verdict in verdicts.items() if verdict.code},
        others,
        owners,
        ladder.domains,
        as_of,
        protected,
    )
    conflicts += examine.conflicts(settled)
    found_drift = [
        *drift.of_scopes(mappings, rights_graph, source, target),
        *drift.of_unmappable_scopes(source),
        *examine.drift(settled),
        *drift.of_rights(source, target, settled.accepted()),
    ]
    return Resolution(
        tuple(mapping for _, mapping in sorted(mappings.items())),
        tuple(sorted(conflicts, key=lambda one: (one.code, one.kind, one.source_id))),
        tuple(sorted(found_drift, key=lambda one: (one.code, one.kind, one.source_id))),
        beside,
    )


def _accepted(verdicts: Mapping[Node, Verdict]) -> dict[Node, str]:
    counterparts = ((node, verdict.counterpart) for node, verdict in sorted(verdicts.items()))
    return {
        node: one.target_id for node, one in counterparts if one.state is State.ACCEPTED and one.target_id
    }


def _orphan(node: Node, source: TenantView, decision: Decision | None) -> Verdict:
    """A right that names an object which the source does not have (graph-facts §4.12)."""
    kind, object_id = node
    code: str | None = None
    state = State.BLOCKED
    if decision is not None and decision.decision in ("skip", "block"):
        state = State.SKIPPED if decision.decision == "skip" else State.BLOCKED
        reason = decision.said
    elif not source.answers_id(DIRECTORY_OBJECT if kind == APPLICATION else kind, object_id):
        reason = "the source tenant was not read completely: whether this object exists is unknown"
    elif kind == APPLICATION:
        reason = "the right holds for one object that is no user, group or service principal of the source"
    elif kind == "roleDefinition":
        reason, code = "the source lists no role with this id: it was deleted, or only PIM knows it", "C06"
    else:
        reason, code = "the source tenant has no such object: it was deleted", "C06"
    name = source.name_of(kind, object_id)
    counterpart = Counterpart(kind, object_id, name, None, None, state, None, 0.0, None, reason)
    return Verdict(counterpart, code, reason if code else "")


def _named_targets(verdict: Verdict) -> tuple[str, ...]:
    counterpart = verdict.counterpart
    named = [one.target_id for one in counterpart.evidence if one.rule not in HINTS]
    if not named:
        named = [one.target_id for one in counterpart.evidence]
    if counterpart.target_id and counterpart.target_id not in named:
        named.insert(0, counterpart.target_id)
    return tuple(dict.fromkeys(named))
