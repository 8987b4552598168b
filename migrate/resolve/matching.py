"""From evidence to a proposal for one source object: accepted only when nothing speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.kinds import user
from migrate.kinds.kind import Row
from migrate.resolve.addresses import is_external
from migrate.resolve.evidence import HINT
from migrate.resolve.findings import Evidence
from migrate.resolve.ladder import HINTS, Ladder, Need
from migrate.resolve.names import same_name

ADDRESSES = frozenset({"user_principal_name", "mail", "proxy_address", "guest"})
NUMBER = "employee_id"


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


NOTHING = Proposal(None, False, None, 0.0, None, "nothing in the target matches", "C01")


def propose(
    kind: str, source: Row, evidence: tuple[Evidence, ...], targets: Mapping[str, Row], ladder: Ladder
) -> Proposal:
    """The best candidate by the evidence found; ``targets`` are the rows that the evidence names."""
    if not evidence:
        return NOTHING
    strong = tuple(one for one in evidence if one.rule not in HINTS)
    ranked = list(dict.fromkeys(one.target_id for one in (strong or evidence)))
    best = strong[0] if strong else evidence[0]
    if len(ranked) > 1 and (sure := _above_disabled_copies(kind, strong, targets, ladder)):
        best, ranked = next(one for one in strong if one.target_id == sure), [sure]
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
        what = "the name" if best.rule == HINT else "the mail nickname"
        return answer(False, f"only {what} matches, and that is a hint, not evidence")
    if member := _member_beside_guest(kind, evidence, best, targets):
        named = _label(targets[member], member)
        return answer(False, f"{best.rule} matches a guest, and member {named} has the name", "C09")
    if doubt := _doubt(kind, source, evidence, best, targets, ladder):
        return answer(False, doubt)
    return answer(True, f"{best.rule} matches and nothing else does")


def _above_disabled_copies(
    kind: str, strong: tuple[Evidence, ...], targets: Mapping[str, Row], ladder: Ladder
) -> str | None:
    """The one account that has everything which its disabled copies have, and something that settles it.

    A leaver's account that was switched off and never cleaned up often keeps the number and the addresses.
    """
    if kind != "user":
        return None
    rules: dict[str, set[tuple[str, str]]] = {}
    for one in strong:
        rules.setdefault(one.target_id, set()).add((one.rule, one.value))
    enabled = [one for one in rules if targets[one].get("accountEnabled") is not False]
    if len(enabled) != 1:
        return None
    best = enabled[0]
    settled = {one for one in rules[best] if ladder.need(one[0]) is Need.NOTHING}
    guest = user.is_guest(targets[best])
    copies = [one for one in rules if one != best]
    alike = all(
        rules[one] <= rules[best] - settled and user.is_guest(targets[one]) is guest for one in copies
    )
    return best if settled and alike else None


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
    kind: str,
    source: Row,
    evidence: tuple[Evidence, ...],
    best: Evidence,
    targets: Mapping[str, Row],
    ladder: Ladder,
) -> str | None:
    """What speaks against the only candidate.

    An address under a renamed domain may be a namesake's (a.smith is Adam here and Anna there): alone it is
    believed where the names agree and the employee ids do not differ. Two companies may have given out the
    same personnel number: alone it is believed where the names have a word in common, since people marry.
    And neither is believed alone where somebody else has the very name.
    """
    rules = {one.rule for one in evidence if one.target_id == best.target_id} - HINTS
    needs = {ladder.need(one) for one in rules}
    if Need.NOTHING in needs:
        return None
    if needs == {Need.PERSON}:
        return f"{best.rule} matches, and match.toml leaves the decision to a person"
    target = targets[best.target_id]
    if kind == "user":
        if doubt := _doubtful_account(source, target, rules, best):
            return doubt
        if NUMBER in rules and rules & ADDRESSES:
            return None
    words = 1 if Need.COMMON_WORD in needs else 2
    alike = same_name(source, target, words)
    if alike is None:
        return f"{best.rule} matches, but one of the two has no name that could agree"
    if not alike:
        return (
            f"{best.rule} matches, but the names do not"
            f" ({source.get('displayName')} and {target.get('displayName')}): this may be somebody else"
        )
    named = [one.target_id for one in evidence if one.rule == HINT and one.target_id != best.target_id]
    if named and (words > 1 or not any(_is_name(one, best.target_id) for one in evidence)):
        return f"{best.rule} matches, but the name is that of {_label(targets[named[0]], named[0])}"
    return None


def _doubtful_account(source: Row, target: Row, rules: set[str], best: Evidence) -> str | None:
    ours, theirs = (str(row.get("employeeId") or "").strip() for row in (source, target))
    if NUMBER not in rules and ours and theirs and ours != theirs:
        return f"{best.rule} matches, but the employee ids differ: this may be a namesake"
    if target.get("accountEnabled") is False and source.get("accountEnabled") is not False:
        return f"{best.rule} matches, but that account is disabled: the person may have another one"
    if is_external(target) and not rules & {"guest", NUMBER} and not is_external(source):
        return f"{best.rule} matches a guest, but the source has not verified the domain of the address"
    return None


def _is_name(one: Evidence, target_id: str) -> bool:
    return one.rule == HINT and one.target_id == target_id


def _label(row: Row, object_id: str) -> str:
    """What a person knows an object by: sign-in names are unique, display names are not."""
    if upn := row.get("userPrincipalName"):
        return str(upn)
    name = row.get("displayName")
    return f"{name} ({object_id})" if name else object_id
