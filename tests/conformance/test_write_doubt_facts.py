"""Answers that are lost: whether the write has taken effect, and what a second attempt says."""

from __future__ import annotations

from typing import Any

import pytest
from lab_door import Door
from policy_objects import policy, review
from small_tenants import (
    ALICE,
    BOB,
    CAROL,
    CUSTOM,
    DYNAMIC_GROUP,
    GLOBAL_READER,
    HELPDESK,
    PLAIN_GROUP,
    ROLE_GROUP,
    TENANT,
    UNIT,
)
from write_requests import HOW, NEW_ROLE, new_group, new_unit, rules_of

from migrate.graphapi.outcome import Meaning
from migrate.kinds import (
    access_review,
    administrative_unit,
    administrative_unit_member,
    authentication_context,
    conditional_access_policy,
    group,
    group_member,
    group_owner,
    role_assignment_schedule,
    role_definition,
    role_management_policy,
)
from migrate.kinds.request import Request
from migrate.lab.serve import LabThread

WRITES: list[tuple[str, Request, Meaning]] = [
    ("unit member", administrative_unit_member.add(UNIT, BOB), Meaning.EXISTS),
    ("unit member out", administrative_unit_member.remove(UNIT, ALICE), Meaning.ABSENT),
    ("group member", group_member.add(PLAIN_GROUP, CAROL), Meaning.EXISTS),
    ("group member out", group_member.remove(PLAIN_GROUP, BOB), Meaning.ABSENT),
    ("owner", group_owner.add(ROLE_GROUP, ALICE), Meaning.EXISTS),
    ("unit", new_unit(), Meaning.DONE),
    ("unit gone", administrative_unit.delete(UNIT), Meaning.ABSENT),
    ("group", new_group(), Meaning.DONE),
    ("group gone", group.delete(DYNAMIC_GROUP), Meaning.ABSENT),
    ("role", NEW_ROLE, Meaning.EXISTS),
    ("role gone", role_definition.delete(CUSTOM), Meaning.ABSENT),
    (
        "context",
        authentication_context.put("c9", display_name="d", description="", is_available=True),
        Meaning.DONE,
    ),
    ("review", access_review.create(review()), Meaning.DONE),
    ("policy", conditional_access_policy.create(policy()), Meaning.DONE),
    (
        "assignment",
        role_assignment_schedule.PIM.assign(
            principal_id=CAROL, role_definition_id=GLOBAL_READER, scope="/", **HOW
        ),
        Meaning.EXISTS,
    ),
]


@pytest.mark.parametrize("fault", [{"do": "status", "status": 504}, {"do": "cut"}], ids=["504", "cut"])
@pytest.mark.parametrize("after", [True, False], ids=["after the effect", "before it"])
@pytest.mark.parametrize(
    ("request_", "again"), [each[1:] for each in WRITES], ids=[each[0] for each in WRITES]
)
async def test_an_answer_that_is_lost_leaves_a_write_in_doubt(
    door: Door, lab: LabThread, request_: Request, again: Meaning, fault: dict[str, Any], after: bool
) -> None:
    """graph-facts §1.4: the effect may be there or not; what a second attempt says depends on the kind."""
    before = lab.dump(TENANT)
    match = {"method": request_.method, "path_prefix": request_.path}
    lab.faults([{**fault, "match": match, "after": after}])
    assert await door.send(request_) is Meaning.IN_DOUBT
    assert (lab.dump(TENANT) != before) is after
    assert await door.send(request_) is (again if after else Meaning.DONE)


async def test_a_lost_answer_to_a_rule_changes_the_rule(door: Door, lab: LabThread) -> None:
    listed = await rules_of(door, role_management_policy.of_role(HELPDESK))
    rule = {**listed["rules"]["Expiration_Admin_Eligibility"], "maximumDuration": "P15D"}
    lab.faults([{"match": {"method": "PATCH"}, "do": "cut", "after": True}])
    assert await door.send(role_management_policy.patch_rule(listed["id"], rule)) is Meaning.IN_DOUBT
    assert (await rules_of(door, role_management_policy.of_role(HELPDESK)))["rules"][rule["id"]] == rule
