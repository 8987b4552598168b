"""A snapshot of privilege that has asked what had to be asked gives what a whole snapshot gives."""

from __future__ import annotations

import pytest
from asked_tenants import privileged
from generated_groups import generated_groups
from generated_tenants import generated
from tenant_pairs import LADDER
from test_resolve_properties import accepted_users

from migrate.resolve.findings import State
from migrate.resolve.resolution import Resolution, resolve

SEEDS = range(200)


def accepted_groups(resolution: Resolution) -> dict[str, str | None]:
    return {
        one.source_id: one.target_id
        for one in resolution.mappings
        if one.kind == "group" and one.state is State.ACCEPTED
    }


def test_what_was_asked_settles_the_same_as_what_was_listed() -> None:
    accepted = 0
    for seed in SEEDS:
        pair = generated(seed)
        whole = resolve(pair.source, pair.target, LADDER)
        asked = resolve(*privileged(pair.source, pair.target, LADDER), LADDER)
        assert accepted_users(asked) == accepted_users(whole), (seed, pair.troubles)
        missing = {(one.code, one.source_id) for one in whole.conflicts if one.code in ("C01", "C06")}
        assert missing == {(one.code, one.source_id) for one in asked.conflicts if one.code in ("C01", "C06")}
        accepted += len(accepted_users(asked))
    assert accepted > 2 * len(SEEDS)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_with_questions_left_open_nobody_else_is_accepted(steps: int) -> None:
    accepted = 0
    for seed in SEEDS[:100]:
        pair = generated(seed)
        whole = accepted_users(resolve(pair.source, pair.target, LADDER))
        short = resolve(*privileged(pair.source, pair.target, LADDER, steps=steps), LADDER)
        assert accepted_users(short).items() <= whole.items(), seed
        if steps == 0:
            assert not [one for one in short.conflicts if one.code == "C01"]
        accepted += len(accepted_users(short))
    # After the first step two independent things, or an anchor, are enough.
    assert bool(accepted) is (steps > 0)


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_groups_that_were_asked_for_are_the_same_as_those_listed(steps: int) -> None:
    """Also where people decide between groups that share a name."""
    accepted = by_people = 0
    for seed in range(300):
        source, target = generated_groups(seed)
        whole = resolve(source, target, LADDER)
        asked = resolve(*privileged(source, target, LADDER, "group", steps=steps), LADDER)
        found = accepted_groups(asked)
        assert found.items() <= accepted_groups(whole).items(), seed
        if steps == 3:
            assert found == accepted_groups(whole), seed
        accepted += len(found)
        by_people += sum(one.rule == "member_overlap" for one in asked.mappings if one.source_id in found)
    assert bool(accepted) is (steps >= 2)
    assert bool(by_people) is (steps >= 2)
