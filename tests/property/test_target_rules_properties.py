"""Laws of solving the target's rules: what is said to be sendable is what Graph takes, and no change is
larger than it has to be. Held against the lab, and against a model of the documented rules."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from policy_model import failing
from ruled_tenant import KINDS, NOW, PRINCIPALS, RuledTenant

from migrate.plan.rule_relaxation import for_all
from migrate.plan.target_rules import Asked, Choice, solve
from migrate.resolve.schedule_fit import SHORTEST, Span

Row = dict[str, Any]
DURATIONS: Mapping[str, timedelta] = {
    "PT0S": timedelta(),
    "PT299S": timedelta(seconds=299),
    "PT5M": timedelta(minutes=5),
    "PT8H": timedelta(hours=8),
    "P1D": timedelta(days=1),
    "P30DT1H": timedelta(days=30, hours=1),
    "P180D": timedelta(days=180),
    "P365D": timedelta(days=365),
    "P9000000D": timedelta(days=9_000_000),
}
OFFSETS = tuple(
    length + near
    for length in (*DURATIONS.values(), timedelta(days=400), timedelta(days=-3))
    if length < timedelta(days=1000)
    for near in (timedelta(), timedelta(seconds=1), timedelta(seconds=-1))
)
DEMANDS = ("Justification", "MultiFactorAuthentication", "Ticketing")


def span(dice: random.Random) -> Span:
    start = dice.choice((None, NOW + dice.choice(OFFSETS)))
    end = dice.choice((None, dice.choice(OFFSETS), dice.choice(OFFSETS)))
    return Span(start, None if end is None else max(start or NOW, NOW) + end)


def policy(dice: random.Random) -> dict[str, Row]:
    """Changes of the default rules, such as Graph itself would have stored."""
    changes: dict[str, Row] = {}
    for section in ("Admin_Eligibility", "Admin_Assignment"):
        required = dice.random() < 0.5
        longest = dice.choice([*DURATIONS, *(() if required else (None,))])
        changes[f"Expiration_{section}"] = {"isExpirationRequired": required, "maximumDuration": longest}
        # Graph stores no ticketing for active assignments by administrators.
        known = DEMANDS if section == "Admin_Eligibility" else DEMANDS[:2]
        demands = dice.sample(known, dice.randrange(len(known) + 1))
        changes[f"Enablement_{section}"] = {"enabledRules": demands}
    changes["AuthenticationContext_EndUser_Assignment"] = {
        "isEnabled": dice.random() < 0.5,
        "claimValue": "c1",
    }
    return changes


def asked(dice: random.Random) -> Asked:
    return Asked(
        dice.choice(KINDS),
        dice.choice(list(PRINCIPALS)),
        span(dice),
        role_is_custom=dice.random() < 0.5,
        scope_is_tenant=dice.random() < 0.5,
    )


def dice() -> st.SearchStrategy[random.Random]:
    """One draw for a whole case: drawn property by property, hypothesis takes longer than what is tested."""
    return st.integers(0, 2**32).map(random.Random)


ASKED, POLICIES = dice().map(asked), dice().map(policy)


@cache
def lab() -> RuledTenant:
    """One for all examples: each sets the policies that it needs, and nothing that is asked stays."""
    return RuledTenant()


def takes(asked: Asked, span: Span, *, ticket: bool = True) -> bool:
    return lab().takes(asked.kind, asked.principal_kind, span, ticket=ticket)


def shortest_of(asked: Asked) -> Span:
    return Span(asked.span.start, asked.span.begin(NOW) + SHORTEST)


@settings(max_examples=300)
@given(ASKED, POLICIES)
def test_as_it_is_a_right_can_be_sent_exactly_where_graph_takes_it(
    asked: Asked, policy: dict[str, Row]
) -> None:
    rules = lab().rule(asked.kind, policy)
    found = solve(asked, rules, choice=Choice.SKIP, consent=False, now=NOW)
    assert (not found.problem) == takes(asked, asked.span, ticket=found.ticket or bool(found.problem))
    assert (found.span, found.relax, found.cost) == (asked.span, (), "")
    assert not found.problem or found.codes


@settings(max_examples=300)
@given(ASKED, POLICIES)
def test_clamped_is_taken_and_nothing_longer_would_be(asked: Asked, policy: dict[str, Row]) -> None:
    rules = lab().rule(asked.kind, policy)
    found = solve(asked, rules, choice=Choice.CLAMP, consent=False, now=NOW)
    if found.problem:
        assert not takes(asked, asked.span)
        end = shortest_of(asked).end
        assert end is not None
        shorter = asked.span.end is None or end <= asked.span.end
        assert not shorter or not takes(asked, shortest_of(asked))
        return
    assert takes(asked, found.span, ticket=found.ticket)
    assert found.relax == () and found.span.start == asked.span.start
    if found.span != asked.span:
        assert found.span.end is not None and found.cost and found.codes
        assert asked.span.end is None or found.span.end < asked.span.end
        if found.span.end.year < 9999:
            longer = Span(found.span.start, found.span.end + timedelta(seconds=1))
            assert not takes(asked, longer, ticket=found.ticket)


@settings(max_examples=300)
@given(ASKED, POLICIES)
def test_relaxed_is_taken_as_asked_and_the_rules_come_back(asked: Asked, policy: dict[str, Row]) -> None:
    rules = lab().rule(asked.kind, policy)
    found = solve(asked, rules, choice=Choice.RELAX, consent=True, now=NOW)
    assert found.span == asked.span
    if found.problem:
        section = asked.section
        lab().rule(
            asked.kind,
            {
                f"Expiration_{section}": {"isExpirationRequired": False, "maximumDuration": "P9000000D"},
                f"Enablement_{section}": {"enabledRules": []},
            },
        )
        assert not takes(asked, asked.span), "no policy at all would let it through"
        return
    as_it_was = takes(asked, asked.span, ticket=found.ticket)
    assert as_it_was == (not found.relax), "rules are loosened only where it cannot be sent without"
    lab().patch(asked.kind, found.relax, "after")
    assert takes(asked, asked.span, ticket=found.ticket)
    for one in found.relax:
        lab().patch(asked.kind, [one], "before")
        assert not takes(asked, asked.span, ticket=found.ticket), "each of them is needed"
        lab().patch(asked.kind, [one], "after")
    lab().patch(asked.kind, found.relax, "before")
    assert lab().rules(asked.kind) == rules


@settings(max_examples=100)
@given(ASKED, POLICIES, st.sampled_from(list(Choice)))
def test_without_consent_no_rule_is_touched(asked: Asked, policy: dict[str, Row], choice: Choice) -> None:
    rules = lab().rule(asked.kind, policy)
    found = solve(asked, rules, choice=choice, consent=False, now=NOW)
    assert found.relax == ()
    if choice is Choice.RELAX:
        assert found == solve(asked, rules, choice=choice, consent=True, now=NOW) or found.problem


@settings(max_examples=150)
@given(st.lists(ASKED, min_size=1, max_size=5), POLICIES, st.sampled_from(KINDS))
def test_what_is_loosened_for_all_is_enough_for_each(
    rights: list[Asked], policy: dict[str, Row], kind: str
) -> None:
    rights = [Asked(kind, one.principal_kind, one.span, False, True) for one in rights]
    rules = lab().rule(kind, policy)
    found = [solve(one, rules, choice=Choice.RELAX, consent=True, now=NOW) for one in rights]
    together = for_all(relaxation for one in found for relaxation in one.relax)
    assert len({one.rule_id for one in together}) == len(together)
    lab().patch(kind, together, "after")
    for one, solution in zip(rights, found, strict=True):
        assert solution.problem or takes(one, one.span, ticket=solution.ticket)
    lab().patch(kind, together, "before")
    assert lab().rules(kind) == rules


@settings(max_examples=100)
@given(ASKED, POLICIES, st.timedeltas(timedelta(), timedelta(days=1)))
def test_what_was_clamped_is_still_taken_when_it_is_sent_later(
    asked: Asked, policy: dict[str, Row], later: timedelta
) -> None:
    found = solve(asked, lab().rule(asked.kind, policy), choice=Choice.CLAMP, consent=False, now=NOW)
    if found.problem:
        return
    begin, end = found.span.begin(NOW + later), found.span.end
    if end is None or end - begin >= SHORTEST:
        rules = lab().rules(asked.kind)
        sent = Span(begin, end)
        refused = failing(rules, asked.kind, asked.principal_kind, sent, mfa=False, at=NOW + later)
        assert not refused


@settings(max_examples=300)
@given(ASKED, POLICIES, st.sampled_from(list(Choice)), st.booleans(), st.booleans())
def test_the_model_of_the_documented_rules_agrees(
    asked: Asked, policy: dict[str, Row], choice: Choice, consent: bool, app_only: bool
) -> None:
    rules = lab().rule(asked.kind, policy)
    found = solve(asked, rules, choice=choice, consent=consent, now=NOW, app_only=app_only)
    loosened = {one.rule_id: dict(one.after) for one in found.relax}
    in_force = [loosened.get(str(rule["id"]), rule) for rule in rules]
    refused = failing(in_force, asked.kind, asked.principal_kind, found.span, mfa=not app_only, at=NOW)
    assert bool(refused) == bool(found.problem)
    by_id = {rule["id"]: rule for rule in rules}
    demanded = by_id[f"Enablement_{asked.section}"]["enabledRules"]
    assert found.problem or found.ticket == ("Ticketing" in demanded)


def test_the_cases_come_to_every_end_that_is_judged_here() -> None:
    ends: set[tuple[str, str]] = set()
    for seed in range(150):
        dice = random.Random(seed)
        case, changes = asked(dice), policy(dice)
        rules = lab().rule(case.kind, changes)
        for choice in Choice:
            found = solve(case, rules, choice=choice, consent=True, now=NOW)
            end = "relaxed" if found.relax else "as asked" if found.span == case.span else "shortened"
            ends.add((choice.value, "problem" if found.problem else end))
    assert ends == {
        ("skip", "problem"),
        ("skip", "as asked"),
        ("clamp", "problem"),
        ("clamp", "as asked"),
        ("clamp", "shortened"),
        ("relax", "problem"),
        ("relax", "as asked"),
        ("relax", "relaxed"),
    }
