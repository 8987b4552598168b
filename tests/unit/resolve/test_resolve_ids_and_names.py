"""C07, C08, C13 and C14: ids and names that belong to somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    LADDER,
    SOURCE,
    TARGET,
    built_in,
    custom,
    group,
    ident,
    policy,
    right,
    unit,
    user,
    view,
)

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Conflict, State
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
ANNA = user("anna@contoso.com", displayName="Anna Smith", employeeId="C1")
THERE = user("anna.smith@fabrikam.com", displayName="Anna Smith", employeeId="C1")


def source(*rights: Row, **more: Any) -> TenantView:
    unread = more.pop("unread", ())
    rows: dict[str, Any] = {"user": [ANNA], "roleDefinition": [built_in()], ELIGIBILITY: rights}
    return view(SOURCE, rows | more, unread=unread)


def target(**more: Any) -> TenantView:
    unread = more.pop("unread", ())
    return view(TARGET, {"user": [THERE], "roleDefinition": [built_in()]} | more, unread=unread)


def only(resolution: Resolution, code: str) -> Conflict:
    (found,) = [one for one in resolution.conflicts if one.code == code]
    return found


def codes(resolution: Resolution) -> list[str]:
    return [one.code for one in resolution.conflicts]


# C07 -------------------------------------------------------------------------------------------------------


def test_a_guid_that_is_another_object_in_the_target_stops_what_the_rules_accepted() -> None:
    impostor = group("impostor", id=ANNA["id"])
    found = resolve(source(right("r", ANNA["id"])), target(group=[impostor]), LADDER)
    conflict = only(found, "C07")
    assert (conflict.source_id, conflict.blocks) == (ANNA["id"], (ident("r"),))
    assert "impostor" in conflict.detail
    assert next(one.state for one in found.mappings if one.kind == "user") is State.BLOCKED


def test_a_person_who_decided_has_seen_the_equal_guid() -> None:
    impostor = group("impostor", id=ANNA["id"])
    choice = (Decision("user", ANNA["id"], THERE["id"], "choose"),)
    found = resolve(source(right("r", ANNA["id"])), target(group=[impostor]), LADDER, choice)
    conflict = only(found, "C07")
    assert (conflict.blocks, conflict.concerns) == ((), (ident("r"),))
    assert next(one.state for one in found.mappings if one.kind == "user") is State.ACCEPTED


def test_ids_that_are_rightly_equal_are_no_conflict() -> None:
    kept = custom("kept", "a/read")
    app = {"id": ident("sp"), "displayName": "App", "appId": "a1", "servicePrincipalType": "Application"}
    there = {**app, "id": ident("their sp")}
    found = resolve(
        source(
            right("r", ANNA["id"]),
            right("k", ANNA["id"], kept["id"]),
            right("s", app["id"]),
            roleDefinition=[built_in(), kept],
            servicePrincipal=[app],
        ),
        target(roleDefinition=[built_in(), kept], servicePrincipal=[there]),
        LADDER,
    )
    assert codes(found) == []


def test_an_object_that_is_its_own_counterpart_is_no_conflict() -> None:
    cloned = {**THERE, "id": ANNA["id"]}
    assert codes(resolve(source(right("r", ANNA["id"])), target(user=[cloned]), LADDER)) == []


# C08 -------------------------------------------------------------------------------------------------------


def test_a_sign_in_name_that_is_somebody_elses_is_told() -> None:
    other = user("anna@fabrikam.com", displayName="Anna Jones", employeeId="F9")
    choice = (Decision("user", ANNA["id"], THERE["id"], "choose"),)
    found = resolve(source(right("r", ANNA["id"])), target(user=[THERE, other]), LADDER, choice)
    conflict = only(found, "C08")
    assert (conflict.target_ids, conflict.blocks, conflict.concerns) == ((other["id"],), (), (ident("r"),))


def test_the_name_of_a_role_to_be_made_is_taken_by_a_built_in_one() -> None:
    ours = custom("ours", "a/read", display_name="Exchange Administrator")
    found = resolve(
        source(right("r", ANNA["id"], ours["id"]), roleDefinition=[built_in(), ours]), target(), LADDER
    )
    assert codes(found) == ["C01", "C08"]
    assert only(found, "C08").target_ids == (EXCHANGE,)
    assert only(found, "C08").blocks == (ident("r"),)


def test_the_name_of_a_group_is_that_of_anothers_counterpart() -> None:
    first = group("first", displayName="Admins", mail="first@contoso.com")
    second = group("second", displayName="Admins")
    theirs = group("theirs", displayName="Admins", mail="first@fabrikam.com")
    found = resolve(
        source(right("a", first["id"]), right("b", second["id"]), group=[first, second]),
        target(group=[theirs]),
        LADDER,
    )
    assert only(found, "C08").source_id == second["id"]


def test_a_proposal_by_name_takes_no_name_away() -> None:
    found = resolve(
        source(right("r", ident("ours")), group=[group("ours", displayName="Admins")]),
        target(group=[group("theirs", displayName="Admins")]),
        LADDER,
    )
    assert codes(found) == []


# C13 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protected", [ANNA["id"], THERE["id"]])
def test_a_protected_principal_is_told_on_either_side(protected: str) -> None:
    here = source(right("r", ANNA["id"]))
    found = resolve(here, target(), LADDER, protected=frozenset({protected}))
    assert only(found, "C13").blocks == (ident("r"),)
    assert codes(resolve(here, target(), LADDER, protected=frozenset({ident("nobody")}))) == []


# C14 -------------------------------------------------------------------------------------------------------


def test_a_decision_that_names_an_id_of_the_source() -> None:
    ben = user("ben@contoso.com")
    choice = (Decision("user", ANNA["id"], ben["id"], "choose"),)
    found = resolve(source(right("r", ANNA["id"]), user=[ANNA, ben]), target(), LADDER, choice)
    assert codes(found) == ["C14"]
    assert only(found, "C14").blocks == (ident("r"),)
    gone = (Decision("user", ANNA["id"], ident("gone"), "choose"),)
    assert codes(resolve(source(right("r", ANNA["id"])), target(), LADDER, gone)) == ["C05"]


def _review(object_id: str) -> Row:
    query = f"/groups/{object_id.upper()}/transitiveMembers"
    return {"id": "review", "displayName": "Quarterly", "scope": {"query": query}}


def _access(object_id: str) -> Row:
    users = {"includeUsers": ["All"], "excludeUsers": [object_id]}
    return {"id": "ca", "displayName": "MFA", "state": "enabled", "conditions": {"users": users}}


def _approval(object_id: str) -> Row:
    named = {"@odata.type": "#microsoft.graph.singleUser", "userId": object_id}
    setting = {"isApprovalRequired": False, "approvalStages": [{"primaryApprovers": [named]}]}
    return policy(EXCHANGE, Approval_EndUser_Assignment={"setting": setting})


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("accessReview", _review),
        ("conditionalAccessPolicy", _access),
        ("roleManagementPolicy", _approval),
        (ELIGIBILITY, lambda one: right("theirs", one)),
    ],
)
def test_an_id_of_the_source_in_what_the_target_has(kind: str, made: Any) -> None:
    here = source(right("r", ANNA["id"]))
    found = resolve(here, target(**{kind: [made(ANNA["id"])]}), LADDER)
    conflict = only(found, "C14")
    assert (conflict.kind, conflict.source_id, conflict.blocks) == ("user", ANNA["id"], ())
    # An id of the target, and one that no tenant knows any more, are no ids of the source.
    for other in (THERE["id"], ident("deleted")):
        assert codes(resolve(here, target(**{kind: [made(other)]}), LADDER)) == []
    # Not all of the target was read: the id may be rightly there.
    unread = target(**{kind: [made(ANNA["id"])]}, unread=["groups"])
    assert "C14" not in codes(resolve(here, unread, LADDER))


def test_ids_of_both_tenants_are_at_their_place() -> None:
    kept = unit("kept")
    found = resolve(
        source(right("r", ANNA["id"], scope=f"/administrativeUnits/{kept['id']}"), administrativeUnit=[kept]),
        target(
            administrativeUnit=[kept],
            **{ELIGIBILITY: [right("t", THERE["id"], scope=f"/administrativeUnits/{kept['id']}")]},
        ),
        LADDER,
    )
    assert "C14" not in codes(found)
