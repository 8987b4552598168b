"""Licences of administrators, how long their sign-in lasts, reviews of guests: corners of these checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from governed_tenant import MAIL_SKU, PRIVILEGED, Governed
from tenant_pairs import EXCHANGE, ident

from migrate.audit.checks import BY_ID
from migrate.audit.finding import Finding, Told, Unknown

Change = Callable[[Governed], Any]


def told(check: str, change: Change, **parameters: Any) -> tuple[Told, ...]:
    tenant = Governed()
    change(tenant)
    return tuple(BY_ID[check].tell(tenant.posture(), parameters))


def licensed(tenant: Governed, plan: str, *disabled: str, sku: str = MAIL_SKU) -> None:
    tenant.skus["mail"]["servicePlans"][0]["servicePlanName"] = plan
    off = [ident(one) for one in disabled]
    tenant.users["ben"]["assignedLicenses"] = [{"skuId": sku, "disabledPlans": off}]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lambda t: licensed(t, "SHAREPOINTENTERPRISE"), Finding),
        (lambda t: licensed(t, "EXCHANGE_S_FOUNDATION"), None),
        (lambda t: licensed(t, "INTUNE_A"), None),
        (lambda t: licensed(t, "EXCHANGE_S_ENTERPRISE", "mailbox"), None),
        (lambda t: licensed(t, "SOMETHING_NEW"), Unknown),
        (lambda t: licensed(t, "TEAMS1", sku=ident("unlisted")), Unknown),
        (lambda t: t.users["ben"].pop("assignedLicenses"), Unknown),
        (lambda t: t.users.pop("ben"), None),
    ],
    ids=["files", "foundation", "devices", "switched off", "new plan", "unlisted", "unread", "gone"],
)
def test_what_licences_of_administrators_bring(change: Change, outcome: type[Told] | None) -> None:
    found = told("licence-footprint-of-administrators", change, roles=(EXCHANGE,))
    assert [type(one) for one in found] == ([outcome] if outcome else [])


def sessions(tenant: Governed) -> dict[str, Any]:
    found: dict[str, Any] = tenant.conditional_access["sessions"]
    return found


def frequency(**control: Any) -> Change:
    return lambda t: sessions(t)["sessionControls"]["signInFrequency"].update(control)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (frequency(frequencyInterval="everyTime", type=None, value=None), ""),
        (frequency(type="days", value=1), "24 h, at most 4 h"),
        (frequency(isEnabled=False), "no enforced policy on all applications asks for a new sign-in"),
        (frequency(value=None), "no enforced policy on all applications asks for a new sign-in"),
        (lambda t: sessions(t).update(state="enabledForReportingButNotEnforced"), "keeps browsers"),
        (lambda t: sessions(t)["sessionControls"].update(persistentBrowser=None), "keeps browsers"),
        (lambda t: sessions(t)["conditions"].update(signInRiskLevels=["high"]), "asks for a new sign-in"),
        (
            lambda t: sessions(t)["conditions"]["applications"].update(excludeApplications=["a"]),
            "asks for a new sign-in",
        ),
        (
            lambda t: sessions(t)["conditions"]["users"].update(includeUsers=[], includeRoles=[*PRIVILEGED]),
            "",
        ),
    ],
)
def test_how_long_a_sign_in_lasts(change: Change, message: str) -> None:
    found = told("sign-in-frequency-privileged-roles", change, roles=PRIVILEGED)
    assert len(found) == (3 if message else 0)
    assert all(isinstance(one, Finding) and message in one.message for one in found)


def test_without_a_limit_any_frequency_will_do() -> None:
    check = "sign-in-frequency-privileged-roles"
    assert not told(check, frequency(type="days", value=30), roles=PRIVILEGED, longest_hours=0)
    assert told(check, frequency(isEnabled=False), roles=PRIVILEGED, longest_hours=0)


def guests(**changes: Any) -> Change:
    return lambda t: t.reviews["guests"].update(changes)


def terms(**changes: Any) -> Change:
    return lambda t: t.reviews["guests"]["settings"].update(changes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (terms(defaultDecision="Recommendation"), "nothing happens where nobody answers"),
        (terms(instanceDurationInDays=15), "takes 15 days, at most 14"),
        (terms(mailNotificationsEnabled=False), "get no mail"),
        (guests(reviewers=[]), "names no reviewers"),
        (
            lambda t: t.reviews["guests"]["settings"]["recurrence"]["range"].update(
                type="endDate", endDate="2027-01-01"
            ),
            "does not go on for ever (2027-01-01)",
        ),
    ],
)
def test_a_review_of_guests_that_is_not_good_enough(change: Change, message: str) -> None:
    (found,) = told("guest-access-reviews", change)
    assert isinstance(found, Finding) and message in found.message
    assert found.subject.id == ident("guest review")


def test_a_review_of_one_group_may_not_be_all() -> None:
    query = f"/groups/{ident('Crew')}/transitiveMembers/microsoft.graph.user/?$filter=(userType eq 'Guest')"
    single = guests(scope={"query": query}, instanceEnumerationScope=None)
    (found,) = told("guest-access-reviews", single)
    assert isinstance(found, Unknown) and "single groups" in found.reason


def test_one_good_review_of_guests_is_enough() -> None:
    def second(tenant: Governed) -> None:
        poor = {**tenant.reviews["guests"], "id": ident("poor"), "reviewers": []}
        tenant.reviews["poor"] = poor

    assert told("guest-access-reviews", second) == ()
