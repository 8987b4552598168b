"""Definitions of access reviews. What they review stands inside query strings (graph-facts §2.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from migrate.kinds.ids import is_guid
from migrate.kinds.kind import Kind, Reference, Row, display_name
from migrate.kinds.request import Lane, Request, get
from migrate.kinds.review_query import named_in

READ_PERMISSIONS = ("AccessReview.Read.All",)
WRITE_PERMISSIONS = ("AccessReview.ReadWrite.All",)
_DEFINITIONS = "/identityGovernance/accessReviews/definitions"


def listing(_parent: str | None) -> Request:
    return get(_DEFINITIONS, lane=Lane.PIM_POLICIES, permissions=READ_PERMISSIONS, top="100")


def by_id(review_id: str) -> Request:
    return get(f"{_DEFINITIONS}/{review_id}", lane=Lane.PIM_POLICIES, permissions=READ_PERMISSIONS)


def create(body: Mapping[str, Any]) -> Request:
    return Request(
        "POST", _DEFINITIONS, body=dict(body), lane=Lane.PIM_POLICIES, permissions=WRITE_PERMISSIONS
    )


def delete(review_id: str) -> Request:
    return Request(
        "DELETE",
        f"{_DEFINITIONS}/{review_id}",
        lane=Lane.PIM_POLICIES,
        permissions=WRITE_PERMISSIONS,
    )


def queries(value: Any) -> Iterator[str]:
    """Every query string anywhere in a definition: scopes, reviewers, fallback reviewers, stages."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name in ("query", "queryRoot") and isinstance(part, str):
                yield part
            else:
                yield from queries(part)
    elif isinstance(value, list):
        for part in value:
            yield from queries(part)


def references(row: Row) -> Iterable[Reference]:
    for property_name in (
        "scope",
        "instanceEnumerationScope",
        "reviewers",
        "fallbackReviewers",
        "stageSettings",
        "additionalNotificationRecipients",
    ):
        seen = set()
        for query in queries(row.get(property_name)):
            for one in named_in(query):
                named = (one.kind, one.id)
                if one.kind and is_guid(one.id) and named not in seen:
                    seen.add(named)
                    yield Reference(property_name, *named)


KIND = Kind("accessReview", "accessReviews", listing, display_name, references, optional=True)
