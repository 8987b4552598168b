"""MFA at activation and an authentication context exclude each other: what of a change may stay.

Never both in one policy, since Graph refuses the next change of such a one (graph-facts §3.5); and never
neither, because the one is given up for the other and the other cannot be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.kinds import policy_rule
from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_fault import fault
from migrate.kinds.policy_rule_names import ACTIVATION, CONTEXT, MFA


@dataclass(frozen=True)
class Pair:
    """Whether a policy asks for MFA, and for a context; ``None`` where its rule does not tell."""

    mfa: bool | None
    context: bool | None

    @property
    def both(self) -> bool:
        return self.mfa is True and self.context is True


def pair_of(rules: Mapping[str, Row]) -> Pair:
    activation, context = rules.get(ACTIVATION), rules.get(CONTEXT)
    return Pair(
        None if activation is None or fault(activation) else MFA in policy_rule.enabled(activation),
        None if context is None or fault(context) else bool(policy_rule.claim(context)),
    )


def refused(source: Mapping[str, Row], target: Mapping[str, Row], after: Mapping[str, Row]) -> dict[str, str]:
    """The rules among those changed (``after``) that must stay as they are, with the reason."""
    touched = [one for one in (ACTIVATION, CONTEXT) if one in after]
    ours, theirs = pair_of(source), pair_of(target)
    for pair, whose in ((ours, "source"), (theirs, "target")):
        if pair.both:
            why = f"the {whose} asks for MFA and for an authentication context, which exclude each other"
            return dict.fromkeys(touched, why)
    found = _never_both(touched, theirs, pair_of({**target, **after}))
    kept = {rule_id: rule for rule_id, rule in after.items() if rule_id not in found}
    return found | _never_neither(ours, theirs, pair_of({**target, **kept}), kept)


def _never_both(touched: list[str], before: Pair, then: Pair) -> dict[str, str]:
    """What is not known counts as on, for whatever would be switched on beside it."""
    found: dict[str, str] = {}
    if CONTEXT in touched and then.context and then.mfa is not False and not before.context:
        found[CONTEXT] = "the target's policy asks for MFA, or may, which excludes an authentication context"
    if ACTIVATION in touched and then.mfa and then.context is not False and not found:
        found[ACTIVATION] = (
            "the target's policy demands an authentication context, or may, which excludes MFA"
        )
    return found


def _never_neither(ours: Pair, theirs: Pair, then: Pair, kept: Mapping[str, Row]) -> dict[str, str]:
    """MFA that goes away for a context that does not come, and the reverse."""
    found: dict[str, str] = {}
    if ACTIVATION in kept and theirs.mfa and not then.mfa and ours.context is not False and not then.context:
        found[ACTIVATION] = (
            "MFA stays, since the authentication context that the source demands cannot be set"
        )
    if CONTEXT in kept and theirs.context and not then.context and ours.mfa is not False and not then.mfa:
        found[CONTEXT] = (
            "the authentication context stays, since the MFA that the source asks for cannot be set"
        )
    return found
