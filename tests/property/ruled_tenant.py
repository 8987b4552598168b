"""A tenant of the lab whose policies a test sets, and which is asked what it would take: nothing is kept."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from migrate.kinds.schedule import change_body
from migrate.lab.api import Api, Incoming
from migrate.lab.policy_rules import default_rules, merged
from migrate.lab.tenant import Policy
from migrate.lab.world import World
from migrate.plan.rule_relaxation import Relaxation
from migrate.resolve.schedule_fit import Span

Row = dict[str, Any]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_ORIGIN = "https://localhost:1"
_TENANT, _APP, _GROUP, _ROLE = (f"11111111-0000-4000-8000-00000000000{digit}" for digit in "1234")
PRINCIPALS = {
    "user": "11111111-0000-4000-8000-000000000101",
    "group": "11111111-0000-4000-8000-000000000102",
    "servicePrincipal": "11111111-0000-4000-8000-000000000103",
}
_PIM = "/identityGovernance/privilegedAccess/group"
_REQUESTS = {
    "roleEligibilitySchedule": "/roleManagement/directory/roleEligibilityScheduleRequests",
    "roleAssignmentSchedule": "/roleManagement/directory/roleAssignmentScheduleRequests",
    "groupEligibilitySchedule": f"{_PIM}/eligibilityScheduleRequests",
    "groupAssignmentSchedule": f"{_PIM}/assignmentScheduleRequests",
}
KINDS = tuple(_REQUESTS)
_PERMISSIONS = (
    "RoleManagement.ReadWrite.Directory",
    "RoleManagementPolicy.ReadWrite.Directory",
    "RoleManagementPolicy.ReadWrite.AzureADGroup",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
)


class RuledTenant:
    """One role and one group, signed in to as an application."""

    def __init__(self) -> None:
        seed = {
            "tenantId": _TENANT,
            "users": [{"id": PRINCIPALS["user"], "displayName": "Ann"}],
            "groups": [
                {"id": PRINCIPALS["group"], "displayName": "Ops", "isAssignableToRole": True},
                {"id": _GROUP, "displayName": "Governed", "securityEnabled": True},
            ],
            "servicePrincipals": [{"id": PRINCIPALS["servicePrincipal"], "displayName": "Tool"}],
            "roleDefinitions": [{"id": _ROLE, "displayName": "Reader", "isBuiltIn": True}],
            "apps": [
                {
                    "appId": _APP,
                    "secret": "s",
                    "servicePrincipalId": PRINCIPALS["servicePrincipal"],
                    "roles": _PERMISSIONS,
                }
            ],
        }
        self._now = NOW
        self._world = World([seed], clock=lambda: self._now, rng=random.Random(7))
        self._api = Api(self._world)
        form = {"grant_type": "client_credentials", "client_id": _APP, "client_secret": "s"}
        form["scope"] = f"{_ORIGIN}/.default"
        self._token = str(self._world.tokens.issue(_TENANT, form, _ORIGIN)["access_token"])

    def _policy(self, kind: str) -> Policy:
        tenant = self._world.tokens.tenant(_TENANT)
        return (
            tenant.group_policy(_GROUP, "member") if kind.startswith("group") else tenant.role_policy(_ROLE)
        )

    def rule(self, kind: str, changes: Mapping[str, Row]) -> Sequence[Row]:
        """Sets the policy of the kind: the defaults with these changes. Gives its rules as they are read."""
        self._policy(kind).rules = merged(default_rules(group=kind.startswith("group")), changes)
        return self.rules(kind)

    def rules(self, kind: str) -> Sequence[Row]:
        return [dict(one) for one in self._policy(kind).rules.values()]

    def patch(self, kind: str, relaxations: Sequence[Relaxation], which: str) -> None:
        """Sends the rules ``before`` or ``after``; fails where one is refused."""
        for one in relaxations:
            policy = self._policy(kind)
            scope = f"Group_{_GROUP}" if kind.startswith("group") else f"DirectoryRole_{_TENANT}"
            path = f"/policies/roleManagementPolicies/{scope}_{policy.guid}/rules/{one.rule_id}"
            status, body = self._ask("PATCH", path, dict(getattr(one, which)))
            assert status == 204, body

    def takes(self, kind: str, principal_kind: str, span: Span, *, ticket: bool) -> bool:
        """Whether the lab would take the request, with a justification and, if so said, a ticket."""
        ids = {"principalId": PRINCIPALS[principal_kind]}
        if kind.startswith("group"):
            ids |= {"groupId": _GROUP, "accessId": "member"}
        else:
            ids |= {"roleDefinitionId": _ROLE, "directoryScopeId": "/"}
        body = change_body("adminAssign", ids, span.begin(NOW), span.end, "why", "CHG1" if ticket else None)
        status, answer = self._ask("POST", _REQUESTS[kind], {**body, "isValidationOnly": True})
        assert status in (201, 400), answer
        return status == 201

    def _ask(self, method: str, path: str, body: Row) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        asked = Incoming(method, "v1.0", _ORIGIN, path, {}, headers, body)
        answer = self._api.serve(asked).answer
        return answer.status, answer.body
