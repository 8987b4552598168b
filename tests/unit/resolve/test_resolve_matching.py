"""Which evidence settles who is who, and what speaks against it."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import ELIGIBILITY, LADDER, SOURCE, TARGET, WEIGHTS, built_in, group, right, user, view

from migrate.resolve.evidence import Ladder, renamed, same_name
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.resolution import Resolution, resolve

Row = dict[str, Any]


def person(name: str, local: str, domain: str, **properties: Any) -> Row:
    """An account with an address; ids come from the address, so the two tenants differ."""
    address = f"{local}@{domain}"
    return user(address, **{"displayName": name, "mail": address, **properties})


def ours(name: str = "Anna Smith", local: str = "anna.smith", **properties: Any) -> Row:
    return person(name, local, "contoso.com", **properties)


def theirs(name: str = "Anna Smith", local: str = "as0001", **properties: Any) -> Row:
    return person(name, local, "fabrikam.com", **properties)


def matched(source: list[Row], target: list[Row], ladder: Ladder = LADDER) -> Resolution:
    """Resolves people of whom each has one right."""
    rights = [right(f"right of {one['id']}", one["id"]) for one in source]
    roles = {"roleDefinition": [built_in()]}
    return resolve(
        view(SOURCE, {"user": source, ELIGIBILITY: rights, **roles}),
        view(TARGET, {"user": target, **roles}),
        ladder,
    )


def of(resolution: Resolution, row: Row) -> Counterpart:
    return next(one for one in resolution.mappings if one.source_id == row["id"])


def codes(resolution: Resolution) -> list[str]:
    return [one.code for one in resolution.conflicts]


@pytest.mark.parametrize(
    ("source", "target", "rule"),
    [
        ({"onPremisesImmutableId": "abc=="}, {"onPremisesImmutableId": "abc=="}, "on_premises_immutable_id"),
        (
            {"onPremisesSecurityIdentifier": "S-1-5-21-1"},
            {"onPremisesSecurityIdentifier": "S-1-5-21-1"},
            "on_premises_security_identifier",
        ),
        ({"employeeId": "C1"}, {"employeeId": " C1 "}, "employee_id"),
        ({}, {"userPrincipalName": "Anna.Smith@Fabrikam.com"}, "user_principal_name"),
        ({}, {"proxyAddresses": ["SIP:x", "smtp:ANNA.SMITH@contoso.com", None]}, "proxy_address"),
    ],
)
def test_the_strongest_evidence_there_is_decides(source: Row, target: Row, rule: str) -> None:
    anna, there = ours(**source), theirs(**target)
    found = of(matched([anna], [there]), anna)
    assert (found.state, found.target_id, found.rule) == (State.ACCEPTED, there["id"], rule)


def test_an_immutable_id_differs_by_case() -> None:
    anna = ours(onPremisesImmutableId="abc==")
    assert of(matched([anna], [theirs("Else", onPremisesImmutableId="ABC==")]), anna).target_id is None


def test_the_anchor_is_believed_although_the_name_changed() -> None:
    anna = ours(onPremisesImmutableId="abc==")
    there = theirs("Anne Miller-Jones", onPremisesImmutableId="abc==", employeeId="F9")
    assert of(matched([anna], [there]), anna).state is State.ACCEPTED


def test_a_name_is_a_hint() -> None:
    anna, there = ours(), theirs()
    found = of(matched([anna], [there]), anna)
    assert (found.state, found.target_id, found.rule) == (State.PROPOSED, there["id"], "name")
    assert codes(matched([anna], [there])) == []


def test_nothing_at_all() -> None:
    anna = ours()
    resolution = matched([anna], [theirs("Somebody Else")])
    assert (of(resolution, anna).state, of(resolution, anna).target_id) == (State.PROPOSED, None)
    assert codes(resolution) == ["C01"]


@pytest.mark.parametrize(
    ("ours_too", "theirs_too"),
    [
        # The address of Contoso's Anna, renamed, is the one that Fabrikam's own Anna has had for years.
        ({"employeeId": "C1"}, {"employeeId": "F7", "userPrincipalName": "anna.smith@fabrikam.com"}),
        # A. Smith and A. Smith, of whom one has no number.
        ({"employeeId": "C1"}, {"displayName": "Adam Smith", "userPrincipalName": "anna.smith@fabrikam.com"}),
        ({}, {"displayName": "Adam Smith", "mail": "anna.smith@fabrikam.com"}),
        # Both companies count from 1.
        ({"employeeId": "1"}, {"employeeId": "1", "displayName": "Maria Garcia"}),
    ],
)
def test_a_namesake_or_a_shared_number_is_not_accepted(ours_too: Row, theirs_too: Row) -> None:
    anna, there = ours(**ours_too), theirs(**theirs_too)
    found = of(matched([anna], [there]), anna)
    assert (found.state, found.target_id) == (State.PROPOSED, there["id"])
    assert "but" in found.reason


def test_a_number_is_believed_under_a_married_name() -> None:
    anna, there = ours(employeeId="C1"), theirs("Anna Garcia", employeeId="C1")
    assert of(matched([anna], [there]), anna).state is State.ACCEPTED


def test_number_and_address_together_are_believed_whatever_the_name() -> None:
    anna = ours(employeeId="C1")
    there = theirs("Anna Married", employeeId="C1", mail="anna.smith@fabrikam.com")
    assert of(matched([anna], [there]), anna).state is State.ACCEPTED


def test_a_number_that_points_beside_the_name_is_not_accepted() -> None:
    anna = ours("Anna Maria Smith", employeeId="C1")
    by_number = theirs("Anna Smith", employeeId="C1")
    by_name = theirs("Anna Maria Smith", "ams")
    found = of(matched([anna], [by_number, by_name]), anna)
    assert (found.state, found.target_id) == (State.PROPOSED, by_number["id"])
    assert by_name["userPrincipalName"] in found.reason


def test_several_candidates_are_a_conflict_that_names_them() -> None:
    anna = ours(employeeId="C1")
    both = [theirs(employeeId="C1"), theirs("Anna Smith (old)", "as0002", employeeId="C1")]
    resolution = matched([anna], both)
    (conflict,) = resolution.conflicts
    assert conflict.code == "C02"
    assert set(conflict.target_ids) == {one["id"] for one in both}
    assert all(one["userPrincipalName"] in conflict.detail for one in both)
    assert of(resolution, anna).runner_up in conflict.target_ids


def test_two_kinds_of_evidence_that_disagree_are_a_conflict() -> None:
    anna = ours(employeeId="C1")
    split = [theirs(employeeId="C1"), theirs(local="anna.smith")]
    assert codes(matched([anna], split)) == ["C02"]


def test_a_guest_and_a_member_are_a_conflict_of_their_own() -> None:
    anna = ours()
    guest = theirs(local="anna#EXT#", userType="Guest", mail="anna.smith@contoso.com")
    member = theirs(userType="Member", mail="anna.smith@fabrikam.com")
    assert codes(matched([anna], [guest, member])) == ["C09"]
    # The member account shares nothing but the name: it may still be the one that was meant.
    assert codes(matched([anna], [guest, theirs(userType="Member")])) == ["C09"]
    # Contoso has not verified any domain here, so that the address may be anybody's.
    assert of(matched([anna], [guest]), anna).state is State.PROPOSED


def test_a_deleted_account_of_the_target_is_no_candidate() -> None:
    anna = ours(employeeId="C1")
    gone = theirs(employeeId="C1", deletedDateTime="2026-01-01T00:00:00Z")
    assert codes(matched([anna], [gone])) == ["C01"]
    assert of(matched([anna], [gone, theirs(local="new", employeeId="C1")]), anna).state is State.ACCEPTED


def test_a_rule_without_weight_is_off() -> None:
    anna, there = ours(employeeId="C1"), theirs(employeeId="C1")
    weights = {name: weight for name, weight in WEIGHTS.items() if name not in ("employee_id", "name")}
    assert of(matched([anna], [there], Ladder(weights)), anna).target_id is None


def test_hostile_values_are_values() -> None:
    anna = ours(employeeId=7, proxyAddresses=[None, 5, "smtp:", "smtp:@"], mail="@", onPremisesImmutableId="")
    there = theirs(employeeId="", proxyAddresses=None, mail=None, userPrincipalName=None, displayName=None)
    assert codes(matched([anna], [there])) == ["C01"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anna Smith", "Smith, Anna", True),
        ("Zoë Smith", "Zoe Smith (External)", True),
        ("営業 太郎", "営業 太郎", True),
        ("Anna", "ANNA", True),
        ("Anna Smith", "Anna Miller", False),
        ("Anna", "Anna Smith", True),
        ("person17", "Fabrikam person17", True),
        ("Anna", "Bea Smith", False),
        ("", "Anna Smith", None),
        (None, "Anna Smith", None),
    ],
)
def test_names_that_can_be_those_of_one_person(one: str | None, other: str, same: bool | None) -> None:
    assert same_name({"displayName": one}, {"displayName": other}) is same


def test_addresses_under_their_old_and_new_domain() -> None:
    assert list(renamed(" A@Contoso.com ", LADDER.domains)) == ["a@contoso.com", "a@fabrikam.com"]
    assert list(renamed("a@other.com", LADDER.domains)) == ["a@other.com"]
    assert list(renamed("nobody", LADDER.domains)) == []


# Groups ----------------------------------------------------------------------------------------------------


def matched_groups(source: Row, target: list[Row]) -> Resolution:
    roles = {"roleDefinition": [built_in()]}
    return resolve(
        view(SOURCE, {"group": [source], ELIGIBILITY: [right("r", source["id"])], **roles}),
        view(TARGET, {"group": target, **roles}),
        LADDER,
    )


def test_a_group_matches_by_its_sid_or_by_mail_under_the_same_name() -> None:
    here = group(
        "ours", displayName="IT Admins", mail="admins@contoso.com", onPremisesSecurityIdentifier="S-1"
    )
    by_sid = group("theirs", displayName="Other", onPremisesSecurityIdentifier="S-1")
    by_mail = group("theirs", displayName="Admins of IT", mail="admins@fabrikam.com")
    assert of(matched_groups(here, [by_sid]), here).state is State.ACCEPTED
    assert of(matched_groups(here, [by_mail]), here).state is State.ACCEPTED


def test_the_group_that_has_the_same_local_part_may_be_another() -> None:
    here = group("ours", displayName="Contoso Admins", mail="admins@contoso.com")
    there = group("theirs", displayName="Fabrikam Admins", mail="admins@fabrikam.com")
    assert of(matched_groups(here, [there]), here).state is State.PROPOSED


def test_an_application_matches_by_its_app_id_and_a_managed_identity_never() -> None:
    app = {"id": "0a", "appId": "APP-1", "displayName": "Backup"}
    managed = {**app, "id": "0b", "servicePrincipalType": "ManagedIdentity"}
    there = {"id": "0c", "appId": "app-1", "displayName": "Backup"}
    for row, state in ((app, State.ACCEPTED), (managed, State.PROPOSED)):
        resolution = resolve(
            view(
                SOURCE,
                {
                    "servicePrincipal": [row],
                    "roleDefinition": [built_in()],
                    ELIGIBILITY: [right("r", row["id"])],
                },
            ),
            view(TARGET, {"servicePrincipal": [there], "roleDefinition": [built_in()]}),
            LADDER,
        )
        assert of(resolution, row).state is state
    assert codes(resolution) == ["C01"]
