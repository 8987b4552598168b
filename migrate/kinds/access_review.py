"""Definitions of access reviews. What they review stands inside query strings (graph-facts §2.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Reference, Row, display_name
from migrate.kinds.request import Lane, Request, get

_NAMED = re.compile(
    r"/(?P<segment>groups|users|roleDefinitions|servicePrincipals|directoryObjects)"
    r"/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    re.IGNORECASE,
)
_KINDS = {
    "groups": "group",
    "users": "user",
    "roledefinitions": "roleDefinition",
    "serviceprincipals": "servicePrincipal",
    "directoryobjects": DIRECTORY_OBJECT,
}


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
    ):
        seen = set()
        for query in queries(row.get(property_name)):
            for match in _NAMED.finditer(query):
                named = (_KINDS[match["segment"].lower()], match["id"].lower())
                if named not in seen:
                    seen.add(named)
                    yield Reference(property_name, *named)


KIND = Kind("accessReview", "accessReviews", listing, display_name, references, optional=True)
