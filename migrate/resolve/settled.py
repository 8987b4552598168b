"""What is known once every counterpart is settled: the ground on which all other findings stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from migrate.resolve.decisions import Decided
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.reference_graph import Node, hanging_on
from migrate.resolve.tenant_view import TenantView

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True)
class Settled:
    """Both tenants, the counterparts of what rights name and of who else matters, and what people said.

    ``mappings`` are of the objects that rights name, ``others`` of those that only policies, units and
    groups name. ``owners`` leads from a target object to the source object whose counterpart it is, over
    all source objects. ``as_of`` is the moment for which schedules are judged, ``None`` to leave it out.
    """

    source: TenantView
    target: TenantView
    rights_graph: networkx.DiGraph[Node]
    mappings: Mapping[Node, Counterpart]
    decided: Decided
    refused: Mapping[Node, str] = field(default_factory=dict)
    """The code of the conflict that keeps an object of ``mappings`` open."""
    others: Mapping[Node, Counterpart] = field(default_factory=dict)
    owners: Mapping[Node, Node] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime | None = None
    protected: frozenset[str] = frozenset()

    def mapping(self, node: Node) -> Counterpart | None:
        return self.mappings.get(node) or self.others.get(node)

    def counterpart(self, node: Node) -> str | None:
        """The id of the accepted counterpart."""
        found = self.mapping(node)
        return found.target_id if found is not None and found.state is State.ACCEPTED else None

    def accepted(self) -> dict[Node, str]:
        """The accepted counterparts of what rights name."""
        return {node: found for node in self.mappings if (found := self.counterpart(node))}

    def hanging(self, node: Node) -> tuple[str, ...]:
        """The ids of the rights that name an object."""
        return hanging_on(self.rights_graph, node)

    def scoped(self, node: Node) -> tuple[str, ...]:
        """The ids of the rights that hold at this object as their scope."""
        if node not in self.rights_graph:
            return ()
        return tuple(
            sorted(
                right[1]
                for right in self.rights_graph.predecessors(node)
                if "directoryScopeId" in self.rights_graph.edges[right, node]["properties"]
            )
        )
