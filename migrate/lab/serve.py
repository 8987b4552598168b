"""Starts and stops a lab: TLS, two ports, and a thread for those who are not asynchronous."""

from __future__ import annotations

import asyncio
import gc
import random
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import trustme
from aiohttp import web

from migrate.lab.clock import system_time
from migrate.lab.control import Control, ControlServer
from migrate.lab.http import GraphServer, Sleep
from migrate.lab.world import World

Json = dict[str, Any]
Result = TypeVar("Result")
HOSTS = ("localhost", "127.0.0.1", "::1")


def settle_memory() -> None:
    """For a process that is a lab and nothing else: what is loaded stays until it ends, and most of what a
    request makes holds no cycles, so the garbage collector need not look so often, nor at all of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


class Lab:
    """An emulated Graph and its control plane over TLS. Ports of 0 mean any that is free."""

    def __init__(
        self,
        seeds: Sequence[Mapping[str, Any]],
        *,
        clock: Callable[[], datetime] = system_time,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
        host: str = "localhost",
        port: int = 0,
        control_port: int = 0,
    ) -> None:
        self.world = World(seeds, clock=clock, rng=rng or random.Random(0))
        self.control = Control(self.world)
        self._sleep = sleep
        self._host, self._port, self._control_port = host, port, control_port
        self._runners: list[web.AppRunner] = []
        authority = trustme.CA(organization_name="pim-migrate lab")
        self._certificate = authority.issue_cert(*dict.fromkeys((*HOSTS, host)))
        self.ca_pem: str = authority.cert_pem.bytes().decode("ascii")
        """The authority's certificate: what ``ca_bundle`` in an engagement has to hold."""
        self.url = ""
        """``https://host:port``: the authority as it is, Graph with ``/v1.0`` or ``/beta`` behind it."""
        self.control_url = ""

    async def start(self) -> Lab:
        """Opens both ports; the addresses are known afterwards."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._certificate.configure_cert(context)
        graph = GraphServer(self.world, sleep=self._sleep).app()
        self.url = await self._open(graph, self._port, context)
        self.control_url = await self._open(ControlServer(self.control).app(), self._control_port, context)
        return self

    async def _open(self, app: web.Application, port: int, context: ssl.SSLContext) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        self._runners.append(runner)
        # IPv4 only: with port 0 each address family would be given a port of its own.
        address = "127.0.0.1" if self._host == "localhost" else self._host
        await web.TCPSite(runner, address, port, ssl_context=context).start()
        bound: int = runner.addresses[0][1]
        return f"https://{self._host}:{bound}"

    async def stop(self) -> None:
        while self._runners:
            await self._runners.pop().cleanup()

    async def __aenter__(self) -> Lab:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


class LabThread:
    """A lab in a thread of its own, with the control plane as plain methods."""

    def __init__(self, seeds: Sequence[Mapping[str, Any]], **options: Any) -> None:
        self._lab = Lab(seeds, **options)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="lab", daemon=True)
        self.ca_pem = self._lab.ca_pem
        self.url = ""
        self.control_url = ""

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def start(self) -> LabThread:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._lab.start(), self._loop).result(timeout=30)
        self.url, self.control_url = self._lab.url, self._lab.control_url
        return self

    def stop(self) -> None:
        """Closes the ports and ends the thread; a second call does nothing."""
        if not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._lab.stop(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()

    def __enter__(self) -> LabThread:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _do(self, work: Callable[[], Result]) -> Result:
        """Runs the work between two requests, so that it never sees half a change."""
        done: Future[Result] = Future()

        def run() -> None:
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001 - handed to the caller in the other thread
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(timeout=60)

    def dump(self, tenant_id: str, parts: Sequence[str] | None = None) -> Json:
        return self._do(lambda: self._lab.control.dump(tenant_id, parts))

    def log(self, tenant_id: str | None = None, *, since: int = 0) -> list[Json]:
        return self._do(lambda: self._lab.control.log(tenant_id, since=since))

    def metrics(self) -> Json:
        return self._do(self._lab.control.metrics)

    def faults(self, specs: Sequence[Mapping[str, Any]]) -> None:
        self._do(lambda: self._lab.control.faults(specs))

    def clear_faults(self) -> None:
        self._do(self._lab.control.clear_faults)

    def advance(self, seconds: float) -> str:
        return self._do(lambda: self._lab.control.advance(seconds))

    def consent(self, tenant_id: str, app_id: str, roles: Sequence[str]) -> None:
        self._do(lambda: self._lab.control.consent(tenant_id, app_id, roles))

    def change(self, tenant_id: str, **what: Any) -> Json:
        return self._do(lambda: self._lab.control.change(tenant_id, what))

    def token(self, tenant_id: str, user_id: str, **how: Any) -> str:
        """A delegated token: ``mfa=True``, ``acrs=["c1"]``, ``scopes=[…]``."""
        return self._do(lambda: self._lab.control.token(tenant_id, user_id, **how))

    def approve(self, tenant_id: str, request_id: str, **how: Any) -> str:
        """Decides what waits: ``approve=False`` denies."""
        return self._do(lambda: self._lab.control.approve(tenant_id, request_id, **how))

    def throttle(self, **settings: Any) -> None:
        self._do(lambda: self._lab.control.throttle(settings))

    def load(self, seeds: Sequence[Mapping[str, Any]]) -> None:
        self._do(lambda: self._lab.control.load(seeds))

    def reset(self) -> None:
        self._do(self._lab.control.reset)
