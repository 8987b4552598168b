"""The approvers of a rule are the counterparts; a role is never left without one who can approve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from along_sample import BEN, LONE, THEIR_BEN, Wave, in_order
from approval_rules import approver, asked_for
from policy_wave import COPY, ME, SOON, roles
from tenant_pairs import ELIGIBILITY, EXCHANGE, GROUP_ELIGIBILITY, group, group_right, member, policy

from migrate.kinds.role_management_policy import RULE
from migrate.plan.document import Action
from migrate.resolve.decisions import Decision

BENS, LONES = str(BEN["id"]), str(LONE["id"])
OPS, THEIR_OPS = group("Ops"), group("Their Ops", displayName="Ops")
NEW_OPS = f"new:group:{OPS['id']}"
CHOSEN = (Decision("group", OPS["id"], THEIR_OPS["id"], "choose"),)


def approval(*approvers: Any) -> Any:
    return {"Approval_EndUser_Assignment": asked_for(*approvers)}


def person(user_id: str) -> Any:
    return approver(user_id, isBackup=False)


def people(group_id: str) -> Any:
    return approver(group_id, group=True, isBackup=False)


def test_approvers_are_the_counterparts() -> None:
    found = roles(approval(person(BENS)))
    (change,) = found.of(RULE)
    (stage,) = change.target["rule"]["setting"]["approvalStages"]
    assert [one["userId"] for one in stage["primaryApprovers"]] == [THEIR_BEN["id"]]


@pytest.mark.parametrize(
    ("approvers", "moving", "why"),
    [
        ([LONES], COPY, "no counterpart"),
        ([BENS, LONES], COPY, "no counterpart"),
        ([BENS], replace(COPY, minimum_approvers=2), "at least 2 must"),
        ([ME], COPY, "the only approver is one of those who will ask"),
    ],
)
def test_an_approval_that_would_lock_the_role_is_left_alone_and_told(
    approvers: list[str], moving: Any, why: str
) -> None:
    found = roles(approval(*map(person, approvers)), moving=moving, also=[("user", BENS), ("user", LONES)])
    assert not found.of(RULE)
    assert any(one.startswith("C11") and why in one for one in found.told)
    assert found.one(ELIGIBILITY).action is Action.CREATE


def approving_group(**more: Any) -> Wave:
    """Ops approves for the role; Anna's way into it is of another wave."""
    given = {
        "group": [OPS],
        GROUP_ELIGIBILITY: [group_right("g", ME, OPS["id"], end=SOON)],
        **more.pop("more", {}),
    }
    lists = {"groupMember": {OPS["id"]: [member(BENS)]}, "groupOwner": {OPS["id"]: []}}
    return roles(
        approval(people(str(OPS["id"]))),
        more=given,
        our_lists=lists,
        only=lambda one: one.kind == ELIGIBILITY,
        **more,
    )


def test_an_approving_group_that_is_missing_is_made_with_its_people_before_the_rule() -> None:
    found = approving_group()
    kinds = [one.kind for one in found.drafts]
    assert kinds == ["group", "groupMember", RULE, ELIGIBILITY], found.told
    change = found.one(RULE)
    assert NEW_OPS in change.needs
    assert found.one("groupMember").target == {"parentId": NEW_OPS, "objectId": THEIR_BEN["id"]}
    in_order(found.drafts)


def test_an_approving_group_whose_people_a_gate_stops_approves_nothing() -> None:
    found = approving_group()
    stopped = [
        replace(one, action=Action.BLOCKED, key=f"source:{one.key}", target={}) for one in found.along.links
    ]
    drafts, told = found.along.with_links(stopped).brought_by(
        [one for one in found.rights if one.kind == ELIGIBILITY]
    )
    assert [one.kind for one in drafts if one.action is not Action.BLOCKED] == [ELIGIBILITY]
    assert any(one.startswith("C11") for one in told)


def test_members_of_an_existing_approving_group_come_with_the_rule_that_counts_on_them() -> None:
    found = approving_group(
        moving=replace(COPY, members_of_existing=True, minimum_approvers=1),
        decisions=CHOSEN,
        there={
            "group": [THEIR_OPS],
            "roleManagementPolicy": [policy(EXCHANGE)],
            "pimGroup": [{"id": THEIR_OPS["id"]}],
        },
    )
    # The list of the target's group was not read: nobody can be counted, the group counts as one.
    assert [one.kind for one in found.drafts] == [RULE, ELIGIBILITY]
