"""MFA and the authentication context: the order that Graph accepts, and what is left alone."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from rule_sample import ACTIVE, ASKED, CONTEXT, MAIL, MFA, WHY, Refused, Rule, Tenant, context, copied, rules

from migrate.kinds.policy_rule import same_rule
from migrate.plan.policy_copy import Mode, PolicyCopy, reverse, undo_order

LIMIT: dict[str, Any] = {ACTIVE: {"maximumDuration": "PT4H"}}


def pair(*, mfa: bool, claim: str | None, **more: Any) -> list[Rule]:
    return rules(**{ASKED: {"enabledRules": [MFA, WHY] if mfa else [WHY]}, CONTEXT: context(claim), **more})


def order(found: PolicyCopy) -> list[str]:
    return [one.rule_id for one in found.changes]


def left(found: PolicyCopy) -> dict[str, tuple[str, ...]]:
    return {one.rule_id: one.codes for one in found.left}


def test_a_context_is_set_after_mfa_is_gone_and_taken_back_before_it_returns() -> None:
    source = pair(mfa=False, claim="c1", **LIMIT, **{MAIL: {"notificationLevel": "None"}})
    target = pair(mfa=True, claim=None)
    found = copied(source, target)
    assert order(found) == [ACTIVE, ASKED, MAIL, CONTEXT]
    assert [one.rule_id for one in undo_order(found.changes)] == [CONTEXT, MAIL, ASKED, ACTIVE]
    assert found.changes[-1].after["claimValue"] == "c7"


def test_mfa_is_set_after_the_context_is_off_and_taken_back_before_it_returns() -> None:
    found = copied(pair(mfa=True, claim=None, **LIMIT), pair(mfa=False, claim="c7"))
    assert order(found) == [CONTEXT, ACTIVE, ASKED]
    assert [one.rule_id for one in undo_order(reversed(found.changes))] == [ASKED, ACTIVE, CONTEXT]
    assert found.changes[0].after["claimValue"] == ""


def test_the_other_order_is_refused() -> None:
    found = copied(pair(mfa=True, claim=None), pair(mfa=False, claim="c7"))
    with pytest.raises(Refused, match="MfaAndAcrsConflict"):
        Tenant(pair(mfa=False, claim="c7")).patch(found.changes[1].after)


@pytest.mark.parametrize("mode", [Mode.COPY, Mode.STRENGTHEN])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    list(itertools.product(itertools.product([True, False], [None, "c1", "c3"]), repeat=2)),
)
def test_whatever_stands_on_either_side_each_step_is_accepted_there_and_back(
    ours: tuple[bool, str | None], theirs: tuple[bool, str | None], mode: Mode
) -> None:
    source = pair(mfa=ours[0], claim=ours[1], **LIMIT)
    target = pair(mfa=theirs[0], claim={"c1": "c7"}.get(theirs[1] or "", theirs[1]))
    found = copied(source, target, mode)
    assert ACTIVE in order(found)
    tenant = Tenant(target)
    for change in found.changes:
        tenant.patch(change.after)
    after = tenant.rules()
    again = copied(source, after, mode)
    assert again.changes == () and again.left == found.left
    demands = [rule for rule in after if rule["id"] in (ASKED, CONTEXT)]
    was = [rule for rule in target if rule["id"] in (ASKED, CONTEXT)]
    assert is_asked(demands) or not (is_asked(was) and is_asked(source)), "one was lost for the other"
    for change in undo_order(found.changes):
        tenant.patch(reverse(change))
    assert all(same_rule(one, other) for one, other in zip(tenant.rules(), target, strict=True))


def is_asked(found: list[Rule]) -> bool:
    return any(
        rule.get("isEnabled") is True or MFA in rule.get("enabledRules", ())
        for rule in found
        if rule["id"] in (ASKED, CONTEXT)
    )


def test_mfa_stays_where_the_context_has_no_counterpart() -> None:
    found = copied(pair(mfa=False, claim="c3", **LIMIT), pair(mfa=True, claim=None))
    assert order(found) == [ACTIVE]
    assert left(found) == {ASKED: ("D07",), CONTEXT: ("D07",)}
    assert [one.reason for one in found.left] == [
        "MFA stays, since the authentication context that the source demands cannot be set",
        "the authentication context c3 has no counterpart in the target",
    ]


@pytest.mark.parametrize("change", [{"enabledRules": ["Biometry"]}, {"target": None}])
def test_the_context_stays_where_the_mfa_of_the_source_cannot_be_told(change: Rule) -> None:
    source = rules(**{ASKED: change, CONTEXT: context(None)})
    found = copied(source, pair(mfa=False, claim="c7"))
    assert found.changes == ()
    assert left(found) == {ASKED: ("D07",), CONTEXT: ("D07",)}


def test_a_rule_that_cannot_be_read_in_the_target_counts_as_on() -> None:
    unread = {"enabledRules": [MFA, "Biometry"]}
    found = copied(pair(mfa=False, claim="c1"), rules(**{ASKED: unread, CONTEXT: context(None)}))
    assert found.changes == () and set(left(found)) == {ASKED, CONTEXT}
    broken = {"isEnabled": True, "claimValue": ""}
    found = copied(pair(mfa=True, claim=None), rules(**{ASKED: {"enabledRules": []}, CONTEXT: broken}))
    assert found.changes == () and set(left(found)) == {ASKED, CONTEXT}


def test_strengthen_leaves_a_conflict_alone_and_names_it() -> None:
    found = copied(pair(mfa=False, claim="c1"), pair(mfa=True, claim=None), Mode.STRENGTHEN)
    assert found.changes == () and left(found) == {CONTEXT: ("D07",)}
    assert "asks for MFA" in found.left[0].reason
    found = copied(pair(mfa=True, claim=None), pair(mfa=False, claim="c7"), Mode.STRENGTHEN)
    assert found.changes == () and left(found) == {ASKED: ("D07",)}
    assert "demands an authentication context" in found.left[0].reason


def test_strengthen_leaves_another_context_alone() -> None:
    found = copied(pair(mfa=False, claim="c1"), pair(mfa=False, claim="c8"), Mode.STRENGTHEN)
    assert found.changes == () and left(found) == {CONTEXT: ("D07",)}
    assert "neither is the stricter" in found.left[0].reason
    (change,) = copied(pair(mfa=False, claim="c1"), pair(mfa=False, claim="c8")).changes
    assert change.says == "authentication context c8 -> c7" and change.loosens


def test_a_policy_that_asks_for_both_is_left_alone() -> None:
    found = copied(pair(mfa=True, claim="c1", **LIMIT), pair(mfa=True, claim=None))
    assert order(found) == [ACTIVE] and left(found) == {CONTEXT: ("D07",)}
    found = copied(pair(mfa=True, claim=None), pair(mfa=True, claim="c7"))
    assert found.changes == () and left(found) == {CONTEXT: ("D07",)}
    # A change of what else is asked for could not be taken back: Graph refuses MFA beside a context.
    found = copied(pair(mfa=False, claim="c1"), pair(mfa=True, claim="c7"))
    assert found.changes == () and left(found) == {ASKED: ("D07",)}
