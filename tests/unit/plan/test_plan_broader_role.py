"""A built-in role of the target does not take the place of a narrower one, whatever the sheets say."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import ELIGIBILITY, EXCHANGE, SOURCE, TARGET, built_in, custom, right, view

from migrate.plan.broader_role import block_broader_roles
from migrate.plan.document import Action, Draft
from migrate.plan.guard import Guard

USERS = "fe930be7-5e62-47db-91af-98c3a49a38b1"
READ, ALL = "microsoft.directory/users/standard/read", "microsoft.directory/users/allproperties/alltasks"


def role(name: str, *actions: str, **more: Any) -> dict[str, Any]:
    return {**built_in(USERS, name), "rolePermissions": [{"allowedResourceActions": list(actions)}], **more}


def planned(ours: dict[str, Any], theirs: dict[str, Any], *, guard: Guard | None = None) -> Draft:
    row = right("r", "somebody", str(ours["id"]))
    draft = Draft(
        Action.CREATE,
        ELIGIBILITY,
        "key",
        "not there yet",
        source=row,
        target={"roleDefinitionId": theirs["id"], "principalId": "p"},
    )
    sides = (
        view(SOURCE, {"roleDefinition": [ours]}),
        view(TARGET, {"roleDefinition": [theirs]}),
    )
    (found,) = block_broader_roles([draft], *sides, guard or Guard())
    return found


def test_a_broader_one_is_blocked_and_says_what_it_would_allow() -> None:
    found = planned(custom("reader", READ), role("User Administrator", READ, ALL))
    assert (found.action, found.codes, found.target) == (Action.BLOCKED, ("broader_role",), {})
    assert ALL in found.reason and "[guard] allow_broader_roles" in found.reason


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (custom("all", ALL), role("User Reader", READ)),
        (custom("same", READ), role("User Reader", READ.upper())),
        (built_in(), {**built_in(), "rolePermissions": []}),
        (custom("reader", READ), custom("theirs", READ, ALL)),
    ],
    ids=["narrower", "equal", "the same built-in one", "custom: D05 tells, a person decides"],
)
def test_others_pass(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert planned(ours, theirs).action is Action.CREATE


@pytest.mark.parametrize("lifted", [USERS, "user administrator"])
def test_only_the_engagement_lifts_it(lifted: str) -> None:
    guard = Guard(allow_broader_roles=frozenset({lifted}))
    found = planned(custom("reader", READ), role("User Administrator", ALL), guard=guard)
    assert found.action is Action.CREATE


def test_what_was_not_told_is_no_pass() -> None:
    found = planned(custom("reader", READ), role("User Administrator", rolePermissions=None))
    assert found.action is Action.BLOCKED and "unknown" in found.reason
    assert planned(built_in(EXCHANGE), role("User Administrator", READ)).action is Action.BLOCKED
