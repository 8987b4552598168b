"""Groups that PIM manages. Only Graph's beta version lists them (graph-facts §2.4)."""

from __future__ import annotations

from migrate.kinds.kind import Kind, object_id
from migrate.kinds.request import Lane, Request, get


def listing(_parent: str | None) -> Request:
    return get(
        "/identityGovernance/privilegedAccess/group/resources",
        lane=Lane.PIM,
        permissions=("PrivilegedAccess.Read.AzureADGroup",),
        version="beta",
    )


KIND = Kind("pimGroup", "pimGroups", listing, object_id)
