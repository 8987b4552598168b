"""Which right falls into which wave, by made-up facts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenant_pairs import ident

from migrate.kinds.ids import GLOBAL_ADMINISTRATOR
from migrate.plan.document import Action, Draft
from migrate.plan.proposal import propose
from migrate.plan.right_facts import RightFacts
from migrate.plan.waves import Wave, place

FACTS = RightFacts(
    "p1",
    frozenset({1}),
    frozenset({"exchange administrator"}),
    frozenset({"tenant", "/"}),
    frozenset({"finance"}),
    frozenset({"helpdesk"}),
    frozenset({"p1", "anna@contoso.com"}),
)
DRAFT = Draft(Action.CREATE, "roleEligibilitySchedule", "key", "not there yet")


@pytest.mark.parametrize(
    ("wave", "selected"),
    [
        (Wave("w"), True),
        (Wave("w", tiers=frozenset({1, 2})), True),
        (Wave("w", tiers=frozenset({0})), False),
        (Wave("w", roles=frozenset({"exchange administrator", "x"})), True),
        (Wave("w", not_roles=frozenset({"exchange administrator"})), False),
        (Wave("w", scopes=frozenset({"administrative_unit"})), False),
        (Wave("w", departments=frozenset({"finance"})), True),
        (Wave("w", groups=frozenset({"helpdesk"})), True),
        (Wave("w", listed=frozenset({"anna@contoso.com"})), True),
        (Wave("w", listed=frozenset()), False),
        (Wave("w", tiers=frozenset({1}), departments=frozenset({"sales"})), False),
    ],
)
def test_what_a_wave_selects(wave: Wave, selected: bool) -> None:
    assert wave.selects(FACTS) is selected


def people(count: int) -> list[RightFacts]:
    return [replace(FACTS, principal=ident(f"p{number}")) for number in range(count)]


def placed(facts: list[RightFacts], *waves: Wave) -> list[str | None]:
    return [one.wave for one in place([DRAFT] * len(facts), facts, waves).rights]


def test_a_percentage_takes_about_so_many_and_always_the_same() -> None:
    facts = people(2000)
    first = placed(facts, Wave("canary", percent=10), Wave("rest"))
    assert 140 < Counter(first)["canary"] < 260
    assert Counter(first)["rest"] == 2000 - Counter(first)["canary"]
    without = placed(facts[100:], Wave("canary", percent=10), Wave("rest"))
    assert without == first[100:], "who comes and goes does not change who is chosen"


def test_a_count_takes_so_many_people_with_all_their_rights() -> None:
    facts = [one for one in people(50) for _ in range(2)]
    found = placed(facts, Wave("canary", count=5), Wave("rest"))
    assert Counter(found) == {"canary": 10, "rest": 90}
    assert found[::2] == found[1::2]


def test_what_two_select_is_told_but_a_canary_and_a_wave_for_the_rest_are_no_second() -> None:
    exchange = frozenset({"exchange administrator"})
    waves = (
        Wave("canary", count=1),
        Wave("a", roles=exchange),
        Wave("b", tiers=frozenset({1})),
        Wave("rest"),
    )
    found = place([DRAFT] * 3, people(3), waves)
    assert Counter(one.wave for one in found.rights) == {"canary": 1, "a": 2}
    assert [one.also for one in found.twice()] == [("b",), ("b",)]
    assert found.nowhere() == []


def test_a_value_that_no_right_has_is_told() -> None:
    wave = Wave("w", roles=frozenset({"exchange administrater"}), tiers=frozenset({1, 7}))
    assert place([DRAFT], [FACTS], [wave]).unused == {"w": ("tier 7", "role exchange administrater")}


WAVES = st.builds(
    Wave,
    st.sampled_from("abcdef"),
    tiers=st.frozensets(st.integers(0, 2), max_size=2),
    percent=st.sampled_from([None, 30.0]),
)


@given(st.lists(WAVES, unique_by=lambda one: one.name), st.lists(st.integers(0, 2), max_size=30))
def test_every_right_is_in_one_wave_or_in_none(waves: list[Wave], tiers: list[int]) -> None:
    facts = [
        replace(FACTS, principal=str(number), tiers=frozenset({one})) for number, one in enumerate(tiers)
    ]
    found = place([DRAFT] * len(facts), facts, waves)
    assert len(found.rights) == len(facts)
    assert sum(len(found.of(wave.name)) for wave in waves) + len(found.nowhere()) == len(facts)
    for one in found.nowhere():
        assert not any(wave.selects(one.facts) and not wave.is_canary for wave in waves)


def test_a_proposal_goes_from_the_least_powerful_to_global_administrator() -> None:
    top = replace(FACTS, tiers=frozenset({0}), roles=frozenset({GLOBAL_ADMINISTRATOR}))
    facts = [replace(FACTS, tiers=frozenset({number})) for number in (0, 3, 1)] + [top]
    text = propose([DRAFT] * 4, facts, {0: "control plane"}, approvers=1)
    names = [line for line in text.splitlines() if line.startswith("[waves.") and not line.endswith(".stop]")]
    expected = ["canary", "tier-3", "tier-1", "tier-0", "global-administrator"]
    assert names == [f"[waves.{name}]" for name in expected]
    assert "\napprovals = 1" in text
    assert "# approvals = 2" in text, "one approver cannot be two people"
    assert propose([], [], {}, 0).count("[waves.") == 0
