"""How a policy of the target is brought to its source's, rule by rule: what changes, and what is left alone.

Compared by meaning, never by spelling; each change rewrites a whole rule and can be taken back. Whatever
cannot be read, translated or approved by enough people stays as it is and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from migrate.kinds import policy_rule, policy_rule_body
from migrate.kinds.kind import Row
from migrate.kinds.policy_defaults import RULE_IDS
from migrate.kinds.policy_rule_fault import fault
from migrate.plan import policy_exclusion, policy_words
from migrate.plan.carried import Translate
from migrate.plan.policy_change import (
    Destination,
    LeftAlone,
    MembersOf,
    Mode,
    PolicyCopy,
    RuleChange,
    TranslateAddress,
    reverse,
)
from migrate.plan.policy_order import apply_order, undo_order
from migrate.plan.policy_rules import wanted

__all__ = ["LeftAlone", "Mode", "PolicyCopy", "RuleChange", "policy_copy", "reverse", "undo_order"]


def _unknown_members(_group_id: str) -> frozenset[str] | None:
    return None


def policy_copy(
    source_rules: Sequence[Mapping[str, Any]],
    target_rules: Sequence[Mapping[str, Any]],
    *,
    mode: Mode,
    translate: Translate,
    translate_address: TranslateAddress,
    minimum_approvers: int,
    requestors: frozenset[str] = frozenset(),
    members_of: MembersOf = _unknown_members,
) -> PolicyCopy:
    """What is to be done to the target's rules; nothing where the mode is to leave them.

    ``requestors`` are the target's ids of those who will ask for what the policy governs: none of them may be
    the only approver. ``members_of`` tells who is in an approving group of the target; a group of which that
    is not known counts as one approver. ``minimum_approvers`` is how many different people must be able to
    approve, in each stage.
    """
    if mode is Mode.LEAVE:
        return PolicyCopy()
    destination = Destination(translate, translate_address, minimum_approvers, requestors, members_of)
    source, target = _by_id(source_rules), _by_id(target_rules)
    ours = {rule_id: rules[0] for rule_id, rules in source.items() if len(rules) == 1}
    theirs = {rule_id: rules[0] for rule_id, rules in target.items() if len(rules) == 1}
    left: dict[str, LeftAlone] = {}
    after: dict[str, Row] = {}
    for rule_id in _in_order({*source, *target}):
        if why := _unreadable(source.get(rule_id, ()), target.get(rule_id, ())):
            left[rule_id] = LeftAlone(rule_id, why, ("D07",))
            continue
        found = wanted(ours[rule_id], theirs[rule_id], mode, destination)
        if isinstance(found, LeftAlone):
            left[rule_id] = found
        elif policy_rule.meaning(found) != policy_rule.meaning(theirs[rule_id]):
            after[rule_id] = policy_rule_body.body(found)
    for rule_id, why in policy_exclusion.refused(ours, theirs, after).items():
        left[rule_id] = LeftAlone(rule_id, why, ("D07",))
        del after[rule_id]
    changes = (_change(theirs[rule_id], rule) for rule_id, rule in after.items())
    return PolicyCopy(apply_order(changes), tuple(left[rule_id] for rule_id in _in_order(left)))


def _change(before: Row, after: Row) -> RuleChange:
    says, loosens = policy_words.says(before, after), policy_words.loosens(before, after)
    return RuleChange(str(after["id"]), before, after, says, ("D07",), loosens)


def _by_id(rules: Sequence[Mapping[str, Any]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for rule in rules:
        found.setdefault(str(rule.get("id") or "without an id"), []).append(rule)
    return found


def _in_order(rule_ids: Iterable[str]) -> list[str]:
    """As Graph answers them; what is unknown comes last, by its name."""
    places = {rule_id: place for place, rule_id in enumerate(RULE_IDS)}
    return sorted(rule_ids, key=lambda rule_id: (places.get(rule_id, len(places)), rule_id))


def _unreadable(ours: Sequence[Row], theirs: Sequence[Row]) -> str:
    """Why a rule cannot be compared at all."""
    for rules, whose in ((ours, "source"), (theirs, "target")):
        for rule in rules:
            if wrong := fault(rule):
                return f"in the {whose}: {wrong}"
        if len(rules) != 1:
            return (
                f"the {whose}'s policy shows this rule {len(rules)} times"
                if rules
                else (f"the {whose}'s policy does not show this rule")
            )
    return ""
