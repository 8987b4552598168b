"""A target tenant that answers by script, on a clock that moves only when somebody sleeps, and a journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from migrate.errors import GraphRefused, MigrateError
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.graphapi.session import Session
from migrate.kinds.request import Lane, Request
from migrate.plan.document import Action, Item
from migrate.replay.fold import fold
from migrate.replay.live import LiveTarget
from migrate.replay.recorder import Recorder
from migrate.replay.run import Run
from migrate.replay.writes import WriteLine
from migrate.store.database import Database, open_state
from migrate.store.journal import Journal

WHO, ROLE_ID, UNIT = "who-1", "role-1", "/administrativeUnits/unit-1"
END = "2027-01-01T00:00:00Z"
CALLER = "caller-1"


class FakeClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)


def role_item(number: int = 1, *, scope: str = "/", start: str | None = None, who: str = WHO) -> Item:
    target = {
        "principalId": who,
        "roleDefinitionId": ROLE_ID,
        "pimRoleDefinitionId": ROLE_ID,
        "directoryScopeId": scope,
        "isBuiltInRole": True,
        "startDateTime": start,
        "endDateTime": END,
        "ticket": False,
    }
    return _item(number, "roleEligibilitySchedule", f"{who}|{ROLE_ID}|{scope}".lower(), target)


def group_item(number: int = 1, *, residue: tuple[str, ...] = ()) -> Item:
    target = {
        "principalId": WHO,
        "groupId": "group-1",
        "accessId": "member",
        "startDateTime": None,
        "endDateTime": END,
        "ticket": False,
    }
    return _item(number, "groupEligibilitySchedule", f"{WHO}|group-1|member", target, residue)


def _item(number: int, kind: str, key: str, target: dict[str, Any], residue: tuple[str, ...] = ()) -> Item:
    return Item(
        id=f"all-1.{number:05}",
        action=Action.CREATE,
        kind=kind,
        key=key,
        batch=1,
        reason="not there yet",
        codes=(),
        source={},
        target=target,
        names={"principal": WHO, "right": "Reader", "scope": "EMEA"},
        residue=residue,
    )


def row_of(item: Item, request_id: str = "request-1", **more: Any) -> dict[str, Any]:
    """The schedule that a faithful Graph shows for an item."""
    names = ("principalId", "roleDefinitionId", "directoryScopeId", "groupId", "accessId")
    row = {name: item.target[name] for name in names if name in item.target}
    schedule_id = request_id
    if "groupId" in row:
        schedule_id = f"{row['groupId']}_{row['accessId']}_{request_id}"
    return row | {
        "id": schedule_id,
        "createdUsing": request_id,
        "createdDateTime": "2026-06-01T12:00:00.1234567Z",
        "memberType": "Direct",
        "scheduleInfo": {"expiration": {"type": "afterDateTime", "endDateTime": END}},
        **more,
    }


@dataclass
class FakeTarget:
    """``rows`` are the schedules, ``requests`` the log; ``script`` is what the next writes are answered.

    A write without a script is done faithfully. Each script may change the target before it answers.
    """

    clock: FakeClock
    rows: list[dict[str, Any]] = field(default_factory=list)
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    script: list[Callable[[Request], tuple[Answer, Outcome]]] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)
    batches: list[list[Request]] = field(default_factory=list)
    read_error: MigrateError | None = None
    hidden: bool = False
    on_send: Callable[[Request], None] | None = None
    held: float = 0.0
    caller_id: str | None = CALLER

    async def judged(self, request: Request, stop: asyncio.Event | None = None) -> tuple[Answer, Outcome]:
        if self.on_send:
            self.on_send(request)
        self.sent.append(request)
        await asyncio.sleep(0)
        return self.script.pop(0)(request) if self.script else self.faithful(request)

    def faithful(self, request: Request) -> tuple[Answer, Outcome]:
        if request.path.endswith("/cancel"):
            self.requests[request.path.split("/")[-2]]["status"] = "Canceled"
            return Answer(204), Outcome(Meaning.DONE, status=204)
        body = dict(request.body or {})
        names = ("principalId", "roleDefinitionId", "directoryScopeId", "groupId", "accessId")
        key = {name: body[name] for name in names if name in body}
        same = [row for row in self.rows if all(row.get(name) == value for name, value in key.items())]
        if body["action"] == "adminRemove":
            for row in same:
                self.rows.remove(row)
            if not same:
                return refused(Meaning.ABSENT, "RoleAssignmentDoesNotExist")(request)
            return Answer(201, body={"status": "Revoked"}), Outcome(Meaning.DONE, status=201)
        if same:
            return refused(Meaning.EXISTS, "RoleAssignmentExists")(request)
        return self.accept(request, row=True)

    def accept(
        self, request: Request, *, row: bool, status: str = "Provisioned", **more: Any
    ) -> tuple[Answer, Outcome]:
        """201, with the schedule or without it."""
        body = dict(request.body or {})
        request_id = f"request-{len(self.requests) + 1}"
        made = {**body, "id": request_id, "status": status, "createdBy": {"user": {"id": CALLER}}}
        self.requests[request_id] = made
        schedule_id = request_id
        if "groupId" in body:
            schedule_id = f"{body['groupId']}_{body['accessId']}_{request_id}"
        if row:
            self.rows.append(
                {
                    **{name: value for name, value in body.items() if name != "action"},
                    "id": schedule_id,
                    "createdUsing": request_id,
                    "createdDateTime": self.clock.moment.isoformat(),
                    "memberType": "Direct",
                    **more,
                }
            )
        answer = {**made, "targetScheduleId": schedule_id}
        return Answer(201, body=answer), Outcome(Meaning.DONE, status=201)

    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]:
        if self.read_error is not None:
            raise self.read_error
        if "Requests" in request.path:
            if request.query:
                return {"value": list(self.requests.values())}
            found = self.requests.get(request.path.rpartition("/")[2])
            if found is None:
                raise GraphRefused("no such request", code="not_found")
            return found
        if "roleDefinitions/" in request.path:
            raise GraphRefused("no such role", code="not_found")
        group = "privilegedAccess" in request.path
        return {"value": [] if self.hidden else [row for row in self.rows if ("groupId" in row) is group]}

    async def read_many(self, requests: Sequence[Request]) -> list[dict[str, Any] | MigrateError]:
        self.batches.append(list(requests))
        found: list[dict[str, Any] | MigrateError] = []
        for request in requests:
            try:
                found.append(await self.read(request, listing=True))
            except MigrateError as error:
                found.append(error)
        return found

    async def renew(self, answer: Answer) -> None:
        pass

    def starved_for(self, lane: Lane) -> float:
        return 0.0

    def held_for(self, lane: Lane) -> float:
        return self.held


def refused(meaning: Meaning, code: str = "", status: int = 400, **more: Any) -> Any:
    return lambda _request: (
        Answer(status, body={"error": {"code": code}}),
        Outcome(meaning, code=code, message=f"{code} told", status=status, **more),
    )


def lost(target: FakeTarget, *, effect: bool) -> Any:
    """The answer never comes; with ``effect`` the write happened all the same."""

    def answer(request: Request) -> tuple[Answer, Outcome]:
        if effect:
            target.faithful(request)
        return Answer(504), Outcome(Meaning.IN_DOUBT, message="gateway", status=504)

    return answer


@dataclass
class Bench:
    """A run over some items with everything that it left behind."""

    folder: Path
    items: list[Item]
    clock: FakeClock = field(default_factory=FakeClock)
    window: float = 120.0

    def __post_init__(self) -> None:
        self.target = FakeTarget(self.clock)
        self.db: Database = open_state(self.folder / "engagement.db", create=True)
        self.journal = Journal(self.db, self.clock.now)
        self.lines: list[WriteLine] = []
        self.run = self.again()

    def again(self) -> Run:
        """A new run of the same engagement: all it knows is in the journal."""
        session = cast(Session, self.target)
        self.run = Run(
            session=session,
            live=LiveTarget(session, self.items),
            recorder=Recorder(
                self.journal, run_id="run", states=fold(self.journal.entries()), clock=self.clock.now
            ),
            sleep=self.clock.sleep,
            clock=self.clock.now,
            report=self.lines.append,
            justification=lambda write_id, batch: f"pim-migrate test batch {batch} write {write_id}",
            window=self.window,
        )
        return self.run

    def state(self, item: Item | None = None) -> Any:
        return fold(self.journal.entries())[(item or self.items[0]).id]

    def events(self) -> list[str]:
        return [
            f"{entry.event} {entry.payload.get('outcome', '')}".strip() for entry in self.journal.entries()
        ]

    def actions(self) -> list[str]:
        return [str((one.body or {}).get("action", "cancel")) for one in self.target.sent]

    def told(self, item: Item | None = None) -> tuple[str, str]:
        line = [line for line in self.lines if line.id == (item or self.items[0]).id][-1]
        return line.state, line.reason
