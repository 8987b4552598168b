"""The body that writes a rule of a policy: what Graph takes, whole, and nothing that it keeps to itself.

A change without the full target is accepted and breaks the policy (microsoft-graph-docs 16689), so every body
has the type, the id and the whole target.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.kinds import policy_approver
from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_names import APPROVAL, CONTEXT, type_of

_OF_TARGET = ("@odata.type", "caller", "operations", "level", "inheritableSettings", "enforcedSettings")
_OWN: Mapping[str, tuple[str, ...]] = {
    "Expiration": ("isExpirationRequired", "maximumDuration"),
    "Enablement": ("enabledRules",),
    "Notification": (
        "notificationType",
        "recipientType",
        "notificationLevel",
        "isDefaultRecipientsEnabled",
        "notificationRecipients",
    ),
    "Approval": ("setting",),
    "AuthenticationContext": ("isEnabled", "claimValue"),
}
_OF_SETTING = (
    "@odata.type",
    "isApprovalRequired",
    "isApprovalRequiredForExtension",
    "isRequestorJustificationRequired",
    "approvalMode",
)
_OF_STAGE = (
    "@odata.type",
    "approvalStageTimeOutInDays",
    "isApproverJustificationRequired",
    "escalationTimeInMinutes",
    "isEscalationEnabled",
)


def body(rule: Row) -> dict[str, Any]:
    """A rule without fault that Graph answered, as it is sent back.

    Raises:
        ValueError: it names an approver who is neither a user nor a group.
    """
    rule_id = str(rule["id"])
    found = {
        "@odata.type": type_of(rule_id),
        "id": rule_id,
        **_only(rule, _OWN[rule_id.partition("_")[0]]),
        "target": _listed(_only(rule["target"], _OF_TARGET)),
    }
    if rule_id == APPROVAL:
        found["setting"] = _setting(rule["setting"])
    if rule_id == CONTEXT:
        # Never null: Graph itself turns what was ever enabled into "" (observed behaviours 9).
        found["claimValue"] = rule.get("claimValue") or ""
    return found


def _listed(target: dict[str, Any]) -> dict[str, Any]:
    """``inheritableSettings`` and ``enforcedSettings`` stand in every documented body, empty as they are."""
    return target | {name: list(target.get(name) or ()) for name in _OF_TARGET[-2:]}


def _setting(setting: Mapping[str, Any]) -> dict[str, Any]:
    stages = [_stage(one) for one in setting.get("approvalStages") or () if isinstance(one, Mapping)]
    return {**_only(setting, _OF_SETTING), "approvalStages": stages}


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    """Graph takes escalation approvers and keeps none (observed behaviours 6): none are ever named."""
    approvers = [_approver(one) for one in stage.get("primaryApprovers") or ()]
    return {**_only(stage, _OF_STAGE), "primaryApprovers": approvers, "escalationApprovers": []}


def _approver(one: Row) -> dict[str, Any]:
    """v1.0 knows ``userId`` and ``groupId`` with a description, and neither ``id`` nor ``isBackup``."""
    told = {"description": one["description"]} if isinstance(one.get("description"), str) else {}
    return {**policy_approver.write(policy_approver.read(one)), **told}


def _only(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}
