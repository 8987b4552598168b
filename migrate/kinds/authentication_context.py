"""Authentication contexts: the labels ``c1`` to ``c99`` that PIM demands and conditional access enforces.

The ids are plain strings, so that ``c1`` may mean another thing in the other tenant (observed behaviours 39).
"""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Lane, Request, get

READ_PERMISSIONS = ("AuthenticationContext.Read.All", "Policy.Read.ConditionalAccess", "Policy.Read.All")
WRITE_PERMISSIONS = ("AuthenticationContext.ReadWrite.All", "Policy.ReadWrite.ConditionalAccess")
_CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"


def listing(_parent: str | None) -> Request:
    return get(_CONTEXTS, lane=Lane.CONDITIONAL_ACCESS, permissions=READ_PERMISSIONS)


def by_id(context_id: str) -> Request:
    return get(f"{_CONTEXTS}/{context_id}", lane=Lane.CONDITIONAL_ACCESS, permissions=READ_PERMISSIONS)


def put(context_id: str, *, display_name: str, description: str, is_available: bool) -> Request:
    """Makes the context, or overwrites it whole if the tenant has one of this id: look first.

    ``is_available`` publishes it: applications can then demand it.
    """
    body = {"displayName": display_name, "description": description, "isAvailable": is_available}
    return Request(
        "PATCH",
        f"{_CONTEXTS}/{context_id}",
        body=body,
        lane=Lane.CONDITIONAL_ACCESS,
        permissions=WRITE_PERMISSIONS,
    )


def delete(context_id: str) -> Request:
    """Graph refuses for a context that is published (403: ``put`` it unavailable first) and for one that
    conditional access uses (400)."""
    return Request(
        "DELETE",
        f"{_CONTEXTS}/{context_id}",
        lane=Lane.CONDITIONAL_ACCESS,
        permissions=WRITE_PERMISSIONS,
    )


def natural_key(row: Row) -> str:
    return f"{row.get('id') or ''}|{row.get('displayName') or ''}".lower()


KIND = Kind("authenticationContext", "authenticationContexts", listing, natural_key, optional=True)
