"""Decisions: stronger than every rule, never stronger than what the target really has."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import (
    ELIGIBILITY,
    GROUP_ELIGIBILITY,
    LADDER,
    SOURCE,
    TARGET,
    built_in,
    custom,
    group,
    group_right,
    ident,
    right,
    unit,
    user,
    view,
)

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.resolution import Resolution, resolve

Row = dict[str, Any]
ANNA = user("anna@contoso.com", displayName="Anna Smith", employeeId="C1")
RULED = user("as@fabrikam.com", displayName="Anna Smith", employeeId="C1")
OTHER = user("other@fabrikam.com", displayName="Other")
GONE = user("gone@fabrikam.com", displayName="Gone", deletedDateTime="2026-01-01T00:00:00Z")
DESK = group("Desk")


def decided(
    decision: str,
    target: str | None = None,
    *,
    source_id: str = ANNA["id"],
    kind: str = "user",
    users: tuple[Row, ...] = (RULED, OTHER, GONE),
    **target_view: Any,
) -> Resolution:
    roles = {"roleDefinition": [built_in()]}
    rights = [right("live", ANNA["id"]), right("orphan", ident("deleted"))]
    return resolve(
        view(SOURCE, {"user": [ANNA], ELIGIBILITY: rights, **roles}),
        view(TARGET, {"user": users, "group": [DESK], **roles}, **target_view),
        LADDER,
        (Decision(kind, source_id, target, decision, "because", "someone"),),
    )


def anna(resolution: Resolution) -> Counterpart:
    return next(one for one in resolution.mappings if one.source_id == ANNA["id"])


def code(resolution: Resolution) -> str | None:
    return next((one.code for one in resolution.conflicts if one.source_id == ANNA["id"]), None)


def test_choose_beats_the_rules_and_shows_what_they_said() -> None:
    found = decided("choose", OTHER["id"].upper(), source_id=ANNA["id"].upper())
    mapping = anna(found)
    assert (mapping.state, mapping.target_id, mapping.rule) == (State.ACCEPTED, OTHER["id"], "decision")
    assert (mapping.runner_up, mapping.confidence) == (RULED["id"], 1.0)
    assert mapping.reason == "decided by someone: because"


@pytest.mark.parametrize(
    ("decision", "target", "users", "state", "expected"),
    [
        ("choose", ident("nobody"), (RULED,), State.BLOCKED, "C05"),
        ("choose", GONE["id"], (RULED, GONE), State.BLOCKED, "C05"),
        ("choose", DESK["id"], (RULED,), State.BLOCKED, "C04"),
        ("choose", None, (RULED,), State.BLOCKED, "C05"),
        ("accept", RULED["id"], (RULED,), State.ACCEPTED, None),
        ("accept", None, (RULED,), State.ACCEPTED, None),
        # What was accepted is no longer what the rules propose.
        ("accept", OTHER["id"], (RULED, OTHER), State.BLOCKED, "C02"),
        ("accept", ident("nobody"), (RULED,), State.BLOCKED, "C05"),
        ("accept", None, (OTHER,), State.PROPOSED, "C01"),
        ("skip", None, (RULED,), State.SKIPPED, None),
        ("block", None, (RULED,), State.BLOCKED, None),
    ],
)
def test_each_decision(
    decision: str, target: str | None, users: tuple[Row, ...], state: State, expected: str | None
) -> None:
    found = decided(decision, target, users=users)
    assert (anna(found).state, code(found)) == (state, expected)


def test_accepting_a_mere_name_is_what_accept_is_for() -> None:
    namesake = user("n@fabrikam.com", displayName="Anna Smith")
    assert anna(decided("accept", None, users=(namesake,))).state is State.ACCEPTED


def test_accept_does_not_pick_one_of_several() -> None:
    twin = {**RULED, "id": ident("twin")}
    found = decided("accept", None, users=(RULED, twin))
    assert (anna(found).state, code(found)) == (State.PROPOSED, "C02")
    best = anna(found).target_id
    assert anna(decided("accept", best, users=(RULED, twin))).state is State.ACCEPTED


def test_accept_without_a_name_needs_complete_lists_and_choose_does_not() -> None:
    found = decided("accept", None, unread=["users"])
    assert (anna(found).state, code(found)) == (State.PROPOSED, None)
    assert anna(decided("choose", OTHER["id"], unread=["users"])).state is State.ACCEPTED
    missing = decided("choose", ident("nobody"), unread=["users"])
    assert (anna(missing).state, code(missing)) == (State.BLOCKED, None)


@pytest.mark.parametrize(
    ("decision", "state", "expected"),
    [("skip", State.SKIPPED, None), ("block", State.BLOCKED, None), ("choose", State.BLOCKED, "C04")],
)
def test_a_decision_that_calls_the_object_by_another_kind_is_not_passed_over(
    decision: str, state: State, expected: str | None
) -> None:
    found = decided(decision, OTHER["id"], kind="group")
    assert (anna(found).state, code(found)) == (state, expected)


@pytest.mark.parametrize("kind", ["user", "group"])
def test_a_deleted_object_can_be_left_behind(kind: str) -> None:
    """Nothing says any more of which kind it was, so the decision cannot know either."""
    found = decided("skip", None, source_id=ident("deleted"), kind=kind)
    mapping = next(one for one in found.mappings if one.source_id == ident("deleted"))
    assert (mapping.kind, mapping.state) == ("directoryObject", State.SKIPPED)
    assert "C06" not in {one.code for one in found.conflicts}


def test_a_deleted_object_cannot_be_given_a_counterpart() -> None:
    found = decided("choose", OTHER["id"], source_id=ident("deleted"))
    assert [one.code for one in found.conflicts] == ["C06"]


def test_a_decision_about_nobody_changes_nothing() -> None:
    assert decided("choose", OTHER["id"], source_id=ident("unheard of")) == decided(
        "skip", None, source_id=ident("unheard of either")
    )


def test_a_role_may_be_decided_by_the_id_that_pim_uses() -> None:
    here, there = custom("ours", "a/read"), custom("theirs", "b/read")
    roles = {"roleDefinition": [here]}
    found = resolve(
        view(
            SOURCE,
            {"user": [ANNA], ELIGIBILITY: [right("r", ANNA["id"], ident("alias"))], **roles},
            aliases={ident("alias"): here["id"]},
        ),
        view(
            TARGET,
            {"user": [RULED], "roleDefinition": [there]},
            aliases={ident("their alias"): there["id"]},
        ),
        LADDER,
        (Decision("roleDefinition", ident("alias"), ident("their alias"), "choose"),),
    )
    role = next(one for one in found.mappings if one.kind == "roleDefinition")
    assert (role.source_id, role.target_id, role.state) == (here["id"], there["id"], State.ACCEPTED)


@pytest.mark.parametrize(
    ("shape", "fits_role", "fits_pim"),
    [
        ({}, True, True),
        ({"isAssignableToRole": None}, False, True),
        ({"isAssignableToRole": None, "groupTypes": ["DynamicMembership"]}, False, False),
        ({"isAssignableToRole": None, "onPremisesSyncEnabled": True}, False, False),
        ({"isAssignableToRole": None, "securityEnabled": False}, False, False),
    ],
)
def test_no_decision_makes_an_unfit_group_fit(shape: Row, fits_role: bool, fits_pim: bool) -> None:
    here, there = group("ours"), group("theirs", **shape)
    roles = {"roleDefinition": [built_in()]}
    for rows, fits in (
        ({ELIGIBILITY: [right("r", here["id"])]}, fits_role),
        ({GROUP_ELIGIBILITY: [group_right("r", ANNA["id"], here["id"])]}, fits_pim),
        ({GROUP_ELIGIBILITY: [group_right("r", here["id"], here["id"])]}, fits_pim),
    ):
        found = resolve(
            view(SOURCE, {"user": [ANNA], "group": [here], **rows, **roles}),
            view(TARGET, {"user": [RULED], "group": [there], **roles}),
            LADDER,
            (Decision("group", here["id"], there["id"], "choose"),),
        )
        # A group that is eligible for itself is a circle besides (C12).
        codes = [one.code for one in found.conflicts if one.code != "C12"]
        assert codes == ([] if fits else ["C10"])


HERE_UNIT = unit("Retail")
CUSTOM = custom("Key Reader", "microsoft.directory/x/read")
MADE_RIGHTS = [
    right("at a unit", ANNA["id"], scope=f"/administrativeUnits/{HERE_UNIT['id']}"),
    right("custom", ANNA["id"], CUSTOM["id"]),
    right("built in", ANNA["id"], ident("old role")),
    right("by a group", DESK["id"]),
]


def made(*decisions: Decision, roles: tuple[Row, ...] = (), **target_view: Any) -> Resolution:
    """A unit, a group, a custom role and a built-in one that the target lacks."""
    ours = [built_in(), {**built_in(), "id": ident("old role"), "templateId": ident("old role")}, CUSTOM]
    return resolve(
        view(
            SOURCE,
            {
                "user": [ANNA],
                "group": [DESK],
                "administrativeUnit": [HERE_UNIT],
                "roleDefinition": ours,
                ELIGIBILITY: MADE_RIGHTS,
            },
        ),
        view(TARGET, {"user": [RULED], "roleDefinition": [built_in(), *roles]}, **target_view),
        LADDER,
        decisions,
    )


def to_make(kind: str, row: Row) -> Decision:
    return Decision(kind, row["id"], None, "accept", "ours", "someone")


def found_of(resolution: Resolution, row: Row) -> tuple[Counterpart, list[tuple[str, bool, bool]]]:
    """Its mapping, and of its findings the code, whether they block and whether they are told."""
    findings = (*resolution.conflicts, *resolution.drift)
    return (
        next(one for one in resolution.mappings if one.source_id == row["id"]),
        [(one.code, bool(one.blocks), bool(one.concerns)) for one in findings if one.source_id == row["id"]],
    )


@pytest.mark.parametrize(
    ("kind", "row"),
    [("administrativeUnit", HERE_UNIT), ("group", DESK), ("roleDefinition", CUSTOM)],
)
def test_accepting_what_has_no_counterpart_has_a_plan_make_it(kind: str, row: Row) -> None:
    mapping, findings = found_of(made(), row)
    assert mapping.state is State.PROPOSED and ("C01", True, False) in findings
    resolution = made(to_make(kind, row))
    mapping, findings = found_of(resolution, row)
    assert (mapping.state, mapping.target_id, mapping.rule) == (State.CREATE, None, None)
    assert "by someone: ours" in mapping.reason
    assert findings == [("C01", False, True)], "told, and nothing waits for it but the making"
    assert (kind, row["id"]) not in resolution.accepted()


def test_nothing_is_made_of_which_the_target_may_have_it_already() -> None:
    mapping, findings = found_of(
        made(to_make("administrativeUnit", HERE_UNIT), unread=["administrativeUnits"]), HERE_UNIT
    )
    assert (mapping.state, findings) == (State.BLOCKED, [])


def test_nobody_makes_people_or_built_in_roles() -> None:
    old_role = {"id": ident("old role")}
    mapping, findings = found_of(made(to_make("roleDefinition", old_role)), old_role)
    assert mapping.state is State.PROPOSED
    assert ("C01", True, False) in findings
    assert "nothing in the target matches" in mapping.reason


def test_a_name_that_is_taken_still_stands_in_the_way_of_making_it() -> None:
    taken = built_in(ident("theirs"), CUSTOM["displayName"])
    mapping, findings = found_of(made(to_make("roleDefinition", CUSTOM), roles=(taken,)), CUSTOM)
    assert mapping.state is State.CREATE
    assert sorted(findings) == [("C01", False, True), ("C08", True, False)]
