"""Which standing assignments of the target end beside their eligibility, and which stay whatever is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tenant_pairs import EXCHANGE, NOW, TARGET, built_in, ident, member, policy, right, user, view

from migrate.kinds.ids import GLOBAL_ADMINISTRATOR
from migrate.kinds.schedule import format_time
from migrate.plan.document import Action, Draft
from migrate.plan.guard import Guard
from migrate.plan.overlap import Overlap, global_administrators_leaving
from migrate.plan.own_access import own_ids
from migrate.resolve.converted import CONVERTED_FROM
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
ELIGIBLE, ACTIVE = "roleEligibilitySchedule", "roleAssignmentSchedule"
ANNA, BEN = user("anna@fabrikam.com", accountEnabled=True), user("ben@fabrikam.com", accountEnabled=True)
PERMANENT = {"isExpirationRequired": False}
OF_SOURCE = ident("source anna")


def held(who: Row = ANNA, role: str = EXCHANGE, **properties: Any) -> Row:
    return right(f"{who['id']} {role}", who["id"], role, **{"assignmentType": "Assigned", **properties})


def target(
    *assignments: Row, unread: tuple[str, ...] = (), must_end: bool = False, **rows: Any
) -> TenantView:
    rule = {"isExpirationRequired": must_end, "maximumDuration": "P180D"}
    rules = {
        "Expiration_Admin_Assignment": rule,
        "Enablement_Admin_Assignment": {"enabledRules": ["Ticketing"]},
    }
    kinds = {
        "user": [ANNA, BEN],
        "roleDefinition": [built_in(), built_in(GLOBAL_ADMINISTRATOR, "Global Administrator")],
        ACTIVE: assignments,
        "roleManagementPolicy": [policy(EXCHANGE, **rules), policy(GLOBAL_ADMINISTRATOR, **rules)],
        **rows,
    }
    return view(TARGET, kinds, unread=unread)


def eligible(
    who: Row = ANNA, role: str = EXCHANGE, action: Action = Action.CREATE, **target_ids: Any
) -> Draft:
    ids = {
        "principalId": who["id"],
        "roleDefinitionId": role,
        "pimRoleDefinitionId": role,
        "directoryScopeId": "/",
        "isBuiltInRole": True,
        "startDateTime": None,
        "endDateTime": "2027-01-01T00:00:00Z",
        "ticket": False,
    }
    source = {
        "principalId": OF_SOURCE,
        "roleDefinitionId": role,
        "directoryScopeId": "/",
        CONVERTED_FROM: ACTIVE,
    }
    names = {"principal": "anna", "target_principal": "anna", "right": "Role", "scope": "tenant"}
    key = f"{who['id']}|{role}|/"
    return Draft(action, ELIGIBLE, key, "not there yet", source=source, target=ids | target_ids, names=names)


def ended(*drafts: Draft, there: TenantView | None = None, minimum: int = 0, **more: Any) -> list[Draft]:
    values: dict[str, Any] = {
        "target": target(held()) if there is None else there,
        "guard": Guard(min_break_glass=minimum),
        "kept": frozenset(),
        "caller": frozenset(),
        "covered": frozenset(),
        "now": NOW,
    }
    return Overlap(**(values | more)).endings(drafts or (eligible(),))


def why_it_stays(*drafts: Draft, **more: Any) -> str:
    (found,) = ended(*drafts, **more)
    assert (found.action, found.kind, found.target) == (Action.SKIP, ACTIVE, {})
    assert found.reason.startswith("the standing assignment in the target stays: ")
    return found.reason


def test_it_ends_after_the_eligibility_and_can_be_given_back() -> None:
    (found,) = ended()
    assert (found.action, found.kind, found.key) == (Action.REPLACE, ACTIVE, eligible().key)
    assert found.needs == (f"{ELIGIBLE}:{found.key}",)
    assert found.base == {"id": held()["id"], "endDateTime": None}
    assert (found.target["endDateTime"], found.target["ticket"]) == (None, True)
    assert found.names["right"] == "Role (active)"


def test_beside_an_eligibility_that_stands_it_needs_nothing() -> None:
    (found,) = ended(eligible(action=Action.KEEP))
    assert (found.action, found.needs) == (Action.REPLACE, ())


@pytest.mark.parametrize("action", [Action.BLOCKED, Action.SKIP])
def test_without_an_eligibility_nothing_is_said_of_it(action: Action) -> None:
    assert ended(eligible(action=action)) == []


def test_an_eligibility_of_the_source_counts_only_where_a_standing_one_is_covered_by_it() -> None:
    own = eligible()
    own = replace(own, source={name: value for name, value in own.source.items() if name != CONVERTED_FROM})
    assert ended(own) == []
    (found,) = ended(own, covered=frozenset({f"{OF_SOURCE}|{EXCHANGE}|/"}))
    assert found.action is Action.REPLACE


@pytest.mark.parametrize(
    "row",
    [
        held(end="2027-01-01T00:00:00Z"),
        held(assignmentType="Activated"),
        held(memberType="Group"),
        held(scope=f"/administrativeUnits/{ident('emea')}"),
        held(BEN),
        held(scheduleInfo=None),
    ],
)
def test_what_does_not_stand_for_good_under_the_key_is_no_overlap(row: Row) -> None:
    assert ended(there=target(row)) == []


def test_who_is_to_be_kept_is_kept() -> None:
    assert "emergency account" in why_it_stays(kept=frozenset({ANNA["id"]}))


def test_nobody_takes_their_own_access_away() -> None:
    (found,) = ended(caller=frozenset({ANNA["id"]}))
    assert (found.action, found.codes) == (Action.SKIP, ("self_removal",))


@pytest.mark.parametrize(
    "ids", [{"startDateTime": "2026-06-01T00:00:00Z"}, {"endDateTime": "2026-02-01T00:00:00Z"}]
)
def test_the_eligibility_has_to_hold_now(ids: Row) -> None:
    assert "does not hold yet, or no longer" in why_it_stays(eligible(**ids))


def test_eligibility_that_graph_has_dated_some_seconds_ahead_holds_now() -> None:
    start = format_time(NOW + timedelta(minutes=2))
    (found,) = ended(eligible(action=Action.KEEP, startDateTime=start))
    assert found.action is Action.REPLACE


def test_what_a_rollback_could_not_give_back_stays() -> None:
    told = why_it_stays(there=target(held(), must_end=True))
    assert "a rollback could not give it back: the right is permanent" in told


def test_of_two_rows_none_is_chosen() -> None:
    second = {**held(), "id": ident("second")}
    assert "several such assignments" in why_it_stays(there=target(held(), second))


def test_what_was_not_read_is_not_taken_away() -> None:
    (found,) = ended(there=target(unread=("roleAssignmentSchedules",)))
    assert (found.action, found.codes) == (Action.SKIP, ("coverage",))


@pytest.mark.parametrize(("minimum", "actions"), [(1, "replace"), (2, "skip")])
def test_global_administrators_stay_where_too_few_would_be_left(minimum: int, actions: str) -> None:
    there = target(held(ANNA, GLOBAL_ADMINISTRATOR), held(BEN, GLOBAL_ADMINISTRATOR), held(ANNA))
    found = ended(eligible(ANNA, GLOBAL_ADMINISTRATOR), eligible(), there=there, minimum=minimum)
    assert [one.action.value for one in found] == [actions, "replace"]
    if actions == "skip":
        assert found[0].codes == ("break_glass_missing",)
        assert "1 would be left, 2 are demanded" in found[0].reason
    assert global_administrators_leaving(found) == ({ANNA["id"]} if actions == "replace" else set())


def test_none_of_several_global_administrators_is_chosen_to_leave() -> None:
    there = target(held(ANNA, GLOBAL_ADMINISTRATOR), held(BEN, GLOBAL_ADMINISTRATOR))
    both = eligible(ANNA, GLOBAL_ADMINISTRATOR), eligible(BEN, GLOBAL_ADMINISTRATOR)
    assert {one.action for one in ended(*both, there=there, minimum=1)} == {Action.SKIP}
    assert {one.action for one in ended(*both, there=there)} == {Action.REPLACE}


def test_the_application_and_the_groups_that_it_is_in_are_its_own() -> None:
    app = {"id": ident("writer"), "appId": ident("client").upper()}
    lists = {"groupMember": {ident("inner"): (member(app["id"]),), ident("outer"): (member(ident("inner")),)}}
    there = replace(view(TARGET, {"servicePrincipal": [app]}), lists=lists)
    assert own_ids(there, ident("client")) == {app["id"], ident("inner"), ident("outer")}
    assert own_ids(there, ident("another")) == own_ids(there, None) == frozenset()
