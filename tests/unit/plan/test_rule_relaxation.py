"""One relaxation a rule for all the writes under a policy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from migrate.lab.policy_rules import default_rules
from migrate.plan.admin_rules import AdminRules, read_rules
from migrate.plan.rule_relaxation import for_all, longer, without_mfa


@pytest.fixture
def rules() -> AdminRules:
    made = default_rules(group=True)
    made["Enablement_Admin_Eligibility"]["enabledRules"] = ["MultiFactorAuthentication"]
    found = read_rules(list(made.values()), "Admin_Eligibility")
    assert isinstance(found, AdminRules)
    return found


def test_the_longest_of_several_durations_is_enough_for_all(rules: AdminRules) -> None:
    wanted = [longer(rules, timedelta(days=days)) for days in (400, 500, 450)]
    for order in (wanted, wanted[::-1]):
        [found] = for_all(order)
        assert found.after == {**found.before, "maximumDuration": "P500D"}
        assert found.says == "Expiration_Admin_Eligibility: maximumDuration is P500D instead of P365D"


def test_a_permanent_right_among_others_takes_the_demand_away_and_keeps_the_longest(
    rules: AdminRules,
) -> None:
    wanted = [longer(rules, timedelta(days=400)), longer(rules, None)]
    for order in (wanted, wanted[::-1]):
        [found] = for_all(order)
        assert found.after == {
            **found.before,
            "isExpirationRequired": False,
            "maximumDuration": "P400D",
        }
        assert "no end is demanded" in found.says
        assert "maximumDuration is P400D" in found.says


def test_rules_keep_the_order_of_their_first_need(rules: AdminRules) -> None:
    found = for_all([without_mfa(rules), longer(rules, None), without_mfa(rules)])
    assert [one.rule_id for one in found] == ["Enablement_Admin_Eligibility", "Expiration_Admin_Eligibility"]
    assert found[0] == without_mfa(rules)


def test_nothing_wanted_is_nothing_loosened() -> None:
    assert for_all([]) == ()
