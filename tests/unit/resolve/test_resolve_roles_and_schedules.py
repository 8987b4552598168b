"""D05 and D06 of roles, D08 of schedules, D12 of what is held in two ways."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    LADDER,
    NOW,
    SOURCE,
    TARGET,
    built_in,
    custom,
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
from migrate.resolve.findings import Drift
from migrate.resolve.resolution import resolve
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
ANNA = user("anna@contoso.com", displayName="Anna Smith", employeeId="C1")
THERE = user("anna@fabrikam.com", displayName="Anna Smith", employeeId="C1")


def source(*rights: Row, **more: Any) -> TenantView:
    lists = more.pop("lists", None)
    rows: dict[str, Any] = {"user": [ANNA], "roleDefinition": [built_in()], ELIGIBILITY: rights}
    return view(SOURCE, rows | more, lists=lists)


def target(**more: Any) -> TenantView:
    lists, unread = more.pop("lists", None), more.pop("unread", ())
    return view(TARGET, {"user": [THERE], "roleDefinition": [built_in()]} | more, lists=lists, unread=unread)


def drift(here: TenantView, there: TenantView, *decisions: Decision, **more: Any) -> list[Drift]:
    return list(resolve(here, there, LADDER, decisions, **more).drift)


RIGHT = right("r", ANNA["id"])

# D06 -------------------------------------------------------------------------------------------------------


def test_a_built_in_role_that_is_the_same_is_no_drift() -> None:
    assert drift(source(RIGHT), target()) == []


def test_a_built_in_role_that_is_changed_is_told_and_blocks_nothing() -> None:
    newer = {**built_in(), "rolePermissions": [{"allowedResourceActions": ["a/read"]}]}
    (found,) = drift(source(RIGHT), target(roleDefinition=[newer]))
    assert (found.code, found.blocks, found.concerns) == ("D06", (), (ident("r"),))
    assert found.detail["only_in_target"] == ["a/read"]


def test_a_built_in_role_that_is_missing_or_disabled_holds_its_rights_up() -> None:
    (missing,) = drift(source(RIGHT), target(roleDefinition=[]))
    (disabled,) = drift(source(RIGHT), target(roleDefinition=[{**built_in(), "isEnabled": False}]))
    assert [one.detail["problem"] for one in (missing, disabled)] == ["missing", "disabled in the target"]
    assert {(one.code, one.blocks) for one in (missing, disabled)} == {("D06", (ident("r"),))}


def test_no_role_is_missing_where_roles_were_not_read_whole() -> None:
    assert drift(source(RIGHT), target(roleDefinition=[], unread=["roleDefinitions"])) == []


# D05 -------------------------------------------------------------------------------------------------------

READ, WRITE = "microsoft.directory/keys/read", "microsoft.directory/keys/write"


def catalogue(*actions: str) -> list[Row]:
    return [{"id": ident(one), "name": one} for one in actions]


@pytest.mark.parametrize(
    ("offered", "expected"),
    [([READ, WRITE.upper()], None), ([READ], [WRITE]), ([], None)],
)
def test_actions_that_the_target_does_not_offer_are_named_apart(offered: list[str], expected: Any) -> None:
    ours, theirs = custom("ours", READ, WRITE, "other.namespace/x"), custom("theirs", READ)
    here = source(right("r", ANNA["id"], ours["id"]), roleDefinition=[built_in(), ours])
    there = target(roleDefinition=[built_in(), theirs], resourceAction=catalogue(*offered))
    (found,) = drift(here, there)
    assert (found.code, found.blocks) == ("D05", (ident("r"),))
    assert found.detail.get("not_offered_in_target") == expected


def test_a_role_to_be_made_of_actions_that_are_not_offered() -> None:
    ours = custom("ours", READ, WRITE)
    here = source(right("r", ANNA["id"], ours["id"]), roleDefinition=[built_in(), ours])
    (found,) = drift(here, target(resourceAction=catalogue(READ)))
    assert (found.target_id, found.detail["not_offered_in_target"]) == (None, [WRITE])
    assert drift(here, target(resourceAction=catalogue(READ, WRITE))) == []
    assert drift(here, target(resourceAction=catalogue(READ), unread=["resourceActions"])) == []


def test_no_decision_gives_anybody_a_role_that_is_disabled() -> None:
    ours, theirs = custom("ours", READ), custom("theirs", READ, isEnabled=False)
    here = source(right("r", ANNA["id"], ours["id"]), roleDefinition=[built_in(), ours])
    choice = Decision("roleDefinition", ours["id"], theirs["id"], "choose")
    (found,) = drift(here, target(roleDefinition=[built_in(), theirs]), choice)
    assert (found.code, found.blocks) == ("D05", (ident("r"),))


# D08 -------------------------------------------------------------------------------------------------------


def late(days: int) -> str:
    return (NOW + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("end", "must_end", "why"),
    [
        (late(-1), False, "expired"),
        (late(30), True, ""),
        (late(400), True, "longer than the target's policy allows"),
        (late(400), False, ""),
        (None, True, "permanent"),
        (None, False, ""),
    ],
)
def test_schedules_against_the_targets_rules(end: str | None, must_end: bool, why: str) -> None:
    here = source(right("r", ANNA["id"], end=end))
    there = target(
        roleManagementPolicy=[
            policy(EXCHANGE, Expiration_Admin_Eligibility={"isExpirationRequired": must_end})
        ]
    )
    found = drift(here, there, as_of=NOW)
    assert [one.code for one in found] == (["D08"] if why else [])
    assert all(why in one.detail["why"] and one.blocks == (ident("r"),) for one in found)
    # Without a moment nothing is judged.
    assert drift(here, there) == []


def test_a_right_that_stands_already_needs_no_room() -> None:
    there = target(**{ELIGIBILITY: [right("t", THERE["id"], end=late(-1))]})
    assert drift(source(right("r", ANNA["id"], end=late(-1))), there, as_of=NOW) == []


# D12 -------------------------------------------------------------------------------------------------------

OURS, THEIRS = group("ours", displayName="G"), group("theirs", displayName="G")
CHOSEN = Decision("group", OURS["id"], THEIRS["id"], "choose")


def inside(side: Row, *people: Row) -> dict[str, Any]:
    return {"group": [side], "lists": {"groupMember": {side["id"]: [member(one["id"]) for one in people]}}}


def test_directly_here_and_through_a_group_there() -> None:
    held = {ELIGIBILITY: [right("t", THEIRS["id"])]}
    (found,) = drift(source(RIGHT), target(**inside(THEIRS, THERE), **held))
    assert (found.code, found.source_id, found.concerns, found.blocks) == (
        "D12",
        ident("r"),
        (ident("r"),),
        (),
    )
    assert drift(source(RIGHT), target(**inside(THEIRS), **held)) == []
    # An eligible member of the group can have the role as well.
    may = {GROUP_ELIGIBILITY: [group_right("g", THERE["id"], THEIRS["id"])]}
    assert len(drift(source(RIGHT), target(**inside(THEIRS), **held, **may))) == 1


def test_through_a_group_here_and_directly_there() -> None:
    of_group = right("r", OURS["id"])
    held = {ELIGIBILITY: [right("t", THERE["id"])]}
    (found,) = drift(source(of_group, **inside(OURS, ANNA)), target(group=[THEIRS], **held), CHOSEN)
    assert (found.code, found.detail["count"], found.source_id) == ("D12", 1, ident("r"))
    assert drift(source(of_group, **inside(OURS)), target(group=[THEIRS], **held), CHOSEN) == []


def test_the_same_way_on_both_sides_is_no_drift() -> None:
    both = {ELIGIBILITY: [right("t", THERE["id"]), right("g", THEIRS["id"])]}
    here = source(RIGHT, right("x", OURS["id"]), **inside(OURS, ANNA))
    assert drift(here, target(**inside(THEIRS, THERE), **both), CHOSEN) == []


def test_another_scope_is_another_right() -> None:
    narrow = {ELIGIBILITY: [right("t", THEIRS["id"], scope=f"/{THERE['id']}")]}
    assert drift(source(RIGHT), target(**inside(THEIRS, THERE), **narrow)) == []
