"""C10: a target group that should hold a role, or be managed by PIM, but cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from migrate.kinds import group
from migrate.kinds.kind import Row
from migrate.kinds.rights import is_of_group, is_of_role
from migrate.resolve.decisions import Verdict
from migrate.resolve.findings import State
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView

if TYPE_CHECKING:
    import networkx


def refuse_unfit_groups(
    verdicts: dict[Node, Verdict], target: TenantView, rights_graph: networkx.DiGraph[Node]
) -> None:
    """Blocks accepted groups, decided ones as well: no decision can make Graph take them."""
    for node, verdict in list(verdicts.items()):
        counterpart = verdict.counterpart
        if node[0] != "group" or counterpart.state is not State.ACCEPTED or not counterpart.target_id:
            continue
        row = target.row("group", counterpart.target_id)
        problem = _unfitness(row, node, rights_graph) if row else ""
        if problem:
            blocked = replace(counterpart, state=State.BLOCKED, reason=problem)
            verdicts[node] = Verdict(blocked, "C10", problem)


def _unfitness(row: Row, node: Node, rights_graph: networkx.DiGraph[Node]) -> str:
    holds_roles = managed = False
    for right in rights_graph.predecessors(node):
        named_by = rights_graph.edges[right, node]["properties"]
        holds_roles |= "principalId" in named_by and is_of_role(right[0])
        managed |= "groupId" in named_by and is_of_group(right[0])
    if holds_roles and not group.can_hold_roles(row):
        return "the target group is not role-assignable, which cannot be changed after its creation"
    if managed and not group.can_be_managed_by_pim(row):
        return "the target group is dynamic, synced or no security group: PIM cannot manage it"
    return ""
