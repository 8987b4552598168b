"""A journal filled by hand, as runs fill it, and its events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from migrate.store.database import Database
from migrate.store.journal import Journal
from migrate.store.plans import Plans
from migrate.trail.event import Event, Origin
from migrate.trail.plan_items import PlanItems
from migrate.trail.read import Trail

Json = dict[str, Any]
ORIGIN = Origin("acme", "tenant-1", "9.9.9")
START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CALLER = {"object_id": "sp-1", "app_id": "app-1", "app_only": True, "tenant_id": "tenant-1"}
RIGHT = {"principalId": "who-1", "roleDefinitionId": "role-1", "directoryScopeId": "/administrativeUnits/u1"}
IMAGE = {"id": "schedule-1", "endDateTime": "2027-01-01T01:00:00+01:00"}


def item(number: int = 1, **changes: Any) -> Json:
    """An item as a plan's document has it."""
    return {
        "id": f"all-1.{number:05}",
        "action": "create",
        "kind": "roleEligibilitySchedule",
        "key": "who-1|role-1|u1",
        "batch": 1,
        "reason": "not there yet",
        "codes": ["D03"],
        "source": {"id": "source-1"},
        "target": RIGHT,
        "names": {"right": "Helpdesk", "principal": "a@old", "target_principal": "a@new", "scope": "EMEA"},
        "base": None,
        **changes,
    }


class TrailJournal:
    """Time goes on by a second with each entry."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self._folder, self._ticks = db, folder, 0
        self.journal = Journal(db, self._now)

    def _now(self) -> datetime:
        self._ticks += 1
        return START + timedelta(seconds=self._ticks)

    def plan(self, *items: Json, plan_id: str = "all-1", hash: str = "sha256:abc") -> None:
        wave, _, number = plan_id.rpartition("-")
        Plans(self.db).register(
            plan_id=plan_id,
            wave=wave,
            number=int(number),
            path=self._folder / f"{plan_id}.json",
            hash=hash,
            made_at=START,
            resolution_id=None,
            document={"id": plan_id, "items": list(items)},
        )

    def say(self, event: str, payload: Json | None = None, *, number: int | None = 1, **place: Any) -> None:
        """One entry; about the write of that number, or about none."""
        where: Json = {"run_id": "run-1", "plan_id": "all-1", "wave": "all"}
        if number is not None:
            where |= {"batch": 1, "write_id": f"all-1.{number:05}"}
        self.journal.append(event, **{**where, **place}, payload=payload or {})

    def run(self, **changes: Any) -> None:
        payload = {"verb": "apply", "version": "1.2.3", "operator": "kim@desk", "caller": CALLER, **changes}
        self.say("run", payload, number=None)

    def begin(self, direction: str = "assign", *, number: int = 1, **more: Any) -> None:
        body = {**RIGHT, "justification": f"pim-migrate acme batch 1 write all-1.{number:05}"}
        request = {"method": "POST", "path": "/requests", "body": body}
        self.say("begin", {"direction": direction, "key": "k", "request": request, **more}, number=number)

    def end(self, outcome: str, direction: str = "assign", *, number: int = 1, **more: Any) -> None:
        payload = {"direction": direction, "outcome": outcome, "code": "", "message": "", "image": None}
        self.say("end", {**payload, **more}, number=number)

    def write(self, outcome: str, direction: str = "assign", *, number: int = 1, **more: Any) -> None:
        self.begin(direction, number=number)
        self.end(outcome, direction, number=number, **more)

    def trail(self, **asked: Any) -> Trail:
        return Trail(self.journal, PlanItems(Plans(self.db)), **asked)

    def events(self, **asked: Any) -> list[Event]:
        return list(self.trail(**asked))

    def only(self) -> Event:
        (found,) = self.events()
        return found

    def tamper(self, *statements: str) -> None:
        """Changes the database as somebody with an editor would: fences down first."""
        for row in list(self.db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            self.db.execute(f"DROP TRIGGER {row['name']}")
        for statement in statements:
            self.db.execute(statement)
