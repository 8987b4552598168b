"""Each thing that stands between a person and an activation, and that nothing else is told with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from governed_tenant import KEY_READER, NOW, OPERATORS, Governed, approvers, conditional_access
from tenant_pairs import EXCHANGE, group_right, ident, member, policy

from migrate.audit.readiness.moment import WorkingHours
from migrate.audit.readiness.moved import MovedRight
from migrate.audit.readiness.obstacle import Obstacle, Ready
from migrate.audit.readiness.simulate import Asked, Seats, Simulation
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR, TENANT_SCOPE

Change = Callable[[Governed], Any]
CANNOT, UNKNOWN, CAN = Ready.CANNOT, Ready.UNKNOWN, Ready.CAN
EXCHANGE_RIGHT = MovedRight("p.1", ident("ben"), EXCHANGE, TENANT_SCOPE)
TOP_RIGHT = MovedRight("p.2", ident("anna"), GLOBAL_ADMINISTRATOR, TENANT_SCOPE)
GROUP_RIGHT = MovedRight("p.3", ident("cleo"), group_id=ident(OPERATORS), access="member")
ROLE = "Exchange Administrator"
FRIDAY_EVENING = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
"""19:30 in Berlin."""


def open_to_people() -> Governed:
    """The governed tenant without the policy that blocks everybody but the emergency accounts."""
    tenant = Governed()
    del tenant.conditional_access["blocked"]
    return tenant


def obstacles(
    change: Change,
    right: MovedRight = EXCHANGE_RIGHT,
    asked: Asked | None = None,
    hours: dict[str, WorkingHours] | None = None,
) -> list[Obstacle]:
    """What is told of one activation of one person, but for the ticket that every policy here asks for."""
    tenant = open_to_people()
    change(tenant)
    (person,) = Simulation(tenant.posture(), asked or Asked(), hours).people([right])
    (activation,) = person.activations
    return [one for one in activation.obstacles if one.step != "ticket"]


def nothing(_tenant: Governed) -> None:
    """The tenant as it is."""


def rule(name: str, **changes: Any) -> Change:
    return lambda t: t.rule(ROLE, name, **changes)


@pytest.mark.parametrize("right", [EXCHANGE_RIGHT, TOP_RIGHT, GROUP_RIGHT], ids=["role", "top", "group"])
def test_where_all_is_well_nothing_is_told(right: MovedRight) -> None:
    assert obstacles(nothing, right) == []


@pytest.mark.parametrize(
    ("change", "step", "ready", "why"),
    [
        (lambda t: t.skus.clear(), "licence", CANNOT, "no enabled subscription"),
        (lambda t: t.skus["mail"].update(capabilityStatus="Suspended"), "licence", CANNOT, "no enabled"),
        (lambda t: t.unread.add("subscribedSkus"), "licence", UNKNOWN, "was not read"),
        (lambda t: t.users.pop("ben"), "account", CANNOT, "gone"),
        (lambda t: t.users.pop("ben") and t.unread.add("users"), "account", UNKNOWN, "was not read"),
        (lambda t: t.users["ben"].update(accountEnabled=False), "account", CANNOT, "disabled"),
        (lambda t: t.users["ben"].update(accountEnabled=None), "account", UNKNOWN, "was not read"),
        (lambda t: t.users["ben"].update(deletedDateTime="2026-01-01"), "account", CANNOT, "deleted"),
        (
            lambda t: t.users["ben"].update(userType="Guest", externalUserState="PendingAcceptance"),
            "account",
            CANNOT,
            "invitation",
        ),
        (lambda t: t.registrations["ben"].update(isMfaRegistered=False), "MFA", CANNOT, "no second factor"),
        (lambda t: t.registrations["ben"].update(isMfaCapable=False), "MFA", CANNOT, "not allowed"),
        (lambda t: t.registrations.pop("ben"), "MFA", UNKNOWN, "was not read"),
        (lambda t: t.policies.pop(ROLE), "policy", UNKNOWN, "was not read"),
        (rule("Expiration_EndUser_Assignment", maximumDuration="PT0S"), "duration", CANNOT, "PIM refuses"),
        (rule("Expiration_EndUser_Assignment", maximumDuration="soon"), "duration", UNKNOWN, "says nothing"),
        (rule("Approval_EndUser_Assignment", **approvers("ben")), "approval", CANNOT, "only they themselves"),
        (rule("Approval_EndUser_Assignment", **approvers("dora")), "approval", CAN, "one person alone"),
        (lambda t: t.roles[ROLE].update(isEnabled=False), "role", CANNOT, "disabled"),
        (lambda t: t.roles.pop(ROLE), "role", CANNOT, "no such role"),
        (
            lambda t: t.roles.pop(ROLE) and t.unread.add("roleDefinitions"),
            "role",
            UNKNOWN,
            "was not read",
        ),
    ],
)
def test_what_stands_in_the_way_of_a_role(change: Change, step: str, ready: Ready, why: str) -> None:
    (found,) = [one for one in obstacles(change) if one.step == step]
    assert found.ready is ready and why in found.why
    assert found.fix or ready is not CANNOT


@pytest.mark.parametrize(
    ("change", "ready", "why"),
    [
        (lambda t: t.users["dora"].update(accountEnabled=False), CAN, "one person alone"),
        (
            lambda t: [t.users[one].update(accountEnabled=False) for one in ("dora", "emil")],
            CANNOT,
            "nobody can approve",
        ),
        (lambda t: [t.users.pop(one) for one in ("dora", "emil")], CANNOT, "gone"),
        (
            lambda t: [t.users.pop(one) for one in ("dora", "emil")] and t.unread.add("users"),
            UNKNOWN,
            "who could approve was not read",
        ),
    ],
)
def test_approvers_must_be_alive_able_and_enough(change: Change, ready: Ready, why: str) -> None:
    (found,) = [one for one in obstacles(change) if one.step == "approval"]
    assert found.ready is ready and why in found.why


def test_an_approver_who_must_first_activate_is_not_certain() -> None:
    def change(tenant: Governed) -> None:
        tenant.group_eligible["dora"] = group_right("dora", ident("dora"), ident(OPERATORS))
        named = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": ident(OPERATORS)}
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": [named]}]}
        tenant.rule(ROLE, "Approval_EndUser_Assignment", setting=setting)

    (found,) = obstacles(change)
    assert (found.step, found.ready) == ("approval", UNKNOWN) and "must first activate" in found.why


def at_work(*names: str, zone: str = "Europe/Berlin") -> dict[str, WorkingHours]:
    week = WorkingHours(zone, frozenset(range(5)), time(8), time(18))
    return {ident(one): week for one in names}


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (at_work("dora", "emil"), [(CANNOT, "no approver is at work at Fri 18:30 UTC: dora, emil")]),
        (at_work("dora", "emil", zone="America/New_York"), []),
        ({**at_work("dora"), **at_work("emil", zone="America/New_York")}, []),
        (at_work("dora"), [(UNKNOWN, "when emil could approve is not known")]),
        ({}, [(UNKNOWN, "when dora, emil could approve is not known")]),
    ],
)
def test_approvers_at_the_hour_asked(
    hours: dict[str, WorkingHours], expected: list[tuple[Ready, str]]
) -> None:
    found = obstacles(nothing, asked=Asked(at=FRIDAY_EVENING), hours=hours)
    assert [(one.ready, one.why) for one in found] == expected


def test_how_long_it_is_wanted() -> None:
    assert obstacles(nothing, asked=Asked(length=timedelta(hours=1))) == []
    (found,) = obstacles(nothing, asked=Asked(length=timedelta(hours=2)))
    assert (found.step, found.ready, found.why) == ("duration", CANNOT, "the policy allows PT1H at most")


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (NOW + timedelta(days=1), None, "it begins on 2026-03-02"),
        (None, NOW, "it ended on 2026-03-01"),
        (NOW - timedelta(days=1), NOW + timedelta(days=1), ""),
    ],
)
def test_the_eligibility_must_be_in_force(start: datetime | None, end: datetime | None, why: str) -> None:
    right = MovedRight("p.1", ident("ben"), EXCHANGE, TENANT_SCOPE, start=start, end=end)
    found = obstacles(nothing, right)
    assert [one.step for one in found] == (["eligibility"] if why else [])
    assert all(one.ready is CANNOT and why in one.why for one in found)


@pytest.mark.parametrize(
    ("change", "step", "ready", "why"),
    [
        (
            lambda t: (
                t.conditional_access["context"].update(
                    grantControls={"authenticationStrength": {"id": "s", "allowedCombinations": ["fido2"]}}
                )
                or t.registrations["anna"].update(methodsRegistered=["mobilePhone"])
            ),
            "context c1",
            CANNOT,
            "no method is registered that context accepts",
        ),
        (
            lambda t: t.conditional_access["context"].update(state="disabled"),
            "context c1",
            CAN,
            "enforces it",
        ),
        (lambda t: t.conditional_access.pop("context"), "context c1", CAN, "enforces it"),
        (lambda t: t.unread.add("conditionalAccessPolicies"), "context c1", UNKNOWN, "was not read"),
        (
            lambda t: t.conditional_access["context"].update(grantControls={"builtInControls": ["block"]}),
            "context c1",
            CANNOT,
            "blocks them: context",
        ),
        (
            lambda t: t.conditional_access["context"].update(
                grantControls={"builtInControls": ["compliantDevice"]}
            ),
            "context c1",
            UNKNOWN,
            "which no snapshot shows",
        ),
        (
            lambda t: t.rule(
                "Global Administrator", "AuthenticationContext_EndUser_Assignment", claimValue="c7"
            ),
            "context c7",
            CANNOT,
            "no such context",
        ),
        (
            lambda t: (
                t.rule("Global Administrator", "AuthenticationContext_EndUser_Assignment", claimValue="c7")
                or t.unread.add("authenticationContexts")
            ),
            "context c7",
            UNKNOWN,
            "were not read",
        ),
    ],
)
def test_contexts_must_be_reachable_and_enforced(change: Change, step: str, ready: Ready, why: str) -> None:
    found = [one for one in obstacles(change, TOP_RIGHT) if one.step == step]
    assert [one.ready for one in found] == [ready]
    assert why in found[0].why


def test_where_nothing_answers_to_a_context_a_second_factor_is_asked() -> None:
    def change(tenant: Governed) -> None:
        tenant.conditional_access.pop("context")
        tenant.registrations["anna"].update(isMfaRegistered=False)

    found = {one.step: one.ready for one in obstacles(change, TOP_RIGHT)}
    assert found == {"context c1": CAN, "MFA": CANNOT}


def test_conditional_access_that_blocks_everywhere() -> None:
    def block(**conditions: Any) -> Change:
        def change(tenant: Governed) -> None:
            made = conditional_access("wall", controls={"builtInControls": ["block"]}, **conditions)
            made["conditions"]["users"] = {"includeUsers": [ident("ben")]}
            tenant.conditional_access["blocked"] = made

        return change

    (found,) = [one for one in obstacles(block()) if one.step == "sign-in"]
    assert found.ready is CANNOT and "blocks them: wall" in found.why
    assert obstacles(block(signInRiskLevels=["high"])) == []


@pytest.mark.parametrize(
    ("scope", "unread", "expected"),
    [
        ("/administrativeUnits/{unit}", "", [(CANNOT, "the tenant has no such scope")]),
        ("/administrativeUnits/{unit}", "administrativeUnits", [(UNKNOWN, "whether the scope is there")]),
        ("/{unit}", "", [(CANNOT, "the tenant has no such scope")]),
        ("/somewhere/else", "", [(UNKNOWN, "cannot be read")]),
    ],
)
def test_the_scope_must_be_there(scope: str, unread: str, expected: list[tuple[Ready, str]]) -> None:
    right = MovedRight("p.1", ident("ben"), EXCHANGE, scope.format(unit=ident("a unit")))
    found = obstacles(lambda t: t.unread.add(unread) if unread else None, right)
    assert [(one.step, one.ready) for one in found] == [("scope", ready) for ready, _ in expected]
    assert all(why in one.why for one, (_, why) in zip(found, expected, strict=True))


def test_a_custom_role_must_resolve() -> None:
    right = MovedRight("p.1", ident("ben"), ident(KEY_READER), TENANT_SCOPE)
    assert obstacles(nothing, right) == []
    found = obstacles(lambda t: t.roles.pop(KEY_READER), right)
    assert ("role", CANNOT) in [(one.step, one.ready) for one in found]


@pytest.mark.parametrize(
    ("change", "ready"),
    [
        (lambda t: t.groups.clear(), CANNOT),
        (lambda t: t.groups[OPERATORS].update(groupTypes=["DynamicMembership"]), CANNOT),
        (lambda t: t.groups.clear() or t.unread.add("groups"), UNKNOWN),
    ],
)
def test_the_group_must_be_one_that_pim_can_manage(change: Change, ready: Ready) -> None:
    found = obstacles(change, GROUP_RIGHT)
    assert ("group", ready) in [(one.step, one.ready) for one in found]


def test_the_right_of_a_group_is_everybodys_who_is_in_it() -> None:
    tenant = open_to_people()
    tenant.members[OPERATORS] = [member(ident("cleo")), member(ident("finn"))]
    tenant.users["finn"]["accountEnabled"] = False
    right = MovedRight("p.1", ident(OPERATORS), EXCHANGE, TENANT_SCOPE)
    people = Simulation(tenant.posture(), Asked()).people([right])
    assert [(one.subject.name, one.ready) for one in people] == [("finn", CANNOT), ("cleo", CAN)]
    tenant.unread.add(f"groupMembers:{ident(OPERATORS)}")
    (alone,) = Simulation(tenant.posture(), Asked()).people([right])
    assert (alone.subject.kind, alone.ready) == ("group", UNKNOWN)


def test_an_application_cannot_activate() -> None:
    tenant = open_to_people()
    tenant.apps["robot"] = {"id": ident("robot"), "displayName": "robot"}
    right = MovedRight("p.1", ident("robot"), EXCHANGE, TENANT_SCOPE)
    (person,) = Simulation(tenant.posture(), Asked()).people([right])
    assert person.ready is CANNOT
    assert "an application cannot activate" in person.activations[0].obstacles[0].why


def test_seats_are_counted_beside_the_people_who_need_one() -> None:
    tenant = open_to_people()
    rights = [EXCHANGE_RIGHT, TOP_RIGHT, GROUP_RIGHT, MovedRight("p.4", ident("ben"), EXCHANGE, "/x")]
    simulation = Simulation(tenant.posture(), Asked())
    assert simulation.seats(simulation.people(rights)) == Seats(needed=3, paid=3)
    tenant.unread.add("subscribedSkus")
    simulation = Simulation(tenant.posture(), Asked())
    assert simulation.seats(simulation.people(rights)) == Seats(needed=3, paid=None)


def test_a_policy_that_shows_no_rules_lets_nobody_pass() -> None:
    found = obstacles(lambda t: t.policies.update({ROLE: bare(policy(EXCHANGE))}))
    assert {one.ready for one in found} == {UNKNOWN}
    assert {one.step for one in found} == {"policy", "duration", "approval"}


def bare(row: dict[str, Any]) -> dict[str, Any]:
    row["policy"]["rules"] = []
    return row
