"""What a change of one rule says: each part that changes, as it is and as it will be."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migrate.kinds import policy_approver, policy_rule
from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_names import (
    APPROVAL,
    CONTEXT,
    DEMANDS,
    ENABLEMENTS,
    EXPIRATIONS,
    LEVELS,
    NOTIFICATIONS,
)
from migrate.resolve.rule_differences import Direction, between

_WHAT = {
    "Admin_Eligibility": "eligibility",
    "Admin_Assignment": "active assignment",
    "EndUser_Assignment": "activation",
}
_WHOM = {"Admin": "administrators", "Requestor": "the person", "Approver": "approvers"}


def says(before: Row, after: Row) -> str:
    """Such as ``maximum activation PT8H -> PT4H``; several parts with a semicolon between them."""
    ours, theirs = parts(before), parts(after)
    told = (
        f"{name} {ours.get(name, 'none')} -> {theirs.get(name, 'none')}"
        for name in dict.fromkeys((*ours, *theirs))
        if ours.get(name) != theirs.get(name)
    )
    return "; ".join(told)


def parts(rule: Row) -> dict[str, str]:
    """Every part of a rule without fault that means anything, by its name."""
    return _PARTS[str(rule["id"])](rule)


def loosens(before: Row, after: Row) -> bool:
    """Whether any part asks for less than before, or for something else of which nobody can say how strict
    it is."""
    was: Row = {"policy": {"rules": [before]}}
    if any(
        one.direction is not Direction.STRICTER for one in between(was, {"policy": {"rules": [after]}}, {})
    ):
        return True
    if str(before["id"]) == CONTEXT:
        return policy_rule.claim(before) not in ("", policy_rule.claim(after))
    return str(before["id"]) == APPROVAL and _lets_more_approve(before, after)


def _lets_more_approve(before: Row, after: Row) -> bool:
    if policy_rule.setting(before).get("isApprovalRequired") is not True:
        return False
    here, there = policy_rule.stages(before), policy_rule.stages(after)
    if len(here) != len(there):
        return True
    for one, other in zip(here, there, strict=True):
        standing, coming = (frozenset(policy_approver.of_stage(stage)) for stage in (one, other))
        why = [policy_rule.flag(stage, "isApproverJustificationRequired", True) for stage in (one, other)]
        if not coming <= standing or why == [True, False]:
            return True
    return False


def _about(rule: Row) -> str:
    return _WHAT["_".join(str(rule["id"]).split("_")[-2:])]


def _expiration(rule: Row) -> dict[str, str]:
    required, longest = rule["isExpirationRequired"], str(rule.get("maximumDuration") or "none")
    found = {f"end of {_about(rule)} required": "yes" if required else "no"}
    if required or _about(rule) == "activation":
        # Where an end is not demanded of an administrator, the maximum limits nobody.
        found[f"maximum {_about(rule)}"] = longest
    return found


def _enablement(rule: Row) -> dict[str, str]:
    asked = sorted(DEMANDS[one] for one in policy_rule.enabled(rule))
    return {f"{_about(rule)} asks for": " + ".join(asked) or "nothing"}


def _notification(rule: Row) -> dict[str, str]:
    mails = f"mails to {_WHOM[str(rule['id']).split('_')[1]]} about {_about(rule)}"
    level = next(name for name in LEVELS if name == str(rule["notificationLevel"]).lower())
    return {
        mails: level,
        f"{mails}, usual recipients": "yes" if rule["isDefaultRecipientsEnabled"] else "no",
        f"{mails}, also to": ", ".join(sorted(policy_rule.recipients(rule))) or "nobody",
    }


def _approval(rule: Row) -> dict[str, str]:
    setting = policy_rule.setting(rule)
    if setting["isApprovalRequired"] is not True:
        return {"approval": "not needed"}
    extension = policy_rule.flag(setting, "isApprovalRequiredForExtension", False)
    reason = policy_rule.flag(setting, "isRequestorJustificationRequired", True)
    found = {
        "approval": "needed",
        "approval of extensions": "needed" if extension else "not needed",
        "justification for the approver": "needed" if reason else "not needed",
        "way of approval": str(setting.get("approvalMode") or "SingleStage").lower(),
    }
    stages = policy_rule.stages(rule)
    for number, stage in enumerate(stages, start=1):
        of = f" of stage {number}" if len(stages) > 1 else ""
        named = sorted(f"{one.kind} {one.id}".strip() for one in set(policy_approver.of_stage(stage)))
        why = policy_rule.flag(stage, "isApproverJustificationRequired", True)
        found[f"approvers{of}"] = ", ".join(named) or "nobody"
        found[f"approver's justification{of}"] = "needed" if why else "not needed"
        found[f"days to approve{of}"] = str(
            stage.get("approvalStageTimeOutInDays") or policy_rule.DEFAULT_DAYS
        )
    return found


def _context(rule: Row) -> dict[str, str]:
    return {"authentication context": policy_rule.claim(rule) or "none"}


_PARTS: Mapping[str, Callable[[Row], dict[str, str]]] = {
    **dict.fromkeys(EXPIRATIONS, _expiration),
    **dict.fromkeys(ENABLEMENTS, _enablement),
    **dict.fromkeys(NOTIFICATIONS, _notification),
    APPROVAL: _approval,
    CONTEXT: _context,
}
