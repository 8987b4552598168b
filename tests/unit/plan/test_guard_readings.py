"""What a review or policy is told by: the same for a body and for its answer, another after a change."""

from __future__ import annotations

from typing import Any

import pytest
from guarded_tenants import RESISTANT, controls, here, policy, query, review, reviewer, strength

from migrate.plan import conditional_access_form, review_form
from migrate.plan.write_mark import LONGEST_NAME, with_mark, without_mark

MARK = "pim-migrate contoso-to-fabrikam write all-1.00007"


def _settings(**changes: Any) -> dict[str, Any]:
    return {"settings": {**review()["settings"], **changes}}


def _span(**changes: Any) -> dict[str, Any]:
    recurrence = review()["settings"]["recurrence"]
    return _settings(recurrence={**recurrence, "range": {**recurrence["range"], **changes}})


def _changed(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name for name in one if one[name] != other[name]}


@pytest.mark.parametrize(
    "as_answered",
    [
        {"reviewers": [reviewer(f"/users/{here('ann')}")]},
        {"status": "InProgress", "descriptionForAdmins": "whatever", "lastModifiedDateTime": "now"},
        {"fallbackReviewers": None, "stageSettings": None},
        _settings(recommendationLookBackDuration=None, decisionHistoriesForReviewersEnabled=None),
        _span(startDate="2025-07-10", endDate=None, numberOfOccurrences=0),
    ],
)
def test_reviews_that_read_alike(as_answered: dict[str, Any]) -> None:
    assert review_form.reading(review(**as_answered)) == review_form.reading(review())


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"displayName": "Another"}, "displayName"),
        ({"descriptionForReviewers": ""}, "descriptionForReviewers"),
        ({"scope": query("/groups/x/members")}, "scope"),
        ({"reviewers": [reviewer(f"/users/{here('bob')}")]}, "reviewers"),
        ({"fallbackReviewers": [reviewer(f"/users/{here('bob')}")]}, "fallbackReviewers"),
        (_settings(defaultDecision="Approve"), "settings"),
        (_settings(autoApplyDecisionsEnabled=False), "settings"),
        (_span(endDate="2027-01-01", type="endDate"), "recurrence"),
        (_span(startDate="2025-06-11"), "recurrence"),
        (_settings(recurrence={"pattern": {"type": "never"}, "range": {}}), "recurrence"),
    ],
)
def test_reviews_that_somebody_changed(change: dict[str, Any], part: str) -> None:
    assert _changed(review_form.reading(review()), review_form.reading(review(**change))) == {part}


@pytest.mark.parametrize(
    "as_answered",
    [
        {"displayName": f"{policy()['displayName']} [{MARK}]"},
        {"modifiedDateTime": "2026-01-01T00:00:00Z", "templateId": here("a template")},
        {"grantControls": controls(authenticationStrength={"id": RESISTANT})},
    ],
)
def test_policies_that_read_alike(as_answered: dict[str, Any]) -> None:
    mine, theirs = policy(), policy(**as_answered)
    assert conditional_access_form.reading(mine) == conditional_access_form.reading(theirs)


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        (policy(state="disabled"), "state"),
        (policy(displayName="Ours now"), "displayName"),
        (policy({"excludeUsers": []}), "conditions"),
        (policy(grantControls=controls(authenticationStrength=strength(here("keys")))), "grantControls"),
        (policy(sessionControls={"persistentBrowser": {"isEnabled": True}}), "sessionControls"),
    ],
)
def test_policies_that_somebody_changed(changed: dict[str, Any], part: str) -> None:
    mine = conditional_access_form.reading(policy())
    assert _changed(mine, conditional_access_form.reading(changed)) == {part}


def test_a_name_that_gives_way_to_the_mark_is_still_the_name() -> None:
    name = "x" * LONGEST_NAME
    mine, theirs = policy(displayName=name), policy(displayName=with_mark(name, MARK, LONGEST_NAME))
    assert conditional_access_form.reading(mine) == conditional_access_form.reading(theirs)


def test_only_a_mark_of_ours_is_taken_off() -> None:
    assert without_mark(with_mark("Keys [draft]", MARK)) == "Keys [draft]"
    assert without_mark("Keys [pim-migrate]") == "Keys [pim-migrate]"


def test_what_is_found_keeps_everything_that_is_read() -> None:
    row, other = review(), policy(state="enabled")
    assert review_form.reading(review_form.found(row)) == review_form.reading(row)
    assert "createdBy" not in review_form.found(row)
    kept = conditional_access_form.found(other)
    assert conditional_access_form.reading(kept) == conditional_access_form.reading(other)
