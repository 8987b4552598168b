"""Laws of the resolver, on tenants made at random with known truth."""

from __future__ import annotations

import random
from typing import Any

import pytest
from generated_tenants import generated
from hypothesis import given, settings
from hypothesis import strategies as st
from tenant_pairs import LADDER

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import State
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView

SEEDS = st.integers(min_value=0, max_value=1_000_000)


def accepted_users(resolution: Resolution) -> dict[str, str | None]:
    return {
        one.source_id: one.target_id
        for one in resolution.mappings
        if one.kind == "user" and one.state is State.ACCEPTED
    }


@pytest.mark.parametrize("first", range(0, 1000, 250))
def test_no_wrong_acceptance_in_a_thousand_tenants(first: int, record_property: Any) -> None:
    settled = accepted = 0
    for seed in range(first, first + 250):
        pair = generated(seed)
        found = accepted_users(resolve(pair.source, pair.target, LADDER))
        wrong = {one: target for one, target in found.items() if pair.truth.get(one) != target}
        assert not wrong, (seed, pair.troubles, wrong)
        sought = {str(row["principalId"]) for row in pair.source.of_kind("roleEligibilitySchedule").values()}
        settled += len(pair.settled & sought)
        accepted += len(pair.settled & sought & set(found))
    print(f"{accepted} of {settled} that evidence settles are accepted: {accepted / settled:.1%}")
    record_property("share", accepted / settled)
    assert accepted >= 0.95 * settled > 0


def shuffled(view: TenantView, dice: random.Random) -> TenantView:
    rows: dict[str, dict[str, Any]] = {}
    for kind, found in view.rows.items():
        items = list(found.items())
        dice.shuffle(items)
        rows[kind] = dict(items)
    return TenantView(view.tenant_id, rows, view.unread, view.role_aliases)


@settings(max_examples=60)
@given(SEEDS)
def test_the_same_rows_in_any_order_give_the_same_resolution(seed: int) -> None:
    pair, dice = generated(seed), random.Random(seed)
    once = resolve(pair.source, pair.target, LADDER)
    assert resolve(shuffled(pair.source, dice), shuffled(pair.target, dice), LADDER) == once


@settings(max_examples=60)
@given(SEEDS)
def test_nobody_gets_what_somebody_else_has(seed: int) -> None:
    pair = generated(seed)
    found = list(accepted_users(resolve(pair.source, pair.target, LADDER)).values())
    assert len(found) == len(set(found))


@settings(max_examples=60)
@given(SEEDS, st.sampled_from(["users", "groups", "servicePrincipals", "roleDefinitions"]), st.booleans())
def test_reading_less_never_accepts_more(seed: int, collection: str, of_target: bool) -> None:
    pair = generated(seed)
    whole = accepted_users(resolve(pair.source, pair.target, LADDER))
    short = frozenset({collection})
    source = pair.source if of_target else TenantView(pair.source.tenant_id, pair.source.rows, short)
    target = TenantView(pair.target.tenant_id, pair.target.rows, short) if of_target else pair.target
    less = accepted_users(resolve(source, target, LADDER))
    assert less.items() <= whole.items()
    if collection == "users":
        assert not less


@settings(max_examples=60)
@given(SEEDS, st.data())
def test_a_decision_is_followed_or_refused_and_gives_no_account_twice(seed: int, data: Any) -> None:
    pair = generated(seed)
    one = data.draw(st.sampled_from(sorted(pair.source.of_kind("user"))))
    target = data.draw(st.sampled_from(sorted(pair.target.of_kind("user"))))
    decision = data.draw(st.sampled_from(["choose", "skip", "block", "accept"]))
    after = resolve(pair.source, pair.target, LADDER, (Decision("user", one, target, decision),))
    found = accepted_users(after)
    if decision in ("skip", "block"):
        assert one not in found
    elif decision == "choose" and one in found:
        assert found[one] == target
    assert len(set(found.values())) == len(found)
