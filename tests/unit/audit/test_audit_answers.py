"""Whoever wants only the worst of what a check tells is told just those, and how many others there are."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from governed_tenant import Governed
from tenant_pairs import EXCHANGE, ident, user

from migrate.audit.answers import Answers
from migrate.audit.baseline import Asked, Control
from migrate.audit.checks import BY_ID
from migrate.audit.finding import Severity
from migrate.audit.run import audit, each_check
from migrate.audit.waiver import Waiver
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR

GUESTS, LICENCES = "guests-with-privilege", "licence-footprint-of-administrators"


def asked() -> list[Asked]:
    """One check as two controls ask for it, of which one takes in more roles and the other is worse."""
    return [
        Asked(Control("all", "1", "v", "no guests", Severity.LOW), GUESTS, {"up_to_tier": 2}),
        Asked(
            Control("top", "1", "v", "no guests", Severity.HIGH), GUESTS, {"roles": (GLOBAL_ADMINISTRATOR,)}
        ),
        Asked(Control("all", "2", "v", "no licences", Severity.HIGH), LICENCES, {"up_to_tier": 2}),
        Asked(Control("all", "3", "v", "look", Severity.LOW), manual="look"),
    ]


@pytest.fixture
def tenant() -> Governed:
    """Nine guests with privilege, whose licences were not read; of one that has two rights each control tells
    another one."""
    made = Governed()
    for number in range(9):
        name = f"guest {number}"
        made.users[name] = user(name, accountEnabled=True, userType="Guest", assignedLicenses=None)
        role = GLOBAL_ADMINISTRATOR if number % 2 else EXCHANGE
        made.eligible[name] = made.may(name, role)
    made.eligible["more"] = made.may("guest 1", EXCHANGE)
    return made


WAIVERS = [Waiver(GUESTS, ident(f"guest {one}"), "kim", "known", date(2030, 1, 1)) for one in (1, 2, 3)]


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_the_worst_are_told_and_the_others_counted(tenant: Governed, most: int) -> None:
    whole = audit(tenant.posture(), BY_ID, asked(), WAIVERS)
    assert len(whole.results) == 10 and len(whole.open) == 10
    found = list(each_check(tenant.posture(), BY_ID, asked(), WAIVERS, most))
    alike = Counter[object]()
    for one in whole.results:
        key = (one.check.id, one.severity, one.waiver is not None)
        alike[key] += 1
        (answers,) = (each for each in found if each.check == one.check.id)
        assert (one in answers.results) == (alike[key] <= most)
    counted = Counter[object]()
    for each in found:
        counted.update((each.check, one.severity, one.waiver is not None) for one in each.results)
        counted.update({(each.check, *key): count for key, count in each.more_results.items()})
    assert counted == alike


def test_what_is_open_is_counted_as_well(tenant: Governed) -> None:
    found = {one.check: one for one in each_check(tenant.posture(), BY_ID, asked(), (), 4)}
    licences: Answers = found[LICENCES]
    assert (len(licences.open), licences.more_open) == (4, {Severity.HIGH: 5})
    assert (len(found[""].open), found[""].more_open) == (1, {})


def test_without_a_limit_everything_is_told(tenant: Governed) -> None:
    whole = audit(tenant.posture(), BY_ID, asked(), WAIVERS)
    found = list(each_check(tenant.posture(), BY_ID, asked(), WAIVERS))
    assert {one.finding for each in found for one in each.results} == {one.finding for one in whole.results}
    assert not any(each.more_results or each.more_open for each in found)
