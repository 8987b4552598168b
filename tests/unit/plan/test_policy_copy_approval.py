"""Approvals: translated whole or left alone, never with too few who could approve."""

from __future__ import annotations

import pytest
from approval_rules import approver, asked_for
from rule_sample import (
    APPROVAL,
    GROUP,
    PEOPLE,
    THEIR_GROUP,
    THEIRS,
    Rule,
    by_id,
    copied,
    rules,
)

from migrate.kinds.policy_rule import same_rule
from migrate.plan.policy_copy import LeftAlone, Mode, PolicyCopy, reverse

TWO = asked_for(approver(PEOPLE[0]), approver(PEOPLE[1]))
THEIR_TWO = asked_for(approver(THEIRS[0]), approver(THEIRS[1]))
BOTH_MODES = pytest.mark.parametrize("mode", [Mode.COPY, Mode.STRENGTHEN])


def with_approval(approval: Rule) -> list[Rule]:
    return rules(**{APPROVAL: approval})


def approvers(found: PolicyCopy) -> list[Rule]:
    (change,) = found.changes
    (stage,) = change.after["setting"]["approvalStages"]
    return list(stage["primaryApprovers"])


def only_left(found: PolicyCopy) -> LeftAlone:
    assert found.changes == ()
    (one,) = found.left
    assert one.rule_id == APPROVAL
    return one


@BOTH_MODES
def test_approval_is_switched_on_with_the_approvers_of_the_target(mode: Mode) -> None:
    source = with_approval(
        asked_for(
            approver(PEOPLE[0].upper(), description="Ann", isBackup=True),
            {"@odata.type": "#microsoft.graph.groupMembers", "id": GROUP, "isBackup": False},
            approver(PEOPLE[0]),
        )
    )
    found = copied(source, with_approval({}), mode, minimum=2)
    assert approvers(found) == [approver(THEIRS[0]), approver(THEIR_GROUP, group=True)]
    (change,) = found.changes
    assert change.says.startswith("approval not needed -> needed")
    assert f"approvers none -> group {THEIR_GROUP}, user {THEIRS[0]}" in change.says
    assert found.left == () and not change.loosens
    assert same_rule(reverse(change), by_id(with_approval({}))[APPROVAL])


@BOTH_MODES
@pytest.mark.parametrize(
    "theirs",
    [
        asked_for(approver(THEIRS[1]), approver(THEIRS[0])),
        asked_for(
            approver(THEIRS[0], description="Ann", isBackup=True),
            {"@odata.type": "#microsoft.graph.singleUser", "id": THEIRS[1].upper(), "description": "Ben"},
        ),
        # Without what Graph fills in by itself.
        {
            "setting": {
                "isApprovalRequired": True,
                "approvalStages": [{"primaryApprovers": [approver(THEIRS[0]), approver(THEIRS[1])]}],
            }
        },
    ],
)
def test_order_description_and_backup_are_no_difference(theirs: Rule, mode: Mode) -> None:
    # Nobody asks how many there are where nothing changes.
    assert copied(with_approval(TWO), with_approval(theirs), mode, minimum=9) == PolicyCopy()


def test_approvers_of_an_approval_that_nobody_needs_are_no_difference_and_need_no_counterpart() -> None:
    source = with_approval(asked_for(approver(PEOPLE[3]), isApprovalRequired=False))
    for mode in (Mode.COPY, Mode.STRENGTHEN):
        assert copied(source, with_approval({}), mode) == PolicyCopy()


def test_copy_switches_an_approval_off_and_keeps_who_stood_there() -> None:
    found = copied(with_approval({}), with_approval(THEIR_TWO))
    (change,) = found.changes
    assert change.loosens and change.says.startswith("approval needed -> not needed")
    assert change.after["setting"]["isApprovalRequired"] is False
    assert approvers(found) == [approver(THEIRS[0]), approver(THEIRS[1])]
    assert same_rule(reverse(change), by_id(with_approval(THEIR_TWO))[APPROVAL])
    assert copied(with_approval({}), with_approval(THEIR_TWO), Mode.STRENGTHEN) == PolicyCopy()


@BOTH_MODES
@pytest.mark.parametrize("theirs", [{}, THEIR_TWO])
@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (approver(PEOPLE[3]), f"user {PEOPLE[3]}"),
        (approver(THEIR_GROUP, group=True), f"group {THEIR_GROUP}"),
        ({"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1}, "requestorManager"),
        ({"description": "nobody knows who"}, "unknown"),
    ],
)
def test_one_unresolved_approver_leaves_the_whole_rule_alone(
    lost: Rule, said: str, theirs: Rule, mode: Mode
) -> None:
    source = with_approval(asked_for(approver(PEOPLE[0]), lost, approver(PEOPLE[1])))
    one = only_left(copied(source, with_approval(theirs), mode))
    assert one.codes == ("C11",) and said in one.reason


@BOTH_MODES
@pytest.mark.parametrize("stages", [[], None, [{"primaryApprovers": []}], [{"primaryApprovers": None}]])
def test_an_approval_that_names_nobody_is_left_alone(stages: list[Rule] | None, mode: Mode) -> None:
    one = only_left(copied(with_approval(asked_for(approvalStages=stages)), with_approval({}), mode))
    assert one.codes == ("C11",) and "nobody is named" in one.reason


def test_never_a_quorum_below_the_setting() -> None:
    source = with_approval(TWO)
    assert copied(source, with_approval({}), minimum=2).left == ()
    one = only_left(copied(source, with_approval({}), minimum=3))
    assert one == LeftAlone(APPROVAL, "2 could approve in the target, at least 3 must", ("C11",))


