"""C03: a target object has one owner, so whoever else has evidence for it makes a match doubtful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from migrate.resolve.decisions import Verdict
from migrate.resolve.evidence import HINT
from migrate.resolve.findings import State
from migrate.resolve.ladder import HINTS, NEEDS, Need
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView


@dataclass(frozen=True)
class Claim:
    """What one source object has to say for being a target object."""

    node: Node
    confidence: float
    accepted: bool
    decided: bool
    settled: bool
    """Something identifies the two as one and the same thing, whatever it is called."""
    named: bool
    """They have the very same name."""
    unsure: bool
    """Not all questions about this source object were asked: it may yet turn out to be the right one."""


class Claims:
    """The claims of source objects, those without any right included, on the objects of the target."""

    def __init__(self) -> None:
        self._on: dict[Node, list[Claim]] = defaultdict(list)

    def add(self, node: Node, verdict: Verdict) -> None:
        for target_id, claim in _claims(node, verdict):
            self._on[node[0], target_id].append(claim)

    def settle(self, verdicts: dict[Node, Verdict], source: TenantView) -> None:
        """Takes back what others claim as well. The one choice of a person stands, claims of rules fall."""
        for claims in self._on.values():
            decided = [one for one in claims if one.decided]
            for claim in claims:
                if not claim.accepted or claim.node not in verdicts or decided == [claim]:
                    continue
                others = [one for one in claims if one.node != claim.node]
                rivals = [one for one in others if _outweighs(one, claim)]
                if rivals:
                    verdicts[claim.node] = _contested(verdicts[claim.node], rivals, source)
                elif unsure := [one for one in others if one.unsure]:
                    verdicts[claim.node] = _unsettled(verdicts[claim.node], unsure, source)


def _outweighs(rival: Claim, claim: Claim) -> bool:
    """Weaker evidence of somebody who was not accepted, such as a shared alias, puts nothing in doubt; unless
    that one has the name as well, and the claim rests on a number or an address under another name."""
    if rival.accepted or rival.unsure:
        return rival.accepted
    stranger = rival.named and not claim.named and not claim.settled and not claim.decided
    return stranger or rival.confidence >= claim.confidence


def _claims(node: Node, verdict: Verdict) -> Iterator[tuple[str, Claim]]:
    counterpart = verdict.counterpart
    if counterpart.state is State.SKIPPED:
        return
    rules: dict[str, set[str]] = defaultdict(set)
    for one in counterpart.evidence:
        rules[one.target_id].add(one.rule)

    def claim(target_id: str, confidence: float, accepted: bool, decided: bool = False) -> Claim:
        said = rules[target_id]
        settled = any(NEEDS.get(one) is Need.NOTHING for one in said)
        unsure = verdict.unsure and not accepted
        return Claim(node, confidence, accepted, decided, settled, HINT in said, unsure)

    if counterpart.state is State.ACCEPTED and counterpart.target_id:
        decided = counterpart.rule == "decision"
        yield counterpart.target_id, claim(counterpart.target_id, counterpart.confidence, True, decided)
        return
    if node[0] == "roleDefinition":
        # Roles that allow the same are each other's evidence by nature; their names tell them apart.
        return
    best: dict[str, float] = {}
    for one in counterpart.evidence:
        if one.rule not in HINTS:
            best[one.target_id] = max(best.get(one.target_id, 0.0), one.confidence)
    for target_id, confidence in sorted(best.items()):
        yield target_id, claim(target_id, confidence, False)


def _names(claims: list[Claim], source: TenantView) -> str:
    return ", ".join(sorted(source.name_of(*one.node) for one in claims))


def _contested(verdict: Verdict, rivals: list[Claim], source: TenantView) -> Verdict:
    counterpart = verdict.counterpart
    detail = f"{counterpart.target_name} is also claimed by {_names(rivals, source)}"
    return Verdict(replace(counterpart, state=State.BLOCKED, reason=detail), "C03", detail)


def _unsettled(verdict: Verdict, unsure: list[Claim], source: TenantView) -> Verdict:
    counterpart = verdict.counterpart
    reason = (
        f"{counterpart.target_name} may be {_names(unsure, source)}, of whom not all was asked in the target"
    )
    return Verdict(replace(counterpart, state=State.PROPOSED, reason=reason), unsure=True)
