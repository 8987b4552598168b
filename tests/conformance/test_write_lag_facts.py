"""What was made a moment ago is not known everywhere: PIM learns of it later than the directory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graph_client import GraphClient
from lab_door import Door
from small_tenants import (
    ALICE,
    BOB,
    GLOBAL_READER,
)
from ticking import Ticking
from write_requests import HOW, NEW_ROLE, TEMPLATE, new_group, new_unit, rules_of

from migrate.graphapi.outcome import Meaning
from migrate.kinds import (
    administrative_unit,
    group,
    group_eligibility_schedule,
    group_member,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
)
from migrate.lab.serve import LabThread


@pytest.mark.usefixtures("undone")
async def test_pim_learns_later_of_what_was_made(door: Door, lab: LabThread, ticking: Ticking) -> None:
    """graph-facts §4.3, observed-behaviours 30, 40, 41."""
    lab.faults([{"match": {"method": "POST"}, "do": "hide_from_pim", "seconds": 60, "times": 3}])
    unit, made = await door.made(new_unit()), await door.made(new_group())
    await door.made(NEW_ROLE)
    await door.done(administrative_unit.by_id(unit), group.by_id(made), role_definition.by_id(TEMPLATE))
    await door.done(group_member.add(made, ALICE))
    at_unit: dict[str, Any] = {
        "principal_id": BOB,
        "role_definition_id": GLOBAL_READER,
        "scope": f"/administrativeUnits/{unit}",
    }
    of_role: dict[str, Any] = {"principal_id": BOB, "role_definition_id": TEMPLATE, "scope": "/"}
    by_group: dict[str, Any] = {"principal_id": made, "role_definition_id": GLOBAL_READER, "scope": "/"}
    for right, code in (
        (at_unit, "ResourceNotFound"),
        (of_role, "RoleNotFound"),
        (by_group, "SubjectNotFound"),
    ):
        assert await door.send(role_eligibility_schedule.PIM.assign(**right, **HOW)) is Meaning.REPLICATING
        assert door.outcome.code == code
    in_group: dict[str, Any] = {"group_id": made, "access_id": "member", "principal_id": BOB}
    assert await door.send(group_eligibility_schedule.PIM.assign(**in_group, **HOW)) is Meaning.REPLICATING
    assert await door.send(group_eligibility_schedule.listing(made)) is Meaning.ABSENT
    assert await door.send(role_management_policy.of_group(made, "member")) is Meaning.ABSENT
    await door.done(role_management_policy.of_role(TEMPLATE))
    assert door.answer.body is not None and door.answer.body["value"] == []

    ticking.move(seconds=61)
    for right in (at_unit, of_role, by_group):
        await door.done(role_eligibility_schedule.PIM.assign(**right, **HOW))
        await door.done(role_eligibility_schedule.PIM.remove(**right, justification="undo"))
    await door.done(group_eligibility_schedule.PIM.assign(**in_group, **HOW))
    await door.done(group_eligibility_schedule.PIM.remove(**in_group, justification="undo"))
    assert (await rules_of(door, role_management_policy.of_role(TEMPLATE)))["rules"]
    assert (await rules_of(door, role_management_policy.of_group(made, "member")))["rules"]
    await door.done(administrative_unit.delete(unit), group.delete(made), role_definition.delete(TEMPLATE))


@pytest.mark.usefixtures("undone")
async def test_a_right_at_a_unit_that_pim_does_not_know_yet_may_become_tenant_wide(
    door: Door, lab: LabThread
) -> None:
    """graph-facts §4.2."""
    requests = "/roleManagement/directory/roleEligibilityScheduleRequests"
    lab.faults(
        [
            {"match": {"path_prefix": "/directory"}, "do": "hide_from_pim", "seconds": 60},
            {"match": {"path_prefix": requests}, "do": "escalate_scope"},
        ]
    )
    unit = await door.made(new_unit())
    right: dict[str, Any] = {"principal_id": BOB, "role_definition_id": GLOBAL_READER}
    scope = administrative_unit.scope_of(unit)
    await door.done(role_eligibility_schedule.PIM.assign(**right, scope=scope, **HOW))
    assert door.answer.body is not None and door.answer.body["directoryScopeId"] == "/"
    await door.done(role_eligibility_schedule.PIM.remove(**right, scope="/", justification="undo"))
    await door.done(administrative_unit.delete(unit))


def test_a_seed_may_say_how_far_pim_lags_behind(
    reloaded: Callable[..., GraphClient], ticking: Ticking
) -> None:
    graph = reloaded(pimLagSeconds=30)
    body = {"displayName": "N", "mailNickname": "n", "mailEnabled": False, "securityEnabled": True}
    made = graph.post("/groups", body).json()["id"]
    path = f"/policies/roleManagementPolicyAssignments?$filter=scopeId eq '{made}' and scopeType eq 'Group'"
    assert graph.get(path).status_code == 404
    ticking.move(seconds=31)
    assert len(graph.value(path)) == 2
