"""Each check: a tenant that fails it alone, one that passes it, and what must be read for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from broken_tenants import ACTIVATION, CASES, NOT_ALONE, Case, circle, give
from governed_tenant import (
    EMERGENCY,
    NOW,
    OPERATORS,
    PRIVILEGED,
    SHAREPOINT,
    Break,
    Governed,
)
from tenant_pairs import EXCHANGE, ident, policy, user

from migrate.audit.baseline import Asked, Control
from migrate.audit.checks import ALL, BY_ID
from migrate.audit.finding import Finding, Severity, Unknown
from migrate.audit.run import State, audit
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR

PARAMETERS: dict[str, dict[str, Any]] = {
    "global-administrators-share": {"roles": PRIVILEGED, "investigate_at": 65, "fails_at": 70},
    "global-administrators-number": {"minimum": 3},
    "role-or-task": {"roles": (SHAREPOINT,)},
    "access-reviews-consequences": {"roles": PRIVILEGED, "silence_removes": True},
    "global-administrators-ratio": {"roles": PRIVILEGED},
    "privileged-assignments-number": {"roles": PRIVILEGED},
    "approval-required": {"roles": (GLOBAL_ADMINISTRATOR,)},
    "notification-recipients": {"roles": (EXCHANGE,)},
    "assigned-outside-pim": {"up_to_tier": 2},
    "permanent-assignments": {"up_to_tier": 2},
    "eligibility-stale": {"up_to_tier": 2},
}
OF_ROLES = {"up_to_tier": 1}


def parameters(check_id: str) -> Mapping[str, Any]:
    given = PARAMETERS.get(check_id)
    if given is None:
        return OF_ROLES if "up_to_tier" in BY_ID[check_id].parameters else {}
    return given


def asked() -> list[Asked]:
    return [
        Asked(Control("all", one.id, "1", one.title, Severity.HIGH), one.id, parameters(one.id))
        for one in ALL
    ]


def failing(tenant: Governed) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in audit(tenant.posture(), BY_ID, asked()).results:
        found.setdefault(one.check.id, []).append(one.finding.message)
    return found


def test_the_governed_tenant_passes_everything() -> None:
    found = audit(Governed().posture(), BY_ID, asked())
    assert [(one.check.id, one.finding) for one in found.results] == []
    assert [(one.check, one.unknown) for one in found.open] == []
    assert {one.state for one in found.verdicts} == {State.PASS}


def test_every_check_has_a_case() -> None:
    assert {one.check for one in CASES} | NOT_ALONE.keys() == BY_ID.keys()
    assert len(BY_ID) == len(ALL)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.check)
def test_a_tenant_fails_it_alone(case: Case) -> None:
    tenant = Governed()
    case.breaks(tenant)
    found = failing(tenant)
    assert set(found) == {case.check}
    assert case.message in found[case.check][0]


def test_a_circle_is_also_an_approval_that_nobody_can_give() -> None:
    tenant = Governed()
    circle(tenant)
    assert set(failing(tenant)) == {"approval-circle", "approvers-able"}


@pytest.mark.parametrize(
    ("check", "unread"),
    [
        *((case.check, one) for case in CASES for one in case.unread),
        *(("approval-required", one) for one in ACTIVATION),
        *(("approval-circle", one) for one in (*ACTIVATION, "groupMembers")),
    ],
)
def test_what_was_not_read_is_no_pass(check: str, unread: str) -> None:
    tenant = Governed()
    tenant.unread.add(unread)
    told = list(BY_ID[check].tell(tenant.posture(), parameters(check)))
    assert any(isinstance(one, Unknown) for one in told)
    assert not [one for one in told if isinstance(one, Finding)]


@pytest.mark.parametrize(
    ("check", "breaks"),
    [
        (
            "context-enforced",
            lambda t: t.conditional_access.clear() or t.unread.add("conditionalAccessPolicies"),
        ),
        ("break-glass-method", lambda t: t.registrations.clear() or t.unread.add("userRegistrations")),
        ("break-glass-account", lambda t: t.users.pop(EMERGENCY[0]) and t.unread.add("users")),
        ("synced-accounts-with-privilege", lambda t: t.users.pop("ben") and t.unread.add("users")),
        ("guests-with-privilege", lambda t: t.unread.add(f"groupMembers:{ident(OPERATORS)}")),
        (
            "global-administrators-number",
            lambda t: (
                give(t, "eligible", OPERATORS, t.may(OPERATORS, GLOBAL_ADMINISTRATOR)),
                t.unread.add("groupMembers"),
            ),
        ),
        ("eligibility-of-disabled-accounts", lambda t: t.users.pop("ben") and t.unread.add("users")),
        ("privileged-groups-dynamic", lambda t: t.groups.clear() or t.unread.add("groups")),
        ("approvers-able", lambda t: t.users.pop("dora") and t.unread.add("users")),
        ("tier-mfa", lambda t: t.policies.pop("members")),
        ("notification-recipients", lambda t: t.policies.pop("Exchange Administrator")),
        ("custom-roles-unsupported-actions", lambda t: t.actions.clear()),
        ("tier-mfa", lambda t: t.policies["members"]["policy"].update(rules=[])),
    ],
)
def test_what_a_part_of_it_hides_is_no_pass(check: str, breaks: Break) -> None:
    tenant = Governed()
    breaks(tenant)
    told = list(BY_ID[check].tell(tenant.posture(), parameters(check)))
    assert any(isinstance(one, Unknown) for one in told)
    assert not [one for one in told if isinstance(one, Finding)]


@pytest.mark.parametrize("check", [one for one in BY_ID if one.startswith("break-glass-")])
def test_without_declared_emergency_accounts_none_of_them_passes(check: str) -> None:
    tenant = Governed()
    tenant.tested.clear()
    (told,) = BY_ID[check].tell(tenant.posture(), {})
    assert isinstance(told, Finding if check == "break-glass-number" else Unknown)


@pytest.mark.parametrize("told", ["yesterday", {"at": "noon"}])
def test_a_time_that_cannot_be_read_is_no_pass(told: object) -> None:
    tenant = Governed()
    for one in tenant.eligible.values():
        one["modifiedDateTime"] = told
    found = list(BY_ID["eligibility-stale"].tell(tenant.posture(), {"up_to_tier": 2}))
    assert found and all(isinstance(one, Unknown) for one in found)


@pytest.mark.parametrize("told", ["yesterday", {"at": "noon"}])
def test_a_standing_right_whose_start_cannot_be_read_was_perhaps_given_by_pim(told: object) -> None:
    tenant = Governed()
    info = tenant.standing[EMERGENCY[0]]["scheduleInfo"]
    tenant.standing[EMERGENCY[0]]["scheduleInfo"] = {**info, "startDateTime": told}
    (one,) = BY_ID["assigned-outside-pim"].tell(tenant.posture(), {"up_to_tier": 2})
    assert isinstance(one, Unknown) and one.subject is not None and one.subject.name == EMERGENCY[0]


def test_a_policy_whose_change_cannot_be_read_is_told_as_one_of_unknown_age() -> None:
    tenant = Governed()
    next(case for case in CASES if case.check == "report-only-on-privileged-roles").breaks(tenant)
    tenant.conditional_access["trial"]["modifiedDateTime"] = "yesterday"
    (one,) = BY_ID["report-only-on-privileged-roles"].tell(
        tenant.posture(), {"up_to_tier": 2, "older_than_days": 30}
    )
    assert isinstance(one, Finding) and "nobody knows since when" in one.message


def test_a_review_whose_end_cannot_be_read_is_no_pass() -> None:
    tenant = Governed()
    recurrence = tenant.reviews["review"]["settings"]["recurrence"]
    recurrence["range"] = {"type": "endDate", "startDate": "2026-01-01", "endDate": "soon"}
    found = failing(tenant)
    assert any("cannot be read (soon)" in one for every in found.values() for one in every)


def test_more_than_enough_is_certain_even_half_read() -> None:
    tenant = Governed()
    for number in range(9):
        name = f"extra {number}"
        tenant.users[name] = user(name, accountEnabled=True)
        tenant.eligible[name] = tenant.may(name, GLOBAL_ADMINISTRATOR)
    tenant.unread.add("groupMembers")
    told = BY_ID["global-administrators-number"].tell(tenant.posture(), {"maximum": 8})
    assert [type(one) for one in told] == [Finding]


def test_a_default_recipient_counts_only_where_the_control_says_so() -> None:
    tenant = Governed()
    tenant.policies["Exchange Administrator"] = policy(EXCHANGE)
    check, roles = BY_ID["notification-recipients"], {"roles": (EXCHANGE,)}
    assert list(check.tell(tenant.posture(), roles))
    assert not list(check.tell(tenant.posture(), {**roles, "default_recipients_count": True}))


def test_now_is_what_the_tenant_was_made_for() -> None:
    assert Governed().posture().now == NOW
