"""Policies come with the rights that they govern: apart for each role and access, in Graph's order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from along_sample import ANNA, BEN, EVERYTHING, LONE, THEIR_ANNA, THEIR_BEN, Wave, in_order, sides, wave
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    NOW,
    built_in,
    custom,
    group,
    group_right,
    ident,
    member,
    policy,
    right,
)

from migrate.kinds.role_management_policy import RULE
from migrate.kinds.schedule import format_time
from migrate.plan.along.policies import policy_key
from migrate.plan.document import Action
from migrate.plan.policy_change import Mode
from migrate.plan.target_rules import Choice
from migrate.resolve.decisions import Decision
from migrate.resolve.governing import policies_of

ME, BENS, LONES = str(ANNA["id"]), str(BEN["id"]), str(LONE["id"])
SOON, FAR = "2026-06-01T00:00:00Z", "2029-06-01T00:00:00Z"
COPY = replace(EVERYTHING, policies=Mode.COPY)
OPS, THEIR_OPS = group("Ops"), group("Their Ops", displayName="Ops")
NEW_OPS = f"new:group:{OPS['id']}"
CHOSEN = (Decision("group", OPS["id"], THEIR_OPS["id"], "choose"),)
ROLE_KEY = policy_key(("roleDefinition", EXCHANGE, ""))


def rule(name: str, **values: Any) -> Any:
    return {name: values}


def context(claim: str, *, on: bool = True) -> Any:
    return {"AuthenticationContext_EndUser_Assignment": {"isEnabled": on, "claimValue": claim}}


def approval(*approvers: Any) -> Any:
    stage = {
        "approvalStageTimeOutInDays": 1,
        "isApproverJustificationRequired": True,
        "escalationTimeInMinutes": 0,
        "isEscalationEnabled": False,
        "primaryApprovers": list(approvers),
        "escalationApprovers": [],
    }
    setting = {
        "isApprovalRequired": True,
        "isApprovalRequiredForExtension": False,
        "isRequestorJustificationRequired": True,
        "approvalMode": "SingleStage",
        "approvalStages": [stage],
    }
    return {"Approval_EndUser_Assignment": {"setting": setting}}


def person(user_id: str) -> Any:
    return {"@odata.type": "#microsoft.graph.singleUser", "isBackup": False, "userId": user_id}


def people(group_id: str) -> Any:
    return {"@odata.type": "#microsoft.graph.groupMembers", "isBackup": False, "groupId": group_id}


SHORT = rule("Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT2H")


def roles(
    ours: Any,
    theirs: Any = None,
    *,
    moving: Any = COPY,
    end: str | None = SOON,
    more: Any = None,
    **kwargs: Any,
) -> Wave:
    """The wave of one right to the built-in role; ``theirs`` are the rules of the target's policy."""
    given = {
        ELIGIBILITY: [right("r", ME, end=end)],
        "roleManagementPolicy": [policy(EXCHANGE, **ours)],
        **(more or {}),
    }
    there = {"roleManagementPolicy": [policy(EXCHANGE, **(theirs or {}))], **kwargs.pop("there", {})}
    lists = kwargs.pop("our_lists", {})
    return wave(sides(given, there, our_lists=lists), moving, **kwargs)


def rules_of(found: Wave) -> list[str]:
    return [one.key.split("|")[-1] for one in found.of(RULE)]


def test_a_rule_is_brought_before_the_right_and_the_right_needs_it() -> None:
    found = roles(SHORT)
    change, given = found.drafts
    assert change.key == f"{ROLE_KEY}|expiration_enduser_assignment".lower()
    assert (change.action, change.codes, change.reverse) == (Action.UPDATE, ("D07",), "restore")
    assert change.target["rule"]["maximumDuration"] == "PT2H"
    assert change.target["rule"]["target"]
    assert change.base is not None and change.base["rule"]["maximumDuration"] == "PT8H"
    assert given.needs == (change.key,)
    in_order(found.drafts)


def test_left_as_set_nothing_of_a_policy_is_touched() -> None:
    assert not roles(SHORT, moving=EVERYTHING).of(RULE)


def test_strengthening_never_loosens() -> None:
    long = rule("Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT10H")
    assert not roles(long, moving=replace(COPY, policies=Mode.STRENGTHEN)).of(RULE)
    assert roles(SHORT, moving=replace(COPY, policies=Mode.STRENGTHEN)).of(RULE)


