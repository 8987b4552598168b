"""D07: policies compared rule by rule, in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    policy,
    right,
    user,
    view,
)

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Drift
from migrate.resolve.resolution import resolve
from migrate.resolve.rule_differences import Direction, between

Row = dict[str, Any]
ANNA = user("anna@contoso.com", displayName="Anna Smith", employeeId="C1")
THERE = user("anna@fabrikam.com", displayName="Anna Smith", employeeId="C1")
BEN = user("ben@contoso.com", displayName="Ben Jones", employeeId="C2")
BEN_T = user("ben@fabrikam.com", displayName="Ben Jones", employeeId="C2")
END_USER, ADMIN = "Expiration_EndUser_Assignment", "Expiration_Admin_Eligibility"
ACTIVATION, APPROVAL = "Enablement_EndUser_Assignment", "Approval_EndUser_Assignment"
CONTEXT = "AuthenticationContext_EndUser_Assignment"
MAIL = "Notification_Admin_EndUser_Assignment"
MFA, WHY, TICKET = "MultiFactorAuthentication", "Justification", "Ticketing"


def found(
    ours: Row | None, theirs: Row | None, *, here: Row | None = None, there: Row | None = None
) -> list[Drift]:
    policies = [{"roleManagementPolicy": [one]} if one else {} for one in (ours, theirs)]
    source: Row = {"user": [ANNA, BEN], "roleDefinition": [built_in()], ELIGIBILITY: [right("r", ANNA["id"])]}
    target: Row = {"user": [THERE, BEN_T], "roleDefinition": [built_in()]}
    more = [dict(here or {}), dict(there or {})]
    unread = [one.pop("unread", ()) for one in more]
    resolution = resolve(
        view(SOURCE, source | policies[0] | more[0], unread=unread[0]),
        view(TARGET, target | policies[1] | more[1], unread=unread[1]),
        LADDER,
    )
    return [one for one in resolution.drift if one.code == "D07"]


def approved_by(*named: str) -> Row:
    people = [{"@odata.type": "#microsoft.graph.singleUser", "userId": one} for one in named]
    return {"setting": {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": people}]}}


@pytest.mark.parametrize(
    ("rule", "ours", "theirs", "field", "direction"),
    [
        (END_USER, {"maximumDuration": "PT4H"}, {"maximumDuration": "PT8H"}, "maximumDuration", "weaker"),
        (END_USER, {"maximumDuration": "P1D"}, {"maximumDuration": "PT24H"}, "", ""),
        (END_USER, {"maximumDuration": "P1M"}, {"maximumDuration": "PT8H"}, "maximumDuration", "different"),
        (ADMIN, {"isExpirationRequired": True}, {}, "isExpirationRequired", "weaker"),
        # Where an end is not demanded, the maximum limits nobody.
        (ADMIN, {"maximumDuration": "P30D"}, {}, "", ""),
        (ACTIVATION, {"enabledRules": [WHY, MFA]}, {"enabledRules": [MFA.upper(), WHY]}, "", ""),
        (ACTIVATION, {"enabledRules": [WHY, MFA]}, {"enabledRules": [WHY]}, MFA, "weaker"),
        (ACTIVATION, {"enabledRules": [WHY, MFA]}, {"enabledRules": [MFA]}, WHY, "weaker"),
        (ACTIVATION, {"enabledRules": [TICKET]}, {"enabledRules": []}, TICKET, "weaker"),
        (APPROVAL, approved_by(BEN["id"]), {}, "isApprovalRequired", "weaker"),
        (CONTEXT, {"isEnabled": False, "claimValue": None}, {"isEnabled": False, "claimValue": ""}, "", ""),
        (MAIL, {"notificationLevel": "All"}, {"notificationLevel": "None"}, "notificationLevel", "weaker"),
        (
            MAIL,
            {"isDefaultRecipientsEnabled": True},
            {"isDefaultRecipientsEnabled": False},
            "isDefaultRecipientsEnabled",
            "weaker",
        ),
        (
            MAIL,
            {"notificationRecipients": ["a@contoso.com"]},
            {"notificationRecipients": ["A@fabrikam.com"]},
            "",
            "",
        ),
        (MAIL, {"notificationRecipients": ["a@contoso.com"]}, {}, "notificationRecipients", "weaker"),
    ],
)
def test_one_rule_in_both_directions(rule: str, ours: Row, theirs: Row, field: str, direction: str) -> None:
    one, other = policy(EXCHANGE, **{rule: ours}), policy(EXCHANGE, **{rule: theirs})
    drift = found(one, other)
    assert [(each.detail["rule"], each.detail["property"], each.detail["direction"]) for each in drift] == (
        [(rule, field, direction)] if field else []
    )
    assert all((each.blocks, each.concerns) == ((), (ident("r"),)) for each in drift)
    turned = {"weaker": "stricter"}.get(direction, direction)
    if "contoso" not in str(ours) or not field:
        back = list(between(other, one, {"fabrikam.com": "contoso.com", "contoso.com": "fabrikam.com"}))
        assert [str(each.direction) for each in back] == ([turned] if field else [])


def test_the_defaults_of_two_tenants_are_the_same() -> None:
    assert found(policy(EXCHANGE), policy(EXCHANGE)) == []


def test_a_policy_that_governs_no_moved_right_or_was_not_read_is_not_compared() -> None:
    other = policy(ident("another role"), **{END_USER: {"maximumDuration": "PT1H"}})
    assert found(other, other) == []
    assert found(policy(EXCHANGE, **{END_USER: {"maximumDuration": "PT1H"}}), None) == []


# Approvers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([ANNA, BEN], [THERE, BEN_T], []),
        ([ANNA, BEN], [THERE], [("approvers", "stricter")]),
        ([ANNA], [THERE, BEN_T], [("approvers", "weaker")]),
        ([ANNA], [BEN_T], [("approvers", "weaker")]),
        ([ANNA, user("gone@contoso.com")], [THERE], [("number of approvers", "different")]),
    ],
)
def test_who_approves(ours: list[Row], theirs: list[Row], expected: list[tuple[str, str]]) -> None:
    pair = [
        policy(EXCHANGE, **{APPROVAL: approved_by(*(one["id"] for one in side))}) for side in (ours, theirs)
    ]
    drift = found(*pair)
    assert [(one.detail["property"], one.detail["direction"]) for one in drift] == expected


# Authentication contexts -----------------------------------------------------------------------------------


def context(claim: str, name: str) -> Row:
    return {"id": claim, "displayName": name, "isAvailable": True}


def enforcing(claim: str, state: str = "enabled") -> Row:
    applications = {"includeAuthenticationContextClassReferences": [claim]}
    return {"id": "ca", "displayName": "CA", "state": state, "conditions": {"applications": applications}}


def demanding(claim: str) -> Row:
    enabled = {ACTIVATION: {"enabledRules": [WHY]}, CONTEXT: {"isEnabled": True, "claimValue": claim}}
    return policy(EXCHANGE, **enabled)


@pytest.mark.parametrize(
    ("claim", "name", "rules", "expected"),
    [
        ("c1", "Managed device", [enforcing("C1")], []),
        ("c1", "Something else", [enforcing("c1")], [("claimValue", "different")]),
        ("c2", "Managed device", [enforcing("c2")], [("claimValue", "different")]),
        ("c1", "Managed device", [], [("enforcement", "weaker")]),
        (
            "c1",
            "Managed device",
            [enforcing("c1", "enabledForReportingButNotEnforced"), enforcing("c1", "disabled")],
            [("enforcement", "weaker")],
        ),
    ],
)
def test_a_context_by_label_and_name_and_whether_anything_enforces_it(
    claim: str, name: str, rules: list[Row], expected: list[tuple[str, str]]
) -> None:
    drift = found(
        demanding("c1"),
        demanding(claim),
        here={"authenticationContext": [context("c1", "Managed device")]},
        there={
            "authenticationContext": [context(claim, name)],
            "conditionalAccessPolicy": [{**one, "id": f"ca{number}"} for number, one in enumerate(rules)],
        },
    )
    assert [(one.detail["property"], one.detail["direction"]) for one in drift] == expected


def test_what_was_not_read_about_a_context_is_said() -> None:
    unread = {"unread": ["authenticationContexts", "conditionalAccessPolicies"]}
    told = {
        one.detail["property"]: one.detail["target"]
        for one in found(demanding("c1"), demanding("c1"), there=unread)
    }
    assert told == {
        "enforcement": "c1 (its name was not read): the conditional access policies were not read",
        "claimValue": "c1 (its name was not read)",
    }


def test_mfa_against_a_context_is_different_and_not_weaker() -> None:
    drift = found(
        policy(EXCHANGE),
        demanding("c1"),
        there={
            "authenticationContext": [context("c1", "Managed device")],
            "conditionalAccessPolicy": [enforcing("c1")],
        },
    )
    directions = {one.detail["property"]: one.detail["direction"] for one in drift}
    assert directions == {MFA: "different", "isEnabled": "stricter"}


# Groups ----------------------------------------------------------------------------------------------------

OURS, THEIRS = group("ours", displayName="G"), group("theirs", displayName="G")
CHOSEN = (Decision("group", OURS["id"], THEIRS["id"], "choose"),)


@pytest.mark.parametrize(
    ("access", "managed", "expected"),
    [("member", True, ["weaker"]), ("owner", True, []), ("member", False, ["weaker"])],
)
def test_groups_go_by_group_and_access(access: str, managed: bool, expected: list[str]) -> None:
    short = {END_USER: {"maximumDuration": "PT1H"}}
    source: Row = {
        "user": [ANNA],
        "group": [OURS],
        GROUP_ELIGIBILITY: [group_right("r", ANNA["id"], OURS["id"], access)],
        "roleManagementPolicy": [
            policy("member", group_id=OURS["id"], **short),
            policy("owner", group_id=OURS["id"]),
        ],
    }
    target: Row = {"user": [THERE], "group": [THEIRS]}
    if managed:
        both = [policy(one, group_id=THEIRS["id"]) for one in ("member", "owner")]
        target |= {"pimGroup": [{"id": THEIRS["id"]}], "roleManagementPolicy": both}
    # A group that PIM does not manage yet gets the default policy.
    drift = resolve(view(SOURCE, source), view(TARGET, target), LADDER, CHOSEN).drift
    assert [one.detail["direction"] for one in drift if one.code == "D07"] == expected


# In general ------------------------------------------------------------------------------------------------

_RULES = st.fixed_dictionaries(
    {
        END_USER: st.fixed_dictionaries(
            {"maximumDuration": st.sampled_from(["PT1H", "PT8H", "P1D", "P1M", None])}
        ),
        ADMIN: st.fixed_dictionaries(
            {"isExpirationRequired": st.booleans(), "maximumDuration": st.sampled_from(["P30D", "P365D"])}
        ),
        ACTIVATION: st.fixed_dictionaries(
            {"enabledRules": st.lists(st.sampled_from([MFA, WHY, TICKET]), unique=True)}
        ),
        CONTEXT: st.fixed_dictionaries({"isEnabled": st.booleans()}),
        MAIL: st.fixed_dictionaries(
            {
                "notificationLevel": st.sampled_from(["All", "critical", "None", "New"]),
                "notificationRecipients": st.lists(st.sampled_from(["a@x.org", "b@x.org"]), unique=True),
            }
        ),
    }
)
_TURNED = {
    Direction.WEAKER: Direction.STRICTER,
    Direction.STRICTER: Direction.WEAKER,
    Direction.DIFFERENT: Direction.DIFFERENT,
}


@given(_RULES, _RULES)
def test_what_is_weaker_one_way_is_stricter_the_other(one: Row, other: Row) -> None:
    ours, theirs = policy(EXCHANGE, **one), policy(EXCHANGE, **other)
    there = [(each.rule, each.field, each.direction) for each in between(ours, theirs, {})]
    back = [(each.rule, each.field, _TURNED[each.direction]) for each in between(theirs, ours, {})]
    assert there == back
    assert list(between(ours, ours, {})) == []
