"""A right beyond what the target allows: a rule is loosened for it, or it is shortened, or left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from along_sample import BEN, EVERYTHING, THEIR_ANNA, Wave, in_order
from policy_wave import FAR, ME, SHORT, SOON, roles, rule
from tenant_pairs import ELIGIBILITY, EXCHANGE, NOW, right

from migrate.kinds.role_management_policy import RULE
from migrate.kinds.schedule import format_time
from migrate.plan.document import Action
from migrate.plan.policy_change import Mode
from migrate.plan.target_rules import Choice

BENS = str(BEN["id"])
RELAX = replace(EVERYTHING, choice=Choice.RELAX, consent=True)
TIGHT = rule("Expiration_Admin_Eligibility", isExpirationRequired=True, maximumDuration="P30D")


def two_long_rights(theirs: Any, moving: Any, ours: Any = None, **more: Any) -> Wave:
    given = {ELIGIBILITY: [right("a", ME, end=SOON), right("b", BENS, end=FAR)]}
    return roles(ours or {}, theirs, moving=moving, more=given, **more)


def test_one_rule_is_loosened_once_for_all_that_need_it() -> None:
    found = two_long_rights(TIGHT, RELAX)
    loosened = found.one(RULE)
    assert loosened.temporary
    assert loosened.key.endswith("|expiration_admin_eligibility|temporary")
    assert loosened.base is not None and loosened.base["rule"]["maximumDuration"] == "P30D"
    longest = timedelta(days=int(loosened.target["rule"]["maximumDuration"][1:-1]))
    assert longest >= timedelta(days=3 * 365)
    assert all(one.needs == (loosened.key,) for one in found.of(ELIGIBILITY))
    in_order(found.drafts)


def test_no_rule_is_loosened_where_the_lasting_change_suffices() -> None:
    allowing = rule("Expiration_Admin_Eligibility", isExpirationRequired=False, maximumDuration="P365D")
    found = two_long_rights(TIGHT, replace(RELAX, policies=Mode.COPY), allowing)
    assert [one.temporary for one in found.of(RULE)] == [False]


def test_what_is_loosened_comes_after_the_lasting_changes_of_the_same_policy() -> None:
    some = {
        **SHORT,
        **rule("Expiration_Admin_Eligibility", isExpirationRequired=True, maximumDuration="P90D"),
    }
    found = two_long_rights(TIGHT, replace(RELAX, policies=Mode.COPY), some)
    lasting = [one for one in found.of(RULE) if not one.temporary]
    (loosened,) = (one for one in found.of(RULE) if one.temporary)
    assert len(lasting) == 2
    assert set(loosened.needs) == {one.key for one in lasting}
    assert loosened.base is not None and loosened.base["rule"]["maximumDuration"] == "P90D"
    in_order(found.drafts)


def test_nothing_is_loosened_without_consent_or_for_what_is_blocked() -> None:
    found = two_long_rights(TIGHT, replace(RELAX, consent=False))
    assert not found.writes
    assert all("allow_relaxing" in one.reason for one in found.drafts)


def test_clamping_shortens_and_needs_no_rule() -> None:
    found = two_long_rights(TIGHT, replace(EVERYTHING, choice=Choice.CLAMP))
    assert not found.of(RULE)
    ends = {one.target["endDateTime"] for one in found.of(ELIGIBILITY)}
    assert ends == {format_time(NOW + timedelta(days=30))}
    assert all("D08" in one.codes for one in found.of(ELIGIBILITY))


def test_skipping_blocks_and_says_what_would_help() -> None:
    found = two_long_rights(TIGHT, EVERYTHING)
    assert {one.action for one in found.drafts} == {Action.BLOCKED}
    assert all('beyond_policy = "clamp"' in one.reason for one in found.drafts)


@pytest.mark.parametrize("seen", [False, True])
def test_after_a_clamp_the_right_is_kept(seen: bool) -> None:
    """With D10 in the resolution once a snapshot has seen the nearer end, and without it before."""
    end = format_time(NOW + timedelta(days=30))
    there = {ELIGIBILITY: [right("t", str(THEIR_ANNA["id"]), end=end)]}
    moving = replace(EVERYTHING, choice=Choice.CLAMP)
    short = [(ELIGIBILITY, f"{THEIR_ANNA['id']}|{EXCHANGE}|/")]
    found = roles({}, TIGHT, moving=moving, there=there, shortened=short)
    assert found.one(ELIGIBILITY).action is Action.KEEP
    if seen:
        updating = roles({}, TIGHT, moving=replace(moving, updates=True), there=there, shortened=short)
        assert updating.one(ELIGIBILITY).action is Action.KEEP


def test_a_right_that_lasts_longer_than_asked_is_not_taken_for_a_shortened_one() -> None:
    there = {ELIGIBILITY: [right("t", str(THEIR_ANNA["id"]), end=FAR)]}
    short = [(ELIGIBILITY, f"{THEIR_ANNA['id']}|{EXCHANGE}|/")]
    found = roles({}, moving=EVERYTHING, there=there, shortened=short)
    assert (found.one(ELIGIBILITY).action, found.one(ELIGIBILITY).codes) == (Action.BLOCKED, ("D10",))


def test_updating_gives_the_sources_end_and_can_be_taken_back() -> None:
    there = {ELIGIBILITY: [right("t", str(THEIR_ANNA["id"]), end="2026-04-01T00:00:00Z")]}
    found = roles({}, moving=replace(EVERYTHING, updates=True), there=there).one(ELIGIBILITY)
    assert (found.action, found.target["endDateTime"]) == (Action.UPDATE, SOON)
    assert found.base is not None and found.base["endDateTime"] == "2026-04-01T00:00:00Z"
    left = roles({}, moving=EVERYTHING, there=there).one(ELIGIBILITY)
    assert (left.action, left.codes) == (Action.BLOCKED, ("D10",))
