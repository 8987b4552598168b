"""Conditional access policies: who must prove what, and which authentication contexts are enforced.

Deleted users and groups stay in them as bare ids (observed behaviours 36).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Reference, Row, display_name
from migrate.kinds.request import Lane, Request, get

NOT_AN_ID = frozenset({"all", "none", "guestsorexternalusers", "alltrusted"})
"""Words that stand where otherwise ids do."""


READ_PERMISSIONS = ("Policy.Read.ConditionalAccess", "Policy.Read.All")
WRITE_PERMISSIONS = ("Policy.ReadWrite.ConditionalAccess",)
BESIDES_PERMISSIONS = ("Policy.Read.All",)
"""Graph wants the permission to read all policies on top of it (graph-facts §2.8)."""
_POLICIES = "/identity/conditionalAccess/policies"


def listing(_parent: str | None) -> Request:
    return get(_POLICIES, lane=Lane.CONDITIONAL_ACCESS, permissions=READ_PERMISSIONS)


def by_id(policy_id: str) -> Request:
    return get(f"{_POLICIES}/{policy_id}", lane=Lane.CONDITIONAL_ACCESS, permissions=READ_PERMISSIONS)


def create(body: Mapping[str, Any]) -> Request:
    return Request(
        "POST",
        _POLICIES,
        body=dict(body),
        lane=Lane.CONDITIONAL_ACCESS,
        permissions=WRITE_PERMISSIONS,
    )


def delete(policy_id: str) -> Request:
    return Request(
        "DELETE",
        f"{_POLICIES}/{policy_id}",
        lane=Lane.CONDITIONAL_ACCESS,
        permissions=WRITE_PERMISSIONS,
    )


def _part(row: Row, *path: str) -> Mapping[str, Any]:
    value: Any = row
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _ids(part: Mapping[str, Any], name: str) -> list[str]:
    return [str(one) for one in part.get(name) or () if str(one).lower() not in NOT_AN_ID]


def is_enforced(row: Row) -> bool:
    """``enabled`` alone: report-only policies stop nobody."""
    return str(row.get("state") or "").lower() == "enabled"


def is_report_only(row: Row) -> bool:
    return str(row.get("state") or "").lower() == "enabledforreportingbutnotenforced"


def contexts(row: Row) -> frozenset[str]:
    """The authentication contexts that the policy answers to, in lower case."""
    applications = _part(row, "conditions", "applications")
    named = applications.get("includeAuthenticationContextClassReferences") or ()
    return frozenset(str(one).lower() for one in named)


def applications(row: Row) -> frozenset[str]:
    """The applications that the policy names, by ``appId`` in lower case, and the words between them."""
    named = _part(row, "conditions", "applications")
    sides = ("includeApplications", "excludeApplications")
    return frozenset(one.lower() for side in sides for one in _ids(named, side))


def references(row: Row) -> Iterable[Reference]:
    users = _part(row, "conditions", "users")
    for prefix in ("include", "exclude"):
        for one in _ids(users, f"{prefix}Users"):
            yield Reference(f"{prefix}Users", "user", one)
        for one in _ids(users, f"{prefix}Groups"):
            yield Reference(f"{prefix}Groups", "group", one)
        for one in _ids(users, f"{prefix}Roles"):
            yield Reference(f"{prefix}Roles", "roleDefinition", one)
        for one in _ids(_part(row, "conditions", "locations"), f"{prefix}Locations"):
            yield Reference(f"{prefix}Locations", "namedLocation", one)
        clients = _part(row, "conditions", "clientApplications")
        for one in _ids(clients, f"{prefix}ServicePrincipals"):
            # "ServicePrincipalsInMyTenant" stands for all of them.
            if one.lower() != "serviceprincipalsinmytenant":
                yield Reference(f"{prefix}ServicePrincipals", DIRECTORY_OBJECT, one)
    for one in sorted(contexts(row)):
        named = "includeAuthenticationContextClassReferences"
        yield Reference(named, "authenticationContext", one)
    if strength := _part(row, "grantControls", "authenticationStrength").get("id"):
        yield Reference("authenticationStrength", "authenticationStrength", str(strength))


KIND = Kind(
    "conditionalAccessPolicy",
    "conditionalAccessPolicies",
    listing,
    display_name,
    references,
    optional=True,
)
