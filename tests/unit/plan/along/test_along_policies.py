"""Policies come with the rights that they govern: apart for each role and access, in Graph's order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from along_sample import BEN, EVERYTHING, Wave, in_order, sides, wave
from policy_wave import COPY, ME, SHORT, SOON, roles, rule
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    built_in,
    custom,
    group,
    group_right,
    ident,
    policy,
    right,
)

from migrate.kinds.role_management_policy import RULE
from migrate.plan.along.policies import policy_key
from migrate.plan.document import Action
from migrate.plan.policy_change import Mode
from migrate.resolve.governing import policies_of

BENS = str(BEN["id"])
OPS = group("Ops")
NEW_OPS = f"new:group:{OPS['id']}"
ROLE_KEY = policy_key(("roleDefinition", EXCHANGE, ""))


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
