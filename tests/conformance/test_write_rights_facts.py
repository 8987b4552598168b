"""Rights and rules of policies that are changed and put back, as the program sends them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lab_door import Door
from small_tenants import (
    CAROL,
    GLOBAL_READER,
    HELPDESK,
    PIM_GROUP,
    UNIT,
)
from ticking import Ticking
from write_requests import HOW, rules_of

from migrate.graphapi.outcome import Meaning
from migrate.kinds import (
    group_assignment_schedule,
    group_eligibility_schedule,
    role_assignment_schedule,
    role_eligibility_schedule,
    role_management_policy,
)
from migrate.kinds.request import Request


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize(
    "of",
    [role_management_policy.of_role(HELPDESK), role_management_policy.of_group(PIM_GROUP, "owner")],
    ids=["role", "group"],
)
async def test_a_rule_is_replaced_and_put_back(door: Door, of: Request) -> None:
    """graph-facts §3.5; a group's policy has another id after each change."""
    before = await rules_of(door, of)
    rule = before["rules"]["Expiration_Admin_Eligibility"]
    await door.done(role_management_policy.patch_rule(before["id"], {**rule, "maximumDuration": "P15D"}))
    now = await rules_of(door, of)
    assert now["rules"]["Expiration_Admin_Eligibility"] == {**rule, "maximumDuration": "P15D"}
    assert (now["id"] == before["id"]) is ("DirectoryRole" in before["id"])
    if now["id"] != before["id"]:
        assert await door.send(role_management_policy.patch_rule(before["id"], rule)) is Meaning.REPLICATING
    await door.done(role_management_policy.patch_rule(now["id"], rule))


@pytest.mark.usefixtures("undone")
async def test_mfa_and_an_authentication_context_in_the_wrong_order(door: Door) -> None:
    """observed-behaviours 10; nothing changes by what is refused."""
    listed = await rules_of(door, role_management_policy.of_role(HELPDESK))
    mfa = listed["rules"]["Enablement_EndUser_Assignment"]
    context = listed["rules"]["AuthenticationContext_EndUser_Assignment"]
    without = {**mfa, "enabledRules": ["Justification"]}
    await door.done(
        role_management_policy.patch_rule(listed["id"], without),
        role_management_policy.patch_rule(listed["id"], {**context, "isEnabled": True, "claimValue": "c1"}),
    )
    assert await door.send(role_management_policy.patch_rule(listed["id"], mfa)) is Meaning.REFUSED
    assert door.outcome.code == "MfaAndAcrsConflict"
    await door.done(
        role_management_policy.patch_rule(listed["id"], context),
        role_management_policy.patch_rule(listed["id"], mfa),
    )
    wrong = {**listed["rules"]["Expiration_Admin_Eligibility"], "maximumDuration": "P1Y"}
    assert await door.send(role_management_policy.patch_rule(listed["id"], wrong)) is Meaning.REFUSED
    assert door.outcome.code == "InvalidPolicy"


RIGHTS: list[tuple[Any, dict[str, Any]]] = [
    (
        kind,
        {"principal_id": CAROL, "role_definition_id": GLOBAL_READER, "scope": f"/administrativeUnits/{UNIT}"},
    )
    for kind in (role_eligibility_schedule, role_assignment_schedule)
] + [
    (kind, {"group_id": PIM_GROUP, "access_id": "member", "principal_id": CAROL})
    for kind in (group_eligibility_schedule, group_assignment_schedule)
]


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize(("kind", "right"), RIGHTS, ids=[kind.KIND.name for kind, _ in RIGHTS])
async def test_a_right_is_given_changed_and_taken_back(
    door: Door, ticking: Ticking, kind: Any, right: dict[str, Any]
) -> None:
    """graph-facts §3.1-§3.4."""
    request_id = await door.made(kind.PIM.assign(**right, **HOW))
    assert await door.send(kind.PIM.assign(**right, **HOW)) is Meaning.EXISTS
    await door.done(kind.PIM.request_by_id(request_id))
    sooner = {**HOW, "end": datetime(2026, 4, 1, tzinfo=UTC)}
    await door.done(kind.PIM.update(**right, **sooner))
    found = [right["group_id"]] if "group_id" in right else []
    await door.done(kind.PIM.of_principal(*found, right["principal_id"]))
    assert door.answer.body is not None
    ends = [row["scheduleInfo"]["expiration"]["endDateTime"] for row in door.answer.body["value"]]
    assert ends == ["2026-04-01T00:00:00Z"]
    undo = kind.PIM.remove(**right, justification="undo")
    if "Assignment" in kind.KIND.name:
        assert await door.send(undo) is Meaning.TOO_YOUNG
        ticking.move(minutes=6)
    await door.done(undo)
    assert await door.send(undo) is Meaning.ABSENT
    assert await door.send(kind.PIM.update(**right, **HOW)) is Meaning.ABSENT


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize(("kind", "right"), RIGHTS, ids=[kind.KIND.name for kind, _ in RIGHTS])
async def test_a_right_that_has_not_begun_is_cancelled(door: Door, kind: Any, right: dict[str, Any]) -> None:
    """graph-facts §3.4."""
    ahead = {**HOW, "start": datetime(2026, 4, 1, tzinfo=UTC)}
    request_id = await door.made(kind.PIM.assign(**right, **ahead))
    assert door.answer.body is not None and door.answer.body["status"] == "Granted"
    await door.done(kind.PIM.cancel(request_id))
