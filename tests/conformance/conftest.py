"""A freshly loaded lab for each test, and a signed-in client to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from graph_client import GraphClient, tls
from small_tenants import APP, SECRET, TENANT, other_seed, seed
from ticking import Ticking

from migrate.lab.serve import LabThread


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[LabThread, list[Ticking]]]:
    """One lab for the whole run; each test reloads the seeds and brings its own clock."""
    clocks = [Ticking()]
    with LabThread([seed(), other_seed()], clock=lambda: clocks[-1]()) as lab:
        yield lab, clocks


@pytest.fixture
def lab(_running: tuple[LabThread, list[Ticking]], ticking: Ticking) -> Iterator[LabThread]:
    running, clocks = _running
    clocks.append(ticking)
    running.load([seed(), other_seed()])
    running.reset()
    yield running
    clocks.pop()


@pytest.fixture
def connect(lab: LabThread) -> Iterator[Callable[..., GraphClient]]:
    """Signs in: ``connect(tenant, app_id, secret)``; all default to the first tenant's app."""
    made: list[httpx.Client] = []

    def sign_in(tenant: str = TENANT, app: str = APP, secret: str = SECRET) -> GraphClient:
        http = httpx.Client(verify=tls(lab.ca_pem), base_url=lab.url)
        made.append(http)
        return GraphClient.sign_in(http, tenant, app, secret)

    yield sign_in
    for http in made:
        http.close()


@pytest.fixture
def graph(connect: Callable[..., GraphClient]) -> GraphClient:
    return connect()


@pytest.fixture
def reloaded(lab: LabThread, connect: Callable[..., GraphClient]) -> Callable[..., GraphClient]:
    """Loads the first tenant with some keys of its seed replaced and signs in again."""

    def load(**changes: Any) -> GraphClient:
        lab.load([{**seed(), **changes}, other_seed()])
        return connect()

    return load
