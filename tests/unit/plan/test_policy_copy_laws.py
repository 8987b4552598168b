"""Laws over generated policies: each step accepted, twice is once, back is back, stronger is never weaker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from approval_rules import approver, asked_for
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_sample import (
    APPROVAL,
    CONTEXT,
    GROUP,
    MFA,
    PEOPLE,
    THEIR_GROUP,
    THEIRS,
    TICKET,
    WHY,
    Rule,
    Tenant,
    by_id,
    context,
    copied,
    rules,
)

from migrate.kinds.policy_defaults import RULE_IDS
from migrate.kinds.policy_rule import meaning, same_rule
from migrate.kinds.policy_rule_fault import fault
from migrate.kinds.policy_rule_names import LEVELS
from migrate.kinds.schedule import parse_duration
from migrate.plan.policy_copy import Mode, PolicyCopy, reverse, undo_order

LENGTHS = ["PT30M", "PT60M", "PT1H", "PT8H", "P1D", "PT24H", "P30D", "P365D", "P1M", "P1Y", "PT0S", "", None]
QUICK = settings(max_examples=80)
MODES = st.sampled_from([Mode.COPY, Mode.STRENGTHEN])
MINIMA = st.integers(min_value=0, max_value=3)


def expirations() -> st.SearchStrategy[Rule]:
    return st.fixed_dictionaries(
        {"isExpirationRequired": st.booleans(), "maximumDuration": st.sampled_from(LENGTHS)}
    )


def enablements() -> st.SearchStrategy[Rule]:
    known = st.lists(st.sampled_from([MFA, WHY, TICKET, MFA.lower()]), unique=True, max_size=3)
    return st.one_of(known, known, st.just(["Biometry"])).map(lambda one: {"enabledRules": one})


def contexts() -> st.SearchStrategy[Rule]:
    return st.sampled_from(["c1", "c2", "c3", "c7", "", None]).map(context)


def notifications(domain: str) -> st.SearchStrategy[Rule]:
    mails = st.sampled_from([f"a@{domain}", f"B@{domain}", "x@elsewhere.org"])
    return st.fixed_dictionaries(
        {
            "notificationLevel": st.sampled_from(["All", "Critical", "None", "none", "Some"]),
            "isDefaultRecipientsEnabled": st.booleans(),
            "notificationRecipients": st.lists(mails, max_size=3),
        }
    )


def approvals(people: list[str], group: str) -> st.SearchStrategy[Rule]:
    named = st.sampled_from([*(approver(one) for one in people), approver(group, group=True), {"id": None}])

    def made(stages: list[list[Rule]], required: bool, extension: bool, reason: bool) -> Rule:
        whole = [asked_for(*stage)["setting"]["approvalStages"][0] for stage in stages]
        return asked_for(
            isApprovalRequired=required,
            isApprovalRequiredForExtension=extension,
            isRequestorJustificationRequired=reason,
            approvalStages=whole,
        )

    stages = st.lists(st.lists(named, max_size=3), max_size=2)
    return st.builds(made, stages, st.booleans(), st.booleans(), st.booleans())


def policies(domain: str, people: list[str], group: str) -> st.SearchStrategy[list[Rule]]:
    by_aspect = {
        "Expiration": expirations(),
        "Enablement": enablements(),
        "Notification": notifications(domain),
        "Approval": approvals(people, group),
        "AuthenticationContext": contexts(),
    }
    changes = {one: by_aspect[one.partition("_")[0]] for one in RULE_IDS}
    return st.builds(
        lambda some, of_group: rules(group=of_group, **some),
        st.fixed_dictionaries({}, optional=changes),
        st.booleans(),
    )


SOURCES = policies("contoso.com", PEOPLE, GROUP)
TARGETS = policies("fabrikam.com", THEIRS, THEIR_GROUP)


@QUICK
@given(SOURCES, TARGETS, MODES, MINIMA)
def test_every_step_is_accepted_twice_is_once_and_back_is_back(
    source: list[Rule], target: list[Rule], mode: Mode, minimum: int
) -> None:
    found = copied(source, target, mode, minimum=minimum)
    touched = [one.rule_id for one in found.changes]
    assert len({*touched, *(one.rule_id for one in found.left)}) == len(touched) + len(found.left)
    tenant = Tenant(target)
    for change in found.changes:
        assert change.says and change.codes
        assert not same_rule(change.before, change.after)
        tenant.patch(change.after)
        assert same_rule(by_id(tenant.rules())[change.rule_id], change.after)
    again = copied(source, tenant.rules(), mode, minimum=minimum)
    assert again == PolicyCopy((), found.left)
    for change in undo_order(found.changes):
        tenant.patch(reverse(change))
    assert all(same_rule(one, by_id(target)[one["id"]]) for one in tenant.rules())


@QUICK
@given(SOURCES, TARGETS, MINIMA)
def test_a_copy_means_what_the_source_means_but_for_what_is_named(
    source: list[Rule], target: list[Rule], minimum: int
) -> None:
    found = copied(source, target, minimum=minimum)
    named = {one.rule_id for one in found.left}
    after = {**by_id(target), **{one.rule_id: one.after for one in found.changes}}
    for rule_id, rule in by_id(source).items():
        if fault(rule) or fault(by_id(target)[rule_id]):
            assert rule_id in named
        elif rule_id not in named and rule_id not in (APPROVAL, CONTEXT) and "Notification" not in rule_id:
            assert meaning(rule) == meaning(after[rule_id])
    if CONTEXT not in named:
        claims = {"c1": "c7", "c2": "c8"}
        ours, theirs = by_id(source)[CONTEXT], after[CONTEXT]
        assert (theirs["claimValue"] if theirs["isEnabled"] else "") == (
            claims[ours["claimValue"]] if ours["isEnabled"] else ""
        )


@QUICK
@given(SOURCES, TARGETS, MINIMA)
def test_stronger_is_never_weaker_and_asks_for_what_the_source_asks_for(
    source: list[Rule], target: list[Rule], minimum: int
) -> None:
    found = copied(source, target, Mode.STRENGTHEN, minimum=minimum)
    assert not any(one.loosens for one in found.changes)
    for change in found.changes:
        assert at_least(change.after, change.before), change
    named = {one.rule_id for one in found.left}
    after = {**by_id(target), **{one.rule_id: one.after for one in found.changes}}
    for rule_id, rule in by_id(source).items():
        if rule_id not in named and rule_id.split("_")[0] in ("Expiration", "Enablement"):
            assert at_least(after[rule_id], rule), rule_id


@QUICK
@given(SOURCES, TARGETS, MODES, MINIMA)
def test_nothing_sent_names_anybody_of_the_source_or_too_few(
    source: list[Rule], target: list[Rule], mode: Mode, minimum: int
) -> None:
    found = copied(source, target, mode, minimum=minimum)
    sent = str([one.after for one in found.changes])
    assert "contoso" not in sent
    assert not any(one in sent for one in (*PEOPLE, GROUP))
    for change in found.changes:
        setting: Mapping[str, Any] = change.after.get("setting", {})
        if setting.get("isApprovalRequired"):
            assert setting["approvalStages"]
            for stage in setting["approvalStages"]:
                people = {str(one) for one in stage["primaryApprovers"]}
                assert len(people) >= max(1, minimum)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def spoilt(draw: st.DrawFn, whole: st.SearchStrategy[list[Rule]]) -> list[Rule]:
    """A policy with junk in one property of one rule, at any depth."""
    found = draw(whole)
    inner: Any = found
    while isinstance(inner, list | dict) and inner:
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        key = draw(st.sampled_from(keys))
        if inner is not found and (not isinstance(inner[key], list | dict) or draw(st.booleans())):
            inner[key] = draw(JUNK)
            return found
        inner = inner[key]
    return found


@QUICK
@given(spoilt(SOURCES), spoilt(TARGETS), MODES)
def test_whatever_a_tenant_answers_is_carried_over_or_named(
    source: list[Rule], target: list[Rule], mode: Mode
) -> None:
    found = copied(source, target, mode)
    for change in found.changes:
        assert not fault(change.before) and not fault(change.after)
        assert not same_rule(change.before, change.after)
        assert not fault(reverse(change))
    for one in [*source, *target]:
        if fault(one):
            assert str(one.get("id") or "without an id") in {each.rule_id for each in found.left}
        assert same_rule(one, one)


def at_least(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a rule asks for all that another one asks for; told apart from how it is compared elsewhere."""
    aspect = str(one["id"]).partition("_")[0]
    if aspect == "Expiration":
        ours, theirs = parse_duration(one["maximumDuration"]), parse_duration(other["maximumDuration"])
        if other["isExpirationRequired"] and not one["isExpirationRequired"]:
            return False
        limits = other["isExpirationRequired"] or "EndUser" in str(one["id"])
        return not limits or (ours is not None and theirs is not None and ours <= theirs)
    if aspect == "Enablement":
        return {each.lower() for each in other["enabledRules"]} <= {
            each.lower() for each in one["enabledRules"]
        }
    if aspect == "Notification":
        levels = [LEVELS[str(rule["notificationLevel"]).lower()] for rule in (one, other)]
        mails = [{each.lower() for each in rule["notificationRecipients"]} for rule in (one, other)]
        usual = [rule["isDefaultRecipientsEnabled"] for rule in (one, other)]
        return levels[0] >= levels[1] and mails[0] >= mails[1] and usual[0] >= usual[1]
    if aspect == "AuthenticationContext":
        return not other["isEnabled"] or one["claimValue"] == other["claimValue"]
    here, there = one["setting"], other["setting"]
    if not there["isApprovalRequired"]:
        return True
    names = ("isApprovalRequired", "isApprovalRequiredForExtension", "isRequestorJustificationRequired")
    named = [
        [{str(each) for each in stage["primaryApprovers"]} for stage in setting["approvalStages"]]
        for setting in (here, there)
    ]
    return all(here[name] >= there[name] for name in names) and all(
        fewer <= more for fewer, more in zip(*named, strict=True)
    )


def test_the_generated_policies_have_the_shape_of_17_rules() -> None:
    assert set(by_id(rules())) == set(RULE_IDS) and len(rules()) == 17
