"""A lab in a process of its own, so that its work is counted to nobody, and the doors into it."""

from __future__ import annotations

import asyncio
import multiprocessing
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from migrate.graphapi.endpoint import Credential, CredentialKind, Endpoint, Secret, endpoint_for
from migrate.graphapi.pacer import Pacer
from migrate.graphapi.session import Session
from migrate.kinds.request import Lane

TENANT = "11111111-1111-1111-1111-111111111111"
APP = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
SECRET = "bench-secret"
LATENCY = 0.02
UNTHROTTLED = dict.fromkeys(Lane, 1e6)
Seed = dict[str, Any]


def app_with(*roles: str) -> Seed:
    return {
        "appId": APP,
        "secret": SECRET,
        "servicePrincipalId": "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb",
        "displayName": "bench",
        "roles": list(roles),
    }


@dataclass
class ServedLab:
    """Where the lab is; ``tell`` calls a method of its control plane in the other process."""

    url: str
    ca_file: Path
    pipe: Connection

    def tell(self, method: str, *given: Any, **settings: Any) -> Any:
        self.pipe.send((method, given, settings))
        return self.pipe.recv()

    @property
    def endpoint(self) -> Endpoint:
        return endpoint_for(
            "global",
            tenant_id=TENANT,
            graph_url=f"{self.url}/v1.0",
            authority=self.url,
            ca_bundle=self.ca_file,
        )

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca_file))

    @asynccontextmanager
    async def session(self, pacer: Pacer | None = None) -> AsyncIterator[Session]:
        """Signed in, with everything imported; unthrottled unless a pacer is given."""
        unthrottled = Pacer(clock=time.monotonic, sleep=asyncio.sleep, ceilings=UNTHROTTLED)
        async with Session.open(
            self.endpoint,
            Credential(CredentialKind.CLIENT_SECRET, APP, Secret(SECRET)),
            pacer=pacer or unthrottled,
            clock=time.time,
            sleep=asyncio.sleep,
            new_id=lambda: "bench",
            user_agent="bench",
        ) as session:
            yield session


@contextmanager
def served(*seeds: Seed, latency: float = LATENCY) -> Iterator[ServedLab]:
    """A lab with these tenants, unthrottled, that answers each request so many seconds late."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(there, seeds, latency), daemon=True
    )
    server.start()
    url, ca_pem = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        ca_file = Path(folder) / "ca.pem"
        ca_file.write_text(ca_pem, encoding="ascii")
        yield ServedLab(url, ca_file, here)
    here.send(None)
    server.join()


def _serve(pipe: Connection, seeds: Sequence[Mapping[str, Any]], latency: float) -> None:
    from migrate.lab.serve import LabThread, settle_memory

    with LabThread(seeds) as lab:
        lab.throttle(enabled=False)
        settle_memory()
        if latency:
            lab.faults([{"do": "delay", "seconds": latency, "times": 10**9, "match": {}}])
        pipe.send((lab.url, lab.ca_pem))
        while (asked := pipe.recv()) is not None:
            method, given, settings = asked
            pipe.send(getattr(lab, method)(*given, **settings))