def test_a_policy_that_governs_no_right_of_the_wave_stays() -> None:
    assert not roles(SHORT, only=lambda one: False).drafts


def test_member_and_owner_of_a_group_have_policies_of_their_own() -> None:
    longer = rule("Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT3H")
    ours = {
        "group": [OPS],
        "pimGroup": [{"id": OPS["id"]}],
        GROUP_ELIGIBILITY: [
            group_right("a", ME, OPS["id"], end=SOON),
            group_right("b", BENS, OPS["id"], "owner", end=SOON),
        ],
        "roleManagementPolicy": [
            policy("member", group_id=OPS["id"], **SHORT),
            policy("owner", group_id=OPS["id"], **longer),
        ],
    }
    found = wave(sides(ours), COPY)
    changes = {one.target["accessId"]: one for one in found.of(RULE)}
    assert {one: each.target["rule"]["maximumDuration"] for one, each in changes.items()} == {
        "member": "PT2H",
        "owner": "PT3H",
    }
    assert all(one.needs == (NEW_OPS,) and one.base is None for one in changes.values())
    for given in found.of(GROUP_ELIGIBILITY):
        assert given.needs == (NEW_OPS, changes[given.target["accessId"]].key)
    in_order(found.drafts)
    members_only = wave(sides(ours), COPY, only=lambda one: one.source["accessId"] == "member")
    assert [one.target["accessId"] for one in members_only.of(RULE)] == ["member"]


def test_a_policy_that_was_not_read_is_left_and_told() -> None:
    given = {ELIGIBILITY: [right("r", ME, end=SOON)]}
    one_side = {"roleManagementPolicy": [policy(EXCHANGE, **SHORT)]}
    found = wave(sides(given, one_side), COPY)
    assert not found.of(RULE)
    assert any("not read in the source" in one for one in found.told)
    found = wave(sides({**given, **one_side}), COPY)
    assert not found.of(RULE)
    assert any("not read in the target" in one for one in found.told)


def test_mfa_goes_before_a_context_comes_and_the_context_is_made_first() -> None:
    ours = {**context("c7"), "Enablement_EndUser_Assignment": {"enabledRules": ["Justification"]}}
    names = {"authenticationContext": [{"id": "c7", "displayName": "Admin work", "isAvailable": True}]}
    mfa = {"Enablement_EndUser_Assignment": {"enabledRules": ["MultiFactorAuthentication", "Justification"]}}
    found = roles(ours, mfa, more=names)
    assert rules_of(found) == ["enablement_enduser_assignment", "authenticationcontext_enduser_assignment"]
    first, second = found.of(RULE)
    made = found.one("authenticationContext")
    assert made.target["body"] == {
        "id": "c7",
        "displayName": "Admin work",
        "description": None,
        "isAvailable": True,
    }
    assert set(second.needs) == {first.key, made.key}
    assert any("stays" in one for one in made.residue)
    in_order(found.drafts)


def test_a_context_is_the_targets_of_the_same_name() -> None:
    ours = {**context("c7"), "Enablement_EndUser_Assignment": {"enabledRules": []}}
    names = {"authenticationContext": [{"id": "c7", "displayName": "Admin work"}]}
    theirs = {
        "authenticationContext": [
            {"id": "c7", "displayName": "Payroll"},
            {"id": "c2", "displayName": "admin WORK"},
        ]
    }
    found = roles(ours, {"Enablement_EndUser_Assignment": {"enabledRules": []}}, more=names, there=theirs)
    (change,) = found.of(RULE)
    assert change.target["rule"]["claimValue"] == "c2"
    assert not found.of("authenticationContext")


def test_without_consent_no_context_is_made_and_what_demands_it_is_left() -> None:
    ours = {**context("c7"), "Enablement_EndUser_Assignment": {"enabledRules": []}}
    names = {"authenticationContext": [{"id": "c7", "displayName": "Admin work"}]}
    off = {"Enablement_EndUser_Assignment": {"enabledRules": []}}
    found = roles(ours, off, more=names, moving=replace(COPY, allows_contexts=False))
    assert not found.of(RULE) and not found.of("authenticationContext")
    assert any("the authentication context c7 has no counterpart" in one for one in found.told)


