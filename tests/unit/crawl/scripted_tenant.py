"""A tenant that answers from a table, for tests of the crawler without a socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from one_by_one import OneByOne

from migrate.errors import GraphRefused, MigrateError
from migrate.kinds.request import Request

TENANT = "11111111-1111-1111-1111-111111111111"
ALICE = "a0000000-0000-0000-0000-000000000001"
ROLE = "62e90394-69f5-4237-9190-012177145e10"
CUSTOM = "c0000000-0000-0000-0000-000000000001"
GROUP = "90000000-0000-0000-0000-000000000001"

Answer = dict[str, Any] | MigrateError
EMPTY = (
    "/domains",
    "/subscribedSkus",
    "/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions",
    "/identity/conditionalAccess/authenticationContextClassReferences",
    "/identity/conditionalAccess/policies",
    "/identity/conditionalAccess/namedLocations",
    "/policies/authenticationStrengthPolicies",
    "/identityGovernance/accessReviews/definitions",
    "/reports/authenticationMethods/userRegistrationDetails",
)
"""What the tenant has none of."""


def user_row(object_id: str) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.user", "id": object_id}


def listing(*rows: dict[str, Any], link: str | None = None, count: int | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"value": list(rows)}
    if link:
        body["@odata.nextLink"] = link
    if count is not None:
        body["@odata.count"] = count
    return body


def refused(code: str = "server_error") -> GraphRefused:
    return GraphRefused(f"Graph refused: {code}", where="GET /x", code=code)


class ScriptedTenant(OneByOne):
    """``answers`` maps a path (or an absolute link) to what is answered, in order; the last one stays."""

    tenant_id = TENANT

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.answers: dict[str, list[Answer | Callable[[Request], Answer]]] = {
            "/organization": [listing({"id": TENANT, "displayName": "Contoso", "verifiedDomains": []})],
            "/roleManagement/directory/roleEligibilitySchedules": [listing(eligibility("e1", ROLE))],
            "/roleManagement/directory/roleAssignmentSchedules": [listing()],
            "/roleManagement/directory/roleDefinitions": [
                listing(
                    {
                        "id": ROLE,
                        "templateId": ROLE,
                        "displayName": "Global Administrator",
                        "isBuiltIn": True,
                    },
                    {"id": CUSTOM, "templateId": CUSTOM, "displayName": "Auditor", "isBuiltIn": False},
                )
            ],
            "/policies/roleManagementPolicyAssignments": [listing()],
            "/users": [listing({"id": ALICE, "userPrincipalName": "alice@contoso.com"})],
            "/groups": [listing({"id": GROUP, "displayName": "Ops", "securityEnabled": True})],
            "/servicePrincipals": [listing()],
            "/directory/administrativeUnits": [listing()],
            "/identityGovernance/privilegedAccess/group/resources": [listing({"id": GROUP})],
            "/identityGovernance/privilegedAccess/group/eligibilitySchedules": [listing()],
            "/identityGovernance/privilegedAccess/group/assignmentSchedules": [listing()],
            f"/groups/{GROUP}/members": [listing(user_row(ALICE))],
            f"/groups/{GROUP}/owners": [listing()],
            **{path: [listing()] for path in EMPTY},
        }

    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]:
        self.asked.append(request)
        script = self.answers.get(request.path) or [refused("not_found")]
        if request.query.get("$count") == "true":
            return self._count(script[0], request)
        answer = script.pop(0) if len(script) > 1 else script[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, MigrateError):
            raise answer
        return answer

    def _count(self, answer: Answer | Callable[[Request], Answer], request: Request) -> dict[str, Any]:
        """Counting uses up no answer of the script."""
        told = answer(request) if callable(answer) else answer
        if isinstance(told, MigrateError):
            raise told
        return listing(count=len(told["value"]))


def eligibility(schedule_id: str, role: str, principal: str = ALICE) -> dict[str, Any]:
    return {
        "id": schedule_id,
        "principalId": principal,
        "roleDefinitionId": role,
        "directoryScopeId": "/",
        "memberType": "Direct",
        "scheduleInfo": {"expiration": {"type": "noExpiration"}},
    }
