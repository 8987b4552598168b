"""The rules as two real tenants answered them: the numbers, switches and words of their exports."""

from __future__ import annotations

from typing import Any

import pytest
from approval_rules import approver
from rule_sample import (
    ACTIVE,
    APPROVAL,
    ASKED_OF_ADMINS,
    ASSIGNED,
    CONTEXT,
    ELIGIBLE,
    MAIL,
    MFA,
    PEOPLE,
    THEIRS,
    WHY,
    Rule,
    Tenant,
    by_id,
    copied,
)

from migrate.kinds import policy_defaults
from migrate.kinds.policy_rule import same_rule
from migrate.plan.policy_copy import Mode, reverse, undo_order

TYPE = "#microsoft.graph.unifiedRoleManagementPolicy"


def answered(*, old: bool, **changes: Rule) -> list[Rule]:
    """``old``: as in 2022, with a null ``targetObjects`` and no ``claimValue``; else as in 2026."""
    found = []
    for rule_id in policy_defaults.RULE_IDS:
        aspect, _, rest = rule_id.partition("_")
        caller, level = rest.split("_")[-2:]
        target: Rule = {
            "caller": caller,
            "level": level,
            "operations": ["All"],
            "inheritableSettings": [],
            "enforcedSettings": [],
        }
        rule: Rule = {
            "@odata.type": f"{TYPE}{aspect}Rule",
            "id": rule_id,
            "target": {**target, "targetObjects": None} if old else target,
            **_own(aspect, rest, old=old),
            **changes.get(rule_id, {}),
        }
        found.append(rule)
    return found


def _own(aspect: str, rest: str, *, old: bool) -> Rule:
    if aspect == "Expiration":
        active = rest == "EndUser_Assignment"
        longest = {"Admin_Eligibility": "P365D", "Admin_Assignment": "P180D"}.get(rest, "PT8H")
        return {"isExpirationRequired": active and old, "maximumDuration": longest}
    if aspect == "Enablement":
        asked = {"Admin_Assignment": [WHY], "EndUser_Assignment": [MFA, WHY]}.get(rest, [])
        return {"enabledRules": asked}
    if aspect == "Approval":
        return approval(needed=False)
    if aspect == "AuthenticationContext":
        return {"isEnabled": False} if old else {"isEnabled": False, "claimValue": ""}
    return {
        "notificationType": "Email",
        "recipientType": rest.split("_")[0],
        "notificationLevel": "All",
        "isDefaultRecipientsEnabled": True,
        "notificationRecipients": [],
    }


def approval(*people: Rule, needed: bool) -> Rule:
    stage: dict[str, Any] = {
        "isEscalationEnabled": False,
        "approvalStageTimeOutInDays": 1,
        "escalationApprovers": [],
        "escalationTimeInMinutes": 0,
        "primaryApprovers": list(people),
        "isApproverJustificationRequired": True,
    }
    return {
        "setting": {
            "isApprovalRequired": needed,
            "approvalStages": [stage],
            "isApprovalRequiredForExtension": False,
            "isRequestorJustificationRequired": True,
            "approvalMode": "SingleStage",
        }
    }


def listed(object_id: str) -> Rule:
    """An approver in the form of the exports."""
    return {
        "id": object_id,
        "@odata.type": "#microsoft.graph.singleUser",
        "isBackup": False,
        "description": "Ann",
    }


SOURCE = answered(
    old=False,
    **{
        ASSIGNED: {"isExpirationRequired": True, "maximumDuration": "P15D"},
        ACTIVE: {"isExpirationRequired": False, "maximumDuration": "PT2H"},
        ASKED_OF_ADMINS: {"enabledRules": [MFA, WHY]},
        APPROVAL: approval(listed(PEOPLE[0]), listed(PEOPLE[1]), needed=True),
        MAIL: {"notificationRecipients": ["pim@contoso.com", "soc@contoso.com"]},
    },
)
TARGET = answered(old=True)


def test_the_shapes_of_2022_and_2026_differ_in_what_they_mean_only() -> None:
    found = copied(answered(old=False), answered(old=True))
    assert [one.rule_id for one in found.changes] == [ACTIVE] and found.left == ()
    assert found.changes[0].says == "end of activation required yes -> no"
    assert found.changes[0].loosens


@pytest.mark.parametrize("mode", [Mode.COPY, Mode.STRENGTHEN])
def test_a_real_policy_is_carried_over_and_back(mode: Mode) -> None:
    found = copied(SOURCE, TARGET, mode, minimum=2)
    assert [one.rule_id for one in found.changes] == [ASSIGNED, ASKED_OF_ADMINS, ACTIVE, APPROVAL, MAIL]
    assert found.left == ()
    tenant = Tenant(TARGET)
    for change in found.changes:
        tenant.patch(change.after)
    after = by_id(tenant.rules())
    assert copied(SOURCE, tenant.rules(), mode, minimum=2).changes == ()
    assert after[ACTIVE]["isExpirationRequired"] is (mode is Mode.STRENGTHEN)
    (stage,) = after[APPROVAL]["setting"]["approvalStages"]
    assert stage["primaryApprovers"] == [approver(THEIRS[0]), approver(THEIRS[1])]
    assert same_rule(after[ELIGIBLE], by_id(TARGET)[ELIGIBLE])
    assert same_rule(after[CONTEXT], by_id(TARGET)[CONTEXT])
    for change in undo_order(found.changes):
        tenant.patch(reverse(change))
    assert all(same_rule(one, by_id(TARGET)[one["id"]]) for one in tenant.rules())


def test_approvers_of_an_export_go_back_in_the_form_that_graph_takes() -> None:
    target = answered(old=False, **{APPROVAL: approval(listed(THEIRS[2]), needed=True)})
    (change,) = [one for one in copied(SOURCE, target).changes if one.rule_id == APPROVAL]
    (stage,) = reverse(change)["setting"]["approvalStages"]
    assert stage["primaryApprovers"] == [approver(THEIRS[2], description="Ann")]
