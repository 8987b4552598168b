"""C14: an id of the source stands where an id of the target belongs.

That happens to whoever copies a policy or fills in a list by hand. Ids that both tenants rightly share are
exempt by nature: built-in roles, kept template ids and application ids name something in the target as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from migrate.kinds import (
    access_review,
    conditional_access_policy,
    group_assignment_schedule,
    group_eligibility_schedule,
    role_assignment_schedule,
    role_eligibility_schedule,
    role_management_policy,
)
from migrate.kinds.kind import Kind
from migrate.resolve.decisions import Decided, Verdict
from migrate.resolve.findings import Conflict
from migrate.resolve.presence import is_settled
from migrate.resolve.reference_graph import Node
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import COLLECTION_OF, TenantView

PLACES: Mapping[Kind, str] = {
    role_management_policy.KIND: "policy",
    conditional_access_policy.KIND: "conditional access policy",
    access_review.KIND: "access review",
    role_eligibility_schedule.KIND: "eligibility",
    role_assignment_schedule.KIND: "assignment",
    group_eligibility_schedule.KIND: "eligibility for a group",
    group_assignment_schedule.KIND: "assignment to a group",
}
NAMED = 5
"""How many places are told by name; all are counted."""


def refuse(verdicts: dict[Node, Verdict], decided: Decided, source: TenantView, target: TenantView) -> None:
    """Calls a decision for an id of the source what it is, where the resolver only found nobody there."""
    for node, verdict in list(verdicts.items()):
        decision = decided.of(*node)
        if verdict.code != "C05" or decision is None or not decision.target_id:
            continue
        wanted = decision.target_id.lower()
        if (there := _of_source(wanted, source, target)) is not None:
            detail = f"the decision's target_id is that of {source.name_of(there, wanted)} in the source"
            verdicts[node] = Verdict(replace(verdict.counterpart, reason=detail), "C14", detail)


def find(settled: Settled) -> Iterator[Conflict]:
    """Ids of the source in what the target has: policies, reviews, rights."""
    found: dict[Node, list[tuple[str, str, str]]] = {}
    source, target = settled.source, settled.target
    for kind, what in PLACES.items():
        for row_id, row in sorted(target.of_kind(kind.name).items()):
            for reference in kind.references(row):
                wanted = reference.to_id.lower()
                if (there := _of_source(wanted, source, target)) is not None:
                    name = kind.name_of(row) if kind.name != "roleManagementPolicy" else ""
                    place = f"{what} {name or row_id}"
                    found.setdefault((there, wanted), []).append((place, reference.property, row_id))
    for node, places in sorted(found.items()):
        told = sorted({f"{place} ({named_by})" for place, named_by, _ in places})
        more = f" and {len(told) - NAMED} more" if len(told) > NAMED else ""
        detail = f"the target names this object of the source in {', '.join(told[:NAMED])}{more}"
        ids = tuple(sorted({row_id for _, _, row_id in places}))
        hanging = settled.hanging(node)
        yield Conflict("C14", *node, ids, detail, concerns=hanging, name=source.name_of(*node))


def _of_source(object_id: str, source: TenantView, target: TenantView) -> str | None:
    """The kind of the source object with this id, if the target surely has nothing under it."""
    kind = next((one for one in COLLECTION_OF if object_id in source.of_kind(one)), None)
    if kind is None or object_id in target.role_aliases:
        return None
    for other in COLLECTION_OF:
        if object_id in target.of_kind(other) or not is_settled(target, other, object_id):
            return None
    return kind
