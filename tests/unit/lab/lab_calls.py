"""The emulated API without sockets: a world, a token, and a function that asks."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from migrate.lab.api import Api, Incoming, Outcome
from migrate.lab.control import Control
from migrate.lab.world import World

ORIGIN = "https://localhost:1"
TENANT = "11111111-0000-4000-8000-000000000001"
APP = "11111111-0000-4000-8000-0000000000a1"
ANN, BEN, OLA = (f"11111111-0000-4000-8000-00000000010{digit}" for digit in "123")
GROUP, UNIT = "11111111-0000-4000-8000-000000000201", "11111111-0000-4000-8000-000000000301"
ROLE = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
ELIGIBLE = "/roleManagement/directory/roleEligibilityScheduleRequests"
SCHEDULES = "/roleManagement/directory/roleEligibilitySchedules"
PERMISSIONS = (
    "Directory.Read.All",
    "Group.ReadWrite.All",
    "AdministrativeUnit.ReadWrite.All",
    "RoleManagement.ReadWrite.Directory",
    "RoleManagementPolicy.ReadWrite.Directory",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    "AuthenticationContext.Read.All",
)


def small_seed(users: int = 3) -> dict[str, Any]:
    return {
        "tenantId": TENANT,
        "displayName": "Small",
        "domains": [{"id": "small.example", "isDefault": True}],
        "users": [
            {"id": f"11111111-0000-4000-8000-{101 + n:012d}", "displayName": f"U{n}"} for n in range(users)
        ],
        "groups": [{"id": GROUP, "displayName": "G", "securityEnabled": True}],
        "administrativeUnits": [{"id": UNIT, "displayName": "A"}],
        "roleDefinitions": [{"id": ROLE, "displayName": "Global Reader", "isBuiltIn": True}],
        "apps": [{"appId": APP, "secret": "s", "servicePrincipalId": OLA, "roles": PERMISSIONS}],
    }


class Asker:
    """``ask("GET", "/users?$top=1")`` gives the outcome; the clock only moves when told to."""

    def __init__(self, seed: dict[str, Any] | None = None) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.world = World([seed or small_seed()], clock=lambda: self.now, rng=random.Random(7))
        self.control = Control(self.world)
        self.api = Api(self.world)
        self.sign_in()

    def sign_in(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": APP,
            "client_secret": "s",
            "scope": f"{ORIGIN}/.default",
        }
        self.token = str(self.world.tokens.issue(TENANT, form, ORIGIN)["access_token"])

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def ask(self, method: str, path: str, body: Any = None) -> Outcome:
        path, _, query = path.removeprefix(f"{ORIGIN}/v1.0").partition("?")
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.api.serve(Incoming(method, "v1.0", ORIGIN, path, dict(parse_qsl(query)), headers, body))

    def status(self, method: str, path: str, body: Any = None) -> int:
        return self.ask(method, path, body).answer.status

    def assign(self, principal: str = ANN, scope: str = "/", **more: Any) -> Outcome:
        body = {
            "action": "adminAssign",
            "principalId": principal,
            "roleDefinitionId": ROLE,
            "directoryScopeId": scope,
            "scheduleInfo": {"expiration": {"type": "noExpiration"}},
            **more,
        }
        return self.ask("POST", ELIGIBLE, body)

    def schedules(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ask("GET", SCHEDULES).answer.body["value"]
        return rows
