"""From evidence to a proposal for one source object: accepted only when nothing speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.kinds import user
from migrate.kinds.kind import Row
from migrate.resolve.evidence import HINT, same_name
from migrate.resolve.findings import Evidence

ADDRESSES = frozenset({"user_principal_name", "mail"})
NUMBER = "employee_id"
SETTLING = frozenset({"on_premises_immutable_id", "on_premises_security_identifier", "app_id"})
"""Rules that identify one and the same thing, whatever it is called by now."""


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
        said = {one.target_id: one.rule for one in reversed(strong or evidence)}
        named = ", ".join(f"{said[one]} says {_label(targets[one], one)}" for one in ranked[:4])
        return answer(False, f"{len(ranked)} target objects match: {named}", "C02")
    if not strong:
        return answer(False, "only the name matches, and a name is a hint, not evidence")
    if member := _member_beside_guest(kind, evidence, best, targets):
        named = _label(targets[member], member)
        return answer(False, f"{best.rule} matches a guest, and member {named} has the name", "C09")
    if doubt := _doubt(kind, source, evidence, best, targets):
        return answer(False, doubt)
    return answer(True, f"{best.rule} matches and nothing else does")


def _member_beside_guest(
    kind: str, evidence: tuple[Evidence, ...], best: Evidence, targets: Mapping[str, Row]
) -> str | None:
    """Somebody who was first invited and later hired has both accounts, and the invitation shows only what
    the guest shares with the source."""
    if kind != "user" or not user.is_guest(targets[best.target_id]):
        return None
    named = (one.target_id for one in evidence if one.rule == HINT)
    return next((one for one in named if not user.is_guest(targets[one])), None)


def _doubt(
    kind: str, source: Row, evidence: tuple[Evidence, ...], best: Evidence, targets: Mapping[str, Row]
) -> str | None:
    """What speaks against the only candidate.

    An address under a renamed domain may be a namesake's (a.smith is Adam here and Anna there): alone it is
    believed where the names agree and the employee ids do not differ. Two companies may have given out the
    same personnel number: alone it is believed where the names have a word in common, since people marry.
    And neither is believed alone where somebody else has the very name.
    """
    rules = {one.rule for one in evidence if one.target_id == best.target_id}
    if rules & SETTLING:
        return None
    target = targets[best.target_id]
    if kind == "user":
        ours, theirs = (
            str(source.get("employeeId") or "").strip(),
            str(target.get("employeeId") or "").strip(),
        )
        if NUMBER not in rules and ours and theirs and ours != theirs:
            return f"{best.rule} matches, but the employee ids differ: this may be a namesake"
        if NUMBER in rules and rules & ADDRESSES:
            return None
    if same_name(source, target, words=1 if NUMBER in rules else 2) is False:
        return (
            f"{best.rule} matches, but the names do not"
            f" ({source.get('displayName')} and {target.get('displayName')}): this may be somebody else"
        )
    named = [one.target_id for one in evidence if one.rule == HINT]
    if named and best.target_id not in named:
        return f"{best.rule} matches, but the name is that of {_label(targets[named[0]], named[0])}"
    return None


def _label(row: Row, object_id: str) -> str:
    """What a person knows an object by: sign-in names are unique, display names are not."""
    if upn := row.get("userPrincipalName"):
        return str(upn)
    name = row.get("displayName")
    return f"{name} ({object_id})" if name else object_id
