"""Which role of the target is the counterpart of a role of the source."""

from __future__ import annotations

from collections.abc import Mapping

from migrate.kinds import role_definition
from migrate.kinds.kind import Row
from migrate.resolve.evidence import HINT, Ladder
from migrate.resolve.findings import Evidence
from migrate.resolve.matching import Proposal


def propose_role(source: Row, targets: Mapping[str, Row], ladder: Ladder) -> Proposal:
    """Roles match by template id, custom ones also by allowing exactly the same; a name is a hint."""
    wanted = role_definition.template_id(source)
    custom = not role_definition.is_built_in(source)
    same_kind = {
        one: row for one, row in sorted(targets.items()) if role_definition.is_built_in(row) is not custom
    }
    by_template = [one for one, row in same_kind.items() if role_definition.template_id(row) == wanted]
    by_actions: list[str] = []
    by_name: list[str] = []
    if custom:
        actions = role_definition.actions(source)
        name = str(source.get("displayName") or "").strip().casefold()
        by_actions = [
            one for one, row in same_kind.items() if actions and role_definition.actions(row) == actions
        ]
        by_name = [
            one
            for one, row in same_kind.items()
            if name and str(row.get("displayName") or "").strip().casefold() == name
        ]
    steps = (("template_id", by_template), ("permission_set", by_actions), (HINT, by_name))
    evidence = tuple(
        Evidence(rule, _value(rule, source), one, ladder.confidence(rule))
        for rule, hits in steps
        for one in hits
        if ladder.weights.get(rule, 0) > 0
    )
    for rule, _ in steps:
        hits = [one.target_id for one in evidence if one.rule == rule]
        if not hits:
            continue
        # Several roles may allow the same: the one that also has the name is the one that was meant.
        narrowed = [one for one in hits if one in by_name] if len(hits) > 1 else hits
        best = (narrowed or hits)[0]
        runner_up = next((one.target_id for one in evidence if one.target_id != best), None)
        if len(narrowed) != 1:
            reason = f"{len(hits)} target roles match by {rule}"
            return Proposal(best, False, rule, ladder.confidence(rule), runner_up, reason, "C02", evidence)
        if rule == HINT:
            reason = "only the name matches, and a name is a hint, not evidence"
            return Proposal(best, False, rule, ladder.confidence(rule), runner_up, reason, None, evidence)
        reason = f"{rule} matches"
        return Proposal(best, True, rule, ladder.confidence(rule), runner_up, reason, None, evidence)
    return Proposal(None, False, None, 0.0, None, "no role of the target matches", "C01")


def _value(rule: str, row: Row) -> str:
    if rule == "template_id":
        return role_definition.template_id(row)
    if rule == "permission_set":
        return f"{len(role_definition.actions(row))} actions"
    return str(row.get("displayName") or "")
