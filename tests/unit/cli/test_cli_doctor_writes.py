"""Which permissions apply needs, with what moves along as it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from every_setting import EVERYTHING

from migrate.cli.doctor_writes import Need, needs_of, write_checks
from migrate.config.move import Move, read_move
from migrate.graphapi.session import Session
from migrate.kinds.app_roles import APP_ROLES

DEFAULT = read_move(Path("there-is-no-such-file.toml"))


class Signed:
    """A session of which only the token matters."""

    def __init__(self, *permissions: str, known: bool = True) -> None:
        self.permissions, self.permissions_known = frozenset(permissions), known


def states(session: Signed, move: Move = DEFAULT) -> dict[str, str]:
    found = write_checks(cast(Session, session), "target", move)
    return {check.check.removeprefix("apply, rollback: "): check.state for check in found}


def added(move: Move) -> list[Need]:
    """What is needed beyond eligibility."""
    return [one for one in needs_of(move) if one.because]


def test_eligibility_alone_needs_two_permissions() -> None:
    assert [(one.what, one.permissions[0]) for one in needs_of(DEFAULT)] == [
        ("roles", "RoleEligibilitySchedule.ReadWrite.Directory"),
        ("groups", "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"),
    ]


@pytest.mark.parametrize(
    ("permission", "roles", "groups"),
    [
        ("RoleEligibilitySchedule.ReadWrite.Directory", "ok", "missing"),
        ("RoleManagement.ReadWrite.Directory", "ok", "missing"),
        ("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", "missing", "ok"),
        ("RoleEligibilitySchedule.Read.Directory", "missing", "missing"),
    ],
)
def test_writing_is_judged_by_the_token(permission: str, roles: str, groups: str) -> None:
    assert states(Signed(permission)) == {"roles": roles, "groups": groups}


@pytest.mark.parametrize("session", [Signed(), Signed("RoleManagement.ReadWrite.Directory", known=False)])
def test_a_token_that_tells_nothing_leaves_it_unknown(session: Signed) -> None:
    assert set(states(session, EVERYTHING).values()) == {"unknown"}


@pytest.mark.parametrize(
    ("change", "least", "because"),
    [
        (
            {"create_administrative_units": True, "members_of_new": False},
            ["AdministrativeUnit.ReadWrite.All"],
            "[create] administrative_units",
        ),
        (
            {"create_groups": True, "members_of_new": False},
            ["Group.ReadWrite.All", "RoleManagement.ReadWrite.Directory"],
            "[create] groups",
        ),
        (
            {"members_of_existing": True},
            [
                "AdministrativeUnit.ReadWrite.All",
                "GroupMember.ReadWrite.All",
                "RoleManagement.ReadWrite.Directory",
            ],
            "[members] of_existing",
        ),
        ({"create_custom_roles": True}, ["RoleManagement.ReadWrite.Directory"], "[create] custom_roles"),
        (
            {"create_authentication_contexts": True},
            ["AuthenticationContext.ReadWrite.All"],
            "[create] authentication_contexts",
        ),
        (
            {"policies": "strengthen"},
            ["RoleManagementPolicy.ReadWrite.Directory", "RoleManagementPolicy.ReadWrite.AzureADGroup"],
            "[policies] mode",
        ),
        (
            {"beyond_policy": "relax"},
            ["RoleManagementPolicy.ReadWrite.Directory", "RoleManagementPolicy.ReadWrite.AzureADGroup"],
            "[rights] beyond_policy",
        ),
        (
            {"active": True},
            [
                "RoleAssignmentSchedule.ReadWrite.Directory",
                "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
            ],
            "[rights] active",
        ),
        ({"access_reviews": True}, ["AccessReview.ReadWrite.All"], "[guards_of_privilege] access_reviews"),
        (
            {"conditional_access": True},
            ["Policy.ReadWrite.ConditionalAccess", "Policy.Read.All"],
            "[guards_of_privilege] conditional_access",
        ),
    ],
)
def test_each_setting_asks_for_its_own_and_says_so(
    change: dict[str, object], least: list[str], because: str
) -> None:
    found = added(replace(DEFAULT, **change))  # type: ignore[arg-type]
    assert [one.permissions[0] for one in found] == least
    assert {one.because for one in found} == {because}


@pytest.mark.parametrize(
    "change",
    [{"members_of_new": False}, {"existing": "update"}, {"beyond_policy": "clamp"}, {"minimum_approvers": 2}],
)
def test_what_writes_nothing_else_asks_for_nothing_else(change: dict[str, object]) -> None:
    assert added(replace(DEFAULT, **change)) == []  # type: ignore[arg-type]


def test_members_of_what_is_made_are_written_too() -> None:
    found = {one.what: one.because for one in added(replace(DEFAULT, create_groups=True))}
    assert found["members of groups"] == "[members] of_new"
    assert "members of units" not in found


def test_what_verify_does_not_need_is_not_asked_of_it() -> None:
    by_what = {one.what: one.verbs for one in needs_of(EVERYTHING)}
    assert "verify" in by_what["active in roles"] and "verify" in by_what["roles"]
    assert by_what["new groups"] == by_what["policies of roles"] == ("apply", "rollback")


def test_the_setting_is_told_with_what_is_missing() -> None:
    session = cast(Session, Signed("User.Read.All"))
    found = {check.check: check for check in write_checks(session, "target", EVERYTHING)}
    check = found["apply, rollback: new units"]
    assert (check.state, check.code) == ("missing", "consent_missing")
    assert check.detail.endswith("([create] administrative_units)")


def test_every_least_permission_can_be_granted_by_a_command() -> None:
    assert {one.permissions[0] for one in needs_of(EVERYTHING)} <= APP_ROLES.keys()
