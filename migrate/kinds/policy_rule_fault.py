"""Why a rule of a policy is left alone: unknown to us, or so broken that nothing can be concluded from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_names import (
    ACTIVATION,
    APPROVAL,
    CONTEXT,
    DEMANDS,
    ENABLEMENTS,
    EVERY,
    EXPIRATIONS,
    LEVELS,
    MODES,
    NOTIFICATIONS,
    TICKETING,
    type_of,
)
from migrate.kinds.schedule import parse_duration


def fault(rule: Row) -> str:
    """What is wrong with a rule, in words; empty for one that can be read and written."""
    rule_id = rule.get("id")
    if not isinstance(rule_id, str) or rule_id not in EVERY:
        return "no rule of this id is known"
    if str(rule.get("@odata.type") or "").lstrip("#").lower() != type_of(rule_id).lstrip("#").lower():
        return f"its type {rule.get('@odata.type')!r} is not the one that a rule of this id has"
    return _target(rule_id, rule) or _FAULTS[rule_id](rule)


def _target(rule_id: str, rule: Row) -> str:
    """A rule whose target is not whole was broken by a change without one (microsoft-graph-docs 16689)."""
    target = rule.get("target")
    if not isinstance(target, Mapping):
        return "it has no target"
    caller, level = rule_id.split("_")[-2:]
    if str(target.get("caller") or "").lower() != caller.lower():
        return f"its target's caller is {target.get('caller')!r}"
    if str(target.get("level") or "").lower() != level.lower():
        return f"its target's level is {target.get('level')!r}"
    lists = (target.get("inheritableSettings"), target.get("enforcedSettings"))
    if not all(one is None or isinstance(one, list | tuple) for one in lists):
        return "its target's settings cannot be read"
    return "" if _texts(target.get("operations")) else "its target names no operations"


def _expiration(rule: Row) -> str:
    required, longest = rule.get("isExpirationRequired"), rule.get("maximumDuration")
    if not isinstance(required, bool):
        return "it does not say whether an end is required"
    if longest is None or longest == "":
        if required:
            # Graph refuses this as InvalidPolicy (terraform-provider-azuread 1537).
            return "an end is required, and no maximum is given"
        return "an activation has no maximum" if rule["id"] == "Expiration_EndUser_Assignment" else ""
    span = parse_duration(longest)
    if span is None:
        return f"its maximum {longest!r} is no duration that PIM takes"
    # Accepted by Graph, and then every request that ends is refused (graph-facts §3.5).
    return "" if span > timedelta(0) else f"its maximum {longest!r} lets nothing through"


def _enablement(rule: Row) -> str:
    names = rule.get("enabledRules")
    if not isinstance(names, list | tuple) or (names and not _texts(names)):
        return "what it asks for cannot be read"
    for name in names:
        if name.lower() not in DEMANDS:
            return f"it asks for {name!r}, which is not known"
        if name.lower() == TICKETING and rule["id"] != ACTIVATION:
            return "a ticket can be asked for in an activation only"
    return ""


def _notification(rule: Row) -> str:
    if str(rule.get("notificationLevel") or "").lower() not in LEVELS:
        return f"its level {rule.get('notificationLevel')!r} is not known"
    if not isinstance(rule.get("isDefaultRecipientsEnabled"), bool):
        return "it does not say whether the usual recipients are told"
    found = rule.get("notificationRecipients")
    if not isinstance(found, list | tuple) or (found and not _texts(found)):
        return "its recipients cannot be read"
    return ""


def _approval(rule: Row) -> str:
    setting = rule.get("setting")
    if not isinstance(setting, Mapping) or not isinstance(setting.get("isApprovalRequired"), bool):
        return "it does not say whether an approval is needed"
    mode = setting.get("approvalMode")
    if setting["isApprovalRequired"] and str(mode or "SingleStage").lower() not in MODES:
        return f"its mode {mode!r} is not known"
    if not _are_flags(setting, "isApprovalRequiredForExtension", "isRequestorJustificationRequired"):
        return "a switch of its setting is neither on nor off"
    stages = setting.get("approvalStages")
    if stages is not None and not isinstance(stages, list | tuple):
        return "its stages cannot be read"
    for stage in stages or ():
        if not isinstance(stage, Mapping) or not _are_flags(stage, "isApproverJustificationRequired"):
            return "one of its stages cannot be read"
        days = stage.get("approvalStageTimeOutInDays")
        if days is not None and (isinstance(days, bool) or not isinstance(days, int) or days < 1):
            return f"one of its stages ends after {days!r} days"
        approvers = stage.get("primaryApprovers")
        if approvers is not None and not _are_rows(approvers):
            return "the approvers of one of its stages cannot be read"
    return ""


def _context(rule: Row) -> str:
    if not isinstance(rule.get("isEnabled"), bool):
        return "it does not say whether it is on"
    value = rule.get("claimValue")
    if value is not None and not isinstance(value, str):
        return "which authentication context it demands cannot be read"
    return "it is on, and names no authentication context" if rule["isEnabled"] and not value else ""


def _are_flags(row: Row, *names: str) -> bool:
    return all(row.get(name) is None or isinstance(row[name], bool) for name in names)


def _are_rows(found: object) -> bool:
    return isinstance(found, list | tuple) and all(isinstance(one, Mapping) for one in found)


def _texts(found: object) -> bool:
    """Whether this is a list of at least one text, and of nothing else."""
    return isinstance(found, list | tuple) and bool(found) and all(isinstance(one, str) for one in found)


_FAULTS: Mapping[str, Callable[[Row], str]] = {
    **dict.fromkeys(EXPIRATIONS, _expiration),
    **dict.fromkeys(ENABLEMENTS, _enablement),
    **dict.fromkeys(NOTIFICATIONS, _notification),
    APPROVAL: _approval,
    CONTEXT: _context,
}
