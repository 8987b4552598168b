"""Every way in which a tenant can be out of reach: secret, consent, licence, tenant, network."""

from __future__ import annotations

import pytest
from bad_input import check_shown, check_silent, check_told, refused
from command_line import CommandLine, Pair

from migrate.kinds import role_eligibility_schedule
from migrate.kinds.catalogue import LISTED_AT_ONCE
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM

OTHER_TENANT = "33333333-3333-3333-3333-333333333333"


# --- signing in, consent, licence


def test_a_secret_variable_that_is_not_set(cli: CommandLine, small_lab: Pair) -> None:
    cli.environment["TARGET_SECRET"] = ""
    refused(cli, small_lab, "snapshot", exit=12, code="secret_unset", says="TARGET_SECRET", at="[target]")


@pytest.mark.parametrize("command", ["doctor", "snapshot", "snapshot source"])
def test_a_wrong_secret(cli: CommandLine, small_lab: Pair, command: str) -> None:
    cli.environment["SOURCE_SECRET"] = "not-the-secret"
    refused(cli, small_lab, command, exit=12, code="sign_in_failed", says="AADSTS7000215", at="[source]")


def test_a_wrong_secret_during_apply_leaves_no_trace(ready: CommandLine, small_lab: Pair) -> None:
    ready.environment["TARGET_SECRET"] = "not-the-secret"
    command = f"apply all-1 {small_lab.confirmed}"
    refused(ready, small_lab, command, exit=12, code="sign_in_failed", at="[target]")


def test_an_application_that_the_tenant_does_not_know(cli: CommandLine, small_lab: Pair) -> None:
    cli.change(CONTOSO.app_id, OTHER_TENANT)
    refused(cli, small_lab, "snapshot", exit=12, code="sign_in_failed", says="AADSTS700016", at="[source]")


@pytest.fixture
def elsewhere(small_lab: Pair, cli: CommandLine) -> CommandLine:
    """The authority answers for another tenant than the one that it was asked for."""
    domains = [*small_lab.target["domains"], {**small_lab.target["domains"][0], "id": OTHER_TENANT}]
    small_lab.lab.load([small_lab.source, {**small_lab.target, "domains": domains}])
    cli.change(FABRIKAM.tenant_id, OTHER_TENANT)
    return cli


@pytest.mark.parametrize("command", ["doctor", "snapshot"])
def test_a_token_for_another_tenant(elsewhere: CommandLine, small_lab: Pair, command: str) -> None:
    refused(
        elsewhere, small_lab, command, exit=18, code="wrong_tenant", says=FABRIKAM.tenant_id, at="[target]"
    )


def test_another_pair_of_tenants_than_the_state_was_made_for(ready: CommandLine, small_lab: Pair) -> None:
    ready.change(CONTOSO.tenant_id, OTHER_TENANT)
    refused(ready, small_lab, "resolve", exit=18, code="state_of_other_tenants", at="engagement.db")


def _without(pair: Pair, collection: str) -> None:
    """Takes back the consent of the source's app for one collection."""
    app = pair.source["apps"][0]
    (kind,) = (one for one in LISTED_AT_ONCE if one.collection == collection)
    enough = set(kind.listing(None).permissions)
    pair.lab.consent(CONTOSO.tenant_id, app["appId"], sorted(set(app["roles"]) - enough))


@pytest.mark.parametrize("collection", ["users", "roleEligibilitySchedules", "roleManagementPolicies"])
def test_no_consent_for_an_endpoint(ready: CommandLine, small_lab: Pair, collection: str) -> None:
    _without(small_lab, collection)
    (kind,) = (one for one in LISTED_AT_ONCE if one.collection == collection)
    before = ready("status --json").of_type("snapshot")
    error = check_told(ready("snapshot source --json"), exit=12, code="consent_missing")
    assert kind.listing(None).permissions[0] in error["hint"]
    assert error["where"].startswith("[source] GET /")
    assert ready("status --json").of_type("snapshot") == before, "only what is sealed counts"
    check_shown(ready("snapshot source"), exit=12, code="consent_missing")


def test_doctor_names_the_consent_that_is_missing(cli: CommandLine, small_lab: Pair) -> None:
    _without(small_lab, "users")
    result = cli("doctor --json")
    assert (result.code, result.summary["exit"]) == (12, 12)
    (missing,) = (check for check in result.of_type("check") if check["state"] == "missing")
    assert (missing["tenant"], missing["code"]) == ("source", "consent_missing")
    assert missing["permissions"][0] == "User.Read.All"
    assert "User.Read.All" in cli("doctor").out


def test_no_consent_to_write(ready: CommandLine, small_lab: Pair) -> None:
    app = small_lab.target["apps"][0]
    roles = sorted(set(app["roles"]) - set(role_eligibility_schedule.WRITE_PERMISSIONS))
    small_lab.lab.consent(FABRIKAM.tenant_id, app["appId"], roles)
    before = small_lab.dumps()
    result = ready(f"apply all-1 {small_lab.confirmed} --json")
    error = check_told(result, exit=12, code="consent_missing")
    assert role_eligibility_schedule.WRITE_PERMISSIONS[0] in error["hint"]
    assert not [
        line
        for line in result.of_type("write")
        if line["kind"] == "roleEligibilitySchedule" and line["state"] == "done"
    ]
    check_silent(result, list(ready.environment.values()))
    assert small_lab.dumps()[0] == before[0]


def test_no_premium_licence(cli: CommandLine, small_lab: Pair) -> None:
    small_lab.lab.load([{**small_lab.source, "subscribedSkus": []}, small_lab.target])
    error = check_told(cli("snapshot --json"), exit=12, code="licence_missing")
    assert "P2" in error["hint"] and error["where"].startswith("[source] GET /")
    check_shown(cli("snapshot"), exit=12, code="licence_missing")
    missing = [check for check in cli("doctor --json").of_type("check") if check["state"] == "missing"]
    assert {check["code"] for check in missing} == {"licence_missing"}


# --- the network


def test_an_endpoint_that_cannot_be_reached(ready: CommandLine, small_lab: Pair) -> None:
    ready.change(small_lab.lab.url, "https://localhost:9")
    refused(ready, small_lab, "snapshot", exit=19, code="unreachable", at="[source]")


def test_a_certificate_that_nobody_trusts(ready: CommandLine, small_lab: Pair) -> None:
    ready.change('ca_bundle = "ca.pem"\n', "")
    refused(
        ready, small_lab, "snapshot", exit=19, code="certificate_untrusted", says="not trusted", at="[source]"
    )
    command = f"apply all-1 {small_lab.confirmed}"
    refused(ready, small_lab, command, exit=19, code="certificate_untrusted", at="[target]")
