"""Every object that is made and its undo, as the program sends them: the tenant is what it was before."""

from __future__ import annotations

from typing import Any

import pytest
from lab_door import Door
from policy_objects import policy, review
from small_tenants import (
    ALICE,
    BOB,
    CAROL,
    GHOST,
    HELPDESK,
    PLAIN_GROUP,
    PRINCIPAL,
    TENANT,
    object_id,
)
from write_requests import HOW, NEW_ROLE, TEMPLATE, new_group, new_unit, rules_of

from migrate.graphapi.outcome import Meaning
from migrate.kinds import (
    access_review,
    administrative_unit,
    administrative_unit_member,
    authentication_context,
    conditional_access_policy,
    group,
    group_assignment_schedule,
    group_member,
    group_owner,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
)
from migrate.kinds.request import Request
from migrate.lab.serve import LabThread


@pytest.mark.usefixtures("undone")
async def test_a_unit_and_its_members(door: Door) -> None:
    """graph-facts §2.6, §3.7."""
    unit = await door.made(new_unit(visibility="HiddenMembership", restricted=True))
    await door.done(administrative_unit.by_id(unit))
    assert door.answer.body is not None
    assert (door.answer.body["visibility"], door.answer.body["isMemberManagementRestricted"]) == (
        "HiddenMembership",
        True,
    )
    await door.done(
        administrative_unit_member.add(unit, ALICE), administrative_unit_member.add(unit, PLAIN_GROUP)
    )
    assert await door.send(administrative_unit_member.add(unit, ALICE)) is Meaning.EXISTS
    assert await door.send(administrative_unit_member.add(unit, GHOST)) is Meaning.REPLICATING
    assert await door.send(administrative_unit_member.add(unit, PRINCIPAL)) is Meaning.REFUSED
    await door.done(administrative_unit_member.remove(unit, ALICE))
    assert await door.send(administrative_unit_member.remove(unit, ALICE)) is Meaning.ABSENT
    await door.done(administrative_unit.delete(unit))
    assert await door.send(administrative_unit.delete(unit)) is Meaning.ABSENT
    assert await door.send(administrative_unit_member.add(unit, BOB)) is Meaning.REPLICATING


@pytest.mark.usefixtures("undone")
async def test_nobody_is_put_into_a_dynamic_unit_by_hand(door: Door) -> None:
    rule = {"membership_type": "Dynamic", "membership_rule": "(user.city -eq 1)", "processing_state": "On"}
    unit = await door.made(new_unit(**rule))
    assert await door.send(administrative_unit_member.add(unit, ALICE)) is Meaning.REFUSED
    await door.done(administrative_unit.delete(unit))


@pytest.mark.usefixtures("undone")
async def test_what_is_in_a_restricted_unit_is_changed_by_its_administrators_only(door: Door) -> None:
    """graph-facts §2.6."""
    unit = await door.made(new_unit(restricted=True))
    await door.done(administrative_unit_member.add(unit, PLAIN_GROUP))
    assert await door.send(group_member.add(PLAIN_GROUP, CAROL)) is Meaning.CONSENT
    assert await door.send(group.delete(PLAIN_GROUP)) is Meaning.CONSENT
    await door.done(
        administrative_unit_member.remove(unit, PLAIN_GROUP), group_member.add(PLAIN_GROUP, CAROL)
    )
    await door.done(group_member.remove(PLAIN_GROUP, CAROL), administrative_unit.delete(unit))


@pytest.mark.usefixtures("undone")
async def test_a_role_assignable_group_with_members_and_owners(door: Door) -> None:
    """graph-facts §3.7, observed-behaviours 32."""
    made = await door.made(new_group())
    await door.done(group.by_id(made))
    assert door.answer.body is not None
    assert (door.answer.body["isAssignableToRole"], door.answer.body["visibility"]) == (True, "Private")
    assert (
        await door.send(Request("PATCH", f"/groups/{made}", body={"isAssignableToRole": False}))
        is Meaning.REFUSED
    )
    assert (
        await door.send(Request("PATCH", f"/groups/{made}", body={"visibility": "Public"})) is Meaning.REFUSED
    )
    await door.done(group.by_mail_nickname("tier0"))
    assert door.answer.body is not None and [row["id"] for row in door.answer.body["value"]] == [made]
    for kind in (group_member, group_owner):
        await door.done(kind.add(made, ALICE))
        assert await door.send(kind.add(made, ALICE)) is Meaning.EXISTS
        assert await door.send(kind.add(made, PLAIN_GROUP)) is Meaning.REFUSED, "a group in it, or owning it"
        await door.done(kind.remove(made, ALICE))
        assert await door.send(kind.remove(made, ALICE)) is Meaning.ABSENT
    nested = group_assignment_schedule.PIM.assign(
        group_id=made, access_id="member", principal_id=PLAIN_GROUP, **HOW
    )
    assert await door.send(nested) is Meaning.REFUSED
    await door.done(group.delete(made))
    assert await door.send(group.delete(made)) is Meaning.ABSENT
    assert await door.send(group_member.add(made, ALICE)) is Meaning.REPLICATING, "deleted or not there yet"


async def test_a_deleted_group_can_be_restored_for_a_while(door: Door) -> None:
    """graph-facts §3.7: what a rollback leaves behind."""
    made = await door.made(new_group(role_assignable=False))
    await door.done(group.delete(made), Request("GET", f"/directory/deletedItems/{made}"))
    assert await door.send(group.by_id(made)) is Meaning.ABSENT


