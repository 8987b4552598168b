"""C12: groups that contain each other, by membership or by eligibility for it.

In a circle everybody who is in one group is in all of them, and no order of making the memberships is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migrate.kinds.membership import type_of
from migrate.resolve.findings import Conflict
from migrate.resolve.group_population import MEMBERS, EligibleMembers
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import TenantView

if TYPE_CHECKING:
    import networkx

NAMED = 10


def find(settled: Settled) -> Iterator[Conflict]:
    """Circles of groups in either tenant that a right of the source reaches."""
    groups = sorted(node[1] for node in settled.mappings if node[0] == "group")
    for circle, into in _circles(settled.source, groups):
        concerned = sorted({right for one in into for right in settled.hanging(("group", one))})
        detail = f"groups of the source contain each other: {_named(settled.source, circle)}"
        name = settled.source.name_of("group", circle[0])
        yield Conflict("C12", "group", circle[0], (), detail, concerns=tuple(concerned), name=name)
    mapped = {there: one for one in groups if (there := settled.counterpart(("group", one)))}
    for circle, into in _circles(settled.target, sorted(mapped)):
        ours = sorted(mapped[one] for one in into)
        concerned = sorted({right for one in ours for right in settled.hanging(("group", one))})
        detail = f"groups of the target contain each other: {_named(settled.target, circle)}"
        name = settled.source.name_of("group", ours[0])
        yield Conflict("C12", "group", ours[0], circle, detail, concerns=tuple(concerned), name=name)


def _circles(view: TenantView, starts: Iterable[str]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Each circle that can be reached from some of these groups, with those groups."""
    import networkx

    nesting = _nesting(view, starts)
    for part in sorted(sorted(one) for one in networkx.strongly_connected_components(nesting)):
        if len(part) > 1 or nesting.has_edge(part[0], part[0]):
            leads_here = networkx.ancestors(nesting, part[0]) | set(part)
            yield tuple(part), [one for one in starts if one in leads_here]


def _nesting(view: TenantView, starts: Iterable[str]) -> networkx.DiGraph[str]:
    """An edge from each group to each group that is in it; a list that was not read has none."""
    import networkx

    eligible = EligibleMembers(view)
    nesting: networkx.DiGraph[str] = networkx.DiGraph()
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if here in nesting and nesting.nodes[here].get("seen"):
            continue
        nesting.add_node(here, seen=True)
        listed = view.listed(MEMBERS, here) or ()
        inside = {
            str(row["id"]).lower()
            for row in listed
            if row.get("id") and (type_of(row) or view.kind_of(str(row["id"]))) == "group"
        }
        inside |= {one for one in eligible.of(here) if view.kind_of(one) == "group"}
        for one in sorted(inside):
            nesting.add_edge(here, one)
            waiting.append(one)
    return nesting


def _named(view: TenantView, circle: tuple[str, ...]) -> str:
    names = [view.name_of("group", one) for one in circle[:NAMED]]
    if len(circle) > NAMED:
        names.append(f"and {len(circle) - NAMED} more")
    return ", ".join(names)
