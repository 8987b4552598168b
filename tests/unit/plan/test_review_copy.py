"""Access reviews in the target's terms: every reference translated, or nothing written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from guarded_tenants import (
    ALIAS,
    MARK,
    THEIR_ALIAS,
    here,
    query,
    review,
    reviewer,
    target,
    there,
    translation,
)
from tenant_pairs import EXCHANGE, ident

from migrate.plan.carried import Carried
from migrate.plan.review_copy import copy_review, guards
from migrate.plan.write_mark import bears

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SCHEDULES = "/roleManagement/directory/roleAssignmentScheduleInstances?$expand=principal&$filter="


def copied(row: dict[str, Any], *there_already: dict[str, Any], mark: str = MARK) -> Carried:
    translate = translation()
    goal = target(accessReview=list(there_already))
    return copy_review(row, translate, now=NOW, target=goal, mark=mark, why=translate.why)


def settings(**changes: Any) -> dict[str, Any]:
    return {**review()["settings"], **changes}


def test_the_body_has_what_can_be_written_and_nothing_else() -> None:
    found = copied(review())
    assert (found.problems, found.equal_to, found.source_id) == ((), None, ident("review"))
    assert found.body == {
        "displayName": "Readers, monthly",
        "descriptionForAdmins": f"Who may read [{MARK}]",
        "descriptionForReviewers": "Do they still need it?",
        "scope": {
            "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
            "principalScopes": [
                {
                    "@odata.type": "#microsoft.graph.accessReviewQueryScope",
                    "query": one,
                    "queryType": "MicrosoftGraph",
                }
                for one in ("/users", "/groups")
            ],
            "resourceScopes": [
                {
                    "@odata.type": "#microsoft.graph.accessReviewQueryScope",
                    "query": f"/roleManagement/directory/roleDefinitions/{there('reader')}",
                    "queryType": "MicrosoftGraph",
                }
            ],
        },
        "reviewers": [{"query": f"/v1.0/users/{there('ann')}", "queryType": "MicrosoftGraph"}],
        "settings": {
            "mailNotificationsEnabled": True,
            "reminderNotificationsEnabled": True,
            "justificationRequiredOnApproval": True,
            "defaultDecisionEnabled": True,
            "defaultDecision": "Deny",
            "instanceDurationInDays": 14,
            "autoApplyDecisionsEnabled": True,
            "recommendationsEnabled": True,
            "decisionHistoriesForReviewersEnabled": False,
            "applyActions": [{"@odata.type": "#microsoft.graph.removeAccessApplyAction"}],
            "recurrence": {
                "pattern": {"type": "absoluteMonthly", "interval": 1},
                "range": {"type": "noEnd", "startDate": "2026-03-10"},
            },
        },
    }
    assert any("2026-03-10" in told and "2025-06-10" in told for told in found.changed)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (f"/groups/{here('admins')}/transitiveMembers", f"/groups/{there('admins')}/transitiveMembers"),
        (f"/v1.0/users/{here('ann').upper()}", f"/v1.0/users/{there('ann')}"),
        ("/users/Ann@contoso.com", f"/users/{there('ann')}"),
        (f"{SCHEDULES}roleDefinitionId eq '{EXCHANGE}'", f"{SCHEDULES}roleDefinitionId eq '{EXCHANGE}'"),
        (f"{SCHEDULES}roleDefinitionId eq '{ALIAS}'", f"{SCHEDULES}roleDefinitionId eq '{THEIR_ALIAS}'"),
        (
            f"{SCHEDULES}(isof(principal,'microsoft.graph.user') and roleDefinitionId eq '{here('reader')}'"
            f" and directoryScopeId eq '/administrativeUnits/{here('seattle')}')",
            f"{SCHEDULES}(isof(principal,'microsoft.graph.user') and roleDefinitionId eq '{there('reader')}'"
            f" and directoryScopeId eq '/administrativeUnits/{there('seattle')}')",
        ),
        (f"/servicePrincipals/{here('robot')}", f"/servicePrincipals/{there('robot')}"),
        (f"/directoryObjects/{here('bob')}", f"/directoryObjects/{there('bob')}"),
        ("./members/microsoft.graph.user/?$count=true&$filter=(userType eq 'Guest')", None),
        ("/groups?$filter=(groupTypes/any(c:c+eq+'Unified'))&$count=true", None),
    ],
)
def test_queries_change_only_where_ids_stand(ours: str, theirs: str | None) -> None:
    found = copied(review(scope=query(ours)))
    assert found.problems == () and found.body is not None
    assert found.body["scope"]["query"] == (theirs or ours)


def test_reviewers_everywhere_are_translated_and_relative_ones_stay() -> None:
    manager = reviewer("./manager", "decisions")
    stage = {
        "stageId": "1",
        "durationInDays": 3,
        "dependsOn": [],
        "decisionsThatWillMoveToNextStage": ["NotReviewed", "Approve"],
        "recommendationsEnabled": True,
        "reviewers": [reviewer(f"/users/{here('bob')}"), manager],
        "fallbackReviewers": [reviewer(f"/groups/{here('reviewers')}/transitiveMembers")],
    }
    recipient = {
        "notificationTemplateType": "CompletedAdditionalRecipients",
        "notificationRecipientScope": {
            "@odata.type": "#microsoft.graph.accessReviewNotificationRecipientQueryScope",
            **reviewer(f"/v1.0/users/{here('bob')}"),
        },
    }
    found = copied(
        review(
            reviewers=[manager],
            fallbackReviewers=[reviewer(f"/v1.0/users/{here('ann')}")],
            instanceEnumerationScope=query(f"/groups/{here('admins')}"),
            stageSettings=[stage],
            additionalNotificationRecipients=[recipient],
        )
    )
    assert found.problems == () and found.body is not None
    assert found.body["reviewers"] == [manager]
    assert found.body["fallbackReviewers"][0]["query"] == f"/v1.0/users/{there('ann')}"
    assert found.body["instanceEnumerationScope"]["query"] == f"/groups/{there('admins')}"
    made = found.body["stageSettings"][0]
    assert [one["query"] for one in made["reviewers"]] == [f"/users/{there('bob')}", "./manager"]
    assert made["fallbackReviewers"][0]["query"] == f"/groups/{there('reviewers')}/transitiveMembers"
    told = found.body["additionalNotificationRecipients"][0]["notificationRecipientScope"]
    assert told["query"] == f"/v1.0/users/{there('bob')}"


def test_every_reference_that_leads_nowhere_is_named_and_nothing_is_written() -> None:
    found = copied(
        review(
            scope=query(f"/groups/{ident('gone')}/transitiveMembers"),
            reviewers=[reviewer(f"/users/{here('unmapped')}"), reviewer(f"/users/{here('ann')}")],
            fallbackReviewers=[reviewer("/users/nobody@contoso.com")],
        )
    )
    assert (found.body, found.equal_to, len(found.problems)) == (None, None, 3)
    assert found.problems[0] == f"scope.query: group {ident('gone')} is deleted in the source"
    assert "reviewers.query: user unmapped" in found.problems[1] and here("unmapped") in found.problems[1]
    assert "nobody@contoso.com" in found.problems[2]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"scope": query(f"/accessPackages/{ident('p')}")}, "nothing tells what"),
        ({"scope": query(f"/users/{here('ann').replace('-', '%2D')}")}, "encoding"),
        (
            {"scope": query(f"/subscriptions/x/roleDefinitions/{here('reader')}", queryType="ARM")},
            "nothing tells",
        ),
        ({"scope": None}, "it has no scope"),
        ({"settings": None}, "it has no settings"),
        ({"displayName": ""}, "it has no displayName"),
        ({"backupReviewers": [reviewer("./owners")]}, "backupReviewers is a property that this version"),
        ({"scope": query("/users", inactive=True)}, "scope.inactive is a property"),
        ({"reviewers": "./manager"}, "reviewers is not of the form"),
        ({"settings": settings(recurrence=None), "status": "Applied"}, "over"),
        (
            {"settings": settings(recurrence={"pattern": None, "range": {"startDate": "2021-01-01"}})},
            "was over on",
        ),
    ],
)
def test_what_cannot_be_carried_says_why(changes: dict[str, Any], told: str) -> None:
    found = copied(review(**changes))
    assert found.body is None
    assert any(told in one for one in found.problems), found.problems


def as_answered(body: Any, review_id: str, **changes: Any) -> dict[str, Any]:
    """A body as Graph gives it back: filled in, queries of reviewers with their version, another root."""
    row = review(**json.loads(json.dumps(body)))
    row["reviewers"] = [
        {**one, "query": f"/v1.0{one['query'].removeprefix('/v1.0')}", "queryRoot": "decisions"}
        for one in row["reviewers"]
    ]
    return {**row, "id": review_id, "status": "NotStarted", **changes}


def test_an_equal_review_in_the_target_is_kept() -> None:
    ours = review(reviewers=[reviewer(f"/users/{here('ann')}"), reviewer(f"/users/{here('bob')}")])
    body = copied(ours).body
    assert body is not None
    standing = as_answered(body, ident("standing"), displayName="Another name", descriptionForAdmins="")
    standing["reviewers"].reverse()
    standing["settings"]["recurrence"] = review()["settings"]["recurrence"]
    again = copied(ours, standing)
    assert (again.equal_to, again.problems) == (ident("standing"), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"reviewers": [reviewer(f"/v1.0/users/{there('bob')}")]},
        {"settings": settings(autoApplyDecisionsEnabled=False)},
        {"settings": settings(recurrence=None)},
        {"scope": query(f"/groups/{there('admins')}/transitiveMembers")},
        {
            "settings": settings(
                recurrence={
                    "pattern": {"type": "absoluteMonthly", "interval": 1},
                    "range": {"startDate": "2026-03-11"},
                }
            )
        },
    ],
)
def test_a_review_of_the_same_name_that_does_something_else_is_not_equal(changes: dict[str, Any]) -> None:
    body = copied(review()).body
    assert body is not None
    assert copied(review(), as_answered(body, ident("standing"))).equal_to == ident("standing")
    assert copied(review(), as_answered(body, ident("standing"), **changes)).equal_to is None


def test_a_review_that_took_place_once_and_is_over_stands_for_nothing() -> None:
    once = review(settings=settings(recurrence=None))
    body = copied(once).body
    assert body is not None
    assert copied(once, as_answered(body, ident("standing"))).equal_to == ident("standing")
    assert copied(once, as_answered(body, ident("standing"), status="Applied")).equal_to is None


def test_a_target_that_was_not_read_is_not_taken_for_empty() -> None:
    goal = target(unread=("accessReviews",))
    found = copy_review(review(), translation(), now=NOW, target=goal, mark=MARK)
    assert found.body is None and "were not read" in found.problems[0]


HOSTILE = ["=cmd|'/c calc'!A0", "x" * 10_000, "‮gnp.exe", "a\x00\x1b[31mb\n", "[plan-1.00002]", "😀" * 300]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_mark_finds_the_review_again_whatever_stands_before_it(text: str) -> None:
    found = copied(review(displayName=text, descriptionForAdmins=text))
    assert found.body is not None
    assert found.body["displayName"] == text
    assert found.body["descriptionForAdmins"] == f"{text} [{MARK}]"
    assert bears("accessReview", found.body, MARK)
    assert not bears("accessReview", found.body, "plan-1.00002")
    assert not bears("accessReview", found.body, "lan-1.00001")


def test_without_a_mark_the_description_is_the_sources() -> None:
    found = copied(review(), mark="")
    assert found.body is not None and found.body["descriptionForAdmins"] == "Who may read"
    assert not bears("accessReview", found.body, "")
    assert "descriptionForAdmins" not in (copied(review(descriptionForAdmins=None), mark="").body or {})


@pytest.mark.parametrize(
    ("changes", "guarding"),
    [
        ({}, True),
        ({"scope": query(f"/roleManagement/directory/roleDefinitions/{EXCHANGE}")}, False),
        ({"scope": query(f"{SCHEDULES}roleDefinitionId eq '{here('reader').upper()}'")}, True),
        ({"scope": query(f"/groups/{here('admins')}/transitiveMembers")}, True),
        (
            {"scope": query("./members"), "instanceEnumerationScope": query(f"/groups/{here('admins')}")},
            True,
        ),
        ({"scope": query("/groups?$filter=x"), "reviewers": [reviewer(f"/groups/{here('admins')}")]}, False),
        (
            {
                "scope": {
                    "principalScopes": [query(f"/groups/{here('admins')}/transitiveMembers")],
                    "resourceScopes": [query(f"/servicePrincipals/{here('robot')}")],
                }
            },
            False,
        ),
        ({"scope": None}, False),
    ],
)
def test_which_reviews_guard_moved_privilege(changes: dict[str, Any], guarding: bool) -> None:
    row = review(**changes)
    assert guards([row], frozenset({here("reader")}), frozenset({here("admins")})) == (
        (row,) if guarding else ()
    )
    assert guards([row], frozenset(), frozenset()) == ()