def test_a_context_that_nothing_of_the_wave_demands_is_not_made() -> None:
    ours = {**context("c7"), "Enablement_EndUser_Assignment": {"enabledRules": []}}
    reader = custom("reader", "a/read")
    more = {
        "authenticationContext": [{"id": "c7", "displayName": "Admin work"}],
        "roleDefinition": [built_in(), reader],
        ELIGIBILITY: [right("r", ME, end=SOON), right("s", ME, reader["id"], end=SOON)],
        "roleManagementPolicy": [policy(EXCHANGE, **ours), policy(reader["id"])],
    }
    off = {"Enablement_EndUser_Assignment": {"enabledRules": []}}
    found = roles({}, off, more=more, only=lambda one: one.source["roleDefinitionId"] == reader["id"])
    assert not found.of("authenticationContext")
    assert [one.kind for one in found.drafts][-1] == ELIGIBILITY


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


def test_a_new_roles_rights_are_judged_by_the_policy_that_pim_will_make() -> None:
    reader = custom("reader", "a/read")
    ours = {"roleDefinition": [built_in(), reader], ELIGIBILITY: [right("s", ME, reader["id"])]}
    new = ("roleDefinition", f"new:roledefinition:{reader['id']}", "")
    found = wave(sides(ours))
    assert set(policies_of(found.along.target)) == {new}
    strict = rule("Expiration_Admin_Eligibility", isExpirationRequired=True, maximumDuration="P30D")
    copied = wave(sides({**ours, "roleManagementPolicy": [policy(reader["id"], **strict)]}), COPY)
    assert not copied.writes
    assert copied.drafts[0].codes == ("D08",)


def test_what_an_earlier_plan_made_has_the_policy_of_new_ones_until_a_snapshot() -> None:
    reader, there = custom("reader", "a/read"), ident("made role")
    ours = {
        "roleDefinition": [built_in(), reader],
        ELIGIBILITY: [right("s", ME, reader["id"], end=SOON)],
        "roleManagementPolicy": [policy(reader["id"], **SHORT)],
    }
    found = wave(sides(ours), COPY, made={f"new:roledefinition:{reader['id']}": there})
    assert [one.kind for one in found.drafts] == [RULE, ELIGIBILITY]
    assert found.one(RULE).target["roleDefinitionId"] == there


def test_two_policies_that_become_one_are_left_alone_where_they_differ() -> None:
    def merged(theirs: Any) -> Wave:
        twin = custom("twin", "a/read", display_name="Twin")
        reader = custom("reader", "a/read")
        there = custom("there", "a/read")
        ours = {
            "roleDefinition": [built_in(), reader, twin],
            ELIGIBILITY: [right("a", ME, reader["id"], end=SOON), right("b", BENS, twin["id"], end=SOON)],
            "roleManagementPolicy": [policy(reader["id"], **SHORT), policy(twin["id"], **theirs)],
        }
        both = sides(
            ours, {"roleDefinition": [built_in(), there], "roleManagementPolicy": [policy(there["id"])]}
        )
        found = wave(both, COPY)
        policies = replace(
            found.along.policies,
            counterparts={
                **found.along.policies.counterparts,
                ("roleDefinition", reader["id"]): there["id"],
                ("roleDefinition", twin["id"]): there["id"],
            },
            _done={},
        )
        brought = [policies.of(("roleDefinition", one["id"], "")) for one in (reader, twin)]
        found.drafts = [draft for one in brought for draft in one.drafts]
        found.told = tuple(text for one in brought for text in one.told)
        return found

    assert len({one.key for one in merged(SHORT).drafts}) == 1
    differing = merged({})
    assert not differing.drafts
    assert any("would be one in the target, and they differ" in one for one in differing.told)


RELAX = replace(EVERYTHING, choice=Choice.RELAX, consent=True)
TIGHT = rule("Expiration_Admin_Eligibility", isExpirationRequired=True, maximumDuration="P30D")


def two_long_rights(theirs: Any, moving: Any, ours: Any = None, **more: Any) -> Wave:
    given = {ELIGIBILITY: [right("a", ME, end=SOON), right("b", BENS, end=FAR)]}
    return roles(ours or {}, theirs, moving=moving, more=given, **more)


def test_one_rule_is_loosened_once_for_all_that_need_it() -> None:
    found = two_long_rights(TIGHT, RELAX)
    loosened = found.one(RULE)
    assert loosened.temporary
    assert loosened.key.endswith("|expiration_admin_eligibility|temporary")
    assert loosened.base is not None and loosened.base["rule"]["maximumDuration"] == "P30D"
    longest = timedelta(days=int(loosened.target["rule"]["maximumDuration"][1:-1]))
    assert longest >= timedelta(days=3 * 365)
    assert all(one.needs == (loosened.key,) for one in found.of(ELIGIBILITY))
    in_order(found.drafts)


