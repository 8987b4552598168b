"""Which permissions apply needs, with what moves along as it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from every_setting import EVERYTHING

from migrate.cli.doctor_writes import Need, accepted_as_nobody, needs_of, write_checks
from migrate.config.move import Move, read_move
from migrate.graphapi.session import Session
from migrate.kinds.app_roles import APP_ROLES

DEFAULT = read_move(Path("there-is-no-such-file.toml"))


class Signed:
    """A session of which only the token matters."""

    def __init__(self, *permissions: str, known: bool = True) -> None:
        self.permissions, self.permissions_known = frozenset(permissions), known


def states(session: Signed, move: Move = DEFAULT) -> dict[str, str]:
    """Of what every plan needs."""
    found = write_checks(cast(Session, session), "target", move)
    return {
        check.check.removeprefix("apply, rollback: "): check.state for check in found if not check.optional
    }


def added(move: Move) -> list[Need]:
    """What every plan needs beyond eligibility."""
    return [one for one in needs_of(move) if one.because and not one.optional]


def optional(move: Move, *accepted: str) -> dict[str, tuple[str, str]]:
    """What only some plans need: the least permission, and why."""
    found = (one for one in needs_of(move, frozenset(accepted)) if one.optional)
    return {one.what: (one.permissions[0], one.because) for one in found}


def test_eligibility_alone_needs_two_permissions() -> None:
    assert [(one.what, one.permissions[0]) for one in needs_of(DEFAULT) if not one.optional] == [
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


def test_what_an_end_of_overlap_writes_is_noted_where_active_rights_do_not_move() -> None:
    least = "RoleAssignmentSchedule.ReadWrite.Directory"
    assert optional(DEFAULT) == {"active in roles": (least, "plan --end-overlap")}
    assert optional(EVERYTHING) == {}, "asked for in any case"


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        (
            "administrativeUnit",
            {
                "new units": "AdministrativeUnit.ReadWrite.All",
                "members of units": "AdministrativeUnit.ReadWrite.All",
            },
        ),
        (
            "group",
            {
                "new groups": "Group.ReadWrite.All",
                "members of groups": "GroupMember.ReadWrite.All",
                "groups that hold roles": "RoleManagement.ReadWrite.Directory",
            },
        ),
        ("roleDefinition", {"new roles": "RoleManagement.ReadWrite.Directory"}),
        ("user", {}),
    ],
)
def test_what_a_person_decided_to_make_is_noted(kind: str, least: dict[str, str]) -> None:
    found = optional(replace(DEFAULT, active=True), kind)
    assert {what: permission for what, (permission, _) in found.items()} == least
    assert all("accept without target_id" in because for _, because in found.values())
    assert optional(EVERYTHING, kind) == {}, "asked for in any case"


def test_what_only_some_plans_need_is_a_note_with_a_command() -> None:
    session = cast(Session, Signed("RoleEligibilitySchedule.ReadWrite.Directory"))
    found = {one.check: one for one in write_checks(session, "target", DEFAULT, frozenset({"group"}))}
    check = found["apply, rollback: new groups"]
    assert (check.state, check.code, check.optional) == ("note", "consent_missing", True)


def test_decisions_tell_what_is_to_be_made(tmp_path: Path) -> None:
    assert accepted_as_nobody(tmp_path) == frozenset(), "no decision was made yet"
    one, other, third, fourth = (f"{number}0000000-0000-0000-0000-000000000000" for number in range(1, 5))
    lines = (f"group,{one},,accept", f"user,{other},{one},accept", f"administrativeUnit,{third},,skip")
    text = "\n".join(("kind,source_id,target_id,decision,reason,who,when", *(f"{one},,," for one in lines)))
    (tmp_path / "decisions.csv").write_text(f"{text}\nroleDefinition,{fourth},,accept,,,\n", encoding="utf-8")
    assert accepted_as_nobody(tmp_path) == {"group", "roleDefinition"}


def test_every_least_permission_can_be_granted_by_a_command() -> None:
    assert {one.permissions[0] for one in needs_of(EVERYTHING)} <= APP_ROLES.keys()
