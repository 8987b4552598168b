"""C12: approvals that wait for each other, so that nobody can begin.

An approver who is named, or who is a standing member of an approving group, can always approve. One who is
only eligible for the approving group must activate that membership first, and its policy may ask for an
approval as well. Where every way to an approval leads back to itself, the right is dead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrate.kinds.kind import Row
from migrate.resolve import approvers, governing
from migrate.resolve.findings import Conflict
from migrate.resolve.governing import Governed
from migrate.resolve.group_population import EligibleMembers, members_of
from migrate.resolve.presence import is_settled
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import TenantView

if TYPE_CHECKING:
    import networkx


def find(settled: Settled) -> Iterator[Conflict]:
    """Deadlocks in either tenant that a right of the source runs into."""
    moved = governing.moved_rights(settled.source)
    ours = governing.policies_of(settled.source)
    for circle, into in deadlocks(settled.source, ours):
        touched = sorted(one for one in moved if one in into)
        if touched:
            yield _conflict(
                settled, settled.source, touched, circle, "source", governing.id_of(ours[circle[0]])
            )
    theirs = governing.policies_of(settled.target)
    mapped = {there: one for one in moved if (there := governing.in_target(one, settled))}
    for circle, into in deadlocks(settled.target, theirs):
        touched = sorted(mapped[one] for one in into if one in mapped)
        if touched:
            ids = tuple(governing.id_of(theirs[one]) for one in circle)
            here = ours.get(touched[0])
            source_id = governing.id_of(here) if here else touched[0][1]
            yield _conflict(settled, settled.target, touched, circle, "target", source_id, ids)


def _conflict(
    settled: Settled,
    view: TenantView,
    touched: list[Governed],
    circle: tuple[Governed, ...],
    side: str,
    source_id: str,
    target_ids: tuple[str, ...] = (),
) -> Conflict:
    moved = governing.moved_rights(settled.source)
    names = ", ".join(governing.label(one, view) for one in circle)
    return Conflict(
        "C12",
        governing.POLICY,
        source_id,
        target_ids,
        f"in the {side} everybody who could approve must first be approved himself: {names}",
        concerns=tuple(sorted({right for one in touched for right, _ in moved[one]})),
        name=governing.label(touched[0], settled.source),
    )


def deadlocks(
    view: TenantView, policies: Mapping[Governed, Row], eligible: EligibleMembers | None = None
) -> Iterator[tuple[tuple[Governed, ...], set[Governed]]]:
    """Each circle of dead policies, with every policy whose approvals wait for it; ``eligible`` where it has
    been gathered already."""
    eligible = eligible or EligibleMembers(view)
    through = {
        governed: groups
        for governed, policy in policies.items()
        if approvers.is_required(policy) and (groups := _approving_groups(policy, view, eligible)) is not None
    }
    if not through:
        # Every approval can be given by somebody: so it is in most tenants, and graphs are slow to import.
        return
    import networkx

    waits = _dead(view, policies, eligible, through)
    for part in sorted(sorted(one) for one in networkx.strongly_connected_components(waits)):
        if len(part) > 1 or waits.has_edge(part[0], part[0]):
            yield tuple(part), networkx.ancestors(waits, part[0]) | set(part)


def _dead(
    view: TenantView,
    policies: Mapping[Governed, Row],
    eligible: EligibleMembers,
    through: Mapping[Governed, frozenset[str]],
) -> networkx.DiGraph[Governed]:
    """The policies that nobody can ever approve, each with the policies that its approvers wait for;
    ``through`` are the groups whose membership they must all activate first.

    What is not known counts as a way out: a deadlock is told only where it is certain.
    """
    import networkx

    waits: networkx.DiGraph[Governed] = networkx.DiGraph()
    for governed, groups in through.items():
        waits.add_node(governed)
        for group_id in groups:
            waits.add_edge(governed, ("group", group_id, "member"))
    # Whoever waits for a policy that can be passed can be passed as well.
    alive = [
        one for one in waits if waits.out_degree(one) == 0 and not _is_dead_end(one, policies, view, eligible)
    ]
    for one in alive:
        if one in waits:
            waits.remove_nodes_from(networkx.ancestors(waits, one) | {one})
    return waits


def _is_dead_end(
    governed: Governed, policies: Mapping[Governed, Row], view: TenantView, eligible: EligibleMembers
) -> bool:
    """Whether nothing leads out of a policy because nobody at all is left to approve."""
    policy = policies.get(governed)
    if policy is None or not approvers.is_required(policy):
        return False
    return _approving_groups(policy, view, eligible) == frozenset()


def _approving_groups(policy: Row, view: TenantView, eligible: EligibleMembers) -> frozenset[str] | None:
    """The groups whose eligible members are the only approvers; ``None`` where somebody can approve now or
    where that is not known."""
    named = approvers.approvers_of(policy)
    if not named:
        return None
    groups: set[str] = set()
    for one in named:
        row = view.row(one.kind, one.id) if one.id else None
        if not one.id or (row is None and not is_settled(view, one.kind, one.id)):
            return None
        if row is None:
            continue
        if one.kind == "user":
            if row.get("accountEnabled") is not False:
                return None
            continue
        members = members_of(view, one.id)
        if members is None or any(_is_able(view, each) for each in eligible.standing(one.id, members)):
            return None
        if any(_is_able(view, each) for each in eligible.of(one.id)):
            groups.add(one.id)
    return frozenset(groups)


def _is_able(view: TenantView, person: str) -> bool:
    row = view.row("user", person)
    return row is None or row.get("accountEnabled") is not False
