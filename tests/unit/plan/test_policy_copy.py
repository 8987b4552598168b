"""A policy of the target brought to its source's: what changes, what does not, what is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from approval_rules import asked_for
from rule_sample import (
    ACTIVE,
    APPROVAL,
    ASKED,
    ASKED_OF_ADMINS,
    ASSIGNED,
    CONTEXT,
    ELIGIBLE,
    MAIL,
    MFA,
    TICKET,
    WHY,
    Rule,
    by_id,
    context,
    copied,
    rules,
)

from migrate.kinds import policy_defaults
from migrate.kinds.policy_rule import same_rule
from migrate.plan.policy_copy import Mode, PolicyCopy, reverse


def told(found: PolicyCopy) -> dict[str, str]:
    return {one.rule_id: one.says for one in found.changes}


def left(found: PolicyCopy) -> dict[str, tuple[str, ...]]:
    return {one.rule_id: one.codes for one in found.left}


def test_two_policies_as_shipped_need_nothing() -> None:
    assert copied(rules(), rules()) == PolicyCopy()
    assert copied(rules(group=True), policy_defaults.as_answered(policy_defaults.OF_GROUPS)) == PolicyCopy()


@pytest.mark.parametrize(
    ("rule", "ours", "theirs"),
    [
        (ASKED, {"enabledRules": [MFA, WHY]}, {"enabledRules": [WHY, MFA.upper()]}),
        (CONTEXT, {"isEnabled": False, "claimValue": None}, {"isEnabled": False, "claimValue": ""}),
        (CONTEXT, context("c1"), context("C7")),
        (ACTIVE, {"maximumDuration": "P1D"}, {"maximumDuration": "PT24H"}),
        # Where an administrator need not set an end, the maximum limits nobody.
        (ELIGIBLE, {"maximumDuration": "P30D"}, {"maximumDuration": "P365D"}),
        (MAIL, {"notificationLevel": "all"}, {"notificationLevel": "All"}),
        (
            MAIL,
            {"notificationRecipients": ["a@contoso.com", "b@contoso.com"]},
            {"notificationRecipients": ["B@fabrikam.com", "a@fabrikam.com"]},
        ),
    ],
)
@pytest.mark.parametrize("mode", [Mode.COPY, Mode.STRENGTHEN])
def test_what_is_only_spelt_otherwise_is_no_difference(
    rule: str, ours: Rule, theirs: Rule, mode: Mode
) -> None:
    without_mfa: Any = {ASKED: {"enabledRules": []}} if rule == CONTEXT else {}
    found = copied(rules(**{**without_mfa, rule: ours}), rules(**{**without_mfa, rule: theirs}), mode)
    assert found == PolicyCopy()


@pytest.mark.parametrize(
    ("rule", "ours", "theirs", "says"),
    [
        (ACTIVE, {"maximumDuration": "PT4H"}, {}, "maximum activation PT8H -> PT4H"),
        (ASKED, {"enabledRules": [WHY, MFA, TICKET]}, {"enabledRules": [WHY]},
         "activation asks for Justification -> Justification + MultiFactorAuthentication + Ticketing"),
        (ASSIGNED, {"isExpirationRequired": True, "maximumDuration": "P15D"}, {},
         "end of active assignment required no -> yes; maximum active assignment none -> P15D"),
        (MAIL, {"notificationRecipients": ["Ann@Contoso.com"]}, {},
         "mails to administrators about activation, also to nobody -> ann@fabrikam.com"),
        (MAIL, {}, {"notificationLevel": "None"}, "mails to administrators about activation none -> all"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", [Mode.COPY, Mode.STRENGTHEN])
def test_a_stricter_source_changes_one_rule_and_says_so(
    rule: str, ours: Rule, theirs: Rule, says: str, mode: Mode
) -> None:
    target = rules(**{rule: theirs})
    found = copied(rules(**{rule: ours}), target, mode)
    assert told(found) == {rule: says}
    assert found.left == ()
    (change,) = found.changes
    assert change.codes == ("D07",) and not change.loosens
    assert change.before == by_id(target)[rule]
    assert same_rule(reverse(change), by_id(target)[rule])
    assert not same_rule(change.after, by_id(target)[rule])


@pytest.mark.parametrize(
    ("rule", "ours", "theirs"),
    [
        (ACTIVE, {}, {"maximumDuration": "PT1H"}),
        (ACTIVE, {"isExpirationRequired": False}, {}),
        (ELIGIBLE, {}, {"isExpirationRequired": True, "maximumDuration": "P30D"}),
        (ASKED, {"enabledRules": []}, {"enabledRules": [MFA, WHY, TICKET]}),
        (ASKED_OF_ADMINS, {"enabledRules": []}, {}),
        (CONTEXT, {}, context("c7")),
        (MAIL, {"notificationLevel": "Critical", "isDefaultRecipientsEnabled": False}, {}),
        (MAIL, {}, {"notificationRecipients": ["soc@fabrikam.com"]}),
    ],
)
def test_strengthen_never_takes_away_and_copy_says_that_it_does(rule: str, ours: Rule, theirs: Rule) -> None:
    without_mfa: Any = {ASKED: {"enabledRules": []}} if rule == CONTEXT else {}
    source, target = rules(**{**without_mfa, rule: ours}), rules(**{**without_mfa, rule: theirs})
    assert copied(source, target, Mode.STRENGTHEN) == PolicyCopy()
    (change,) = copied(source, target).changes
    assert change.rule_id == rule
    assert change.loosens
    assert same_rule(change.after, by_id(source)[rule])


def test_strengthen_takes_the_stricter_part_of_either() -> None:
    source = rules(
        **{
            ACTIVE: {"isExpirationRequired": False, "maximumDuration": "PT2H"},
            ASKED: {"enabledRules": [TICKET]},
            ELIGIBLE: {"isExpirationRequired": True, "maximumDuration": "P90D"},
            MAIL: {"notificationLevel": "Critical", "notificationRecipients": ["ann@contoso.com"]},
        }
    )
    target = rules(
        **{
            ELIGIBLE: {"maximumDuration": "P30D"},
            MAIL: {"isDefaultRecipientsEnabled": False, "notificationRecipients": ["soc@fabrikam.com"]},
        }
    )
    after = {one.rule_id: one.after for one in copied(source, target, Mode.STRENGTHEN).changes}
    assert (after[ACTIVE]["isExpirationRequired"], after[ACTIVE]["maximumDuration"]) == (True, "PT2H")
    assert after[ASKED]["enabledRules"] == [WHY, MFA, TICKET]
    # Never longer than what stands there, although that limited nobody yet.
    assert (after[ELIGIBLE]["isExpirationRequired"], after[ELIGIBLE]["maximumDuration"]) == (True, "P30D")
    assert after[MAIL]["notificationLevel"] == "All"
    assert after[MAIL]["isDefaultRecipientsEnabled"] is True
    assert after[MAIL]["notificationRecipients"] == ["soc@fabrikam.com", "ann@fabrikam.com"]


def test_leave_changes_nothing_and_names_nothing() -> None:
    source = rules(**{ACTIVE: {"maximumDuration": "PT1H"}, APPROVAL: asked_for()})
    assert copied(source, rules(), Mode.LEAVE) == PolicyCopy()


@pytest.mark.parametrize("mode", [Mode.COPY, Mode.STRENGTHEN])
@pytest.mark.parametrize(
    ("rule", "change", "said"),
    [
        (ACTIVE, {"maximumDuration": "PT0S"}, "lets nothing through"),
        (ACTIVE, {"maximumDuration": None}, "no maximum is given"),
        (ACTIVE, {"isExpirationRequired": False, "maximumDuration": None}, "has no maximum"),
        (ACTIVE, {"maximumDuration": "P1M"}, "no duration that PIM takes"),
        (ELIGIBLE, {"maximumDuration": "P1Y"}, "no duration that PIM takes"),
        (ELIGIBLE, {"maximumDuration": "PT0S"}, "lets nothing through"),
        (ELIGIBLE, {"isExpirationRequired": "yes"}, "whether an end is required"),
        (ASKED, {"enabledRules": [MFA, "Biometry"]}, "'Biometry', which is not known"),
        (ASKED, {"enabledRules": "Justification"}, "cannot be read"),
        (ASKED, {"enabledRules": None}, "cannot be read"),
        (ASKED_OF_ADMINS, {"enabledRules": [TICKET]}, "in an activation only"),
        (MAIL, {"notificationLevel": "Some"}, "level 'Some' is not known"),
        (MAIL, {"isDefaultRecipientsEnabled": None}, "usual recipients"),
        (MAIL, {"notificationRecipients": [7]}, "recipients cannot be read"),
        (CONTEXT, {"isEnabled": True, "claimValue": ""}, "names no authentication context"),
        (CONTEXT, {"isEnabled": None}, "whether it is on"),
        (APPROVAL, {"setting": None}, "whether an approval is needed"),
        (APPROVAL, asked_for(approvalMode="NoApproval"), "mode 'NoApproval' is not known"),
        (APPROVAL, asked_for(approvalStages=[7]), "stages cannot be read"),
        (APPROVAL, asked_for(isRequestorJustificationRequired="no"), "neither on nor off"),
        (ACTIVE, {"target": None}, "has no target"),
        (MAIL, {"target": {}}, "target's caller is None"),
        (MAIL, {"target": {"caller": "EndUser", "level": "Eligibility"}}, "target's level"),
        (MAIL, {"target": {"caller": "EndUser", "level": "Assignment"}}, "names no operations"),
        (ACTIVE, {"@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule"}, "its type"),
        (ACTIVE, {"@odata.type": None}, "its type None"),
    ],
)
def test_a_broken_rule_on_either_side_is_left_alone_and_named(
    rule: str, change: Mapping[str, Any], said: str, mode: Mode
) -> None:
    healthy = rules(**{ACTIVE: {"maximumDuration": "PT4H"}, CONTEXT: context(None), APPROVAL: {}})
    for source, target, side in (
        (rules(**{rule: change}), healthy, "source"),
        (healthy, rules(**{rule: change}), "target"),
    ):
        found = copied(source, target, mode)
        assert rule not in told(found)
        assert left(found) == {rule: ("D07",)}
        assert side in found.left[0].reason and said in found.left[0].reason


def test_an_unknown_rule_is_named_even_where_both_have_it() -> None:
    new: Rule = {**rules()[0], "id": "Expiration_Agent_Assignment"}
    found = copied([*rules(), new], [*rules(), new])
    assert found.changes == ()
    assert left(found) == {"Expiration_Agent_Assignment": ("D07",)}
    assert left(copied([*rules(), {"enabledRules": []}], rules())) == {"without an id": ("D07",)}


def test_a_rule_that_one_side_does_not_show_or_shows_twice_is_left_alone() -> None:
    less = [one for one in rules() if one["id"] != ACTIVE]
    changed = rules(**{ACTIVE: {"maximumDuration": "PT1H"}})
    for source, target, said in (
        (less, changed, "the source's policy does not show this rule"),
        (changed, less, "the target's policy does not show this rule"),
        ([*changed, *changed[10:11]], rules(), "shows this rule 2 times"),
    ):
        found = copied(source, target)
        assert found.changes == () or ACTIVE not in told(found)
        assert [one.codes for one in found.left] == [("D07",)]
        assert said in found.left[0].reason


def test_a_recipient_without_counterpart_leaves_the_whole_rule_alone() -> None:
    source = rules(
        **{
            MAIL: {
                "notificationLevel": "Critical",
                "notificationRecipients": ["ann@contoso.com", "x@elsewhere.org"],
            },
            ACTIVE: {"maximumDuration": "PT4H"},
        }
    )
    for mode in (Mode.COPY, Mode.STRENGTHEN):
        found = copied(source, rules(), mode)
        assert set(told(found)) == {ACTIVE}
        assert left(found) == {MAIL: ("C01", "D07")}
        assert "x@elsewhere.org" in found.left[0].reason


def test_the_body_has_type_id_and_the_whole_target_of_the_target() -> None:
    full = {
        "@odata.type": "microsoft.graph.unifiedRoleManagementPolicyRuleTarget",
        "caller": "EndUser",
        "operations": ["All"],
        "level": "Assignment",
        "inheritableSettings": [],
        "enforcedSettings": [],
    }
    target = rules(**{ACTIVE: {"target": {**full, "targetObjects": None}, "kept@odata.context": "x"}})
    (change,) = copied(rules(**{ACTIVE: {"maximumDuration": "PT4H"}}), target).changes
    expected = {
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
        "id": ACTIVE,
        "isExpirationRequired": True,
        "maximumDuration": "PT4H",
        "target": full,
    }
    assert change.after == expected
    assert reverse(change) == {**expected, "maximumDuration": "PT8H"}