def test_no_rule_is_loosened_where_the_lasting_change_suffices() -> None:
    allowing = rule("Expiration_Admin_Eligibility", isExpirationRequired=False, maximumDuration="P365D")
    found = two_long_rights(TIGHT, replace(RELAX, policies=Mode.COPY), allowing)
    assert [one.temporary for one in found.of(RULE)] == [False]


def test_what_is_loosened_comes_after_the_lasting_changes_of_the_same_policy() -> None:
    some = {
        **SHORT,
        **rule("Expiration_Admin_Eligibility", isExpirationRequired=True, maximumDuration="P90D"),
    }
    found = two_long_rights(TIGHT, replace(RELAX, policies=Mode.COPY), some)
    lasting = [one for one in found.of(RULE) if not one.temporary]
    (loosened,) = (one for one in found.of(RULE) if one.temporary)
    assert len(lasting) == 2
    assert set(loosened.needs) == {one.key for one in lasting}
    assert loosened.base is not None and loosened.base["rule"]["maximumDuration"] == "P90D"
    in_order(found.drafts)


def test_nothing_is_loosened_without_consent_or_for_what_is_blocked() -> None:
    found = two_long_rights(TIGHT, replace(RELAX, consent=False))
    assert not found.writes
    assert all("allow_relaxing" in one.reason for one in found.drafts)


def test_clamping_shortens_and_needs_no_rule() -> None:
    found = two_long_rights(TIGHT, replace(EVERYTHING, choice=Choice.CLAMP))
    assert not found.of(RULE)
    ends = {one.target["endDateTime"] for one in found.of(ELIGIBILITY)}
    assert ends == {format_time(NOW + timedelta(days=30))}
    assert all("D08" in one.codes for one in found.of(ELIGIBILITY))


def test_skipping_blocks_and_says_what_would_help() -> None:
    found = two_long_rights(TIGHT, EVERYTHING)
    assert {one.action for one in found.drafts} == {Action.BLOCKED}
    assert all('beyond_policy = "clamp"' in one.reason for one in found.drafts)


@pytest.mark.parametrize("seen", [False, True])
def test_after_a_clamp_the_right_is_kept(seen: bool) -> None:
    """With D10 in the resolution once a snapshot has seen the nearer end, and without it before."""
    end = format_time(NOW + timedelta(days=30))
    there = {ELIGIBILITY: [right("t", str(THEIR_ANNA["id"]), end=end)]}
    moving = replace(EVERYTHING, choice=Choice.CLAMP)
    short = [(ELIGIBILITY, f"{THEIR_ANNA['id']}|{EXCHANGE}|/")]
    found = roles({}, TIGHT, moving=moving, there=there, shortened=short)
    assert found.one(ELIGIBILITY).action is Action.KEEP
    if seen:
        updating = roles({}, TIGHT, moving=replace(moving, updates=True), there=there, shortened=short)
        assert updating.one(ELIGIBILITY).action is Action.KEEP


def test_a_right_that_lasts_longer_than_asked_is_not_taken_for_a_shortened_one() -> None:
    there = {ELIGIBILITY: [right("t", str(THEIR_ANNA["id"]), end=FAR)]}
    short = [(ELIGIBILITY, f"{THEIR_ANNA['id']}|{EXCHANGE}|/")]
    found = roles({}, moving=EVERYTHING, there=there, shortened=short)
    assert (found.one(ELIGIBILITY).action, found.one(ELIGIBILITY).codes) == (Action.BLOCKED, ("D10",))


def test_updating_gives_the_sources_end_and_can_be_taken_back() -> None:
    there = {ELIGIBILITY: [right("t", str(THEIR_ANNA["id"]), end="2026-04-01T00:00:00Z")]}
    found = roles({}, moving=replace(EVERYTHING, updates=True), there=there).one(ELIGIBILITY)
    assert (found.action, found.target["endDateTime"]) == (Action.UPDATE, SOON)
    assert found.base is not None and found.base["endDateTime"] == "2026-04-01T00:00:00Z"
    left = roles({}, moving=EVERYTHING, there=there).one(ELIGIBILITY)
    assert (left.action, left.codes) == (Action.BLOCKED, ("D10",))
