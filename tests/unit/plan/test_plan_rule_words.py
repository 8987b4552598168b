"""A change of a rule in one line for a person."""

from __future__ import annotations

from approval_rules import approver, asked_for
from rule_sample import (
    ACTIVE,
    APPROVAL,
    ASKED,
    CONTEXT,
    GROUP,
    PEOPLE,
    THEIR_GROUP,
    THEIRS,
    WHY,
    context,
    copied,
    rules,
)
from tenant_pairs import TARGET, view

from migrate.plan.rule_words import of_change

VIEW = view(
    TARGET,
    {
        "user": [{"id": THEIRS[0], "userPrincipalName": "ann@fabrikam.com"}],
        "group": [{"id": THEIR_GROUP, "displayName": "Approvers"}],
        "authenticationContext": [{"id": "c7", "displayName": "Strong"}],
    },
)


def test_a_change_in_one_line_with_the_names_of_the_target() -> None:
    source = rules(
        **{
            ACTIVE: {"maximumDuration": "PT4H"},
            ASKED: {"enabledRules": [WHY]},
            CONTEXT: context("c1"),
            APPROVAL: asked_for(approver(PEOPLE[0]), approver(GROUP, group=True)),
        }
    )
    lines = [of_change(one, VIEW) for one in copied(source, rules()).changes]
    assert lines == [
        "activation: how long: at most 8 hours → at most 4 hours",
        "activation: what is asked for: MFA + justification → justification",
        "activation: approval: not needed → by Approvers, ann@fabrikam.com",
        "activation: authentication context: none → c7 (Strong)",
    ]


def test_a_detail_that_the_words_leave_out_is_told_all_the_same() -> None:
    source = rules(**{APPROVAL: asked_for(approver(PEOPLE[0]), isApprovalRequiredForExtension=True)})
    target = rules(**{APPROVAL: asked_for(approver(THEIRS[0]))})
    (change,) = copied(source, target).changes
    assert of_change(change, None) == ("activation: approval: approval of extensions not needed -> needed")
