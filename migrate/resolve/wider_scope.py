"""D02: a decision that would turn a narrow scope into a wider one. No decision may do that."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.kinds.ids import ADMINISTRATIVE_UNIT_SCOPE, TENANT_SCOPE
from migrate.resolve.findings import Drift
from migrate.resolve.reference_graph import Node
from migrate.resolve.settled import Settled

UNIT = "administrativeUnit"


def find(settled: Settled) -> Iterator[Drift]:
    """Scopes for which a person chose the tenant, or a unit in the place of a single object."""
    for node, mapping in sorted(settled.mappings.items()):
        scoped = settled.scoped(node)
        decision = settled.decided.of(*node)
        if not scoped or decision is None or decision.decision in ("skip", "block"):
            continue
        wanted = (decision.target_id or "").lower()
        if wider := _wider(node, wanted, settled):
            narrow = "a unit" if node[0] == UNIT else "one object"
            detail = {"name": mapping.name, "field": "scope", "source": narrow, "target": wider}
            yield Drift("D02", *node, wanted, detail, scoped)


def _wider(node: Node, wanted: str, settled: Settled) -> str:
    target = settled.target
    organizations = {target.tenant_id.lower(), *target.of_kind("organization")}
    if wanted == TENANT_SCOPE or wanted in organizations:
        return "the whole tenant"
    unit = wanted.removeprefix(ADMINISTRATIVE_UNIT_SCOPE.lower())
    if node[0] != UNIT and target.row(UNIT, unit) is not None:
        return f"the administrative unit {target.name_of(UNIT, unit)}"
    return ""
