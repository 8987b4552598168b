"""Authentication contexts: the labels ``c1`` to ``c99`` that PIM demands and conditional access enforces.

The ids are plain strings, so that ``c1`` may mean another thing in the other tenant (observed behaviours 39).
"""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Lane, Request, get


def listing(_parent: str | None) -> Request:
    return get(
        "/identity/conditionalAccess/authenticationContextClassReferences",
        lane=Lane.CONDITIONAL_ACCESS,
        permissions=("AuthenticationContext.Read.All", "Policy.Read.ConditionalAccess", "Policy.Read.All"),
    )


def natural_key(row: Row) -> str:
    return f"{row.get('id') or ''}|{row.get('displayName') or ''}".lower()


KIND = Kind("authenticationContext", "authenticationContexts", listing, natural_key, optional=True)
