"""Effective privilege against an oracle that knows no better than to try again until nothing changes."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from privileged_tenants import (
    ELIGIBILITY,
    EXCHANGE,
    GLOBAL_ADMINISTRATOR,
    GROUP_ELIGIBILITY,
    READER,
    ROLE_ASSIGNMENT,
    TABLE,
    eligible,
    holds,
    ident,
    privilege,
    tenant,
)
from tenant_pairs import group_right

from migrate.resolve.effective import Nearest, people_by_tier, reaches
from migrate.resolve.escalation import Sides, gains
from migrate.resolve.privilege import Addition
from migrate.resolve.tenant_view import TenantView

SEEDS = st.integers(min_value=0, max_value=1_000_000)
USERS, GROUPS = [f"u{n}" for n in range(5)], [f"g{n}" for n in range(5)]
ROLES = (GLOBAL_ADMINISTRATOR, EXCHANGE, READER)
RANKS = {"standing": 0, "eligible": 1, "owner": 2}
Facts = set[tuple[str, str, int]]
"""Who, what they come to, and how nearly: into a group, or to a role."""


def made(seed: int) -> tuple[TenantView, Facts]:
    dice = random.Random(seed)
    facts: Facts = set()
    members: dict[str, list[str]] = {one: [] for one in GROUPS}
    owners: dict[str, list[str]] = {one: [] for one in GROUPS}
    rows: dict[str, list[dict[str, Any]]] = {ROLE_ASSIGNMENT: [], ELIGIBILITY: [], GROUP_ELIGIBILITY: []}
    for number in range(dice.randint(0, 14)):
        who, group_name = dice.choice(USERS + GROUPS), dice.choice(GROUPS)
        way = dice.choice(("member", "owner", "eligible", "eligible owner", "role", "eligible role"))
        role = dice.choice(ROLES)
        if way == "member":
            members[group_name].append(who)
            facts.add((who, group_name, 0))
        elif way == "owner":
            owners[group_name].append(who)
            facts.add((who, group_name, 2))
        elif way == "role":
            rows[ROLE_ASSIGNMENT].append(holds(who, role))
            facts.add((who, role, 0))
        elif way == "eligible role":
            rows[ELIGIBILITY].append(eligible(who, role))
            facts.add((who, role, 1))
        else:
            access = "member" if way == "eligible" else "owner"
            rows[GROUP_ELIGIBILITY].append(group_right(f"{number}", ident(who), ident(group_name), access))
            facts.add((who, group_name, 1 if access == "member" else 2))
    return tenant(USERS, GROUPS, members=members, owners=owners, rows=rows), facts


def closure(facts: Facts) -> dict[tuple[str, str], int]:
    """The nearest access of everybody to every role."""
    known: dict[tuple[str, str], int] = {}
    for who, what, rank in facts:
        known[who, what] = min(rank, known.get((who, what), 9))
    while True:
        better = {
            (who, role): max(rank, onward)
            for (who, what), rank in known.items()
            for (other, role), onward in known.items()
            if what == other and max(rank, onward) < known.get((who, role), 9)
        }
        if not better:
            return {key: rank for key, rank in known.items() if key[1] in ROLES}
        known |= better


@settings(max_examples=300)
@given(SEEDS)
def test_everybody_reaches_what_the_oracle_says(seed: int) -> None:
    view, facts = made(seed)
    names = {ident(one): one for one in USERS + GROUPS}
    found = {
        (names[one.principal_id], one.right.id): RANKS[one.access.value] for one in reaches(privilege(view))
    }
    expected = closure(facts)
    assert found == expected
    nearest = Nearest(privilege(view))
    without_ways: dict[tuple[str, str], int] = {}
    for one, name in names.items():
        for hold in nearest.of(one):
            key, rank = (name, hold.right.id), RANKS[hold.access.value]
            without_ways[key] = min(rank, without_ways.get(key, rank))
    assert without_ways == expected
    tiers: dict[str, int] = {}
    for who, role in expected:
        if who in USERS:
            tiers[who] = min(TABLE.roles[role], tiers.get(who, 9))
    counts = {number: count for number, count in people_by_tier(privilege(view)).items() if count}
    assert counts == {number: list(tiers.values()).count(number) for number in set(tiers.values())}


def highest(facts: Facts) -> dict[str, int]:
    found: dict[str, int] = {}
    for who, role in closure(facts):
        found[who] = min(TABLE.roles[role], found.get(who, 9))
    return found


@settings(max_examples=300)
@given(SEEDS)
def test_a_wave_without_what_the_gate_stops_gives_nobody_a_tier(seed: int) -> None:
    """And what it stops is what somebody would gain by: alone, or together with the rest of the wave."""
    dice = random.Random(seed)
    source_view, source_facts = made(seed)
    target_view, target_facts = made(seed + 1)
    planned: dict[str, tuple[Addition, tuple[str, str, int]]] = {}
    for number in range(dice.randint(1, 6)):
        who, cause = dice.choice(USERS + GROUPS), str(number)
        if dice.random() < 0.5:
            role = dice.choice(ROLES)
            planned[cause] = Addition(cause, ident(who), role, "/"), (who, role, 1)
        else:
            group_name, access = dice.choice(GROUPS), dice.choice(("member", "owner"))
            addition = Addition(cause, ident(who), group_id=ident(group_name), access_id=access)
            planned[cause] = addition, (who, group_name, 1 if access == "member" else 2)
    known = {one for one in USERS if dice.random() < 0.8}
    additions = tuple(addition for addition, _ in planned.values())
    found = gains(
        Sides(
            privilege(source_view),
            privilege(target_view, added=additions),
            additions,
            {ident(one): ident(one) for one in known},
        )
    )
    assert all(one.blocks and not one.unknown for one in found)
    stopped = {one.cause for one in found}

    before, now = highest(source_facts), highest(target_facts)
    allowed = {one: min(before.get(one, 9) if one in known else 9, now.get(one, 9)) for one in USERS}

    def gainers(causes: set[str]) -> set[str]:
        after = highest(target_facts | {planned[one][1] for one in causes})
        return {one for one in USERS if after.get(one, 9) < allowed[one]}

    assert not gainers(set(planned) - stopped)
    assert bool(stopped) == bool(gainers(set(planned)))
    named = {who for one in found for who in one.who}
    assert named <= {ident(one) for one in gainers(set(planned))}
