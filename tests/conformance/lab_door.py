"""The program's own door to the lab: what it sends there is what it would send to Graph."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from small_tenants import APP, SECRET, TENANT

from migrate.graphapi.answer import Answer
from migrate.graphapi.endpoint import Credential, CredentialKind, Secret, endpoint_for
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.graphapi.pacer import Pacer
from migrate.graphapi.session import Session
from migrate.kinds.request import Request
from migrate.lab.serve import LabThread


class Door:
    """Sends requests and keeps what came of the last one."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.answer = Answer(None)
        self.outcome = Outcome(Meaning.NOT_SENT)

    async def send(self, request: Request) -> Meaning:
        self.answer, self.outcome = await self.session.judged(request)
        return self.outcome.meaning

    async def made(self, request: Request) -> str:
        """The id of what a request has created."""
        assert await self.send(request) is Meaning.DONE, self.outcome
        assert self.answer.body is not None
        return str(self.answer.body["id"])

    async def done(self, *requests: Request) -> None:
        for request in requests:
            assert await self.send(request) is Meaning.DONE, (request, self.outcome)


@asynccontextmanager
async def open_door(lab: LabThread, folder: Path) -> AsyncIterator[Door]:
    """Signed in as the first tenant's app, on a clock that only moves when the pacer waits."""
    (folder / "ca.pem").write_text(lab.ca_pem, encoding="ascii")
    endpoint = endpoint_for(
        "global",
        tenant_id=TENANT,
        graph_url=f"{lab.url}/v1.0",
        authority=lab.url,
        ca_bundle=folder / "ca.pem",
    )
    now, ids = [0.0], count(1)

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    async with Session.open(
        endpoint,
        Credential(CredentialKind.CLIENT_SECRET, APP, Secret(SECRET)),
        pacer=Pacer(clock=lambda: now[0], sleep=sleep),
        clock=lambda: now[0],
        sleep=sleep,
        new_id=lambda: f"{next(ids):08d}-0000-4000-8000-000000000000",
        user_agent="pim-migrate/conformance",
    ) as session:
        yield Door(session)
