"""C11 and C12: activations that nobody could approve, and circles of groups."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    LADDER,
    SOURCE,
    TARGET,
    built_in,
    group,
    group_right,
    ident,
    member,
    policy,
    right,
    user,
    view,
)

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Conflict
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]


def person(name: str, **more: Any) -> tuple[Row, Row]:
    """Somebody in both tenants."""
    anchor = {"displayName": name, "onPremisesImmutableId": name}
    here = user(f"{name}@contoso.com", **anchor)
    return here, {**user(f"{name}@fabrikam.com", **anchor), **more}


(ANNA, ANNA_T), (BEN, BEN_T), (CARL, CARL_T) = person("Anna A"), person("Ben B"), person("Carl C")
OURS, THEIRS = group("ours", displayName="Approvers"), group("theirs", displayName="Approvers")
CHOSEN = (Decision("group", OURS["id"], THEIRS["id"], "choose"),)


def asks(*named: Row, governed: str = EXCHANGE, group_id: str | None = None) -> Row:
    """A policy that demands an approval by a user, a group or a relation."""
    approvers = []
    for one in named:
        kind = "singleUser" if "userPrincipalName" in one else "groupMembers"
        approvers.append(
            {
                "@odata.type": f"#microsoft.graph.{kind}",
                "userId" if kind == "singleUser" else "groupId": one["id"],
            }
        )
    setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": approvers}]}
    return policy(governed, group_id=group_id, Approval_EndUser_Assignment={"setting": setting})


def tenant(side: str, users: list[Row], *policies: Row, **more: Any) -> TenantView:
    lists, unread = more.pop("lists", None), more.pop("unread", ())
    rows: dict[str, Any] = {
        "user": users,
        "roleDefinition": [built_in()],
        "roleManagementPolicy": policies,
        "group": [OURS if side == SOURCE else THEIRS],
    }
    if side == SOURCE:
        rows[ELIGIBILITY] = [right("r", ANNA["id"])]
    return view(side, rows | more, lists=lists, unread=unread)


def of(resolution: Resolution, code: str) -> list[Conflict]:
    return [one for one in resolution.conflicts if one.code == code]


EVERYBODY = [ANNA_T, BEN_T, CARL_T]


def test_two_able_approvers_are_enough() -> None:
    here = tenant(SOURCE, [ANNA, BEN, CARL], asks(BEN, CARL))
    assert of(resolve(here, tenant(TARGET, EVERYBODY, asks(BEN_T, CARL_T)), LADDER), "C11") == []


@pytest.mark.parametrize(
    ("users", "theirs", "why"),
    [
        ([ANNA, BEN], [ANNA_T, BEN_T], "deleted in the source"),
        ([ANNA, BEN, CARL], [ANNA_T, BEN_T], "no accepted counterpart"),
        ([ANNA, BEN, CARL], [ANNA_T, BEN_T, {**CARL_T, "accountEnabled": False}], "disabled in the target"),
    ],
)
def test_an_approver_who_would_not_be_there(users: list[Row], theirs: list[Row], why: str) -> None:
    found = of(resolve(tenant(SOURCE, users, asks(BEN, CARL)), tenant(TARGET, theirs), LADDER), "C11")
    quorum, lost = sorted(found, key=lambda one: one.kind)
    assert (quorum.kind, lost.kind, lost.source_id) == ("roleManagementPolicy", "user", CARL["id"])
    assert why in lost.detail and why in quorum.detail
    assert "1 able approver" in quorum.detail
    # Policies do not move: it is told of the right, and does not hold it up.
    assert (quorum.blocks, quorum.concerns, lost.concerns) == ((), (ident("r"),), (ident("r"),))


def test_the_only_approver_is_the_requester() -> None:
    (found,) = of(resolve(tenant(SOURCE, [ANNA], asks(ANNA)), tenant(TARGET, EVERYBODY), LADDER), "C11")
    assert "the approver is the requester" in found.detail


def test_the_targets_own_policy_has_dead_approvers() -> None:
    gone = user("gone@fabrikam.com")
    here = tenant(SOURCE, [ANNA, BEN], policy(EXCHANGE))
    (found,) = of(resolve(here, tenant(TARGET, EVERYBODY, asks(gone, BEN_T)), LADDER), "C11")
    assert "the target does not have it" in found.detail
    assert found.target_ids == (f"policy_tenant_{EXCHANGE}",)
    assert found.concerns == (ident("r"),)


def test_a_policy_that_asks_for_no_approval_needs_no_approver() -> None:
    quiet = asks(BEN)
    for rule in quiet["policy"]["rules"]:
        if rule["id"].startswith("Approval"):
            rule["setting"]["isApprovalRequired"] = False
    assert of(resolve(tenant(SOURCE, [ANNA], quiet), tenant(TARGET, EVERYBODY), LADDER), "C11") == []


def test_a_role_that_names_nobody_is_approved_by_its_administrators_and_a_group_by_nobody() -> None:
    assert of(resolve(tenant(SOURCE, [ANNA], asks()), tenant(TARGET, EVERYBODY), LADDER), "C11") == []
    here = tenant(
        SOURCE,
        [ANNA],
        asks(governed="member", group_id=OURS["id"]),
        **{GROUP_ELIGIBILITY: [group_right("g", ANNA["id"], OURS["id"])]},
    )
    (found,) = of(resolve(here, tenant(TARGET, EVERYBODY), LADDER, CHOSEN), "C11")
    assert "0 able approvers" in found.detail


def test_a_group_approves_by_its_members_and_those_who_may_become_one() -> None:
    here = tenant(SOURCE, [ANNA, BEN, CARL], asks(OURS))
    lists = {"groupMember": {THEIRS["id"]: [member(BEN_T["id"])]}}
    eligible = {GROUP_ELIGIBILITY: [group_right("e", CARL_T["id"], THEIRS["id"])]}
    assert of(resolve(here, tenant(TARGET, EVERYBODY, lists=lists, **eligible), LADDER, CHOSEN), "C11") == []
    (few,) = of(resolve(here, tenant(TARGET, EVERYBODY, lists=lists), LADDER, CHOSEN), "C11")
    assert "1 able approver" in few.detail


def test_members_that_were_not_read_are_unknown_and_not_none() -> None:
    here = tenant(SOURCE, [ANNA], asks(OURS))
    (found,) = of(resolve(here, tenant(TARGET, EVERYBODY), LADDER, CHOSEN), "C11")
    assert "an unknown number more" in found.detail and "was not read" in found.detail


# Circles ---------------------------------------------------------------------------------------------------

A, B, C = (group(name, displayName=name) for name in ("a", "b", "c"))


def nested(**inside: list[Row]) -> dict[str, dict[str, list[Row]]]:
    return {
        "groupMember": {
            ident(one): [member(each["id"], "group") for each in found] for one, found in inside.items()
        }
    }


def circles(lists: Any, **more: Any) -> list[Conflict]:
    rows = {"group": [A, B, C], ELIGIBILITY: [right("r", A["id"])]} | more
    return of(resolve(tenant(SOURCE, [ANNA], lists=lists, **rows), tenant(TARGET, EVERYBODY), LADDER), "C12")


def test_groups_that_contain_each_other() -> None:
    (found,) = circles(nested(a=[B], b=[C], c=[B]))
    assert found.source_id == min(B["id"], C["id"])
    assert "b" in found.detail and "c" in found.detail
    assert (found.blocks, found.concerns) == ((), (ident("r"),))


def test_a_group_in_itself_is_a_circle_and_a_diamond_is_none() -> None:
    assert len(circles(nested(a=[A], b=[], c=[]))) == 1
    assert circles(nested(a=[B, C], b=[C], c=[])) == []


def test_a_circle_that_no_right_reaches_is_nobodys_business() -> None:
    assert circles(nested(a=[], b=[C], c=[B])) == []


def test_eligibility_closes_a_circle_too() -> None:
    eligible = {GROUP_ELIGIBILITY: [group_right("g", A["id"], B["id"])]}
    assert len(circles(nested(a=[B], b=[], c=[]), **eligible)) == 1
    assert circles(nested(a=[], b=[], c=[]), **eligible) == []


def test_a_circle_of_the_target_names_both_sides() -> None:
    here = tenant(SOURCE, [ANNA], **{ELIGIBILITY: [right("r", OURS["id"])]})
    lists = {"groupMember": {THEIRS["id"]: [member(THEIRS["id"], "group")]}}
    (found,) = of(resolve(here, tenant(TARGET, EVERYBODY, lists=lists), LADDER, CHOSEN), "C12")
    assert (found.source_id, found.target_ids) == (OURS["id"], (THEIRS["id"],))


# Deadlocks -------------------------------------------------------------------------------------------------


def locked(*policies: Row, standing: list[Row] = [], **more: Any) -> list[Conflict]:  # noqa: B006
    """The role is approved by group A, of which Ben is only eligible."""
    rows = {
        "group": [A, B],
        GROUP_ELIGIBILITY: [group_right("a", BEN["id"], A["id"]), group_right("b", CARL["id"], B["id"])],
    } | more
    lists = {"groupMember": {A["id"]: [member(one["id"]) for one in standing], B["id"]: []}}
    here = tenant(SOURCE, [ANNA, BEN, CARL], asks(A), *policies, lists=lists, **rows)
    return of(resolve(here, tenant(TARGET, EVERYBODY), LADDER), "C12")


def test_approvers_who_must_be_approved_by_themselves() -> None:
    (found,) = locked(asks(A, governed="member", group_id=A["id"]))
    assert "everybody who could approve must first be approved himself" in found.detail
    assert ident("r") in found.concerns and found.blocks == ()


def test_two_groups_that_wait_for_each_other() -> None:
    both = (asks(B, governed="member", group_id=A["id"]), asks(A, governed="member", group_id=B["id"]))
    (found,) = locked(*both)
    assert "member of a" in found.detail and "member of b" in found.detail
    # Somebody who stands in one of the groups breaks the circle, an activation that will end does not.
    assert locked(*both, standing=[CARL]) == []
    session = group_right("s", CARL["id"], A["id"], assignmentType="Activated")
    assert len(locked(*both, standing=[CARL], groupAssignmentSchedule=[session])) == 1


def test_a_named_approver_needs_no_activation() -> None:
    assert locked(asks(A, BEN, governed="member", group_id=A["id"])) == []


def test_a_group_whose_activation_needs_no_approval_is_no_deadlock() -> None:
    assert locked(policy("member", group_id=A["id"])) == []
    assert locked() == []


def test_a_deadlock_of_the_target_is_told_of_the_right_that_moves_into_it() -> None:
    here = tenant(SOURCE, [ANNA], policy(EXCHANGE))
    there = tenant(
        TARGET,
        EVERYBODY,
        asks(THEIRS),
        asks(THEIRS, governed="member", group_id=THEIRS["id"]),
        lists={"groupMember": {THEIRS["id"]: []}},
        **{GROUP_ELIGIBILITY: [group_right("t", BEN_T["id"], THEIRS["id"])]},
    )
    (found,) = of(resolve(here, there, LADDER), "C12")
    assert (found.source_id, found.concerns) == (f"policy_tenant_{EXCHANGE}", (ident("r"),))
