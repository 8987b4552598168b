"""What a plan costs: units, minutes, seats, open decisions."""

from __future__ import annotations

from typing import Any

from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    NOW,
    SOURCE,
    TARGET,
    group,
    ident,
    member,
    policy,
    right,
    user,
    view,
)

from migrate.plan.document import Action, Draft
from migrate.plan.estimate import REQUESTS_A_WRITE, estimate, seats
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.resolution import Resolution

PEOPLE = [user(f"p{number}@fabrikam.com") for number in range(6)]
TEAM, INNER, UNREAD = group("Team"), group("Inner"), group("Unread")
PAID = {
    "id": "sku",
    "skuId": "sku",
    "capabilityStatus": "Enabled",
    "prepaidUnits": {"enabled": 3},
    "servicePlans": [{"servicePlanId": "eec0eb4f-6444-4f95-aba0-50c24d67f998"}],
}


def write(principal: str, **target: Any) -> Draft:
    return Draft(
        Action.CREATE, ELIGIBILITY, "key", "not there yet", target={"principalId": principal, **target}
    )


def tenant(*rights: dict[str, Any], policies: Any = (), unread: tuple[str, ...] = ()) -> Any:
    return view(
        TARGET,
        {
            "user": PEOPLE,
            "group": [TEAM, INNER, UNREAD],
            "subscribedSku": [PAID],
            ELIGIBILITY: rights,
            "roleManagementPolicy": policies,
        },
        unread=unread,
        lists={
            "groupMember": {
                TEAM["id"]: [member(PEOPLE[1]["id"]), member(INNER["id"], "group")],
                INNER["id"]: [
                    member(PEOPLE[2]["id"]),
                    member(TEAM["id"], "group"),
                    member(ident("app"), "device"),
                ],
            }
        },
    )


def test_each_person_needs_one_seat_however_they_come_to_it() -> None:
    there = [right("a", PEOPLE[0]["id"]), right("b", TEAM["id"])]
    over = right("c", PEOPLE[5]["id"], end="2026-02-01T00:00:00Z")
    found = seats(tenant(*there, over), [write(PEOPLE[0]["id"]), write(PEOPLE[3]["id"])], NOW)
    assert (found.needed, found.paid, found.unknown, found.missing) == (4, 3, 0, 1)


def joins(parent: str, who: str) -> Draft:
    return Draft(
        Action.CREATE, "groupMember", f"{parent}|{who}", "moves", target={"parentId": parent, "objectId": who}
    )


def test_whom_the_plan_puts_into_a_group_needs_one_too() -> None:
    new = "new:group:11111111-1111-1111-1111-111111111111"
    writes = [
        write(new),
        joins(new, PEOPLE[0]["id"]),
        joins(new, TEAM["id"]),
        joins(TEAM["id"], PEOPLE[3]["id"]),
        joins(TEAM["id"], PEOPLE[1]["id"]),
        joins(UNREAD["id"], PEOPLE[5]["id"]),
    ]
    found = seats(tenant(), writes, NOW)
    assert (found.needed, found.unknown) == (4, 0), "nobody is eligible through the group that was not read"


def test_approvers_need_one_too() -> None:
    stage = {"primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": PEOPLE[4]["id"]}]}
    asks = {"setting": {"isApprovalRequired": True, "approvalStages": [stage]}}
    found = seats(tenant(policies=[policy(EXCHANGE, Approval_EndUser_Assignment=asks)]), [], NOW)
    assert (found.needed, found.missing) == (1, 0)
    copied = Draft(
        Action.UPDATE,
        "roleManagementPolicyRule",
        "key",
        "as in the source",
        target={
            "ruleId": "Approval_EndUser_Assignment",
            "rule": {"id": "Approval_EndUser_Assignment", **asks},
        },
    )
    assert seats(tenant(), [copied], NOW).needed == 1


def test_what_was_not_read_is_unknown_and_never_enough() -> None:
    found = seats(tenant(right("a", UNREAD["id"]), unread=("subscribedSkus",)), [], NOW)
    assert (found.needed, found.paid, found.unknown, found.missing) == (0, None, 1, 0)
    partial = (f"groupEligibilitySchedules:{TEAM['id']}", "roleManagementPolicies")
    assert seats(tenant(unread=partial), [], NOW).unknown == 2


def test_units_minutes_and_open_decisions() -> None:
    blocked = Draft(Action.BLOCKED, ELIGIBILITY, "k", "open", source=right("r", ident("open")))
    drafts = [write(PEOPLE[0]["id"], groupId=TEAM["id"]), write(PEOPLE[0]["id"]), blocked]
    source = view(SOURCE, {"user": [user("open")], GROUP_ELIGIBILITY: []})

    def mapped(kind: str, name: str, state: State) -> Counterpart:
        return Counterpart(kind, ident(name), name, None, None, state, None, 0.0, None, "")

    mappings = (
        mapped("user", "open", State.PROPOSED),
        mapped("user", "elsewhere", State.PROPOSED),
        mapped("user", "skipped", State.SKIPPED),
    )
    resolution = Resolution(mappings, (), ())
    found = estimate(drafts, source, tenant(), resolution, now=NOW, per_second=0.1, learned=True)
    assert (found.writes, found.units) == (2, 2 * REQUESTS_A_WRITE + 2)
    assert found.minutes == round(found.units / 0.1 / 60, 1)
    assert (found.open_decisions, found.learned) == (1, True)
