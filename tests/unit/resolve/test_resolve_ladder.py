"""What each rule needs beside its own evidence, and who is never taken without a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tenant_pairs import ELIGIBILITY, LADDER, SOURCE, TARGET, built_in, right, user, view

from migrate.config import match_rules
from migrate.resolve.evidence import RULES
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.ladder import HINTS, NEEDS, Ladder, Need
from migrate.resolve.resolution import Resolution, resolve

Row = dict[str, Any]
DOMAINS = {SOURCE: ["contoso.com"], TARGET: ["fabrikam.com", "fabrikam.onmicrosoft.com"]}
ANNA = user("anna.smith@contoso.com", displayName="Anna Smith", mail="anna.smith@contoso.com")


def matched(source: Row, *target: Row, ladder: Ladder = LADDER, domains: Any = DOMAINS) -> Resolution:
    def settings(tenant: str) -> dict[str, list[Row]]:
        named = [{"name": one} for one in domains[tenant]]
        return {"organization": [{"id": tenant, "verifiedDomains": named}], "roleDefinition": [built_in()]}

    return resolve(
        view(SOURCE, {"user": [source], ELIGIBILITY: [right("r", source["id"])], **settings(SOURCE)}),
        view(TARGET, {"user": target, **settings(TARGET)}),
        ladder,
    )


def of(resolution: Resolution) -> Counterpart:
    return next(one for one in resolution.mappings if one.kind == "user")


def guest(upn: str, mail: str | None = None, **properties: Any) -> Row:
    return user(upn, **{"displayName": "Anna Smith", "mail": mail, "userType": "Guest", **properties})


def test_file_and_resolver_know_the_same_rules_and_needs() -> None:
    assert {name: Need[needs.upper()] for name, needs in match_rules.RULES.items()} == dict(NEEDS)
    assert tuple(one.name.lower() for one in Need) == match_rules.NEEDS
    assert {rule.name for rules in RULES.values() for rule in rules} <= set(NEEDS)
    assert all(NEEDS[one] is Need.PERSON for one in HINTS)


def test_no_engagement_asks_for_less() -> None:
    ladder = replace(LADDER, needs={"mail": Need.NOTHING, "employee_id": Need.PERSON})
    assert (ladder.need("mail"), ladder.need("employee_id")) == (Need.SAME_NAME, Need.PERSON)


@pytest.mark.parametrize(
    "there",
    [
        guest("as@fabrikam.com", "Anna.Smith@contoso.com"),
        guest("anna.smith_contoso.com#EXT#@fabrikam.onmicrosoft.com"),
        guest(
            "anna.smith_contoso.com#ext#@fabrikam.onmicrosoft.com", "other@mail.example", userType="Member"
        ),
    ],
)
def test_a_guest_who_was_invited_to_an_address_of_a_verified_domain(there: Row) -> None:
    found = of(matched(ANNA, there))
    assert (found.state, found.target_id, found.rule) == (State.ACCEPTED, there["id"], "guest")


@pytest.mark.parametrize(
    ("source", "there"),
    [
        # The source owns mail.example no more than anybody else does.
        (
            {"proxyAddresses": ["smtp:a@mail.example"]},
            guest("a_mail.example#EXT#@fabrikam.onmicrosoft.com", "a@mail.example"),
        ),
        ({}, guest("anna.smith_contoso.com#EXT#@elsewhere.onmicrosoft.com")),
        ({"displayName": "Otto Other"}, guest("x@fabrikam.com", "anna.smith@contoso.com")),
        ({"employeeId": "C1"}, guest("x@fabrikam.com", "anna.smith@contoso.com", employeeId="F1")),
    ],
)
def test_a_guest_who_may_be_somebody_else(source: Row, there: Row) -> None:
    assert of(matched({**ANNA, **source}, there)).state is State.PROPOSED


def test_an_underscore_in_a_guests_name_stays_where_it_is() -> None:
    here = user("anna_b@contoso.com", displayName="Anna Berg")
    there = guest("anna_b_contoso.com#EXT#@fabrikam.onmicrosoft.com", displayName="Anna Berg")
    assert of(matched(here, there)).rule == "guest"


def test_a_member_beside_the_guest_is_a_conflict() -> None:
    there = guest("anna.smith_contoso.com#EXT#@fabrikam.onmicrosoft.com")
    member = user("anna.smith@fabrikam.com", displayName="Anna Smith")
    assert [one.code for one in matched(ANNA, there, member).conflicts] == ["C09"]


def test_a_nickname_alone_is_left_to_a_person() -> None:
    there = user("x@fabrikam.com", displayName="Anna Smith", mailNickname="ANNA")
    found = of(matched({**ANNA, "mailNickname": "anna"}, there))
    assert (found.state, found.rule) == (State.PROPOSED, "mail_nickname")


def test_disabled_copies_do_not_hide_the_account_that_the_anchor_names() -> None:
    here = {**ANNA, "employeeId": "C1", "onPremisesImmutableId": "a=="}
    there = user("x@fabrikam.com", displayName="Anna Smith", employeeId="C1", onPremisesImmutableId="a==")
    copy = user("old@fabrikam.com", displayName="Anna Smith", employeeId="C1", accountEnabled=False)
    found = of(matched(here, there, copy))
    assert (found.state, found.target_id, found.runner_up) == (State.ACCEPTED, there["id"], copy["id"])
    enabled = {**copy, "accountEnabled": True}
    assert [one.code for one in matched(here, there, enabled).conflicts] == ["C02"]
    another = {**copy, "mail": "anna.smith@fabrikam.com"}
    assert [one.code for one in matched(here, there, another).conflicts] == ["C02"]


def test_a_disabled_account_alone_is_not_taken() -> None:
    there = user("x@fabrikam.com", displayName="Anna Smith", employeeId="C1", accountEnabled=False)
    found = of(matched({**ANNA, "employeeId": "C1"}, there))
    assert found.state is State.PROPOSED
    assert "disabled" in found.reason


def test_two_of_one_name_are_not_told_apart_by_an_address() -> None:
    by_mail = user("anna.smith@fabrikam.com", displayName="Anna Smith")
    found = of(matched(ANNA, by_mail, user("as2@fabrikam.com", displayName="ANNA SMITH")))
    assert found.state is State.PROPOSED
    assert "as2@fabrikam.com" in found.reason


def test_a_stricter_rule_is_left_to_a_person() -> None:
    strict = replace(LADDER, needs={"user_principal_name": Need.PERSON, "mail": Need.PERSON})
    there = user("anna.smith@fabrikam.com", displayName="Anna Smith")
    assert of(matched(ANNA, there)).state is State.ACCEPTED
    found = of(matched(ANNA, there, ladder=strict))
    assert found.state is State.PROPOSED
    assert "person" in found.reason


def test_similar_names_are_shown_and_never_proposed() -> None:
    near = user("y@fabrikam.com", displayName="Ana Smyth")
    resolution = matched(ANNA, near, user("z@fabrikam.com", displayName="Otto Other"))
    found = of(resolution)
    assert (found.state, found.target_id, found.runner_up) == (State.PROPOSED, None, None)
    assert [(one.rule, one.target_id) for one in found.evidence] == [("similar_name", near["id"])]
    assert [(one.code, one.target_ids) for one in resolution.conflicts] == [("C01", (near["id"],))]
