"""How things stand when workbooks come back: every row that a workbook exported now would have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from migrate.resolve.decisions import Decided, Decision, can_be_made
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView
from migrate.workbook import basis
from migrate.workbook.merge import Known
from migrate.workbook.sheets.deciding import row_key


def standing(
    resolution: Resolution,
    decisions: Sequence[Decision],
    source: TenantView,
    lines: Mapping[tuple[str, str], int],
) -> dict[str, Known]:
    """By row key. ``lines`` tells where in ``mappings/decisions.csv`` a decision stands."""
    codes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for conflict in resolution.conflicts:
        codes[conflict.kind, conflict.source_id].append(conflict.code)
    for drift in resolution.drift:
        codes[drift.kind, drift.source_id].append(drift.code)
    decided = Decided(decisions, source)
    known: dict[str, Known] = {}
    for one in resolution.mappings:
        node = (one.kind, one.source_id)
        decision = decided.of(*node)
        where = ""
        if decision is not None:
            where = f"mappings/decisions.csv line {lines.get((decision.kind, decision.source_id), 0)}"
        # A decision hides what the rules would say; the resolver judges again once it is another.
        lacking = "C01" in codes[node] or decision is not None
        makeable = lacking and can_be_made(one.kind, source.row(*node))
        known[row_key(*node)] = Known(one, basis.of(one, codes[node]), decision, where, makeable)
    return known
