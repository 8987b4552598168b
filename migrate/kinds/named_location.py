"""Named locations that conditional access policies include or exclude."""

from __future__ import annotations

from migrate.kinds.kind import Kind, display_name
from migrate.kinds.request import Lane, Request, get


def listing(_parent: str | None) -> Request:
    return get(
        "/identity/conditionalAccess/namedLocations",
        lane=Lane.CONDITIONAL_ACCESS,
        permissions=("Policy.Read.ConditionalAccess", "Policy.Read.All"),
    )


KIND = Kind("namedLocation", "namedLocations", listing, display_name, optional=True)
