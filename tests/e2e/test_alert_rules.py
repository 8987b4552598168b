"""Things happen in the target after a wave; each alert rule fires at those that it is for and at no other."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from command_line import CommandLine, Json, Pair
from sigma_rules import as_audit_log, fires, rule_of

from migrate.lab.seed.tenants import FABRIKAM

ROLES = "/roleManagement/directory"
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
NIGHT, NOON = 22, 12

FIRES: dict[str, set[str]] = {
    "tier-0-activated-outside-hours": {"tier 0 by night"},
    "assigned-outside-pim": {"outside PIM"},
    "moved-policy-changed": {"policy of a moved role", "policy of a moved group"},
    "moved-eligibility-removed": {"taken away by somebody"},
}
"""What each rule is for; at everything else that happens here it stays quiet."""


class World:
    """The target as its people and its log show it."""

    def __init__(self, pair: Pair, cli: CommandLine) -> None:
        self.pair, self.cli = pair, cli
        context = ssl.create_default_context(cadata=pair.lab.ca_pem)
        self.http = httpx.Client(verify=context, base_url=pair.lab.url)
        self.seen: set[str] = set()
        self.happened: dict[str, list[Json]] = {}

    def app(self) -> str:
        answer = self.http.post(
            f"/{self.pair.target_id}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": FABRIKAM.app_id,
                "client_secret": FABRIKAM.secret,
                "scope": f"{self.pair.lab.url}/.default",
            },
        )
        return str(answer.json()["access_token"])

    def send(self, token: str, path: str, body: Json) -> None:
        answer = self.http.post(f"/v1.0{path}", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 201, answer.text

    def activate(self, principal_id: str, role_id: str, scope: str) -> None:
        token = self.pair.lab.token(self.pair.target_id, principal_id, mfa=True)
        hour = {"expiration": {"type": "afterDuration", "duration": "PT1H"}}
        right = {"principalId": principal_id, "roleDefinitionId": role_id, "directoryScopeId": scope}
        body = {"action": "selfActivate", "justification": "work", "scheduleInfo": hour, **right}
        self.send(token, f"{ROLES}/roleAssignmentScheduleRequests", body)

    def go_on_to(self, hour: int) -> None:
        now = datetime.fromisoformat(self.pair.lab.advance(0))
        then = now.replace(hour=hour, minute=30, second=0)
        self.pair.lab.advance((then + timedelta(days=1) - now).total_seconds())

    def change(self, **what: Any) -> None:
        self.pair.lab.change(self.pair.target_id, **what)

    def note(self, name: str, do: Callable[[], object]) -> None:
        """Does it, and keeps what the audit log has gained under the name."""
        do()
        rows: list[Json] = []
        url = "/v1.0/auditLogs/directoryAudits"
        headers = {"Authorization": f"Bearer {self.app()}"}
        while url:
            answer = self.http.get(url, headers=headers).json()
            rows += answer["value"]
            url = answer.get("@odata.nextLink", "")
        self.happened[name] = [as_audit_log(row) for row in rows if row["id"] not in self.seen]
        self.seen |= {row["id"] for row in rows}
        assert self.happened[name], f"{name}: nothing in the audit log"


@pytest.fixture(scope="module")
def world(small_lab: Pair, planned: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    small_lab.fresh()
    target = small_lab.target_id
    permissions = next(app["roles"] for app in small_lab.target["apps"] if app["appId"] == FABRIKAM.app_id)
    extra = ["AuditLog.Read.All", "RoleManagement.ReadWrite.Directory"]
    small_lab.lab.consent(target, FABRIKAM.app_id, [*permissions, *extra])
    cli = small_lab.engagement(tmp_path_factory.mktemp("alerts") / "work")
    shutil.copytree(planned / "state", cli.folder / "state")
    world = World(small_lab, cli)
    with world.http:
        _happen(world)
        yield world


def _happen(world: World) -> None:
    cli, confirmed = world.cli, world.pair.confirmed
    world.note("the wave itself", lambda: cli(f"apply all-1 {confirmed} --json"))
    for form in ("csv", "sigma"):
        assert cli(f"log export --moved {form} --output moved.{form} --json").code == 0
    events = {
        (each["what"]["right"], each["what"]["role_id"] or each["what"]["group_id"]): each["what"]
        for each in cli("log export --json").of_type("audit")
    }
    ((_, helpdesk),) = [each for each in events.items() if each[0][1] == HELPDESK]
    ((_, custom),) = [each for each in events.items() if each[0][0] == "Application Credential Operator"]
    exchange = next(each for (right, _), each in events.items() if right == "Exchange Administrator")
    group_id = next(each["group_id"] for each in events.values() if each["group_id"])

    def activate(what: Json) -> None:
        world.activate(what["principal_id"], what["role_id"], what["scope_id"])

    world.go_on_to(NIGHT)
    world.note("tier 0 by night", lambda: activate(helpdesk))
    world.note("another tier by night", lambda: activate(exchange))
    world.go_on_to(NOON)
    world.note("tier 0 by day", lambda: activate(helpdesk))
    outside = {
        "principalId": custom["principal_id"],
        "roleDefinitionId": GLOBAL_ADMINISTRATOR,
        "directoryScopeId": "/",
    }
    world.note("outside PIM", lambda: world.send(world.app(), f"{ROLES}/roleAssignments", outside))
    rule = {"rule": "Expiration_EndUser_Assignment", "properties": {"maximumDuration": "PT1H"}}
    world.note("policy of a moved role", lambda: world.change(op="rule", roleDefinitionId=HELPDESK, **rule))
    world.note(
        "policy of a moved group",
        lambda: world.change(op="rule", groupId=group_id, accessId="member", **rule),
    )
    world.note(
        "policy of another role",
        lambda: world.change(op="rule", roleDefinitionId=GLOBAL_ADMINISTRATOR, **rule),
    )
    made = {
        "principalId": exchange["principal_id"],
        "roleDefinitionId": exchange["role_id"],
        "directoryScopeId": "/",
    }
    other = {**made, "roleDefinitionId": GLOBAL_ADMINISTRATOR}
    kind = "roleEligibilitySchedules"
    world.note("made by somebody", lambda: world.change(op="create", kind=kind, object=other))
    world.note("something else taken away", lambda: world.change(op="delete", kind=kind, object=other))
    world.note("taken away by somebody", lambda: world.change(op="delete", kind=kind, object=made))
    world.note("a rollback", lambda: cli(f"rollback all {confirmed} --json"))


@pytest.mark.parametrize("name", FIRES)
def test_a_rule_fires_at_what_it_is_for_and_at_nothing_else(world: World, name: str) -> None:
    mappings = Path(__file__).resolve().parents[2] / "mappings" / "alerts"
    pipeline = (world.cli.folder / "moved.sigma").read_text(encoding="utf-8")
    rule = rule_of(mappings / f"{name}.yml", pipeline)
    fired = {what for what, rows in world.happened.items() if any(fires(rule, row) for row in rows)}
    assert fired == FIRES[name]