def test_different_people_are_counted_and_a_group_of_unknown_members_is_one() -> None:
    source = with_approval(asked_for(approver(PEOPLE[0]), approver(GROUP, group=True)))
    nothing = with_approval({})
    assert copied(source, nothing, minimum=2).left == ()
    assert only_left(copied(source, nothing, minimum=3)).codes == ("C11",)
    members = {THEIR_GROUP: frozenset({THEIRS[0], THEIRS[1], THEIRS[2]})}
    assert copied(source, nothing, minimum=3, members_of=members.get).left == ()
    assert only_left(copied(source, nothing, minimum=4, members_of=members.get)).codes == ("C11",)
    alone = {THEIR_GROUP: frozenset({THEIRS[0].upper()})}
    assert only_left(copied(source, nothing, minimum=2, members_of=alone.get)).codes == ("C11",)
    empty = with_approval(asked_for(approver(GROUP, group=True)))
    nobody = {THEIR_GROUP: frozenset[str]()}
    one = only_left(copied(empty, nothing, minimum=0, members_of=nobody.get))
    assert one.reason == "nobody in the target could approve"


def test_nobody_who_asks_is_the_only_approver() -> None:
    source = with_approval(asked_for(approver(PEOPLE[0])))
    nothing = with_approval({})
    assert copied(source, nothing, requestors=frozenset({THEIRS[1]})).left == ()
    one = only_left(copied(source, nothing, requestors=frozenset({THEIRS[0].upper()})))
    assert one.codes == ("C11",) and "those who will ask" in one.reason
    assert copied(with_approval(TWO), nothing, requestors=frozenset(THEIRS)).left == ()


def test_each_stage_needs_its_quorum() -> None:
    stages = [{"primaryApprovers": [approver(one) for one in people]} for people in (PEOPLE[:2], PEOPLE[:1])]
    source = with_approval(asked_for(approvalMode="Serial", approvalStages=stages))
    assert only_left(copied(source, with_approval({}), minimum=2)).codes == ("C11",)
    (change,) = copied(source, with_approval({}), minimum=1).changes
    assert len(change.after["setting"]["approvalStages"]) == 2
    assert f"approvers of stage 2 none -> user {THEIRS[0]}" in change.says


def test_strengthen_takes_the_fewer_approvers_only() -> None:
    one, two = asked_for(approver(PEOPLE[0])), TWO
    their_one = asked_for(approver(THEIRS[0]))
    assert approvers(copied(with_approval(one), with_approval(THEIR_TWO), Mode.STRENGTHEN)) == [
        approver(THEIRS[0])
    ]
    assert copied(with_approval(two), with_approval(their_one), Mode.STRENGTHEN) == PolicyCopy()
    assert not copied(with_approval(one), with_approval(THEIR_TWO)).changes[0].loosens
    assert copied(with_approval(two), with_approval(their_one)).changes[0].loosens


def test_strengthen_leaves_approvers_alone_that_cannot_be_compared() -> None:
    others = asked_for(approver(THEIRS[1]), approver(THEIRS[2]))
    two_stages = asked_for(approvalStages=[{"primaryApprovers": [approver(THEIRS[0])]}] * 2)
    for theirs in (others, asked_for(), two_stages, {**THEIR_TWO["setting"], "approvalMode": "Parallel"}):
        standing = theirs if "setting" in theirs else {"setting": theirs}
        one = only_left(copied(with_approval(TWO), with_approval(standing), Mode.STRENGTHEN))
        assert one.codes == ("D07",) and "neither are the stricter" in one.reason


def test_strengthen_takes_over_switches_and_keeps_the_approvers_of_the_target() -> None:
    source = with_approval(
        asked_for(
            approver(PEOPLE[0]),
            approver(PEOPLE[1]),
            approver(PEOPLE[2]),
            isApprovalRequiredForExtension=True,
            isRequestorJustificationRequired=False,
        )
    )
    found = copied(source, with_approval(THEIR_TWO), Mode.STRENGTHEN)
    (change,) = found.changes
    assert change.says == "approval of extensions not needed -> needed"
    assert change.after["setting"]["isRequestorJustificationRequired"] is True
    assert approvers(found) == [approver(THEIRS[0]), approver(THEIRS[1])]


def test_escalation_approvers_are_never_sent() -> None:
    escalating = {"isEscalationEnabled": True, "escalationTimeInMinutes": 60}
    stage = {
        **escalating,
        "primaryApprovers": [approver(PEOPLE[0])],
        "escalationApprovers": [approver(PEOPLE[3])],
    }
    source = with_approval(asked_for(approvalStages=[stage]))
    theirs = with_approval(asked_for(approvalStages=[{**stage, "primaryApprovers": [approver(THEIRS[1])]}]))
    (change,) = copied(source, theirs).changes
    for body in (change.after, reverse(change)):
        (sent,) = body["setting"]["approvalStages"]
        assert sent["escalationApprovers"] == []
    assert change.after["setting"]["approvalStages"][0]["isEscalationEnabled"] is False


def test_an_approver_of_the_target_who_could_not_be_put_back_leaves_the_rule_alone() -> None:
    manager = {"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1}
    for required in (True, False):
        theirs = asked_for(approver(THEIRS[2]), manager, isApprovalRequired=required)
        one = only_left(copied(with_approval(TWO), with_approval(theirs)))
        assert one.codes == ("D07",) and "requestorManager" in one.reason
    # An approval that is needed on neither side needs no change.
    assert copied(with_approval({}), with_approval(theirs)) == PolicyCopy()
