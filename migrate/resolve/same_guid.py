"""C07: the GUID of a source object is also that of another object in the target.

Ids are made at random, so this means a copied file or a restored tenant: whoever pastes such an id somewhere
names the wrong object and nobody is told. Ids that are rightly equal are exempt: roles by their (kept)
template id, and an application's own id, which is no object id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migrate.kinds import role_definition
from migrate.resolve.decisions import Decided, Verdict
from migrate.resolve.findings import Conflict, State
from migrate.resolve.reference_graph import Node
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import COLLECTION_OF, TenantView


def refuse(verdicts: dict[Node, Verdict], decided: Decided, target: TenantView) -> None:
    """Takes back what the rules accepted for such an object. A choice of a person stands, and so does a
    counterpart that is this very object."""
    for node, verdict in list(verdicts.items()):
        counterpart = verdict.counterpart
        other = _other(node, target)
        if other is None or verdict.code or counterpart.state is State.SKIPPED:
            continue
        if counterpart.target_id == node[1] or decided.of(*node) is not None:
            continue
        name = target.name_of(*other)
        detail = (
            f"the target has {name} ({other[0]}) under the id of this {node[0]}, and it is no counterpart"
        )
        state = State.BLOCKED if counterpart.state is State.ACCEPTED else counterpart.state
        verdicts[node] = Verdict(replace(counterpart, state=state, reason=detail), "C07", detail)


def _other(node: Node, target: TenantView) -> Node | None:
    kind, object_id = node
    for other in COLLECTION_OF:
        row = target.row(other, object_id)
        if row is None or row.get("deletedDateTime"):
            continue
        if kind == other == "roleDefinition" and role_definition.template_id(row) == object_id:
            continue
        return other, object_id
    return None


def find(settled: Settled) -> Iterator[Conflict]:
    """The same where nothing had to be taken back: the object is open for another reason, or decided."""
    for node, counterpart in sorted(settled.mappings.items()):
        other = _other(node, settled.target)
        if other is None or node[1] == counterpart.target_id or counterpart.state is State.SKIPPED:
            continue
        if settled.refused.get(node) == "C07":
            continue
        name = settled.target.name_of(*other)
        detail = f"the target has {name} ({other[0]}) under the id of this {node[0]}"
        hanging = settled.hanging(node)
        open_still = counterpart.state not in (State.ACCEPTED, State.CREATE)
        yield Conflict(
            "C07",
            *node,
            (other[1],),
            detail,
            hanging if open_still else (),
            () if open_still else hanging,
        )
