"""Only what a right of the wave needs is made, and only where nothing of the target comes into question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from along_sample import ANNA, EVERYTHING, THEIR_ANNA, in_order, sides, wave
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    LADDER,
    NOW,
    built_in,
    custom,
    group,
    group_right,
    ident,
    right,
    unit,
)

from migrate.plan.along.companions import Companions
from migrate.plan.along.moving import Moving
from migrate.plan.along.objects import to_make
from migrate.plan.build import Planner
from migrate.plan.document import Action
from migrate.plan.guard import Guard
from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Conflict
from migrate.resolve.resolution import resolve

ME = str(ANNA["id"])
OPS, EMEA = group("Ops"), unit("EMEA")
NEW_OPS, NEW_EMEA = f"new:group:{OPS['id']}", f"new:administrativeunit:{EMEA['id']}"
READER = custom("reader", "microsoft.directory/users/standard/read")
NEW_READER = f"new:roledefinition:{READER['id']}"
SOON = "2026-06-01T00:00:00Z"
ACTIONS = {"resourceAction": [{"id": "1", "name": "microsoft.directory/users/standard/read"}]}


def in_group(row: dict[str, Any]) -> Any:
    return sides({"group": [row], GROUP_ELIGIBILITY: [group_right("g", ME, row["id"], end=SOON)]})


def test_a_group_is_made_for_the_right_that_needs_it_and_without_consent_to_onboard() -> None:
    found = wave(in_group(OPS))
    making, given = found.drafts
    assert (making.action, making.kind, making.key) == (Action.CREATE, "group", NEW_OPS)
    assert making.target["body"] == {
        "displayName": "Ops",
        "description": None,
        "isAssignableToRole": True,
        "securityEnabled": True,
        "visibility": None,
    }
    assert making.reverse == "delete"
    assert any("30 days" in one for one in making.residue)
    assert (given.action, given.target["groupId"], given.residue) == (Action.CREATE, NEW_OPS, ())
    assert given.needs == (NEW_OPS,)
    in_order(found.drafts)


def test_units_and_custom_roles_are_made_too_and_a_role_keeps_its_template() -> None:
    scope = f"/administrativeUnits/{EMEA['id']}"
    given = [right("a", ME, scope=scope, end=SOON), right("b", ME, READER["id"], end=SOON)]
    ours = {
        "administrativeUnit": [{**EMEA, "isMemberManagementRestricted": True}],
        "roleDefinition": [built_in(), READER],
        ELIGIBILITY: given,
    }
    found = wave(sides(ours, ACTIONS))
    made, role = found.one("administrativeUnit"), found.one("roleDefinition")
    assert made.target["body"]["isMemberManagementRestricted"] is True
    assert role.target["body"]["templateId"] == READER["id"]
    assert role.target["body"]["rolePermissions"] == READER["rolePermissions"]
    scopes = {one.target["directoryScopeId"] for one in found.of(ELIGIBILITY)}
    assert scopes == {"/", f"/administrativeUnits/{NEW_EMEA}"}
    assert {one.target["roleDefinitionId"] for one in found.of(ELIGIBILITY)} == {EXCHANGE, NEW_READER}
    assert all(one.action is Action.CREATE for one in found.drafts)
    in_order(found.drafts)


def test_without_the_setting_nothing_is_made_and_the_right_is_blocked() -> None:
    (found,) = wave(in_group(OPS), Moving()).drafts
    assert (found.action, found.codes) == (Action.BLOCKED, ("C01",))


def test_a_decision_makes_one_object_alone() -> None:
    others = group("Other")
    ours = {
        "group": [OPS, others],
        GROUP_ELIGIBILITY: [
            group_right("a", ME, OPS["id"], end=SOON),
            group_right("b", ME, others["id"], end=SOON),
        ],
    }
    found = wave(sides(ours), Moving(), decisions=(Decision("group", OPS["id"], None, "accept"),))
    assert [one.key for one in found.of("group")] == [NEW_OPS]
    states = {one.source["groupId"]: one.action for one in found.of(GROUP_ELIGIBILITY)}
    assert states == {OPS["id"]: Action.CREATE, others["id"]: Action.BLOCKED}


def test_what_no_right_of_the_wave_needs_is_not_made() -> None:
    others = group("Other")
    ours = {
        "group": [OPS, others, group("Unused")],
        GROUP_ELIGIBILITY: [
            group_right("a", ME, OPS["id"], end=SOON),
            group_right("b", ME, others["id"], end=SOON),
        ],
    }
    found = wave(sides(ours), only=lambda one: one.source["groupId"] == OPS["id"])
    assert [one.key for one in found.drafts if one.kind == "group"] == [NEW_OPS]


def test_a_right_that_is_blocked_brings_nothing_along() -> None:
    both = sides({"group": [OPS], GROUP_ELIGIBILITY: [group_right("g", ident("nobody"), OPS["id"])]})
    assert [(one.kind, one.action) for one in wave(both).drafts] == [(GROUP_ELIGIBILITY, Action.BLOCKED)]


@pytest.mark.parametrize("code", ["C07", "C08", "C10", "C14"])
def test_whatever_else_was_found_stands_in_the_way_and_is_named(code: str) -> None:
    source, target = in_group(OPS)
    resolution = resolve(source, target, LADDER, (Decision("group", OPS["id"], None, "accept"),), as_of=NOW)
    against = Conflict(code, "group", str(OPS["id"]), (), "somebody else's")
    found = replace(resolution, conflicts=(*resolution.conflicts, against))
    making, hindered = to_make(source, target, found.mappings, found.conflicts, Moving(), {})
    assert not making
    assert hindered == {("group", OPS["id"]): f"{code} stands in the way of making it"}
    along = Companions.of(source, target, found, Moving(), made={}, protected=frozenset(), now=NOW)
    (drafted,) = Planner(source, along.target, along.resolution, Guard(), NOW).drafts()
    assert drafted.action is Action.BLOCKED
    assert f"it is not made: {code} stands in the way" in drafted.reason


def test_a_candidate_in_the_target_is_left_to_a_person() -> None:
    """The setting makes what has no counterpart; a likely one is a question, not a reason to make another."""
    both = sides(
        {"group": [OPS], GROUP_ELIGIBILITY: [group_right("g", ME, OPS["id"], end=SOON)]},
        {"group": [group("Their Ops", displayName="Ops")]},
    )
    assert not wave(both).writes


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ({"groupTypes": ["DynamicMembership"], "isAssignableToRole": None}, "a dynamic group is not made"),
        ({"groupTypes": ["Unified"], "mailEnabled": True}, "mail-enabled group is not made"),
        ({"mailEnabled": True}, "mail-enabled group is not made"),
        ({"onPremisesSyncEnabled": True, "isAssignableToRole": None}, "a synced group is not made"),
        ({"onPremisesSyncEnabled": True}, "a synced group is not made"),
    ],
)
def test_groups_that_something_else_rules_are_not_made(shape: dict[str, Any], why: str) -> None:
    found = wave(in_group({**OPS, **shape}))
    assert not found.writes
    assert why in found.drafts[0].reason


def test_a_dynamic_unit_is_made_with_assigned_members_and_says_so() -> None:
    rule = {"membershipType": "Dynamic", "membershipRule": 'user.country -eq "DE"'}
    both = sides(
        {
            "administrativeUnit": [{**EMEA, **rule}],
            ELIGIBILITY: [right("a", ME, scope=f"/administrativeUnits/{EMEA['id']}", end=SOON)],
        },
        our_lists={"administrativeUnitMember": {EMEA["id"]: [{"id": ME}]}},
    )
    found = wave(both)
    made = found.one("administrativeUnit")
    assert "membershipRule" not in made.target["body"]
    assert "made with assigned members" in made.reason
    assert found.one("administrativeUnitMember").target == {
        "parentId": NEW_EMEA,
        "objectId": THEIR_ANNA["id"],
    }


def role_wave(role: dict[str, Any], theirs: Any = ACTIONS) -> Any:
    ours = {"roleDefinition": [built_in(), role], ELIGIBILITY: [right("b", ME, role["id"], end=SOON)]}
    return wave(sides(ours, theirs))


def test_a_role_with_an_action_that_the_target_does_not_know_is_not_made() -> None:
    found = role_wave(
        custom("reader", "microsoft.directory/users/standard/read", "microsoft.directory/new/read")
    )
    assert not found.writes
    assert "the target knows no action microsoft.directory/new/read" in found.drafts[0].reason


def test_actions_of_other_services_are_in_no_catalogue_that_is_read() -> None:
    assert role_wave(custom("reader", "microsoft.office365.exchange/allEntities/read")).of("roleDefinition")


def test_a_role_that_names_a_consent_policy_of_its_tenant_is_not_made() -> None:
    action = "microsoft.directory/servicePrincipals/managePermissionGrantsForAll.contoso-low"
    found = role_wave(custom("reader", action), {})
    assert not found.writes
    assert "names a consent policy of the source tenant" in found.drafts[0].reason


def test_a_template_id_that_is_no_guid_is_left_to_graph() -> None:
    found = role_wave({**READER, "templateId": "handmade"})
    assert found.one("roleDefinition").target["body"]["templateId"] is None


def test_what_an_earlier_plan_made_is_used_and_not_made_again() -> None:
    there = ident("made group")
    ours = {"group": [OPS], GROUP_ELIGIBILITY: [group_right("g", ME, OPS["id"], end=SOON)]}
    # Before the next snapshot the journal knows that PIM manages the group.
    found = wave(sides(ours, {"pimGroup": [{"id": there}]}), made={NEW_OPS: there})
    assert [one.kind for one in found.writes] == [GROUP_ELIGIBILITY]
    assert found.writes[0].target["groupId"] == there
    # Also where by now a snapshot has seen it, and where the setting is off again.
    seen = wave(
        sides(ours, {"group": [{**OPS, "id": there}], "pimGroup": [{"id": there}]}),
        Moving(),
        made={NEW_OPS: there},
    )
    assert [(one.kind, one.target["groupId"]) for one in seen.writes] == [(GROUP_ELIGIBILITY, there)]


def test_two_waves_that_need_one_group_name_it_alike() -> None:
    ours = {
        "group": [OPS],
        GROUP_ELIGIBILITY: [
            group_right("a", ME, OPS["id"], end=SOON),
            group_right("b", ME, OPS["id"], "owner", end=SOON),
        ],
    }
    both = sides(ours)
    first, second = (
        wave(both, only=lambda one, access=access: one.key.endswith(access)) for access in ("member", "owner")
    )
    assert [one.key for one in first.of("group")] == [one.key for one in second.of("group")] == [NEW_OPS]


def test_a_hostile_name_is_carried_as_it_is() -> None:
    name = "=cmd|'/c calc'!A1\u202e"
    making = wave(in_group({**OPS, "displayName": name})).one("group")
    assert making.target["body"]["displayName"] == name


def test_a_skipped_object_is_never_made() -> None:
    found = wave(in_group(OPS), decisions=(Decision("group", OPS["id"], None, "skip"),))
    assert [one.action for one in found.drafts] == [Action.SKIP]


def test_creating_one_kind_creates_no_other() -> None:
    moving = replace(EVERYTHING, creates=frozenset({"administrativeUnit"}))
    assert not wave(in_group(OPS), moving).writes


def test_what_was_made_and_taken_back_is_made_again_although_the_snapshot_shows_it() -> None:
    """The newest snapshot has seen the group, and the journal knows that it is gone."""
    gone = {**OPS, "id": ident("made and gone")}
    ours = {"group": [OPS], GROUP_ELIGIBILITY: [group_right("g", ME, OPS["id"], end=SOON)]}
    source, seen = sides(ours, {"group": [gone]})
    decided = (Decision("group", OPS["id"], gone["id"], "choose"),)
    resolution = resolve(source, seen, LADDER, decided, as_of=NOW)
    stands = replace(seen, rows={**seen.rows, "group": {}})
    along = Companions.of(source, stands, resolution, EVERYTHING, made={}, protected=frozenset(), now=NOW)
    assert along.resolution.accepted()["group", str(OPS["id"])] == NEW_OPS
    (making,) = along.makings.values()
    assert making.draft is not None
    # By a rule, and where the setting makes nothing, the right waits for a snapshot.
    ruled = replace(resolution, mappings=tuple(replace(one, rule="name") for one in resolution.mappings))
    closed = Companions.of(source, stands, ruled, Moving(), made={}, protected=frozenset(), now=NOW)
    assert ("group", str(OPS["id"])) not in closed.resolution.accepted()
    (drafted,) = Planner(source, closed.target, closed.resolution, Guard(), NOW).drafts()
    assert drafted.action is Action.BLOCKED
    assert "has taken it back" in drafted.reason
