"""What a person decided about one source object. Always stronger than a rule, never than a guard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migrate.kinds import role_definition
from migrate.kinds.kind import Row
from migrate.kinds.look_up import LookUp
from migrate.resolve import lookups
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.ladder import HINTS, NEEDS, Ladder, Need
from migrate.resolve.matching import Proposal
from migrate.resolve.tenant_view import COLLECTION_OF, PRINCIPAL_KINDS, TenantView


@dataclass(frozen=True)
class Decision:
    """``decision`` is ``accept``, ``choose``, ``skip`` or ``block``; ``target_id`` is needed for ``choose``
    and, on ``accept``, says which proposal was accepted. An ``accept`` without it, of something that has no
    counterpart, has it made where it ``can_be_made``."""

    kind: str
    source_id: str
    target_id: str | None
    decision: str
    reason: str = ""
    who: str = ""
    when: str = ""

    @property
    def said(self) -> str:
        """Who decided and why, for the reason of what follows from it."""
        who = f" by {self.who}" if self.who else ""
        return f"decided{who}" + (f": {self.reason}" if self.reason else "")


class Decided:
    """All decisions by the object that they are about.

    A GUID names one object of a tenant, so a decision that calls it by the wrong kind, or a deleted object
    of which no kind is known any more, is still found: a block that is not seen would be no block.
    """

    def __init__(self, decisions: Iterable[Decision], source: TenantView) -> None:
        self._by_node: dict[tuple[str, str], Decision] = {}
        self._by_id: dict[str, Decision] = {}
        for one in decisions:
            object_id = one.source_id.lower()
            if one.kind == "roleDefinition":
                object_id = source.role_id(object_id)
            self._by_node[one.kind, object_id] = one
            self._by_id[object_id] = one

    def of_kind(self, kind: str) -> list[str]:
        """The source objects of a kind that a decision is about, by id."""
        return sorted(one_id for one_kind, one_id in self._by_node if one_kind == kind)

    def of(self, kind: str, object_id: str) -> Decision | None:
        return self._by_node.get((kind, object_id)) or self._by_id.get(object_id)


@dataclass(frozen=True)
class Verdict:
    """A counterpart and the conflict that keeps it open, if there is one."""

    counterpart: Counterpart
    code: str | None = None
    detail: str = ""
    unsure: bool = False
    """Not everything was asked of the target that could show a candidate, so this may yet change."""


_FAMILIES = {"mail": "mailbox", "proxy_address": "mailbox"}
"""Rules that say the same thing twice; every other rule stands for itself."""

_TOLD_BY_EVIDENCE = frozenset({"user", "servicePrincipal"})
"""Kinds of which two independent things settle who it is; groups share names and members too easily."""


_MADE = frozenset({"administrativeUnit", "group", "roleDefinition"})


def can_be_made(kind: str, row: Row | None) -> bool:
    """Whether a plan can make the object of the source in the target: units, groups and custom roles. People
    and applications come from elsewhere, and built-in roles from Microsoft."""
    if kind not in _MADE or row is None or row.get("deletedDateTime"):
        return False
    return kind != "roleDefinition" or not role_definition.is_built_in(row)


def strong(proposal: Proposal) -> bool:
    """Whether what is proposed rests on an anchor, or on two independent things.

    Somebody who was not looked for may share one of them, but hardly both, and an anchor is nobody else's.
    """
    rules = {
        one.rule for one in proposal.evidence if one.target_id == proposal.target_id and one.rule not in HINTS
    }
    if any(NEEDS[rule] is Need.NOTHING for rule in rules):
        return True
    return len({_FAMILIES.get(rule, rule) for rule in rules}) > 1


@dataclass(frozen=True)
class Case:
    """One source object, what the rules propose for it, and both tenants to check that against."""

    kind: str
    source_id: str
    proposal: Proposal
    source: TenantView
    target: TenantView
    ladder: Ladder
    members_unread: bool = False
    """Who is in it was not read, although that may be what tells who the counterpart is."""

    def verdict(
        self,
        state: State,
        target_id: str | None,
        reason: str,
        code: str | None = None,
        *,
        chosen: bool = False,
    ) -> Verdict:
        proposal, runner_up = self.proposal, self.proposal.runner_up
        if chosen and proposal.target_id != target_id:
            runner_up = proposal.target_id
        counterpart = Counterpart(
            self.kind,
            self.source_id,
            self.source.name_of(self.kind, self.source_id),
            target_id,
            self.target.name_of(self.kind, target_id) if target_id else None,
            state,
            "decision" if chosen else proposal.rule,
            1.0 if chosen else proposal.confidence,
            runner_up,
            reason,
            proposal.evidence,
        )
        unsure = state not in (State.ACCEPTED, State.CREATE, State.SKIPPED) and (
            self.members_unread or bool(self.unseen_candidates())
        )
        return Verdict(counterpart, code, reason if code else "", unsure)

    def unseen_candidates(self) -> str:
        """Why the target may hold candidates that nobody has seen; empty where it cannot.

        A truncated list, or a question that was not asked, can hide the counterpart or a second candidate.
        """
        if self.target.saw_all(self.kind):
            return ""
        row = self.source.row(self.kind, self.source_id)
        if self.kind not in PRINCIPAL_KINDS or row is None:
            return _not_whole("target", self.kind)
        if lookups.needs_guest_domain(self.kind, row, self.ladder):
            return f"{_not_whole('target', self.kind)}, and under which domain it names its guests is unknown"
        return _unanswered("target", self.target, self.kind, lookups.forward(self.kind, row, self.ladder))

    def unseen_rivals(self) -> str:
        """Why the source may hold somebody else with a claim to what is proposed; empty where it cannot, and
        where so much speaks for this one that nobody needed to be asked."""
        if self.source.saw_all(self.kind):
            return ""
        if self.kind in _TOLD_BY_EVIDENCE and self.source.only_asked(self.kind) and strong(self.proposal):
            return ""
        row = self.target.row(self.kind, self.proposal.target_id) if self.proposal.target_id else None
        if self.kind not in PRINCIPAL_KINDS or row is None:
            return _not_whole("source", self.kind)
        return _unanswered("source", self.source, self.kind, lookups.backward(self.kind, row, self.ladder))


def _not_whole(side: str, kind: str) -> str:
    return f"the {side}'s {COLLECTION_OF[kind]} were not read completely"


def _unanswered(side: str, view: TenantView, kind: str, questions: Iterable[LookUp]) -> str:
    open_ones = sorted(one for one in questions if not view.answers(kind, one.property, one.value))
    if not open_ones:
        return ""
    named = ", ".join(dict.fromkeys(one.property for one in open_ones))
    return f"{_not_whole(side, kind)}, and not asked for by {named}"


def judge(case: Case, decision: Decision | None) -> Verdict:
    """Combines what the rules propose, what a person decided and what the target really has."""
    proposal = case.proposal
    if decision is None:
        return _by_rules(case)
    if decision.decision == "skip":
        return case.verdict(State.SKIPPED, None, decision.said)
    if decision.decision == "block":
        return case.verdict(State.BLOCKED, proposal.target_id, decision.said)
    if decision.kind != case.kind:
        detail = f"the decision calls it a {decision.kind}, the source has it as a {case.kind}"
        return case.verdict(State.BLOCKED, proposal.target_id, detail, "C04")
    wanted = decision.target_id.lower() if decision.target_id else None
    if wanted and case.kind == "roleDefinition":
        wanted = case.target.role_id(wanted)
    if decision.decision == "accept" and wanted is None:
        return _accept_as_proposed(case, decision)
    if wanted is None:
        return case.verdict(State.BLOCKED, None, "choose was decided, but no target_id says which", "C05")
    if decision.decision == "accept" and wanted != proposal.target_id and _is_there(case, wanted):
        proposed = case.target.name_of(case.kind, proposal.target_id) if proposal.target_id else "nothing"
        detail = (
            f"the accepted proposal was {case.target.name_of(case.kind, wanted)},"
            f" the rules now propose {proposed}"
        )
        return case.verdict(State.BLOCKED, wanted, detail, "C02")
    return _chosen(case, wanted, decision.said)


def _is_there(case: Case, wanted: str) -> bool:
    row = case.target.row(case.kind, wanted)
    return row is not None and not row.get("deletedDateTime")


def _accept_as_proposed(case: Case, decision: Decision) -> Verdict:
    """An acceptance that names nobody takes what the rules propose, so that must be one thing for sure. Where
    nothing is proposed it says that a plan is to make the object."""
    proposal = case.proposal
    if unread := case.unseen_candidates() or case.unseen_rivals():
        reason = f"accept names no target_id, and what the rules propose is not certain: {unread}"
        return case.verdict(
            State.PROPOSED if proposal.target_id else State.BLOCKED, proposal.target_id, reason
        )
    if proposal.target_id is None and can_be_made(case.kind, case.source.row(case.kind, case.source_id)):
        return case.verdict(State.CREATE, None, f"to be made in the target by a plan, {decision.said}", "C01")
    if proposal.target_id is None:
        reason = "accept was decided, but nothing in the target matches"
        return case.verdict(State.PROPOSED, None, reason, "C01")
    if proposal.code:
        reason = f"accept does not say which: {proposal.reason}"
        return case.verdict(State.PROPOSED, proposal.target_id, reason, proposal.code)
    return _chosen(case, proposal.target_id, decision.said)


def _chosen(case: Case, wanted: str, said: str) -> Verdict:
    if _is_there(case, wanted):
        return case.verdict(State.ACCEPTED, wanted, said, chosen=True)
    for other in COLLECTION_OF:
        if other != case.kind and case.target.row(other, wanted) is not None:
            detail = f"the decision names a {other}, the source object is a {case.kind}"
            return case.verdict(State.BLOCKED, wanted, detail, "C04")
    if not case.target.answers_id(case.kind, wanted):
        detail = (
            f"the target's {COLLECTION_OF[case.kind]} were not read completely: whether the decided one"
            " exists is unknown"
        )
        return case.verdict(State.BLOCKED, wanted, detail)
    detail = f"the decision names {wanted}, which the target does not have"
    return case.verdict(State.BLOCKED, wanted, detail, "C05")


def _by_rules(case: Case) -> Verdict:
    proposal = case.proposal
    if open_question := case.unseen_candidates() or (case.unseen_rivals() if proposal.certain else ""):
        state = State.PROPOSED if proposal.target_id else State.BLOCKED
        return case.verdict(state, proposal.target_id, open_question)
    state = State.ACCEPTED if proposal.certain else State.PROPOSED
    return case.verdict(state, proposal.target_id, proposal.reason, proposal.code)
