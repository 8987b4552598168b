"""Roles, scopes, what is there already, and what follows from what was not read."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    LADDER,
    SOURCE,
    TARGET,
    built_in,
    custom,
    ident,
    right,
    unit,
    user,
    view,
)

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
ANNA = user("anna@contoso.com", displayName="Anna Smith", employeeId="C1")
THERE = user("as@fabrikam.com", displayName="Anna Smith", employeeId="C1")
GLOBAL = built_in("62e90394-69f5-4237-9190-012177145e10", "Global Administrator")


def source(*rights: Row, roles: tuple[Row, ...] = (built_in(),), **more: Any) -> TenantView:
    rows: dict[str, Any] = {"user": [ANNA], "roleDefinition": roles, ELIGIBILITY: rights}
    keywords = {name: more.pop(name) for name in ("unread", "aliases") if name in more}
    return view(SOURCE, rows | more, **keywords)


def target(*rights: Row, roles: tuple[Row, ...] = (built_in(),), **more: Any) -> TenantView:
    rows: dict[str, Any] = {"user": [THERE], "roleDefinition": roles, ELIGIBILITY: rights}
    keywords = {name: more.pop(name) for name in ("unread", "aliases") if name in more}
    return view(TARGET, rows | more, **keywords)


def of(resolution: Resolution, kind: str) -> Counterpart:
    return next(one for one in resolution.mappings if one.kind == kind)


def findings(resolution: Resolution) -> list[str]:
    return [one.code for one in (*resolution.conflicts, *resolution.drift)]


# Roles -----------------------------------------------------------------------------------------------------


SAME = ("a/read", "b/read")
BUILT_IN_ALIKE = {**built_in(), "rolePermissions": custom("x", *SAME)["rolePermissions"]}


@pytest.mark.parametrize(
    ("theirs", "state", "rule", "found"),
    [
        ([custom("theirs", "A/read", "b/read")], State.ACCEPTED, "permission_set", []),
        ([custom("theirs", "a/read")], State.PROPOSED, "name", ["D05"]),
        ([custom("theirs", "c/read", display_name="Other")], State.PROPOSED, None, ["C01"]),
        # The kept template id says that it is this role; what it allows by now is another matter.
        ([custom("ours", *SAME, "c/write")], State.ACCEPTED, "template_id", ["D05"]),
        ([custom("one", *SAME), custom("two", *SAME)], State.PROPOSED, None, ["C02"]),
        # Of two that allow the same, the one of the same name is meant.
        ([custom("one", *SAME), custom("two", *SAME, display_name="Other")], State.ACCEPTED, None, []),
        ([BUILT_IN_ALIKE], State.PROPOSED, None, ["C01"]),
    ],
)
def test_custom_roles(theirs: list[Row], state: State, rule: str | None, found: list[str]) -> None:
    ours = custom("ours", "a/read", "b/read", "a/read")
    resolution = resolve(
        source(right("r", ANNA["id"], ours["id"]), roles=(ours,)), target(roles=tuple(theirs)), LADDER
    )
    role = of(resolution, "roleDefinition")
    assert role.state is state
    assert rule is None or role.rule == rule
    assert findings(resolution) == found


def test_roles_without_any_action_are_not_alike() -> None:
    ours, theirs = custom("ours"), custom("theirs", display_name="Other")
    resolution = resolve(
        source(right("r", ANNA["id"], ours["id"]), roles=(ours,)), target(roles=(theirs,)), LADDER
    )
    assert findings(resolution) == ["C01"]


def test_a_right_is_blocked_by_other_permissions_unless_a_person_chose_them() -> None:
    ours, theirs = custom("ours", "a/read"), custom("theirs", "a/read", "b/write")
    here = source(right("r", ANNA["id"], ours["id"]), roles=(ours,))
    (open_drift,) = resolve(here, target(roles=(theirs,)), LADDER).drift
    assert (open_drift.detail["only_in_target"], open_drift.blocks) == (["b/write"], (ident("r"),))
    choice = (Decision("roleDefinition", ours["id"], theirs["id"], "choose"),)
    (told,) = resolve(here, target(roles=(theirs,)), LADDER, choice).drift
    assert (told.code, told.blocks) == ("D05", ())


def test_another_role_chosen_for_a_built_in_one_is_told() -> None:
    choice = (Decision("roleDefinition", EXCHANGE, GLOBAL["id"], "choose"),)
    wider = {**GLOBAL, "rolePermissions": [{"allowedResourceActions": ["everything"]}]}
    (told,) = resolve(source(right("r", ANNA["id"])), target(roles=(built_in(), wider)), LADDER, choice).drift
    assert (told.code, told.detail["only_in_target"]) == ("D05", ["everything"])


def test_roles_are_known_by_either_of_their_ids_on_both_sides() -> None:
    ours, theirs = custom("ours", "a/read"), custom("theirs", "a/read")
    resolution = resolve(
        source(right("r", ANNA["id"], ident("alias")), roles=(ours,), aliases={ident("alias"): ours["id"]}),
        target(
            right("t", THERE["id"], ident("their alias"), end="2027-01-01T00:00:00Z"),
            roles=(theirs,),
            aliases={ident("their alias"): theirs["id"]},
        ),
        LADDER,
    )
    assert of(resolution, "roleDefinition").target_id == theirs["id"]
    assert findings(resolution) == ["D10"]


def test_a_role_id_that_nobody_knows_is_an_orphan() -> None:
    resolution = resolve(source(right("r", ANNA["id"], ident("unknown"))), target(), LADDER)
    assert findings(resolution) == ["C06"]


# Scopes ----------------------------------------------------------------------------------------------------


def test_a_missing_unit_is_drift_that_names_the_rights_it_holds_up() -> None:
    scoped = right("r", ANNA["id"], scope=f"/AdministrativeUnits/{ident('EMEA').upper()}")
    resolution = resolve(source(scoped, administrativeUnit=[unit("EMEA")]), target(), LADDER)
    assert findings(resolution) == ["C01", "D01"]
    assert resolution.drift[0].blocks == (ident("r"),)


@pytest.mark.parametrize("unread", ["source", "target"])
def test_no_scope_is_missing_where_units_were_not_read_whole(unread: str) -> None:
    scoped = right("r", ANNA["id"], scope=f"/administrativeUnits/{ident('EMEA')}")
    units = {"administrativeUnit": [unit("EMEA")] if unread == "target" else []}
    resolution = resolve(
        source(scoped, **units, unread=["administrativeUnits"] if unread == "source" else []),
        target(unread=["administrativeUnits"] if unread == "target" else []),
        LADDER,
    )
    assert findings(resolution) == []
    assert of(resolution, "administrativeUnit").state is State.BLOCKED


@pytest.mark.parametrize(
    ("scope", "app_scope", "found"),
    [
        (f"/{ident('an application')}", None, ["D09"]),
        (None, "/AccessPackageCatalog/1", ["D09"]),
        (None, f"/{ident('x')}", ["D09"]),
        ("/attributeSets/Engineering", None, ["D01"]),
    ],
)
def test_scopes_that_cannot_be_mapped(scope: str | None, app_scope: str | None, found: list[str]) -> None:
    resolution = resolve(source(right("r", ANNA["id"], scope=scope, appScopeId=app_scope)), target(), LADDER)
    assert findings(resolution) == found
    assert resolution.drift[0].blocks == (ident("r"),)


def test_the_scope_of_a_service_principal_is_mapped_by_its_app() -> None:
    app = {"id": ident("sp"), "appId": "app", "displayName": "App"}
    scoped = right("r", ANNA["id"], scope=f"/{ident('sp')}")
    with_it = target(servicePrincipal=[{**app, "id": ident("their sp")}])
    assert findings(resolve(source(scoped, servicePrincipal=[app]), with_it, LADDER)) == []
    without = resolve(source(scoped, servicePrincipal=[app]), target(), LADDER)
    assert findings(without) == ["C01", "D09"]


# What is there already -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        ((None,), []),
        (("2027-01-01T00:00:00Z",), ["D10"]),
        (("2027-01-01T00:00:00Z", None), []),
        (("soon",), ["D10"]),
    ],
)
def test_a_right_that_is_there_with_another_end(ends: tuple[str | None, ...], found: list[str]) -> None:
    there = [right(f"t{number}", THERE["id"].upper(), end=end) for number, end in enumerate(ends)]
    assert findings(resolve(source(right("r", ANNA["id"])), target(*there), LADDER)) == found


def test_shadows_are_neither_moved_nor_compared() -> None:
    shadow = right("s", ANNA["id"], memberType="Group")
    session = right("a", ANNA["id"], assignmentType="Activated")
    assert resolve(source(shadow, session), target(), LADDER) == Resolution((), (), ())
    theirs = right("t", THERE["id"], memberType="Inherited", end="2027-01-01T00:00:00Z")
    assert findings(resolve(source(right("r", ANNA["id"])), target(theirs), LADDER)) == []


# What was not read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("collection", ["users", "roleDefinitions"])
@pytest.mark.parametrize("unread", ["source", "target"])
def test_nothing_is_accepted_and_nothing_is_missing_where_a_list_is_short(
    collection: str, unread: str
) -> None:
    short = {"unread": [collection]}
    resolution = resolve(
        source(right("r", ANNA["id"]), right("o", ident("deleted")), **(short if unread == "source" else {})),
        target(**(short if unread == "target" else {})),
        LADDER,
    )
    kind = {"users": "user", "roleDefinitions": "roleDefinition"}[collection]
    assert of(resolution, kind).state is State.PROPOSED
    expected = [] if (collection, unread) == ("users", "source") else ["C06"]
    assert findings(resolution) == expected


def test_one_short_list_of_principals_hides_every_kind_of_principal() -> None:
    resolution = resolve(source(right("o", ident("deleted")), unread=["groups"]), target(), LADDER)
    assert findings(resolution) == []
    assert "unknown" in of(resolution, "directoryObject").reason


# Hostile input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        {"principalId": None},
        {"roleDefinitionId": None},
        {"directoryScopeId": None},
        {"memberType": "unknownFutureValue"},
        {"scheduleInfo": None},
        {"scheduleInfo": []},
    ],
)
def test_a_row_that_leaves_something_out_stops_nobody_else(broken: Row) -> None:
    sound = right("r", ANNA["id"])
    bad = {**right("bad", ANNA["id"]), **broken}
    resolution = resolve(source(sound, bad), target({**bad, "id": ident("theirs")}), LADDER)
    assert of(resolution, "user").state is State.ACCEPTED
    group_rows = {GROUP_ELIGIBILITY: [{"id": "x"}, {"id": "y", "memberType": "direct"}]}
    assert of(resolve(source(sound, **group_rows), target(**group_rows), LADDER), "user").target_id


def test_the_order_of_rows_does_not_matter() -> None:
    rights = [right(str(number), ANNA["id"], scope=f"/{ident(str(number))}") for number in range(9)]
    forwards, backwards = source(*rights), source(*reversed(rights))
    assert resolve(forwards, target(), LADDER) == resolve(backwards, target(), LADDER)
