"""What a person decided about one source object. Always stronger than a rule, never than a guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.resolve.findings import Counterpart, State
from migrate.resolve.matching import Proposal
from migrate.resolve.tenant_view import COLLECTION_OF, TenantView


@dataclass(frozen=True)
class Decision:
    """``decision`` is ``accept``, ``choose``, ``skip`` or ``block``; ``target_id`` is needed for ``choose``
    and, on ``accept``, says which proposal was accepted."""

    kind: str
    source_id: str
    target_id: str | None
    decision: str
    reason: str = ""
    who: str = ""
    when: str = ""


@dataclass(frozen=True)
class Verdict:
    """A counterpart and the conflict that keeps it open, if there is one."""

    counterpart: Counterpart
    code: str | None = None
    detail: str = ""


def judge(
    kind: str,
    source_id: str,
    name: str,
    proposal: Proposal,
    decision: Decision | None,
    target: TenantView,
) -> Verdict:
    """Combines what the rules propose, what a person decided and what the target really has."""
    if decision is None:
        return _by_rules(kind, source_id, name, proposal, target)
    who = f" by {decision.who}" if decision.who else ""
    said = f"decided{who}" + (f": {decision.reason}" if decision.reason else "")
    if decision.decision == "skip":
        return Verdict(_counterpart(kind, source_id, name, None, State.SKIPPED, proposal, said, target))
    if decision.decision == "block":
        return Verdict(
            _counterpart(kind, source_id, name, proposal.target_id, State.BLOCKED, proposal, said, target)
        )
    wanted = decision.target_id.lower() if decision.target_id else proposal.target_id
    if decision.decision == "accept" and wanted != proposal.target_id:
        detail = (
            f"the accepted proposal was {wanted}, the rules now propose {proposal.target_id or 'nothing'}"
        )
        return Verdict(
            _counterpart(kind, source_id, name, wanted, State.BLOCKED, proposal, detail, target),
            "C05" if wanted and target.row(kind, wanted) is None else "C02",
            detail,
        )
    if wanted is None:
        return Verdict(
            _counterpart(kind, source_id, name, None, State.PROPOSED, proposal, "nothing to accept", target),
            "C01",
            "accept was decided, but nothing in the target matches",
        )
    return _chosen(kind, source_id, name, wanted, proposal, said, target)


def _chosen(
    kind: str, source_id: str, name: str, wanted: str, proposal: Proposal, said: str, target: TenantView
) -> Verdict:
    def blocked(code: str, detail: str) -> Verdict:
        return Verdict(
            _counterpart(kind, source_id, name, wanted, State.BLOCKED, proposal, detail, target), code, detail
        )

    row = target.row(kind, wanted)
    if row is not None and not row.get("deletedDateTime"):
        return Verdict(
            Counterpart(
                kind,
                source_id,
                name,
                wanted,
                target.name_of(kind, wanted),
                State.ACCEPTED,
                "decision",
                1.0,
                proposal.target_id if proposal.target_id != wanted else proposal.runner_up,
                said,
                proposal.evidence,
            )
        )
    for other in COLLECTION_OF:
        if other != kind and target.row(other, wanted) is not None:
            return blocked("C04", f"the decision names a {other}, the source object is a {kind}")
    if not target.saw_all(kind):
        return Verdict(
            _counterpart(
                kind,
                source_id,
                name,
                wanted,
                State.BLOCKED,
                proposal,
                f"the target's {COLLECTION_OF[kind]} were not read completely: whether the decided one"
                " exists is unknown",
                target,
            )
        )
    return blocked("C05", f"the decision names {wanted}, which the target does not have")


def _by_rules(kind: str, source_id: str, name: str, proposal: Proposal, target: TenantView) -> Verdict:
    if not target.saw_all(kind):
        # A truncated list can hide both the counterpart and a second candidate: nothing follows from it.
        reason = f"the target's {COLLECTION_OF[kind]} were not read completely"
        state = State.PROPOSED if proposal.target_id else State.BLOCKED
        return Verdict(
            _counterpart(kind, source_id, name, proposal.target_id, state, proposal, reason, target)
        )
    state = State.ACCEPTED if proposal.certain else State.PROPOSED
    return Verdict(
        _counterpart(kind, source_id, name, proposal.target_id, state, proposal, proposal.reason, target),
        proposal.code,
        proposal.reason,
    )


def _counterpart(
    kind: str,
    source_id: str,
    name: str,
    target_id: str | None,
    state: State,
    proposal: Proposal,
    reason: str,
    target: TenantView,
) -> Counterpart:
    return Counterpart(
        kind,
        source_id,
        name,
        target_id,
        target.name_of(kind, target_id) if target_id else None,
        state,
        proposal.rule,
        proposal.confidence,
        proposal.runner_up,
        reason,
        proposal.evidence,
    )


def index(decisions: tuple[Decision, ...]) -> Mapping[tuple[str, str], Decision]:
    return {(one.kind, one.source_id.lower()): one for one in decisions}
