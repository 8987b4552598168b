"""What Microsoft ships each of the 17 rules of a policy with, for roles and for groups (graph-facts §2.5).

The documented sample of a role is Global Administrator's; other roles may be shipped with fewer demands.
"""

from __future__ import annotations

from collections.abc import Mapping

from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_names import type_of

_NOTIFICATION: Row = {
    "notificationLevel": "All",
    "isDefaultRecipientsEnabled": True,
    "notificationRecipients": [],
}
_APPROVAL: Row = {
    "setting": {
        "isApprovalRequired": False,
        "isApprovalRequiredForExtension": False,
        "isRequestorJustificationRequired": True,
        "approvalMode": "SingleStage",
        "approvalStages": [{"approvalStageTimeOutInDays": 1, "primaryApprovers": []}],
    }
}


def _expiration(longest: str, *, required: bool) -> Row:
    return {"isExpirationRequired": required, "maximumDuration": longest}


def _notifications(what: str) -> Mapping[str, Row]:
    return {f"Notification_{who}_{what}": _NOTIFICATION for who in ("Admin", "Requestor", "Approver")}


def _rules(*, ends: bool, activation: tuple[str, ...]) -> Mapping[str, Row]:
    return {
        "Expiration_Admin_Eligibility": _expiration("P365D", required=ends),
        "Enablement_Admin_Eligibility": {"enabledRules": []},
        **_notifications("Admin_Eligibility"),
        "Expiration_Admin_Assignment": _expiration("P180D", required=ends),
        "Enablement_Admin_Assignment": {"enabledRules": ["Justification"]},
        **_notifications("Admin_Assignment"),
        "Expiration_EndUser_Assignment": _expiration("PT8H", required=True),
        "Enablement_EndUser_Assignment": {"enabledRules": list(activation)},
        "Approval_EndUser_Assignment": _APPROVAL,
        "AuthenticationContext_EndUser_Assignment": {"isEnabled": False, "claimValue": None},
        **_notifications("EndUser_Assignment"),
    }


OF_ROLES = _rules(ends=False, activation=("MultiFactorAuthentication", "Justification"))
OF_GROUPS = _rules(ends=True, activation=("Justification",))
RULE_IDS = tuple(OF_ROLES)
"""The 17 ids, in the order in which Graph answers them."""


def as_answered(defaults: Mapping[str, Row]) -> tuple[Row, ...]:
    """The rules in full, with type and target, as Graph answers a policy that nobody ever changed: what a
    group's will be once PIM has taken the group over."""
    return tuple(
        {"@odata.type": type_of(rule_id), "id": rule_id, **rule, "target": _target(rule_id)}
        for rule_id, rule in defaults.items()
    )


def _target(rule_id: str) -> Row:
    caller, level = rule_id.split("_")[-2:]
    return {
        "caller": caller,
        "operations": ["all"],
        "level": level,
        "inheritableSettings": [],
        "enforcedSettings": [],
    }


OF_NEW_GROUP: Row = {"policy": {"rules": list(as_answered(OF_GROUPS))}}
"""What governs a group from the moment that PIM takes it over: nothing is permanent (graph-facts §4.6)."""
