"""What activation asks for, held against the rules of the tier that it leads to (``mappings/tiers.toml``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from migrate.audit.activatable import Activatable, activatable, eligibility_read, no_policy
from migrate.audit.check import Check, Parameters
from migrate.audit.declared import TierRules
from migrate.audit.finding import Finding, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import role_management_policy
from migrate.kinds.kind import Row
from migrate.kinds.schedule import parse_duration
from migrate.resolve import approvers
from migrate.resolve.rule_differences import ACTIVATION, CONTEXT

EXPIRATION = "Expiration_EndUser_Assignment"
MFA = "multifactorauthentication"
Problem = Callable[[Row, TierRules], str]


def _rule(policy: Row, name: str) -> Row | None:
    return role_management_policy.rules(policy).get(name)


def _against(problem: Problem, *needed: str) -> Callable[[Posture, Parameters], Iterator[Told]]:
    """``problem`` says what a policy lacks for its tier, ``needed`` the rules that it must show for that."""

    def judge(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
        yield from eligibility_read(posture)
        for one in activatable(posture):
            rules = posture.declared.tier_rules.get(one.tier.number) if one.tier else None
            if rules is None:
                continue
            yield from _judged(one, rules, problem, needed, posture)

    return judge


def _judged(
    one: Activatable, rules: TierRules, problem: Problem, needed: tuple[str, ...], posture: Posture
) -> Iterator[Told]:
    if one.policy is None:
        yield no_policy(one)
        return
    if missing := [name for name in needed if _rule(one.policy, name) is None]:
        yield Unknown(f"its policy shows no rule {missing[0]}", one.subject)
        return
    if told := problem(one.policy, rules):
        number = one.tier.number if one.tier else 0
        name = posture.table.names.get(number, "")
        tier = f"tier {number}" + (f" ({name})" if name else "")
        if one.tier and not one.tier.certain:
            tier += ", which was taken because nothing classifies it"
        yield Finding(one.subject, f"{told}; {tier}")


def _time(policy: Row, rules: TierRules) -> str:
    if rules.activation_time is None:
        return ""
    rule = _rule(policy, EXPIRATION) or {}
    if rule.get("isExpirationRequired") is not True:
        return "an activation need not end"
    longest = parse_duration(rule.get("maximumDuration"))
    if longest is None:
        return f"an activation may last {rule.get('maximumDuration')!r}, which says nothing"
    if longest > rules.activation_time:
        return f"an activation may last {_hours(longest)}, at most {_hours(rules.activation_time)} should"
    return ""


def _hours(length: object) -> str:
    return str(length).removesuffix(":00") + " h"


def _mfa(policy: Row, rules: TierRules) -> str:
    demands = role_management_policy.enabled(policy, ACTIVATION)
    return "activation asks for no MFA" if rules.mfa and MFA not in demands and not _context(policy) else ""


def _context(policy: Row) -> str:
    """The context that activation demands; null and empty mean none (observed behaviours 9)."""
    rule = _rule(policy, CONTEXT) or {}
    return str(rule.get("claimValue") or "") if rule.get("isEnabled") is True else ""


def _wants_context(policy: Row, rules: TierRules) -> str:
    if not rules.authentication_context or _context(policy):
        return ""
    if MFA in role_management_policy.enabled(policy, ACTIVATION):
        return "activation asks for MFA, which once per browser session satisfies, and for no context"
    return "activation demands no authentication context"


def _approval(policy: Row, rules: TierRules) -> str:
    return "activation needs no approval" if rules.approval and not approvers.is_required(policy) else ""


def _demand(name: str, wanted: Callable[[TierRules], bool]) -> Problem:
    def problem(policy: Row, rules: TierRules) -> str:
        demands = role_management_policy.enabled(policy, ACTIVATION)
        return f"activation asks for no {name}" if wanted(rules) and _KEYS[name] not in demands else ""

    return problem


_KEYS = {"justification": "justification", "ticket": "ticketing"}
_CHANGE = "change the rule of the policy in PIM, or the tier's rules in mappings/tiers.toml"

CHECKS = (
    Check(
        "tier-activation-time",
        "Activation lasts no longer than its tier allows",
        _CHANGE,
        _against(_time, EXPIRATION),
    ),
    Check("tier-mfa", "Activation asks for MFA where its tier does", _CHANGE, _against(_mfa, ACTIVATION)),
    Check(
        "tier-authentication-context",
        "Activation demands an authentication context where its tier does, not MFA once per session",
        "demand a context in the policy, and enforce that context by conditional access",
        _against(_wants_context, ACTIVATION, CONTEXT),
    ),
    Check(
        "tier-approval",
        "Activation needs an approval where its tier does",
        _CHANGE,
        _against(_approval, approvers.RULE),
    ),
    Check(
        "tier-justification",
        "Activation asks for a justification where its tier does",
        _CHANGE,
        _against(_demand("justification", lambda rules: rules.justification), ACTIVATION),
    ),
    Check(
        "tier-ticket",
        "Activation asks for a ticket where its tier does",
        _CHANGE,
        _against(_demand("ticket", lambda rules: rules.ticket), ACTIVATION),
    ),
)
