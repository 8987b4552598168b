"""Waivers hold until their last day; a comparison tells what went from what is merely out of sight."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from governed_tenant import NOW, Governed
from tenant_pairs import EXCHANGE, ident

from migrate.audit.baseline import Asked, Control
from migrate.audit.checks import BY_ID
from migrate.audit.compare import compare
from migrate.audit.finding import Severity
from migrate.audit.run import Audit, State, audit
from migrate.audit.waiver import Waiver

CHECK = "guests-with-privilege"


def asked(*severities: Severity) -> list[Asked]:
    """The same check for several controls, which take it more or less seriously."""
    return [
        Asked(Control(f"b{number}", "1", "v", "no guests", severity), CHECK, {"up_to_tier": 1})
        for number, severity in enumerate(severities)
    ]


def judged(tenant: Governed, *waivers: Waiver, questions: list[Asked] | None = None) -> Audit:
    return audit(tenant.posture(), BY_ID, questions or asked(Severity.HIGH), waivers)


def with_guest() -> Governed:
    tenant = Governed()
    tenant.users["ben"]["userType"] = "Guest"
    return tenant


def test_one_finding_answers_to_every_control() -> None:
    (found,) = judged(with_guest(), questions=asked(Severity.LOW, Severity.CRITICAL)).results
    assert [one.baseline for one in found.controls] == ["b0", "b1"]
    assert found.severity is Severity.CRITICAL
    assert (found.owner, found.tier) == ("Ida", 1)
    assert found.finding.subject.id == ident("ben")
    assert [one.id for one in found.finding.evidence] == [EXCHANGE]


@pytest.mark.parametrize(
    ("days", "state"), [(0, State.WAIVED), (30, State.WAIVED), (-1, State.FAIL), (-400, State.FAIL)]
)
@pytest.mark.parametrize("about", [ident("ben"), "*"])
def test_a_waiver_holds_until_its_last_day(days: int, state: State, about: str) -> None:
    until = NOW.date() + timedelta(days=days)
    found = judged(with_guest(), Waiver(CHECK, about, "kim", "known", until))
    assert found.verdicts[0].state is state
    (result,) = found.results
    assert (result.waiver is not None) == (state is State.WAIVED)
    assert (result.lapsed is not None) == (state is State.FAIL)


def test_a_waiver_of_something_else_holds_nothing() -> None:
    for check, about in ((CHECK, ident("anna")), ("tier-mfa", "*")):
        found = judged(with_guest(), Waiver(check, about, "kim", "known", date(2030, 1, 1)))
        assert found.verdicts[0].state is State.FAIL


def test_a_waiver_makes_nothing_known() -> None:
    tenant = Governed()
    tenant.unread.add("roleAssignmentSchedules")
    found = judged(tenant, Waiver(CHECK, "*", "kim", "known", date(2030, 1, 1)))
    assert found.verdicts[0].state is State.UNKNOWN


def test_better_and_worse() -> None:
    clean, guest = judged(Governed()), judged(with_guest())
    worse = compare(clean, guest)
    assert ([one.key for one in worse.new], worse.gone) == ([guest.results[0].key], ())
    assert [one.bettered for one in worse.turns] == [False]
    better = compare(guest, clean)
    assert (better.new, len(better.gone)) == ((), 1)
    assert [one.bettered for one in better.turns] == [True]
    same = compare(guest, guest)
    assert (same.new, same.gone, len(same.stayed), same.turns) == ((), (), 1, ())


def test_what_is_out_of_sight_is_not_better() -> None:
    blind = Governed()
    blind.unread.add("roleEligibilitySchedules")
    found = compare(judged(with_guest()), judged(blind))
    assert (found.gone, len(found.lost_sight)) == ((), 1)


def test_to_waive_betters_nothing() -> None:
    waived = judged(with_guest(), Waiver(CHECK, "*", "kim", "known", date(2030, 1, 1)))
    found = compare(judged(with_guest()), waived)
    assert (found.gone, len(found.stayed)) == ((), 1)


def test_what_only_a_person_can_tell_is_unknown() -> None:
    control = Control("b", "1", "v", "look", Severity.LOW)
    found = judged(Governed(), questions=[Asked(control, manual="nobody reads licences")])
    assert found.verdicts[0].state is State.UNKNOWN
    assert found.open[0].unknown.reason == "nobody reads licences"
