"""Definitions of access reviews."""

from __future__ import annotations

from collections.abc import Callable

from graph_client import GraphClient
from graph_contract import violations
from policy_objects import REVIEW, review
from small_tenants import ALICE, GLOBAL_ADMIN
from ticking import Ticking

DEFINITIONS = "/identityGovernance/accessReviews/definitions"


def test_a_review_comes_and_goes(graph: GraphClient) -> None:
    """graph-facts §3.7: POST 201, PUT 204, DELETE 204."""
    made = graph.post(DEFINITIONS, review())
    assert made.status_code == 201
    body = made.json()
    assert violations(body, "accessReviewScheduleDefinition") == []
    path = f"{DEFINITIONS}/{body['id']}"
    assert graph.request("PUT", path, json=review(displayName="Renamed")).status_code == 204
    assert graph.get(path).json()["displayName"] == "Renamed"
    assert graph.delete(path).status_code == 204
    assert graph.get(path).status_code == 404


def test_queries_of_reviewers_are_normalised_when_read(graph: GraphClient) -> None:
    """graph-facts §2.9: /users/{id} comes back as /v1.0/users/{id}; the scope does not."""
    made = graph.post(DEFINITIONS, review()).json()
    assert made["reviewers"][0]["query"] == f"/users/{ALICE}"
    read = graph.get(f"{DEFINITIONS}/{made['id']}").json()
    assert read["reviewers"] == [
        {"query": f"/v1.0/users/{ALICE}", "queryType": "MicrosoftGraph", "queryRoot": None}
    ]
    assert read["scope"]["resourceScopes"][0]["query"].endswith(f"roleDefinitions/{GLOBAL_ADMIN}")


def test_the_recurrence_is_filled_in(graph: GraphClient) -> None:
    """Published sample: a time in startDate comes back as a date, the pattern complete."""
    recurrence = graph.get(f"{DEFINITIONS}/{REVIEW}").json()["settings"]["recurrence"]
    assert recurrence["range"]["startDate"] == "2026-01-01"
    assert (recurrence["pattern"]["type"], recurrence["pattern"]["firstDayOfWeek"]) == (
        "absoluteMonthly",
        "sunday",
    )


def test_one_filter_is_known_and_others_are_ignored(graph: GraphClient) -> None:
    """graph-facts §2.9: only contains() on the query of the scope; @odata.count comes along."""
    contains = "contains(scope/microsoft.graph.accessReviewQueryScope/query, '{}')"
    found = graph.get(DEFINITIONS, filter=contains.format(GLOBAL_ADMIN)).json()
    assert (found["@odata.count"], [row["id"] for row in found["value"]]) == (1, [REVIEW])
    assert graph.value(DEFINITIONS, filter=contains.format("nonsense")) == []
    ignored = graph.get(DEFINITIONS, filter="displayName eq 'nonsense'")
    assert (ignored.status_code, len(ignored.json()["value"])) == (200, 1)


def test_pages(graph: GraphClient) -> None:
    """graph-facts §2.9: $top and $skip."""
    for number in range(4):
        graph.post(DEFINITIONS, review(displayName=f"R{number}"))
    assert len(graph.get(DEFINITIONS, top="2").json()["value"]) == 2
    assert len(graph.value(DEFINITIONS, top="2")) == 5
    assert len(graph.value(DEFINITIONS, skip="3")) == 2


def test_the_status_follows_the_calendar(
    graph: GraphClient, ticking: Ticking, connect: Callable[..., GraphClient]
) -> None:
    """graph-facts §2.9: NotStarted until its first day."""
    span = {"type": "endDate", "startDate": "2026-03-10", "endDate": "2026-03-20"}
    settings = {**review()["settings"], "recurrence": {"pattern": None, "range": span}}
    made = graph.post(DEFINITIONS, review(settings=settings)).json()
    path = f"{DEFINITIONS}/{made['id']}"
    assert graph.get(path).json()["status"] == "NotStarted"
    ticking.move(days=10)
    assert connect().get(path).json()["status"] == "InProgress"
    ticking.move(days=11)
    assert connect().get(path).json()["status"] == "Completed"


def test_what_a_review_needs(graph: GraphClient, reloaded: Callable[..., GraphClient]) -> None:
    """graph-facts §2.9: a scope says its type; without a licence there are no reviews."""
    assert graph.post(DEFINITIONS, review(settings=None)).status_code == 400
    assert graph.post(DEFINITIONS, review(scope={"query": "/users"})).status_code == 400
    assert graph.post(DEFINITIONS, review(nonsense=1)).status_code == 400
    assert reloaded(subscribedSkus=[]).get(DEFINITIONS).status_code == 403
