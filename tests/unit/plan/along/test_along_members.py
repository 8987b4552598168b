"""Who is put into units and groups, and what is told of everybody who is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from along_sample import ANNA, BEN, EVERYTHING, LONE, THEIR_ANNA, THEIR_BEN, in_order, sides, wave
from tenant_pairs import (
    ELIGIBILITY,
    GROUP_ELIGIBILITY,
    group,
    group_right,
    ident,
    member,
    right,
    schedule_info,
    unit,
)

from migrate.plan.along.members import Members
from migrate.plan.document import Action
from migrate.resolve.decisions import Decision

ME, BENS, LONES = str(ANNA["id"]), str(BEN["id"]), str(LONE["id"])
SOON = "2026-06-01T00:00:00Z"
PLAIN = {"isAssignableToRole": None}
OPS, THEIR_OPS = group("Ops", **PLAIN), group("Their Ops", displayName="Ops", **PLAIN)
NEW_OPS = f"new:group:{OPS['id']}"
CHOSEN = (Decision("group", OPS["id"], THEIR_OPS["id"], "choose"),)
EXISTING = replace(EVERYTHING, members_of_existing=True)
WAY_IN = {GROUP_ELIGIBILITY: [group_right("g", ME, OPS["id"], end=SOON)]}


def new_group(members: Any = (), owners: Any = (), ours: Any = None, **more: Any) -> Any:
    """The wave in which Ops is made, with these people in it."""
    lists = {"groupMember": {OPS["id"]: members}, "groupOwner": {OPS["id"]: owners}}
    given = {"group": [OPS], **WAY_IN, **(ours or {})}
    return sides(given, our_lists=lists, **more)


def existing(members: Any = (), theirs: Any = (), *, shape: Any = None, read: bool = True) -> Any:
    return sides(
        {"group": [OPS], **WAY_IN},
        {"group": [{**THEIR_OPS, **(shape or {})}], "pimGroup": [{"id": THEIR_OPS["id"]}]},
        our_lists={"groupMember": {OPS["id"]: members}, "groupOwner": {OPS["id"]: [member(BENS)]}},
        their_lists={"groupMember": {THEIR_OPS["id"]: theirs}} if read else {},
    )


def test_members_and_owners_of_a_new_group_follow_it() -> None:
    found = wave(new_group([member(ME), member(BENS)], [member(BENS)]))
    put = {(one.kind, one.target["objectId"]) for one in found.drafts if one.kind.startswith("groupM")}
    assert put == {("groupMember", THEIR_ANNA["id"]), ("groupMember", THEIR_BEN["id"])}
    owner = found.one("groupOwner")
    assert owner.target == {"parentId": NEW_OPS, "objectId": THEIR_BEN["id"]}
    assert (owner.needs, owner.reverse) == ((NEW_OPS,), "remove")
    in_order(found.drafts)


def test_an_existing_group_gets_nobody_unless_asked_and_never_an_owner() -> None:
    both = existing([member(ME), member(BENS)], [member(str(THEIR_ANNA["id"]))])
    assert not wave(both, decisions=CHOSEN).of("groupMember")
    found = wave(both, EXISTING, decisions=CHOSEN)
    assert found.one("groupMember").target["objectId"] == THEIR_BEN["id"]
    assert not found.of("groupOwner")


def test_new_groups_stay_empty_where_that_is_set() -> None:
    found = wave(new_group([member(ME)]), replace(EVERYTHING, members_of_new=False))
    assert [one.kind for one in found.drafts] == ["group", GROUP_ELIGIBILITY]


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ({"groupTypes": ["DynamicMembership"]}, "a rule decides who is a member"),
        ({"onPremisesSyncEnabled": True}, "its members come from on-premises"),
    ],
)
def test_nobody_is_put_where_somebody_else_rules(shape: Any, why: str) -> None:
    _, target = sides(
        {}, {"group": [{**THEIR_OPS, **shape}]}, their_lists={"groupMember": {THEIR_OPS["id"]: []}}
    )
    source, _ = sides({"group": [OPS]}, our_lists={"groupMember": {OPS["id"]: [member(ME)]}})
    accepted = {("user", ME): str(THEIR_ANNA["id"])}
    found = Members(source, target, accepted, EXISTING, frozenset()).of(("group", OPS["id"]), THEIR_OPS["id"])
    assert not found.drafts
    assert why in found.told[0]


def test_a_dynamic_unit_of_the_target_gets_nobody() -> None:
    emea, theirs = unit("EMEA"), {**unit("Theirs"), "displayName": "EMEA", "membershipType": "Dynamic"}
    both = sides(
        {
            "administrativeUnit": [emea],
            ELIGIBILITY: [right("a", ME, scope=f"/administrativeUnits/{emea['id']}", end=SOON)],
        },
        {"administrativeUnit": [theirs]},
        our_lists={"administrativeUnitMember": {emea["id"]: [member(BENS)]}},
        their_lists={"administrativeUnitMember": {theirs["id"]: []}},
    )
    found = wave(
        both, EXISTING, decisions=(Decision("administrativeUnit", emea["id"], theirs["id"], "choose"),)
    )
    assert not found.of("administrativeUnitMember")
    assert any("a rule decides" in text for text in found.told)


def test_whoever_has_no_counterpart_is_told() -> None:
    found = wave(new_group([member(ME), member(LONES)]))
    assert [one.target["objectId"] for one in found.of("groupMember")] == [THEIR_ANNA["id"]]
    assert "Ops: 1 member has no accepted counterpart and cannot move: lone@contoso.com" in found.told


def test_devices_and_contacts_are_counted_and_told() -> None:
    rows = [member(ident("laptop"), "device"), member(ident("phone"), "device"), member(ME)]
    found = wave(new_group(rows))
    assert len(found.of("groupMember")) == 1
    assert any("2 objects are neither person, group nor application" in one for one in found.told)


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_protected_person_is_told_and_left_out(side: str) -> None:
    whom = BENS if side == "source" else str(THEIR_BEN["id"])
    found = wave(new_group([member(ME), member(BENS)]), protected=frozenset({whom}))
    assert [one.target["objectId"] for one in found.of("groupMember")] == [THEIR_ANNA["id"]]
    assert any(one.startswith("C13: Ops: ben@contoso.com") for one in found.told)


def test_lists_that_were_not_read_move_nobody_and_say_so() -> None:
    both = sides({"group": [OPS], **WAY_IN})
    assert "Ops: its members were not read in the source; none are moved" in wave(both).told
    found = wave(existing([member(ME)], read=False), EXISTING, decisions=CHOSEN)
    assert not found.of("groupMember")
    assert "Ops: its members were not read in the target; none are moved" in found.told


def session(principal: str, **more: Any) -> Any:
    return {
        "id": ident(f"session {principal}"),
        "groupId": OPS["id"],
        "principalId": principal,
        "accessId": "member",
        "assignmentType": "Assigned",
        "memberType": "Direct",
        "scheduleInfo": schedule_info(),
        **more,
    }


def managed(*rows: Any, **more: Any) -> Any:
    ours = {"pimGroup": [{"id": OPS["id"]}], "groupAssignmentSchedule": rows}
    return new_group([member(ME), member(BENS)], ours=ours, **more)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (session(BENS, assignmentType="Activated"), "only while the eligibility is activated"),
        (session(BENS, scheduleInfo=schedule_info(SOON)), "is a member for a time"),
        (session(BENS, scheduleInfo={"expiration": "?"}), "is a member for a time"),
    ],
)
def test_sessions_and_timed_members_never_become_members(row: Any, why: str) -> None:
    found = wave(managed(row))
    assert [one.target["objectId"] for one in found.of("groupMember")] == [THEIR_ANNA["id"]]
    assert any(why in one for one in found.told)


def test_a_session_of_an_owner_says_nothing_about_members() -> None:
    assert (
        len(wave(managed(session(BENS, accessId="owner", assignmentType="Activated"))).of("groupMember")) == 2
    )


def test_a_standing_assignment_of_pim_is_a_member_or_a_right_but_never_both() -> None:
    given = session(BENS, createdUsing=ident("request"))
    assert len(wave(managed(given)).of("groupMember")) == 2
    found = wave(managed(given, active=True), replace(EVERYTHING, active=True))
    assert [one.target["objectId"] for one in found.of("groupMember")] == [THEIR_ANNA["id"]]
    assert found.one("groupAssignmentSchedule").source["principalId"] == BENS
    plain = wave(managed(session(BENS), active=True), replace(EVERYTHING, active=True))
    assert len(plain.of("groupMember")) == 2


@pytest.mark.parametrize("unread", ["groupAssignmentSchedules", f"groupAssignmentSchedules:{OPS['id']}"])
def test_where_sessions_were_not_read_nobody_moves(unread: str) -> None:
    found = wave(managed(our_unread=[unread]))
    assert not found.of("groupMember")
    assert "Ops: which members are only activated was not read; none are moved" in found.told


def test_where_it_is_not_known_whether_pim_manages_a_group_nobody_moves() -> None:
    found = wave(new_group([member(ME)], our_unread=["pimGroups"]))
    assert not found.of("groupMember")
    assert any("only activated was not read" in one for one in found.told)


def nested(role_assignable: bool) -> Any:
    outer = group("Ops", isAssignableToRole=role_assignable)
    inner = group("Inner", **PLAIN)
    ours = {
        "group": [outer, inner],
        GROUP_ELIGIBILITY: [
            group_right("a", ME, outer["id"], end=SOON),
            group_right("b", BENS, inner["id"], end=SOON),
        ],
    }
    lists = {
        "groupMember": {outer["id"]: [member(inner["id"], "group")], inner["id"]: [member(BENS)]},
        "groupOwner": {outer["id"]: [], inner["id"]: []},
    }
    return sides(ours, our_lists=lists), outer, inner


def test_a_group_in_a_group_is_made_with_its_own_people() -> None:
    both, outer, inner = nested(role_assignable=False)
    found = wave(both, only=lambda one: one.source["groupId"] == outer["id"])
    name = f"new:group:{inner['id']}"
    assert {one.key for one in found.of("group")} == {name, f"new:group:{outer['id']}"}
    put = {(one.target["parentId"], one.target["objectId"]) for one in found.of("groupMember")}
    assert put == {(f"new:group:{outer['id']}", name), (name, THEIR_BEN["id"])}
    in_order(found.drafts)


def test_no_group_is_put_into_a_role_assignable_one() -> None:
    both, outer, _ = nested(role_assignable=True)
    found = wave(both, only=lambda one: one.source["groupId"] == outer["id"])
    assert [one.key for one in found.of("group")] == [f"new:group:{outer['id']}"]
    assert not found.of("groupMember")
    assert "Ops: group Inner cannot be put into a role-assignable group" in found.told


def test_two_of_the_source_who_are_one_in_the_target_are_put_there_once() -> None:
    both = new_group([member(ME), member(BENS)])
    found = wave(both)
    members = found.along.policies.counterparts
    merged = {**members, ("user", BENS): str(THEIR_ANNA["id"])}
    population = Members(found.source, found.along.unpeopled, merged, EVERYTHING, frozenset()).of(
        ("group", OPS["id"]), NEW_OPS
    )
    assert [one.target["objectId"] for one in population.drafts] == [THEIR_ANNA["id"]]


def test_a_group_of_an_earlier_plan_gets_those_who_were_missed() -> None:
    there = ident("made")
    ours = new_group([member(ME), member(BENS)])[0]
    unseen = sides(
        {}, {"pimGroup": [{"id": there}]}, their_lists={"groupMember": {there: [member(THEIR_ANNA["id"])]}}
    )
    found = wave((ours, unseen[1]), made={NEW_OPS: there})
    assert [one.target for one in found.of("groupMember")] == [
        {"parentId": there, "objectId": THEIR_BEN["id"]}
    ]
    nobody = sides({}, {"pimGroup": [{"id": there}]})[1]
    assert len(wave((ours, nobody), made={NEW_OPS: there}).of("groupMember")) == 2
    seen = sides({}, {"pimGroup": [{"id": there}], "group": [{**OPS, "id": there}]})[1]
    found = wave((ours, seen), made={NEW_OPS: there})
    assert not found.of("groupMember")
    assert any("were not read in the target" in one for one in found.told)


def test_only_parents_of_rights_that_move_get_their_people() -> None:
    other = group("Other", **PLAIN)
    ours = {
        "group": [OPS, other],
        GROUP_ELIGIBILITY: [
            group_right("a", ME, OPS["id"], end=SOON),
            group_right("b", ident("nobody"), other["id"], end=SOON),
        ],
    }
    lists = {
        one: {OPS["id"]: [member(ME)], other["id"]: [member(ME)]} for one in ("groupMember", "groupOwner")
    }
    found = wave(sides(ours, our_lists=lists))
    assert {one.target["parentId"] for one in found.writes if "parentId" in one.target} == {NEW_OPS}
    assert [one.action for one in found.drafts if one.kind == GROUP_ELIGIBILITY] == [
        Action.CREATE,
        Action.BLOCKED,
    ]


def test_a_plain_member_of_the_target_is_given_no_end() -> None:
    """PIM knows no assignment that it could change (RoleAssignmentDoesNotExist)."""
    timed = session(BENS, scheduleInfo=schedule_info(SOON), createdUsing=ident("request"))
    plain = {**session(str(THEIR_BEN["id"])), "groupId": THEIR_OPS["id"]}
    both = sides(
        {"group": [OPS], "pimGroup": [{"id": OPS["id"]}], "groupAssignmentSchedule": [timed]},
        {
            "group": [THEIR_OPS],
            "pimGroup": [{"id": THEIR_OPS["id"]}],
            "groupAssignmentSchedule": [plain],
        },
        active=True,
    )
    found = wave(both, replace(EVERYTHING, active=True, updates=True), decisions=CHOSEN)
    (given,) = found.of("groupAssignmentSchedule")
    assert (given.action, given.codes) == (Action.BLOCKED, ("D10",))
    assert "plain member" in given.reason
