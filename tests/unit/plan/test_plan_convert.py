"""Permanent to eligible: who is converted under which rule set, and who stays and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenant_pairs import NOW, ident, right

from migrate.kinds.schedule import format_time
from migrate.plan.convert import Converted, Staying, TierRuleSet, convert
from migrate.resolve.schedule_fit import Span

Row = dict[str, Any]
ANNA, BREAK_GLASS, TOOL, OPS, PLAIN, UNSEEN = (
    ident(one) for one in ("anna", "emergency", "tool", "ops", "plain", "unseen")
)
KINDS = {ANNA: "user", BREAK_GLASS: "user", TOOL: "servicePrincipal", OPS: "group", PLAIN: "group"}
TOP = TierRuleSet(0, "control plane", asks=("MFA", "approval"))


def standing(principal: str = ANNA, **properties: Any) -> Row:
    return right(f"{principal} stands", principal, **{"assignmentType": "Assigned", **properties})


def decided(
    *rows: Row, rule_set: TierRuleSet | None = TOP, can_hold: dict[str, bool] | None = None
) -> tuple[list[Converted], list[Staying]]:
    return convert(
        rows,
        principal_kind=KINDS.get,
        exempt=frozenset({BREAK_GLASS}),
        rule_set_of=lambda _: rule_set,
        now=NOW,
        can_hold_roles=({OPS: True, PLAIN: False} if can_hold is None else can_hold).get,
    )


def reason(row: Row, **more: Any) -> str:
    converted, staying = decided(row, **more)
    assert converted == []
    [stays] = staying
    assert stays.row is row
    return stays.reason


def test_a_standing_assignment_of_a_person_becomes_eligible_for_good() -> None:
    [found], staying = decided(row := standing())
    assert staying == []
    assert (found.row, found.span) == (row, Span(None, None))
    asked = "which asks for MFA, approval at activation"
    assert found.says == f"eligible for good by tier 0 (control plane), {asked}"


def test_the_eligibility_lasts_as_long_as_the_tier_allows() -> None:
    [found], _ = decided(standing(), rule_set=TierRuleSet(1, longest=timedelta(days=90)))
    assert found.span == Span(None, NOW + timedelta(days=90))
    assert found.says == "eligible until 2026-05-30T08:00:00Z by tier 1"


def test_an_assignment_that_is_still_to_begin_becomes_eligible_from_then_on() -> None:
    begin = NOW + timedelta(days=10)
    row = standing(start=format_time(begin))
    [found], _ = decided(row, rule_set=TierRuleSet(1, longest=timedelta(days=90)))
    assert found.span == Span(begin, begin + timedelta(days=90))


def test_a_rule_set_longer_than_the_calendar_ends_with_it() -> None:
    [found], _ = decided(standing(), rule_set=TierRuleSet(1, longest=timedelta(days=9_000_000)))
    assert found.span.end == datetime.max.replace(microsecond=0, tzinfo=NOW.tzinfo)


def test_a_rule_set_of_less_than_five_minutes_converts_nobody() -> None:
    assert "less than five minutes" in reason(standing(), rule_set=TierRuleSet(1, longest=timedelta(0)))


def test_an_emergency_account_stays_in_whatever_case_its_id_is_written() -> None:
    assert "emergency account" in reason(standing(BREAK_GLASS.upper()))


def test_a_service_principal_stays_and_is_named() -> None:
    assert "service principal cannot be eligible" in reason(standing(TOOL))


def test_a_role_assignable_group_is_converted() -> None:
    converted, _ = decided(standing(OPS))
    assert [one.row["principalId"] for one in converted] == [OPS]


def test_a_group_that_is_not_role_assignable_stays() -> None:
    assert "not role-assignable" in reason(standing(PLAIN))


def test_a_group_of_which_that_is_not_known_stays() -> None:
    assert "was not read" in reason(standing(OPS), can_hold={})


def test_a_principal_that_was_not_read_stays() -> None:
    assert "was not read" in reason(standing(UNSEEN))


def test_a_right_whose_tier_has_no_rule_set_stays() -> None:
    assert "no rule set" in reason(standing(), rule_set=None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"memberType": "Group"}, "not held directly"),
        ({"memberType": "Inherited"}, "not held directly"),
        ({"memberType": None}, "not held directly"),
        ({"assignmentType": "Activated"}, "activated session"),
        ({"assignmentType": None}, "activated session"),
        ({"end": "2027-01-01T00:00:00Z"}, "it ends at 2027-01-01T00:00:00Z"),
        ({"scheduleInfo": None}, "cannot be told"),
    ],
)
def test_what_is_not_standing_stays(changes: Row, why: str) -> None:
    assert why in reason(standing(**changes))


def test_enum_values_count_in_any_case() -> None:
    converted, _ = decided(standing(memberType="direct", assignmentType="assigned"))
    assert len(converted) == 1


@given(
    st.lists(
        st.builds(
            standing,
            st.sampled_from([*KINDS, UNSEEN]),
            memberType=st.sampled_from(["Direct", "Group", None]),
            assignmentType=st.sampled_from(["Assigned", "Activated", None]),
            end=st.sampled_from([None, "2027-01-01T00:00:00Z"]),
        )
    )
)
def test_every_row_is_in_one_of_the_lists_and_in_its_order(rows: list[Row]) -> None:
    converted, staying = decided(*rows)
    both = [id(one.row) for one in (*converted, *staying)]
    assert sorted(both) == sorted(id(row) for row in rows)
    order = [id(row) for row in rows]
    for found in (converted, staying):
        places = [order.index(id(one.row)) for one in found]
        assert places == sorted(places)
    assert not {BREAK_GLASS, TOOL, UNSEEN, PLAIN} & {one.row["principalId"] for one in converted}
    assert all(one.reason for one in staying)
