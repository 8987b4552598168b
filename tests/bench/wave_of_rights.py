"""A tenant of many people, the rights to be written there, and a run over them as ``apply`` makes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab_process import TENANT, Seed, app_with

from migrate.graphapi.session import Session
from migrate.plan.document import Action, Item
from migrate.replay.live import LiveTarget
from migrate.replay.recorder import Recorder
from migrate.replay.run import Run
from migrate.replay.writes import WriteLine
from migrate.store.database import open_state
from migrate.store.journal import Journal

END = "2027-01-01T00:00:00Z"
KIND = "roleEligibilitySchedule"
GROUPS = 60


def person_id(number: int) -> str:
    return f"{number:08d}-0001-4000-8000-000000000000"


def role_id(number: int) -> str:
    return f"{number:08d}-0005-4000-8000-000000000000"


def group_id(number: int) -> str:
    return f"{number:08d}-0002-4000-8000-000000000000"


def seed(people: int, roles: int) -> Seed:
    users = [
        {
            "id": person_id(number),
            "displayName": f"Person {number}",
            "userPrincipalName": f"person{number}@contoso.com",
        }
        for number in range(people)
    ]
    definitions = [
        {
            "id": role_id(number),
            "templateId": role_id(number),
            "displayName": f"Role {number}",
            "isBuiltIn": True,
            "isEnabled": True,
            "rolePermissions": [],
        }
        for number in range(roles)
    ]
    groups = [
        {"id": group_id(number), "displayName": f"Group {number}", "securityEnabled": True}
        for number in range(GROUPS)
    ]
    app = app_with(
        "RoleManagement.ReadWrite.Directory",
        "RoleEligibilitySchedule.ReadWrite.Directory",
        "GroupMember.ReadWrite.All",
    )
    return {
        "tenantId": TENANT,
        "displayName": "Bench",
        "users": users,
        "groups": groups,
        "roleDefinitions": definitions,
        "apps": [app],
    }


def rights(role: int, people: Sequence[int]) -> list[Item]:
    """One role for each of the people, as a plan has it."""
    return [_right(number, role, who) for number, who in enumerate(people)]


def _right(number: int, role: int, who: int) -> Item:
    target: dict[str, Any] = {
        "principalId": person_id(who),
        "roleDefinitionId": role_id(role),
        "pimRoleDefinitionId": role_id(role),
        "directoryScopeId": "/",
        "isBuiltInRole": True,
        "startDateTime": None,
        "endDateTime": END,
        "ticket": False,
    }
    return Item(
        id=f"wave{role}-1.{number:05}",
        action=Action.CREATE,
        kind=KIND,
        key=f"{person_id(who)}|{role_id(role)}|/",
        batch=1,
        reason="not there yet",
        codes=(),
        source={},
        target=target,
        names={"principal": f"Person {who}", "right": f"Role {role}"},
    )


def links(people: Sequence[int]) -> list[Item]:
    """Each of the people made a member of one of the groups."""
    return [_link(number, who) for number, who in enumerate(people)]


def _link(number: int, who: int) -> Item:
    parent = group_id(number % GROUPS)
    return Item(
        id=f"links-1.{number:05}",
        action=Action.CREATE,
        kind="groupMember",
        key=f"{parent}|{person_id(who)}",
        batch=1,
        reason="not there yet",
        codes=(),
        source={},
        target={"parentId": parent, "objectId": person_id(who)},
        names={"principal": f"Person {who}"},
    )


@asynccontextmanager
async def run_over(
    session: Session, items: Sequence[Item], state: Path, report: Callable[[WriteLine], None], **more: Any
) -> AsyncIterator[Run]:
    """A run with a journal of its own at ``state``."""

    def now() -> datetime:
        return datetime.now(UTC)

    with open_state(state, create=True) as db:
        recorder = Recorder(Journal(db, now), run_id="bench", states={}, clock=now)
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        async with recorder.together():
            yield Run(
                session=session,
                live=LiveTarget(session, items),
                recorder=recorder,
                sleep=sleep,
                clock=now,
                report=recorder.when_on_disk(report),
                justification=lambda write_id, batch: f"pim-migrate bench batch {batch} write {write_id}",
                **more,
            )
