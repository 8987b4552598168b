"""The whole of it: two snapshots and the decisions in, mappings, conflicts and drift out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import networkx

from migrate.kinds import group, service_principal
from migrate.kinds.kind import Row
from migrate.resolve import drift, reference_graph
from migrate.resolve.decisions import Decision, Verdict, index, judge
from migrate.resolve.evidence import RULES, Ladder, TargetIndex
from migrate.resolve.findings import Conflict, Counterpart, Drift, State
from migrate.resolve.matching import Proposal, propose, propose_role
from migrate.resolve.reference_graph import APPLICATION, Node
from migrate.resolve.tenant_view import TenantView

NOTHING = Proposal(None, False, None, 0.0, None, "")


@dataclass(frozen=True)
class Resolution:
    """Sorted, so that the same input gives the same bytes."""

    mappings: tuple[Counterpart, ...]
    conflicts: tuple[Conflict, ...]
    drift: tuple[Drift, ...]

    def accepted(self) -> dict[Node, str]:
        return {
            (one.kind, one.source_id): one.target_id
            for one in self.mappings
            if one.state is State.ACCEPTED and one.target_id
        }


def resolve(
    source: TenantView, target: TenantView, ladder: Ladder, decisions: tuple[Decision, ...] = ()
) -> Resolution:
    """Maps every object that a right of the source names, and finds what stands in the way.

    Claims are weighed over *all* source objects of a kind, so that somebody without any right who claims
    the same target account is seen as well (C03).
    """
    rights_graph = reference_graph.build(source)
    needed = reference_graph.named_objects(rights_graph)
    decided = index(decisions)
    verdicts: dict[Node, Verdict] = {}
    claims: dict[Node, list[Node]] = defaultdict(list)
    for kind in (*RULES, "roleDefinition"):
        wanted = {node[1] for node in needed if node[0] == kind}
        if not wanted:
            continue
        for object_id, proposal in _proposals(kind, source, target, ladder):
            node = (kind, object_id)
            verdict = judge(
                kind, object_id, source.name_of(kind, object_id), proposal, decided.get(node), target
            )
            counterpart = verdict.counterpart
            if counterpart.state is State.ACCEPTED and counterpart.target_id:
                claims[kind, counterpart.target_id].append(node)
            if object_id in wanted:
                verdicts[node] = verdict
    for node in needed:
        if not rights_graph.nodes[node]["found"]:
            verdicts[node] = _orphan(node, source, decided.get(node))
    _settle_double_claims(verdicts, claims, decided)
    blocks = {node: reference_graph.hanging_on(rights_graph, node) for node in needed}
    _refuse_unfit_groups(verdicts, target, rights_graph)
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
    accepted = {
        node: one.target_id for node, one in mappings.items() if one.state is State.ACCEPTED and one.target_id
    }
    found_drift = [
        *drift.of_scopes(mappings, blocks),
        *drift.of_roles(mappings, blocks, source, target),
        *drift.of_rights(source, target, accepted),
    ]
    return Resolution(
        tuple(mapping for _, mapping in sorted(mappings.items())),
        tuple(sorted(conflicts, key=lambda one: (one.code, one.kind, one.source_id))),
        tuple(sorted(found_drift, key=lambda one: (one.code, one.kind, one.source_id))),
    )


def _proposals(
    kind: str, source: TenantView, target: TenantView, ladder: Ladder
) -> list[tuple[str, Proposal]]:
    rows, targets = source.of_kind(kind), target.of_kind(kind)
    if kind == "roleDefinition":
        return [(one, propose_role(row, targets, ladder)) for one, row in sorted(rows.items())]
    target_index = TargetIndex(kind, targets, ladder)
    return [
        (one, _fixed(kind, row) or propose(kind, row, target_index.evidence(row), targets))
        for one, row in sorted(rows.items())
    ]


def _fixed(kind: str, row: Row) -> Proposal | None:
    if kind == "servicePrincipal" and service_principal.is_managed_identity(row):
        return replace(NOTHING, reason="a managed identity belongs to one tenant and cannot move", code="C01")
    return None


def _orphan(node: Node, source: TenantView, decision: Decision | None) -> Verdict:
    """A right that names an object which the source does not have (graph-facts §4.12)."""
    kind, object_id = node
    name = source.name_of(kind, object_id)
    if decision is not None and decision.decision == "skip":
        counterpart = Counterpart(
            kind, object_id, name, None, None, State.SKIPPED, None, 0.0, None, decision.reason
        )
        return Verdict(counterpart)
    code: str | None = None
    if kind == APPLICATION:
        reason = "a right on one application: applications themselves are not read"
    elif source.saw_all(kind):
        reason = "the source tenant has no such object: it was deleted"
        code = "C06"
    else:
        reason = "the source tenant was not read completely: whether this object exists is unknown"
    counterpart = Counterpart(kind, object_id, name, None, None, State.BLOCKED, None, 0.0, None, reason)
    return Verdict(counterpart, code, reason)


def _settle_double_claims(
    verdicts: dict[Node, Verdict],
    claims: Mapping[Node, list[Node]],
    decided: Mapping[Node, Decision],
) -> None:
    """C03: a target object has one owner. A person's choice stands; the rules' claims on it fall."""
    for target_node, claimants in claims.items():
        if len(claimants) < 2:
            continue
        chosen = [node for node in claimants if node in decided]
        keeper = chosen[0] if len(chosen) == 1 else None
        for node in claimants:
            if node == keeper or node not in verdicts:
                continue
            others = ", ".join(other[1] for other in claimants if other != node)
            detail = f"{target_node[1]} is also claimed by {others}"
            counterpart = replace(verdicts[node].counterpart, state=State.BLOCKED, reason=detail)
            verdicts[node] = Verdict(counterpart, "C03", detail)


def _refuse_unfit_groups(
    verdicts: dict[Node, Verdict],
    target: TenantView,
    rights_graph: networkx.DiGraph[Node],
) -> None:
    """C10: a group that should hold a role, or be managed by PIM, but cannot."""
    for node, verdict in list(verdicts.items()):
        counterpart = verdict.counterpart
        if node[0] != "group" or counterpart.state is not State.ACCEPTED or not counterpart.target_id:
            continue
        row = target.row("group", counterpart.target_id)
        if row is None:
            continue
        holds_roles = managed = False
        for right in rights_graph.predecessors(node):
            named_by = rights_graph.edges[right, node]["property"]
            holds_roles |= named_by == "principalId" and right[0] == "roleEligibilitySchedule"
            managed |= named_by == "groupId"
        problem = ""
        if holds_roles and not group.can_hold_roles(row):
            problem = "the target group is not role-assignable, which cannot be changed after its creation"
        elif managed and not group.can_be_managed_by_pim(row):
            problem = "the target group is dynamic or synced: PIM cannot manage it"
        if problem:
            verdicts[node] = Verdict(
                replace(counterpart, state=State.BLOCKED, reason=problem), "C10", problem
            )


def _named_targets(verdict: Verdict) -> tuple[str, ...]:
    counterpart = verdict.counterpart
    named = [one.target_id for one in counterpart.evidence if one.rule != "name"]
    if not named:
        named = [one.target_id for one in counterpart.evidence]
    if counterpart.target_id and counterpart.target_id not in named:
        named.insert(0, counterpart.target_id)
    return tuple(dict.fromkeys(named))
