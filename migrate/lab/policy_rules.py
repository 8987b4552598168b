"""The 17 rules of a role management policy with their defaults, in wire order (graph-facts §2.5)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
_TYPE = "#microsoft.graph.unifiedRoleManagementPolicy"
_SECTIONS = (
    # (suffix of the id, caller, level)
    ("Admin_Eligibility", "Admin", "Eligibility"),
    ("Admin_Assignment", "Admin", "Assignment"),
    ("EndUser_Assignment", "EndUser", "Assignment"),
)
_LONGEST = {"Admin_Eligibility": "P365D", "Admin_Assignment": "P180D", "EndUser_Assignment": "PT8H"}


def _approval() -> Json:
    return {
        "isApprovalRequired": False,
        "isApprovalRequiredForExtension": False,
        "isRequestorJustificationRequired": True,
        "approvalMode": "SingleStage",
        "approvalStages": [
            {
                "approvalStageTimeOutInDays": 1,
                "isApproverJustificationRequired": True,
                "escalationTimeInMinutes": 0,
                "isEscalationEnabled": False,
                "primaryApprovers": [],
                "escalationApprovers": [],
            }
        ],
    }


def _enabled(section: str, group: bool) -> list[str]:
    if section == "Admin_Eligibility":
        return []
    if section == "EndUser_Assignment" and not group:
        return ["MultiFactorAuthentication", "Justification"]
    return ["Justification"]


def default_rules(*, group: bool) -> dict[str, Json]:
    """Rule id to rule, of a role or of a group. Groups forbid what is permanent; roles allow it."""
    rules: list[Json] = []
    for section, caller, level in _SECTIONS:
        # The enum of the metadata is camelCase; some answers spell groups' with a capital. Readers fold case.
        target = {
            "caller": caller,
            "operations": ["all"],
            "level": level,
            "inheritableSettings": [],
            "enforcedSettings": [],
        }
        rules.append(
            {
                "@odata.type": _TYPE + "ExpirationRule",
                "id": f"Expiration_{section}",
                "isExpirationRequired": group or section == "EndUser_Assignment",
                "maximumDuration": _LONGEST[section],
                "target": target,
            }
        )
        rules.append(
            {
                "@odata.type": _TYPE + "EnablementRule",
                "id": f"Enablement_{section}",
                "enabledRules": _enabled(section, group),
                "target": target,
            }
        )
        if section == "EndUser_Assignment":
            rules.append(
                {
                    "@odata.type": _TYPE + "ApprovalRule",
                    "id": f"Approval_{section}",
                    "target": target,
                    "setting": _approval(),
                }
            )
            rules.append(
                {
                    "@odata.type": _TYPE + "AuthenticationContextRule",
                    "id": f"AuthenticationContext_{section}",
                    "isEnabled": False,
                    "claimValue": None,
                    "target": target,
                }
            )
        rules.extend(
            {
                "@odata.type": _TYPE + "NotificationRule",
                "id": f"Notification_{recipient}_{section}",
                "notificationType": "Email",
                "recipientType": recipient,
                "notificationLevel": "All",
                "isDefaultRecipientsEnabled": True,
                "notificationRecipients": [],
                "target": target,
            }
            for recipient in ("Admin", "Requestor", "Approver")
        )
    return {str(rule["id"]): copy.deepcopy(rule) for rule in rules}


def merged(rules: dict[str, Json], overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, Json]:
    """The rules with the seed's properties over them; an unknown rule id is a mistake in the seed."""
    for rule_id, changes in overrides.items():
        if rule_id not in rules:
            raise ValueError(f"seed: no policy rule is called {rule_id!r}")
        rules[rule_id] = {**rules[rule_id], **copy.deepcopy(dict(changes))}
    return rules
