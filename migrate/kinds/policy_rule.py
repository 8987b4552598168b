"""One of the 17 rules of a policy: its names, what it means, and when two rules mean the same.

Compared as Graph does: enabled rules and recipients as sets, words without case, durations by their length,
limits only where they limit anything, ``null`` and ``""`` alike (observed behaviours 7 and 9).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from migrate.kinds import comparison, policy_approver
from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_fault import fault
from migrate.kinds.policy_rule_names import APPROVAL, CONTEXT, ENABLEMENTS, EXPIRATIONS, LEVELS, NOTIFICATIONS
from migrate.kinds.schedule import parse_duration

DEFAULT_DAYS = 1
"""Within how many days an approval is given, where a stage does not say."""


def enabled(rule: Row) -> frozenset[str]:
    """What an enablement rule asks for, in lower case: Graph does not keep the order."""
    return frozenset(str(name).lower() for name in rule.get("enabledRules") or ())


def claim(rule: Row) -> str:
    """The authentication context that an activation must satisfy, in lower case; empty where none is."""
    return str(rule.get("claimValue") or "").lower() if rule.get("isEnabled") is True else ""


def recipients(rule: Row) -> frozenset[str]:
    return frozenset(str(mail).strip().lower() for mail in rule.get("notificationRecipients") or ())


def setting(rule: Row) -> Mapping[str, Any]:
    found = rule.get("setting")
    return found if isinstance(found, Mapping) else {}


def stages(rule: Row) -> tuple[Mapping[str, Any], ...]:
    found = setting(rule).get("approvalStages") or ()
    return tuple(one for one in found if isinstance(one, Mapping))


def flag(row: Mapping[str, Any], name: str, default: bool) -> bool:
    """A switch of Graph's; the default where the answer leaves it out."""
    found = row.get(name)
    return found if isinstance(found, bool) else default


def meaning(rule: Row) -> Hashable:
    """What the rule demands, equal for exactly those rules that demand the same.

    Raises:
        ValueError: the rule is unknown or broken, so that nobody can say what it demands.
    """
    if wrong := fault(rule):
        raise ValueError(f"{rule.get('id')}: {wrong}")
    return _MEANINGS[str(rule["id"])](rule)


def same_rule(one: Row, other: Row) -> bool:
    """Whether two rules mean the same, for the same callers and operations.

    Rules that nobody can read are the same only where Graph's answers are: unknown is never a pass.
    """
    if one.get("id") != other.get("id"):
        return False
    if fault(one) or fault(other):
        kind = "roleManagementPolicy"
        ours, theirs = (comparison.comparable(kind, rule, across=False) for rule in (one, other))
        return not comparison.unequal(ours, theirs)
    return meaning(one) == meaning(other) and _target(one) == _target(other)


def _target(rule: Row) -> Hashable:
    found: Mapping[str, Any] = rule["target"]
    lists = ("operations", "inheritableSettings", "enforcedSettings")
    return tuple(frozenset(str(one).lower() for one in found.get(name) or ()) for name in lists)


def _expiration(rule: Row) -> Hashable:
    required, longest = rule.get("isExpirationRequired") is True, parse_duration(rule.get("maximumDuration"))
    # Where an end is not demanded of an administrator, the maximum limits nobody.
    limits = required or str(rule["id"]).endswith("EndUser_Assignment")
    return required, longest if limits else None


def _notification(rule: Row) -> Hashable:
    level = LEVELS[str(rule.get("notificationLevel")).lower()]
    return level, rule.get("isDefaultRecipientsEnabled") is True, recipients(rule)


def _approval(rule: Row) -> Hashable:
    asked = setting(rule)
    if asked.get("isApprovalRequired") is not True:
        return False
    return (
        flag(asked, "isApprovalRequiredForExtension", False),
        flag(asked, "isRequestorJustificationRequired", True),
        str(asked.get("approvalMode") or "SingleStage").lower(),
        tuple(
            (
                stage.get("approvalStageTimeOutInDays") or DEFAULT_DAYS,
                flag(stage, "isApproverJustificationRequired", True),
                frozenset(policy_approver.of_stage(stage)),
            )
            for stage in stages(rule)
        ),
    )


_MEANINGS: Mapping[str, Callable[[Row], Hashable]] = {
    **dict.fromkeys(EXPIRATIONS, _expiration),
    **dict.fromkeys(ENABLEMENTS, enabled),
    **dict.fromkeys(NOTIFICATIONS, _notification),
    APPROVAL: _approval,
    CONTEXT: claim,
}
