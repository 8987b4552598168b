"""A rule that demands an authentication context: MFA goes first, and the context is there before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from along_sample import Wave, in_order
from policy_wave import COPY, ME, SOON, roles
from tenant_pairs import ELIGIBILITY, EXCHANGE, built_in, custom, policy, right

from migrate.kinds.role_management_policy import RULE


def context(claim: str, *, on: bool = True) -> Any:
    return {"AuthenticationContext_EndUser_Assignment": {"isEnabled": on, "claimValue": claim}}


def rules_of(found: Wave) -> list[str]:
    return [one.key.split("|")[-1] for one in found.of(RULE)]


def test_mfa_goes_before_a_context_comes_and_the_context_is_made_first() -> None:
    ours = {**context("c7"), "Enablement_EndUser_Assignment": {"enabledRules": ["Justification"]}}
    names = {"authenticationContext": [{"id": "c7", "displayName": "Admin work", "isAvailable": True}]}
    mfa = {"Enablement_EndUser_Assignment": {"enabledRules": ["MultiFactorAuthentication", "Justification"]}}
    found = roles(ours, mfa, more=names)
    assert rules_of(found) == ["enablement_enduser_assignment", "authenticationcontext_enduser_assignment"]
    first, second = found.of(RULE)
    made = found.one("authenticationContext")
    assert made.target["body"] == {
        "id": "c7",
        "displayName": "Admin work",
        "description": None,
        "isAvailable": True,
    }
    assert set(second.needs) == {first.key, made.key}
    assert any("stays" in one for one in made.residue)
    in_order(found.drafts)


def test_a_context_is_the_targets_of_the_same_name() -> None:
    ours = {**context("c7"), "Enablement_EndUser_Assignment": {"enabledRules": []}}
    names = {"authenticationContext": [{"id": "c7", "displayName": "Admin work"}]}
    theirs = {
        "authenticationContext": [
            {"id": "c7", "displayName": "Payroll"},
            {"id": "c2", "displayName": "admin WORK"},
        ]
    }
    found = roles(ours, {"Enablement_EndUser_Assignment": {"enabledRules": []}}, more=names, there=theirs)
    (change,) = found.of(RULE)
    assert change.target["rule"]["claimValue"] == "c2"
    assert not found.of("authenticationContext")


def test_without_consent_no_context_is_made_and_what_demands_it_is_left() -> None:
    ours = {**context("c7"), "Enablement_EndUser_Assignment": {"enabledRules": []}}
    names = {"authenticationContext": [{"id": "c7", "displayName": "Admin work"}]}
    off = {"Enablement_EndUser_Assignment": {"enabledRules": []}}
    found = roles(ours, off, more=names, moving=replace(COPY, allows_contexts=False))
    assert not found.of(RULE) and not found.of("authenticationContext")
    assert any("the authentication context c7 has no counterpart" in one for one in found.told)


def test_a_context_that_nothing_of_the_wave_demands_is_not_made() -> None:
    ours = {**context("c7"), "Enablement_EndUser_Assignment": {"enabledRules": []}}
    reader = custom("reader", "a/read")
    more = {
        "authenticationContext": [{"id": "c7", "displayName": "Admin work"}],
        "roleDefinition": [built_in(), reader],
        ELIGIBILITY: [right("r", ME, end=SOON), right("s", ME, reader["id"], end=SOON)],
        "roleManagementPolicy": [policy(EXCHANGE, **ours), policy(reader["id"])],
    }
    off = {"Enablement_EndUser_Assignment": {"enabledRules": []}}
    found = roles({}, off, more=more, only=lambda one: one.source["roleDefinitionId"] == reader["id"])
    assert not found.of("authenticationContext")
    assert [one.kind for one in found.drafts][-1] == ELIGIBILITY