@pytest.mark.usefixtures("undone")
async def test_a_custom_role_keeps_its_id_and_stays_while_it_is_held(door: Door) -> None:
    """graph-facts §3.6."""
    assert await door.made(NEW_ROLE) == TEMPLATE
    assert await door.send(NEW_ROLE) is Meaning.EXISTS
    other_id = role_definition.create(
        template_id=object_id(778),
        display_name="Printers",
        description="",
        is_enabled=True,
        role_permissions=[{"allowedResourceActions": ["microsoft.directory/applications/basic/read"]}],
        version=None,
    )
    assert await door.send(other_id) is Meaning.EXISTS, "the name is taken"
    right: dict[str, Any] = {"principal_id": BOB, "role_definition_id": TEMPLATE, "scope": "/"}
    await door.done(role_eligibility_schedule.PIM.assign(**right, **HOW))
    assert await door.send(role_definition.delete(TEMPLATE)) is Meaning.REFUSED
    await door.done(role_eligibility_schedule.PIM.remove(**right, justification="undo"))
    await door.done(role_definition.delete(TEMPLATE))
    assert await door.send(role_definition.delete(TEMPLATE)) is Meaning.ABSENT
    assert await door.send(role_definition.delete(HELPDESK)) is Meaning.REFUSED


@pytest.mark.usefixtures("undone")
async def test_a_role_that_is_made_again_has_the_default_policy(door: Door) -> None:
    await door.made(NEW_ROLE)
    listed = await rules_of(door, role_management_policy.of_role(TEMPLATE))
    rule = {**listed["rules"]["Expiration_Admin_Eligibility"], "isExpirationRequired": True}
    await door.done(role_management_policy.patch_rule(listed["id"], rule))
    await door.done(role_definition.delete(TEMPLATE), NEW_ROLE)
    fresh = await rules_of(door, role_management_policy.of_role(TEMPLATE))
    assert fresh["rules"]["Expiration_Admin_Eligibility"]["isExpirationRequired"] is False
    await door.done(role_definition.delete(TEMPLATE))


@pytest.mark.usefixtures("undone")
async def test_pim_may_know_a_new_custom_role_by_another_id(door: Door, lab: LabThread) -> None:
    """graph-facts §4.1: the policy's assignment tells which."""
    lab.faults([{"match": {"method": "POST", "path_prefix": "/roleManagement"}, "do": "alias_role"}])
    await door.made(NEW_ROLE)
    right: dict[str, Any] = {"principal_id": BOB, "role_definition_id": TEMPLATE, "scope": "/"}
    assert await door.send(role_eligibility_schedule.PIM.assign(**right, **HOW)) is Meaning.REPLICATING
    await door.done(role_management_policy.role_listing(None))
    assert door.answer.body is not None
    aliases = [str(row["roleDefinitionId"]) for row in door.answer.body["value"]]
    known = [row["id"] for row in lab.dump(TENANT)["roleDefinitions"].values()]
    (alias,) = [one for one in aliases if one not in known and one != object_id(599)]
    await door.done(role_definition.by_id(alias))
    assert door.answer.body["id"] == TEMPLATE
    right["role_definition_id"] = alias
    await door.done(role_eligibility_schedule.PIM.assign(**right, **HOW))
    await door.done(role_eligibility_schedule.PIM.remove(**right, justification="undo"))
    await door.done(role_definition.delete(TEMPLATE))


@pytest.mark.usefixtures("undone")
async def test_a_context_is_withdrawn_before_it_is_deleted(door: Door) -> None:
    """graph-facts §2.8; deleting: 403 while published, 400 while conditional access uses it."""
    how: dict[str, Any] = {"display_name": "Strong", "description": "Keys"}
    await door.done(authentication_context.put("c42", **how, is_available=True))
    await door.done(authentication_context.by_id("c42"))
    assert await door.send(authentication_context.delete("c42")) is Meaning.CONSENT
    used = policy(
        conditions={
            "users": {"includeUsers": ["All"]},
            "applications": {"includeAuthenticationContextClassReferences": ["c42"]},
        }
    )
    made = await door.made(conditional_access_policy.create(used))
    await door.done(authentication_context.put("c42", **how, is_available=False))
    assert await door.send(authentication_context.delete("c42")) is Meaning.REFUSED
    await door.done(conditional_access_policy.delete(made), authentication_context.delete("c42"))
    assert await door.send(authentication_context.delete("c42")) is Meaning.ABSENT


@pytest.mark.usefixtures("undone")
async def test_a_review(door: Door) -> None:
    """graph-facts §2.9, §3.7."""
    made = await door.made(access_review.create(review()))
    await door.done(access_review.by_id(made), access_review.delete(made))
    assert await door.send(access_review.by_id(made)) is Meaning.ABSENT
    assert await door.send(access_review.delete(made)) is Meaning.ABSENT
    assert await door.send(access_review.create({"displayName": "Nothing to review"})) is Meaning.REFUSED


@pytest.mark.usefixtures("undone")
async def test_a_conditional_access_policy(door: Door) -> None:
    """graph-facts §2.8, observed-behaviours 37, 38."""
    made = await door.made(conditional_access_policy.create(policy()))
    await door.done(conditional_access_policy.by_id(made))
    assert door.answer.body is not None
    assert door.answer.body["state"] == "enabledForReportingButNotEnforced"
    await door.done(conditional_access_policy.delete(made))
    assert await door.send(conditional_access_policy.delete(made)) is Meaning.ABSENT
    for conditions in (
        {"users": {"includeUsers": [GHOST]}, "applications": {"includeApplications": ["All"]}},
        {"users": {"includeGroups": [ALICE]}, "applications": {"includeApplications": ["All"]}},
        {
            "users": {"includeUsers": ["All"]},
            "applications": {"includeAuthenticationContextClassReferences": ["c98"]},
        },
    ):
        unknown = conditional_access_policy.create(policy(conditions=conditions))
        assert await door.send(unknown) is Meaning.REFUSED
