"""When two rules of a policy mean the same, and the bodies that write one."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.kinds import policy_defaults, policy_rule, policy_rule_body
from migrate.kinds.policy_approver import Approver, write
from migrate.kinds.policy_rule import same_rule
from migrate.kinds.policy_rule_fault import fault
from migrate.kinds.policy_rule_names import EVERY
from migrate.lab.policy_rules import default_rules

Rule = dict[str, Any]
APPROVAL, CONTEXT = "Approval_EndUser_Assignment", "AuthenticationContext_EndUser_Assignment"
ASKED, MAIL = "Enablement_EndUser_Assignment", "Notification_Approver_Admin_Eligibility"
ELIGIBLE, ACTIVE = "Expiration_Admin_Eligibility", "Expiration_EndUser_Assignment"


def rule(rule_id: str, **changes: Any) -> Rule:
    return {**default_rules(group=False)[rule_id], **changes}


def approval(*people: Rule, **setting: Any) -> Rule:
    stage = {"approvalStageTimeOutInDays": 1, "primaryApprovers": list(people)}
    return rule(APPROVAL, setting={"isApprovalRequired": True, "approvalStages": [stage], **setting})


def user(object_id: str, **more: Any) -> Rule:
    return {"@odata.type": "#microsoft.graph.singleUser", "userId": object_id, **more}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            rule(ASKED, enabledRules=["Justification", "Ticketing"]),
            rule(ASKED, enabledRules=["ticketing", "Justification"]),
        ),
        (rule(CONTEXT, claimValue=None), rule(CONTEXT, claimValue="")),
        (rule(CONTEXT, claimValue="c5"), rule(CONTEXT, claimValue=None)),
        (rule(ACTIVE, maximumDuration="PT24H"), rule(ACTIVE, maximumDuration="P1D")),
        (rule(ELIGIBLE, maximumDuration="P30D"), rule(ELIGIBLE, maximumDuration=None)),
        (
            rule(MAIL, notificationRecipients=["A@x.org", "b@x.org"]),
            rule(MAIL, notificationRecipients=["b@x.org", " a@x.org"]),
        ),
        (
            approval(user("u1"), user("u2", description="Ann")),
            approval(user("U2", isBackup=True), user("u1")),
        ),
        (approval(user("u1"), isApprovalRequired=False), rule(APPROVAL)),
        # The target is spelt otherwise, and knows a navigation property that Graph answers as null.
        (
            rule(ACTIVE),
            rule(
                ACTIVE,
                target={
                    "caller": "enduser",
                    "operations": ["All"],
                    "level": "Assignment",
                    "targetObjects": None,
                },
            ),
        ),
        # Broken on both sides in the same way.
        (rule(ACTIVE, maximumDuration="P1M"), rule(ACTIVE, maximumDuration="P1M")),
    ],
)
def test_the_same_rule_in_other_words(one: Rule, other: Rule) -> None:
    assert same_rule(one, other) and same_rule(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule(ASKED, enabledRules=["Justification"]), rule(ASKED, enabledRules=[])),
        (rule(CONTEXT, isEnabled=True, claimValue="c1"), rule(CONTEXT, isEnabled=True, claimValue="c2")),
        (rule(ACTIVE, maximumDuration="PT8H"), rule(ACTIVE, maximumDuration="PT7H")),
        (rule(ELIGIBLE, isExpirationRequired=True), rule(ELIGIBLE)),
        (rule(MAIL, isDefaultRecipientsEnabled=False), rule(MAIL)),
        (rule(MAIL, notificationLevel="Critical"), rule(MAIL)),
        (approval(user("u1")), approval(user("u1"), user("u2"))),
        (approval(user("u1")), approval({"@odata.type": "#microsoft.graph.groupMembers", "groupId": "u1"})),
        (approval(user("u1"), isApprovalRequiredForExtension=True), approval(user("u1"))),
        (rule(ACTIVE, maximumDuration="P1M"), rule(ACTIVE, maximumDuration="P2M")),
        (rule(ACTIVE), rule(ACTIVE, target={})),
        (rule(ACTIVE), rule(ACTIVE, target={**rule(ACTIVE)["target"], "operations": ["activate"]})),
        (rule(ACTIVE), rule(ELIGIBLE)),
    ],
)  # fmt: skip
def test_another_rule(one: Rule, other: Rule) -> None:
    assert not same_rule(one, other) and not same_rule(other, one)


def test_nobody_says_what_a_broken_rule_means() -> None:
    with pytest.raises(ValueError, match="lets nothing through"):
        policy_rule.meaning(rule(ACTIVE, maximumDuration="PT0S"))


@pytest.mark.parametrize("group", [True, False])
def test_what_is_shipped_is_known_in_full(group: bool) -> None:
    shipped = policy_defaults.as_answered(policy_defaults.OF_GROUPS if group else policy_defaults.OF_ROLES)
    answered = default_rules(group=group)
    assert {one["id"] for one in shipped} == EVERY == set(answered)
    for one in shipped:
        assert not fault(one)
        assert same_rule(one, answered[one["id"]])
        assert same_rule(policy_rule_body.body(one), one)


def test_only_users_and_groups_can_be_written_as_approvers() -> None:
    with pytest.raises(ValueError, match="requestorManager"):
        write(Approver("requestorManager"))
    with pytest.raises(ValueError, match="user"):
        write(Approver("user"))
