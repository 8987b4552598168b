"""Conditional access in the target's terms: a draft that only reports, whole or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from guarded_tenants import (
    MARK,
    OFFICE_APP,
    RESISTANT,
    SHARED_APP,
    controls,
    here,
    policy,
    strength,
    target,
    there,
    translation,
)
from tenant_pairs import EXCHANGE, TARGET, ident

from migrate.plan.carried import Carried
from migrate.plan.conditional_access_copy import DRAFT, REPORT_ONLY, belongs, copy_policy
from migrate.plan.write_mark import LONGEST_NAME, bears

NAME = "Exchange administrators use keys"


def copied(row: dict[str, Any], *there_already: dict[str, Any], mark: str = MARK) -> Carried:
    translate = translation()
    goal = target(conditionalAccessPolicy=list(there_already))
    return copy_policy(row, translate, target=goal, mark=mark, why=translate.why)


def applications(**named: Any) -> dict[str, Any]:
    return {"conditions": {"applications": named}}


def test_the_draft_only_reports_and_names_its_write() -> None:
    found = copied(policy())
    assert (found.problems, found.equal_to, found.name) == ((), None, NAME)
    assert found.body == {
        "displayName": f"{DRAFT}{NAME} [{MARK}]",
        "state": REPORT_ONLY,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeRoles": [EXCHANGE], "excludeUsers": [there("emergency")]},
        },
        "grantControls": {"operator": "OR", "authenticationStrength": {"id": RESISTANT}},
    }
    assert any("only reports" in told and "enabled" in told for told in found.changed)
    assert bears("conditionalAccessPolicy", found.body, MARK)


def test_everything_that_a_policy_can_name_is_translated() -> None:
    people = {
        "includeUsers": [here("ann").upper(), "GuestsOrExternalUsers"],
        "includeGroups": [here("admins")],
        "excludeGroups": [here("reviewers")],
        "includeRoles": [EXCHANGE, here("reader")],
        "excludeRoles": [here("reader")],
        "includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "b2bCollaborationGuest",
            "externalTenants": {
                "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
                "membershipKind": "enumerated",
                "members": [ident("a partner")],
            },
        },
    }
    conditions = {
        "locations": {
            "includeLocations": ["All"],
            "excludeLocations": ["AllTrusted", here("office"), "00000000-0000-0000-0000-000000000000"],
        },
        "applications": {
            "includeApplications": ["Office365", OFFICE_APP, SHARED_APP, here("robot's application")],
            "includeAuthenticationContextClassReferences": ["c1"],
        },
        "clientApplications": {
            "includeServicePrincipals": ["ServicePrincipalsInMyTenant"],
            "excludeServicePrincipals": [here("robot")],
        },
        "devices": {"deviceFilter": {"mode": "include", "rule": 'device.extensionAttribute1 -eq "SAW"'}},
    }
    frequency = {
        "isEnabled": True,
        "value": None,
        "type": None,
        "authenticationType": "primaryAndSecondaryAuthentication",
        "frequencyInterval": "everyTime",
    }
    found = copied(
        policy(
            people,
            conditions=conditions,
            grantControls=controls(builtInControls=["mfa"], authenticationStrength=strength(here("keys"))),
            sessionControls={"signInFrequency": frequency, "cloudAppSecurity": None},
        )
    )
    assert found.problems == () and found.body is not None
    made = found.body["conditions"]
    assert made["users"] == {
        "includeUsers": [there("ann"), "GuestsOrExternalUsers"],
        "excludeUsers": [there("emergency")],
        "includeGroups": [there("admins")],
        "excludeGroups": [there("reviewers")],
        "includeRoles": [EXCHANGE, there("reader")],
        "excludeRoles": [there("reader")],
        "includeGuestsOrExternalUsers": people["includeGuestsOrExternalUsers"],
    }
    assert made["locations"]["excludeLocations"] == [
        "AllTrusted",
        there("office"),
        "00000000-0000-0000-0000-000000000000",
    ]
    assert made["applications"] == {
        "includeApplications": ["Office365", OFFICE_APP, SHARED_APP, there("robot's application")],
        "includeAuthenticationContextClassReferences": ["c4"],
    }
    assert made["clientApplications"] == {
        "includeServicePrincipals": ["ServicePrincipalsInMyTenant"],
        "excludeServicePrincipals": [there("robot")],
    }
    assert found.body["grantControls"]["authenticationStrength"] == {"id": there("keys")}
    assert found.body["sessionControls"]["signInFrequency"]["frequencyInterval"] == "everyTime"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (policy({"excludeUsers": [ident("gone")]}), f"user {ident('gone')} is deleted in the source"),
        (policy({"excludeUsers": [here("unmapped")]}), "excludeUsers: user unmapped"),
        (policy({"includeGroups": [ident("gone")]}), "includeGroups: group"),
        (policy({"includeRoles": [ident("gone")]}), "includeRoles: role"),
        (policy({"includeUsers": ["ann@contoso.com"], "excludeUsers": ["nonsense"]}), "nonsense"),
        (
            policy(conditions={"locations": {"excludeLocations": [here("abroad")]}}),
            "excludeLocations: named location Abroad",
        ),
        (policy(**applications(includeApplications=[ident("own")])), "includeApplications: application"),
        (policy(**applications(includeAuthenticationContextClassReferences=["c2"])), "Payroll (c2)"),
        (
            policy(
                **applications(applicationFilter={"mode": "include", "rule": "CustomSecurityAttribute.x -eq"})
            ),
            "applicationFilter",
        ),
        (
            policy(grantControls=controls(authenticationStrength=strength(ident("other")))),
            "authenticationStrength",
        ),
        (policy(grantControls=controls(authenticationStrength={"id": None})), "authenticationStrength"),
        (policy(grantControls=controls(termsOfUse=[ident("terms")])), f"terms of use {ident('terms')}"),
        (policy(grantControls=controls(customAuthenticationFactors=["duo"])), "custom control duo"),
        (policy(grantControls=controls(), sessionControls=None), "it demands nothing"),
        (
            policy(
                conditions={
                    "devices": {"deviceFilter": {"rule": f'device.deviceId -in ["{here("pc")}"]'}},
                }
            ),
            f"deviceFilter: {here('pc')}",
        ),
        (
            policy(
                conditions={"clientApplications": {"includeServicePrincipals": [ident("service")]}},
            ),
            "includeServicePrincipals",
        ),
        (
            policy({"excludeGuestsOrExternalUsers": {"externalTenants": {"members": [TARGET]}}}),
            "the tenant that is now the target",
        ),
        (policy(conditions={"agents": {"includeAgents": ["x"]}}), "conditions.agents is a property"),
        (policy(conditions={"locations": ["All"]}), "conditions.locations is not of the form"),
        (policy({"includeGroups": here("admins")}), "includeGroups is not of the form"),
        (policy(state="disabled"), "switched off"),
        (policy(displayName=None), "it has no displayName"),
    ],
)
def test_what_leads_nowhere_is_named_and_nothing_is_written(row: dict[str, Any], told: str) -> None:
    found = copied(row)
    assert found.body is None and found.equal_to is None
    assert any(told in one for one in found.problems), found.problems


def test_every_reference_that_leads_nowhere_is_named() -> None:
    row = policy(
        {"excludeUsers": [ident("gone"), here("emergency"), here("unmapped")]},
        conditions={"agents": {"x": 1}, "locations": {"includeLocations": [here("abroad")]}},
    )
    assert len(copied(row).problems) == 4


def test_two_that_become_one_stand_there_once() -> None:
    found = copied(policy({"includeUsers": [here("ann"), here("ann").upper()]}))
    assert found.body is not None
    assert found.body["conditions"]["users"]["includeUsers"] == [there("ann")]


def as_answered(body: Any, **changes: Any) -> dict[str, Any]:
    """A body as Graph gives it back: with everything that it leaves out, and the whole strength."""
    conditions = json.loads(json.dumps(body["conditions"]))
    row = policy(conditions.pop("users"), conditions=conditions)
    row["grantControls"] = controls(
        **{**body["grantControls"], "authenticationStrength": strength(RESISTANT)}
    )
    return {**row, "id": ident("standing"), "state": REPORT_ONLY, **changes}


def test_parts_with_nothing_in_them_are_not_sent() -> None:
    nothing: dict[str, list[str]] = {"includeLocations": [], "excludeLocations": []}
    found = copied(policy(conditions={"locations": nothing, "devices": {"deviceFilter": None}}))
    assert found.body is not None
    assert set(found.body["conditions"]) == {"clientAppTypes", "applications", "users"}


@pytest.mark.parametrize("state", [REPORT_ONLY, "enabled"])
def test_an_equal_policy_in_the_target_is_kept_whatever_its_name(state: str) -> None:
    body = copied(policy({"includeUsers": [here("ann"), here("bob")]})).body
    assert body is not None
    standing = as_answered(body, state=state, displayName="Another")
    standing["conditions"]["users"]["includeUsers"].reverse()
    standing["conditions"]["users"]["includeRoles"] = [EXCHANGE.upper()]
    found = copied(policy({"includeUsers": [here("ann"), here("bob")]}), standing)
    assert (found.equal_to, found.problems) == (ident("standing"), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "disabled"},
        {"grantControls": controls(builtInControls=["mfa"])},
        {"sessionControls": {"persistentBrowser": {"isEnabled": True, "mode": "never"}}},
        {"conditions": policy()["conditions"]},
    ],
)
def test_a_policy_of_the_same_name_that_demands_something_else_is_not_equal(changes: dict[str, Any]) -> None:
    body = copied(policy()).body
    assert body is not None
    same_name = as_answered(body, displayName=body["displayName"])
    assert copied(policy(), same_name).equal_to == ident("standing")
    assert copied(policy(), {**same_name, **changes}).equal_to is None


def test_a_target_that_was_not_read_is_not_taken_for_empty() -> None:
    goal = target(unread=("conditionalAccessPolicies",))
    found = copy_policy(policy(), translation(), target=goal, mark=MARK)
    assert found.body is None and "were not read" in found.problems[0]


HOSTILE = ["=cmd|'/c calc'!A0", "x" * 10_000, "‮gnp.exe", "a\x00\x1b[31mb\n", "[plan-1.00002]", "😀" * 300]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_mark_finds_the_draft_again_whatever_its_name(name: str) -> None:
    found = copied(policy(displayName=name))
    assert found.body is not None
    made = found.body["displayName"]
    assert made.startswith(DRAFT + name[:20]) and made.endswith(f" [{MARK}]")
    assert len(made.encode("utf-16-le")) // 2 <= LONGEST_NAME
    assert any("is cut" in told for told in found.changed) is (len(name) >= 300)
    assert bears("conditionalAccessPolicy", found.body, MARK)
    assert not bears("conditionalAccessPolicy", found.body, "plan-1.00002")


def test_which_policies_belong_to_moved_privilege() -> None:
    rows = {
        "role": policy({"includeRoles": [EXCHANGE.upper()]}),
        "all roles": policy({"includeRoles": ["All"]}),
        "group": policy({"includeRoles": [], "includeGroups": [here("admins")]}),
        "context": policy(
            {"includeRoles": [], "includeUsers": ["All"]},
            **applications(includeAuthenticationContextClassReferences=["C1"]),
        ),
        "excluded": policy({"includeRoles": [], "includeUsers": ["All"], "excludeRoles": [EXCHANGE]}),
        "everybody": policy({"includeRoles": [], "includeUsers": ["All"]}),
        "another": policy({"includeRoles": [here("reader")]}),
        "nothing": {"id": ident("x"), "conditions": None},
    }
    found = belongs(rows.values(), frozenset({EXCHANGE}), frozenset({here("admins")}), frozenset({"c1"}))
    assert [name for name, row in rows.items() if row in found] == ["role", "all roles", "group", "context"]
    assert belongs(rows.values(), frozenset(), frozenset(), frozenset()) == ()
