"""From evidence to a proposal for one source object: accepted only when nothing speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.kinds import role_definition, user
from migrate.kinds.kind import Row
from migrate.resolve.evidence import HINT, Ladder
from migrate.resolve.findings import Evidence


@dataclass(frozen=True)
class Proposal:
    """What the rules alone say. ``code`` is the conflict that keeps it from being accepted, if any;
    without a code and without ``certain`` it is a suggestion that a person must take or leave."""

    target_id: str | None
    certain: bool
    rule: str | None
    confidence: float
    runner_up: str | None
    reason: str
    code: str | None = None
    evidence: tuple[Evidence, ...] = ()


def propose(kind: str, source: Row, evidence: tuple[Evidence, ...], targets: Mapping[str, Row]) -> Proposal:
    """The best candidate by the evidence found; ``targets`` are the rows that the evidence names."""
    if not evidence:
        return Proposal(None, False, None, 0.0, None, "nothing in the target matches", "C01")
    strong = tuple(one for one in evidence if one.rule != HINT)
    ranked = list(dict.fromkeys(one.target_id for one in (strong or evidence)))
    best = strong[0] if strong else evidence[0]
    others = [one.target_id for one in evidence if one.target_id != best.target_id]
    runner_up = others[0] if others else None

    def answer(certain: bool, reason: str, code: str | None = None) -> Proposal:
        return Proposal(
            best.target_id, certain, best.rule, best.confidence, runner_up, reason, code, evidence
        )

    if len(ranked) > 1:
        guests = {user.is_guest(targets[one]) for one in ranked} if kind == "user" else {False}
        if len(guests) == 2:
            return answer(False, "a guest and a member of the target both match", "C09")
        named = ", ".join(f"{one.rule} says {one.target_id}" for one in (strong or evidence)[:4])
        return answer(False, f"{len(ranked)} target objects match: {named}", "C02")
    if not strong:
        return answer(False, "only the name matches, and a name is a hint, not evidence")
    if doubt := _contradiction(kind, source, targets[best.target_id], best.rule):
        return answer(False, doubt)
    return answer(True, f"{best.rule} matches and nothing else does")


def _contradiction(kind: str, source: Row, target: Row, rule: str) -> str | None:
    """A namesake has the same address but another employee id: then the address alone settles nothing."""
    if kind != "user" or rule not in ("user_principal_name", "mail"):
        return None
    theirs, ours = str(target.get("employeeId") or ""), str(source.get("employeeId") or "")
    if theirs and ours and theirs != ours:
        return f"{rule} matches, but the employee ids differ: this may be a namesake"
    return None


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
    for rule, all_hits in steps:
        hits = [one.target_id for one in evidence if one.rule == rule]
        if not all_hits or not hits:
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
