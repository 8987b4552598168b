"""What the target's policy makes of one write: a test a sentence. The laws stand in the property tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from tenant_pairs import NOW

from migrate.kinds.policy_defaults import OF_GROUPS
from migrate.lab.policy_rules import default_rules, merged
from migrate.plan.target_rules import CONSENT, Asked, Choice, Solution, solve
from migrate.resolve.schedule_fit import Span

Row = dict[str, Any]
YEAR = timedelta(days=365)
FOR_GOOD = Span(None, None)
ELIGIBILITY, ASSIGNMENT = "Admin_Eligibility", "Admin_Assignment"
MUST_END = {f"Expiration_{ELIGIBILITY}": {"isExpirationRequired": True}}
BROKEN = {f"Expiration_{ELIGIBILITY}": {"maximumDuration": "PT0S"}}
MFA = {f"Enablement_{ELIGIBILITY}": {"enabledRules": ["Justification", "MultiFactorAuthentication"]}}


def rules(changes: dict[str, Row] | None = None) -> list[Row]:
    return list(merged(default_rules(group=False), changes or {}).values())


def asked(
    span: Span = FOR_GOOD, kind: str = "roleEligibilitySchedule", principal_kind: str = "user"
) -> Asked:
    return Asked(kind, principal_kind, span, role_is_custom=False, scope_is_tenant=True)


def solved(
    changes: dict[str, Row] | None = None,
    span: Span = FOR_GOOD,
    choice: Choice = Choice.SKIP,
    *,
    consent: bool = True,
    app_only: bool = True,
    of: Asked | None = None,
    policy: Sequence[Row] | None = None,
) -> Solution:
    met = rules(changes) if policy is None else policy
    return solve(of or asked(span), met, choice=choice, consent=consent, now=NOW, app_only=app_only)


def until(**length: float) -> Span:
    return Span(None, NOW + timedelta(**length))


def test_what_the_policy_allows_is_sent_as_it_is() -> None:
    assert solved() == Solution(FOR_GOOD)


def test_skip_says_where_clamping_would_end_a_permanent_right() -> None:
    found = solved(MUST_END)
    assert found.codes == ("D08",)
    assert "permanent" in found.problem
    assert '"clamp" would end it 2027-03-01T08:00:00Z' in found.problem


def test_clamp_ends_a_permanent_right_as_late_as_the_policy_allows_and_says_its_cost() -> None:
    found = solved(MUST_END, choice=Choice.CLAMP)
    assert found.problem == ""
    assert found.span == Span(None, NOW + YEAR)
    assert found.cost == "ends 2027-03-01T08:00:00Z instead of never"
    assert found.codes == ("D08",)


def test_clamp_shortens_from_the_begin_of_a_right_that_is_still_to_begin() -> None:
    begin = NOW + timedelta(days=10)
    found = solved(MUST_END, Span(begin, begin + 2 * YEAR), Choice.CLAMP)
    assert found.span == Span(begin, begin + YEAR)
    assert found.cost == "ends 2027-03-11T08:00:00Z instead of 2028-03-10T08:00:00Z"


def test_clamp_changes_nothing_that_fits() -> None:
    found = solved(MUST_END, until(days=365), Choice.CLAMP)
    assert found == Solution(until(days=365))


def test_clamp_reaches_no_further_than_the_calendar() -> None:
    far = {f"Expiration_{ELIGIBILITY}": {"isExpirationRequired": True, "maximumDuration": "P9000000D"}}
    assert solved(far, choice=Choice.CLAMP).span.end == datetime.max.replace(microsecond=0, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize("longest", ["PT4M59S", "PT0S"])
def test_clamp_cannot_help_where_less_than_five_minutes_would_remain(longest: str) -> None:
    short = {f"Expiration_{ELIGIBILITY}": {"isExpirationRequired": True, "maximumDuration": longest}}
    found = solved(short, choice=Choice.CLAMP)
    assert found.span == FOR_GOOD
    assert "no end would make it fit" in found.problem
    assert CONSENT in found.problem


def test_relax_lets_a_permanent_right_in_by_demanding_no_end() -> None:
    found = solved(MUST_END, choice=Choice.RELAX)
    assert (found.problem, found.span) == ("", FOR_GOOD)
    [loosened] = found.relax
    assert loosened.before == rules(MUST_END)[0]
    assert loosened.after == {**loosened.before, "isExpirationRequired": False}
    assert "the rule Expiration_Admin_Eligibility is loosened for the length of the run" in found.cost


def test_relax_raises_the_maximum_just_to_what_is_asked_and_keeps_the_demand_for_an_end() -> None:
    [loosened] = solved(MUST_END, until(days=400), Choice.RELAX).relax
    assert loosened.after == {**loosened.before, "maximumDuration": "P400D"}
    assert loosened.says == "Expiration_Admin_Eligibility: maximumDuration is P400D instead of P365D"


@pytest.mark.parametrize(
    ("length", "raised"),
    [
        (timedelta(hours=10), "PT10H"),
        (timedelta(hours=10, seconds=1), "PT11H"),
        (timedelta(hours=24), "P1D"),
        (timedelta(days=2, seconds=1), "P3D"),
    ],
)
def test_relax_asks_for_whole_hours_or_whole_days(length: timedelta, raised: str) -> None:
    hour = {f"Expiration_{ELIGIBILITY}": {"isExpirationRequired": True, "maximumDuration": "PT1H"}}
    [loosened] = solved(hour, Span(None, NOW + length), Choice.RELAX).relax
    assert loosened.after["maximumDuration"] == raised


def test_relax_without_consent_says_how_to_consent_and_touches_nothing() -> None:
    found = solved({**MUST_END, **MFA}, choice=Choice.RELAX, consent=False)
    assert found.relax == ()
    assert found.problem.count(f"consent with {CONSENT}") == 2
    assert found.codes == ("D08", "mfa_demanded")


@pytest.mark.parametrize("span", [FOR_GOOD, until(days=1)])
def test_a_maximum_of_zero_refuses_everything_even_where_no_end_is_demanded(span: Span) -> None:
    found = solved(BROKEN, span)
    assert found.codes == ("D08",)
    assert "its maximum duration is zero" in found.problem


def test_relax_repairs_a_maximum_of_zero_for_a_permanent_right_with_the_shortest_that_is_none() -> None:
    [loosened] = solved(BROKEN, choice=Choice.RELAX).relax
    assert loosened.after == {**loosened.before, "maximumDuration": "PT1H"}


def test_mfa_of_administrators_stops_an_application_and_relax_would_help() -> None:
    for choice in (Choice.SKIP, Choice.CLAMP):
        found = solved(MFA, choice=choice)
        assert found.codes == ("mfa_demanded",)
        assert '[rights] beyond_policy = "relax"' in found.problem


def test_mfa_of_administrators_does_not_stop_a_person() -> None:
    assert solved(MFA, app_only=False).problem == ""


def test_relax_takes_mfa_out_and_leaves_the_other_demands() -> None:
    found = solved(MFA, choice=Choice.RELAX)
    [loosened] = found.relax
    assert loosened.before["enabledRules"] == ["Justification", "MultiFactorAuthentication"]
    assert loosened.after == {**loosened.before, "enabledRules": ["Justification"]}
    assert loosened.after["target"] == rules()[0]["target"]


def test_demands_are_read_in_any_case() -> None:
    shouted = {f"Enablement_{ELIGIBILITY}": {"enabledRules": ["TICKETING", "multifactorauthentication"]}}
    found = solved(shouted, choice=Choice.RELAX)
    assert found.ticket
    assert found.relax[0].after["enabledRules"] == ["TICKETING"]


def test_a_policy_with_two_obstacles_is_loosened_in_both() -> None:
    found = solved({**MUST_END, **MFA}, choice=Choice.RELAX)
    assert [one.rule_id for one in found.relax] == [f"Expiration_{ELIGIBILITY}", f"Enablement_{ELIGIBILITY}"]
    assert all(one.rule_id in found.cost for one in found.relax)


def test_what_cannot_be_sent_is_not_clamped_either() -> None:
    found = solved({**MUST_END, **MFA}, choice=Choice.CLAMP)
    assert found.problem
    assert (found.span, found.cost) == (FOR_GOOD, "")


def test_a_justification_is_no_obstacle_and_a_ticket_is_asked_for() -> None:
    both = {f"Enablement_{ELIGIBILITY}": {"enabledRules": ["Justification", "Ticketing"]}}
    found = solved(both)
    assert (found.problem, found.ticket) == ("", True)


def test_a_rule_that_could_not_be_restored_is_not_loosened() -> None:
    odd = {f"Enablement_{ASSIGNMENT}": {"enabledRules": ["Ticketing", "MultiFactorAuthentication"]}}
    found = solved(odd, choice=Choice.RELAX, of=asked(kind="roleAssignmentSchedule"))
    assert found.relax == ()
    assert "could not be restored" in found.problem


def test_active_assignments_are_judged_by_their_own_rules() -> None:
    found = solved({**MUST_END, **MFA}, of=asked(kind="groupAssignmentSchedule"))
    assert found.problem == ""
    ends = {f"Expiration_{ASSIGNMENT}": {"isExpirationRequired": True}}
    found = solved(ends, choice=Choice.CLAMP, of=asked(kind="roleAssignmentSchedule"))
    assert found.span.end == NOW + timedelta(days=180)


def test_a_context_for_activation_does_not_stop_an_administrator() -> None:
    context = {
        "AuthenticationContext_EndUser_Assignment": {"isEnabled": True, "claimValue": "c1"},
        "Enablement_EndUser_Assignment": {"enabledRules": ["Justification"]},
    }
    assert solved(context) == Solution(FOR_GOOD)


def test_a_policy_that_asks_for_mfa_and_a_context_is_told_and_stops_nothing() -> None:
    found = solved({"AuthenticationContext_EndUser_Assignment": {"isEnabled": True, "claimValue": "c1"}})
    assert found.problem == ""
    assert found.codes == ("mfa_and_context",)
    assert "exclude each other" in found.told


@pytest.mark.parametrize("kind", ["roleEligibilitySchedule", "groupEligibilitySchedule"])
def test_a_service_principal_cannot_be_eligible_and_nothing_helps(kind: str) -> None:
    found = solved(choice=Choice.RELAX, of=asked(kind=kind, principal_kind="servicePrincipal"))
    assert found.codes == ("principal_kind",)
    assert "cannot be eligible" in found.problem


def test_a_service_principal_can_be_active() -> None:
    assert solved(of=asked(kind="roleAssignmentSchedule", principal_kind="servicePrincipal")).problem == ""


@pytest.mark.parametrize("kind", ["", "device"])
def test_a_principal_of_an_unknown_kind_is_not_judged(kind: str) -> None:
    assert solved(of=asked(principal_kind=kind)).codes == ("coverage",)


@pytest.mark.parametrize("choice", list(Choice))
@pytest.mark.parametrize(
    "span",
    [until(days=-1), until(), until(minutes=4), Span(NOW + YEAR, NOW + YEAR + timedelta(minutes=4))],
)
def test_what_is_over_or_shorter_than_five_minutes_is_sent_by_no_choice(span: Span, choice: Choice) -> None:
    found = solved(span=span, choice=choice)
    assert found.codes == ("D08",)
    assert (found.span, found.relax) == (span, ())


def test_five_minutes_are_enough() -> None:
    assert solved(MUST_END, until(minutes=5)).problem == ""


@pytest.mark.parametrize("choice", list(Choice))
def test_a_policy_that_was_not_read_is_not_judged(choice: Choice) -> None:
    found = solve(asked(), None, choice=choice, consent=True, now=NOW)
    assert found.codes == ("coverage",)
    assert "was not read" in found.problem


@pytest.mark.parametrize("missing", [f"Expiration_{ELIGIBILITY}", f"Enablement_{ELIGIBILITY}"])
def test_a_policy_without_one_of_its_rules_is_not_judged(missing: str) -> None:
    found = solved(policy=[rule for rule in rules() if rule["id"] != missing])
    assert found.codes == ("coverage",)
    assert missing in found.problem


@pytest.mark.parametrize(
    "change",
    [
        {"isExpirationRequired": None},
        {"isExpirationRequired": "false"},
        {"isExpirationRequired": True, "maximumDuration": None},
        {"isExpirationRequired": True, "maximumDuration": "P6M"},
        {"isExpirationRequired": True, "maximumDuration": 365},
    ],
)
def test_an_expiration_that_cannot_be_read_is_not_judged(change: Row) -> None:
    assert solved({f"Expiration_{ELIGIBILITY}": change}, until(days=1)).codes == ("coverage",)


@pytest.mark.parametrize("enabled", [["Fingerprint"], "Justification", 7])
def test_a_demand_that_nobody_knows_is_not_judged(enabled: object) -> None:
    assert solved({f"Enablement_{ELIGIBILITY}": {"enabledRules": enabled}}).codes == ("coverage",)


def test_demands_that_are_null_are_none_and_demands_that_were_not_read_are_not() -> None:
    assert solved({f"Enablement_{ELIGIBILITY}": {"enabledRules": None}}).problem == ""
    cut = [{"id": rule["id"], "target": rule["target"]} if "Enab" in rule["id"] else rule for rule in rules()]
    assert solved(policy=cut).codes == ("coverage",)


@pytest.mark.parametrize("target", [None, {}, {"operations": ["all"]}])
def test_a_policy_that_lost_a_notifications_target_is_broken_for_every_write(target: Row | None) -> None:
    found = solved({"Notification_Admin_Admin_Assignment": {"target": target}}, choice=Choice.RELAX)
    assert found.codes == ("policy_broken",)
    assert "Notification_Admin_Admin_Assignment" in found.problem


def test_a_group_that_pim_does_not_manage_yet_is_judged_by_its_default_and_loosened_with_whole_rules() -> (
    None
):
    default = [{"id": rule_id, **rule} for rule_id, rule in OF_GROUPS.items()]
    member = asked(kind="groupEligibilitySchedule")
    [loosened] = solved(choice=Choice.RELAX, of=member, policy=default).relax
    assert loosened.before["@odata.type"] == "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule"
    assert loosened.after["target"] == {
        "caller": "Admin",
        "operations": ["all"],
        "level": "Eligibility",
        "inheritableSettings": [],
        "enforcedSettings": [],
    }
