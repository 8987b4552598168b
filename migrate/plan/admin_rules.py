"""What a policy of the target demands of an administrator's request, read so that what is not known never
passes for allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_names import MFA, TICKETING
from migrate.kinds.schedule import parse_duration
from migrate.plan.found_codes import COVERAGE

POLICY_BROKEN = "policy_broken"
"""Stands where a code would: Graph refuses everything under this policy."""
_KNOWN_DEMANDS = frozenset({MFA, TICKETING, "justification"})


@dataclass(frozen=True)
class AdminRules:
    """The rules of one section of a policy. ``longest`` is ``None`` where nothing limits what ends,
    ``demands`` are in lower case; with ``contradiction`` activation asks for MFA and a context as well."""

    expiration: Row
    enablement: Row
    must_end: bool
    longest: timedelta | None
    demands: frozenset[str]
    contradiction: bool

    @property
    def allows_nothing(self) -> bool:
        """A maximum of zero is accepted as a policy and fails every later request (graph-facts §3.5)."""
        return self.longest == timedelta()


@dataclass(frozen=True)
class NotJudged:
    """Why a policy says nothing that could be relied on."""

    code: str
    why: str


def read_rules(policy_rules: Sequence[Row] | None, section: str) -> AdminRules | NotJudged:
    """The rules for ``Admin_Eligibility`` or ``Admin_Assignment``; ``None`` is a policy that was not read."""
    if policy_rules is None:
        return NotJudged(COVERAGE, "the policy that governs it in the target was not read")
    found = {str(rule.get("id") or ""): rule for rule in policy_rules}
    if broken := sorted(name for name, rule in found.items() if _is_broken(name, rule)):
        why = f"the target's policy is broken: its rule {broken[0]} has lost its target"
        return NotJudged(POLICY_BROKEN, f"{why}, and Graph refuses every request under it")
    expiration, enablement = found.get(f"Expiration_{section}"), found.get(f"Enablement_{section}")
    if expiration is None or enablement is None:
        missing = "Expiration" if expiration is None else "Enablement"
        return NotJudged(COVERAGE, f"the target's policy was read without its rule {missing}_{section}")
    must_end, longest = expiration.get("isExpirationRequired"), parse_duration(_text(expiration))
    if not isinstance(must_end, bool) or (must_end and longest is None):
        said = f"isExpirationRequired {must_end!r}, maximumDuration {expiration.get('maximumDuration')!r}"
        return NotJudged(COVERAGE, f"what Expiration_{section} allows cannot be told: {said}")
    demands = _names(enablement)
    if demands is None or not demands <= _KNOWN_DEMANDS:
        unknown = (
            "nothing that can be read" if demands is None else ", ".join(sorted(demands - _KNOWN_DEMANDS))
        )
        return NotJudged(COVERAGE, f"what Enablement_{section} demands is not known: {unknown}")
    limit = longest if must_end or longest == timedelta() else None
    return AdminRules(expiration, enablement, must_end, limit, demands, _contradiction(found))


def _text(expiration: Row) -> str | None:
    value = expiration.get("maximumDuration")
    return value if isinstance(value, str) else None


def _names(enablement: Row) -> frozenset[str] | None:
    """Graph keeps neither the order nor, when asked, the case (observed behaviours 7)."""
    if "enabledRules" not in enablement:
        return None
    names = enablement["enabledRules"] or ()
    return frozenset(str(one).lower() for one in names) if isinstance(names, Sequence) else None


def _is_broken(rule_id: str, rule: Row) -> bool:
    """A notification rule that was written with an empty target: the write was accepted, and the whole policy
    is invalid from then on (microsoft-graph-docs issue 16689)."""
    if not rule_id.startswith("Notification_") or "target" not in rule:
        return False
    target = rule["target"]
    return not (isinstance(target, Mapping) and target.get("caller"))


def _contradiction(found: Mapping[str, Row]) -> bool:
    """Graph lets a context be switched on beside MFA, although they exclude each other (graph-facts §3.5)."""
    context = found.get("AuthenticationContext_EndUser_Assignment", {})
    demands = _names(found.get("Enablement_EndUser_Assignment", {})) or frozenset()
    return context.get("isEnabled") is True and MFA in demands
