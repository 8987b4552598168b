"""The guards of the engagement: whom they find, and when they stop a wave."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import SOURCE, TARGET, ident, right, user, view

from migrate.errors import FileError, GuardStopped, PartialCoverage
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR
from migrate.plan.guard import Guard, check_limits, find_protected, standing_global_administrators
from migrate.resolve.tenant_view import TenantView

GLASS = user("glass@fabrikam.com", accountEnabled=True)


def tenant(
    *assignments: dict[str, Any], users: tuple[dict[str, Any], ...] = (GLASS,), **more: Any
) -> TenantView:
    return view(TARGET, {"user": users, "roleAssignmentSchedule": assignments}, **more)


def held(**properties: Any) -> dict[str, Any]:
    row = right("a", GLASS["id"], GLOBAL_ADMINISTRATOR, assignmentType="Assigned")
    return {**row, **properties}


@pytest.mark.parametrize(
    ("properties", "stands"),
    [
        ({}, True),
        ({"roleDefinitionId": GLOBAL_ADMINISTRATOR.upper()}, True),
        ({"assignmentType": "Activated"}, False),
        ({"memberType": "Group"}, False),
        ({"directoryScopeId": f"/administrativeUnits/{ident('x')}"}, False),
        ({"directoryScopeId": None}, False),
        ({"roleDefinitionId": ident("other")}, False),
        ({"principalId": ident("nobody")}, False),
        ({"principalId": None}, False),
        ({"scheduleInfo": right("x", "y", end="2027-01-01T00:00:00Z")["scheduleInfo"]}, False),
        ({"scheduleInfo": None}, False),
    ],
)
def test_who_stands_as_break_glass(properties: dict[str, Any], stands: bool) -> None:
    assert standing_global_administrators(tenant(held(**properties))) == ({GLASS["id"]} if stands else set())


def test_a_disabled_account_opens_no_door() -> None:
    off = {**GLASS, "accountEnabled": False}
    assert standing_global_administrators(tenant(held(), users=(off,))) == frozenset()


def test_limits() -> None:
    check_limits(Guard(max_writes=2, min_break_glass=1), 2, tenant(held()))
    check_limits(Guard(), 10_000, tenant(unread=["users"]))
    for guard, view_of, code in (
        (Guard(max_writes=1), tenant(held()), "max_writes"),
        (Guard(max_writes=0), tenant(held()), "max_writes"),
        (Guard(min_break_glass=2), tenant(held()), "break_glass_missing"),
        (Guard(min_break_glass=1), tenant(held(), unread=["roleAssignmentSchedules"]), "break_glass_unknown"),
        (Guard(min_break_glass=1), tenant(held(), unread=["users"]), "break_glass_unknown"),
    ):
        with pytest.raises(GuardStopped) as stopped:
            check_limits(guard, 2, view_of)
        assert stopped.value.code == code


def test_the_protected_are_found_in_either_tenant_by_name_or_id() -> None:
    source = view(SOURCE, {"user": [user("Boss@contoso.com")], "group": [{"id": ident("group")}]})
    wanted = (" boss@CONTOSO.com ", GLASS["id"].upper(), ident("group"))
    found = find_protected(wanted, (source, tenant()), "engagement.toml")
    assert found == {ident("Boss@contoso.com"), GLASS["id"], ident("group")}
    with pytest.raises(FileError) as unknown:
        find_protected(["nobody@contoso.com"], (source, tenant()), "engagement.toml")
    assert unknown.value.code == "protected_unknown"
    with pytest.raises(PartialCoverage):
        find_protected(["nobody@contoso.com"], (source, tenant(unread=["users"])), "engagement.toml")
