"""A freshly loaded lab for each test, and a signed-in client to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graph_client import GraphClient, tls
from lab_door import Door, open_door
from real_tenant import NEVER, named
from real_tenant import connect as connect_really
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each fact runs against the lab, and against a real tenant when the environment names one: facts that
    take an ``endpoint`` are read there, all others say there why they are not."""
    if "endpoint" in metafunc.fixturenames:
        metafunc.parametrize("endpoint", ["lab", "real"] if named() else ["lab"], indirect=True)
    elif "graph" in metafunc.fixturenames and named():
        skipped = pytest.param("real", marks=pytest.mark.skip(reason=NEVER))
        metafunc.parametrize("graph", ["lab", skipped], indirect=True)


@pytest.fixture
def graph(connect: Callable[..., GraphClient]) -> GraphClient:
    return connect()


@pytest.fixture(scope="session")
def _real() -> Iterator[GraphClient]:
    """One sign-in to the real tenant for the whole run."""
    client = connect_really()
    yield client
    client.http.close()


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> GraphClient:
    """Any Graph endpoint: for facts that read only and need no particular tenant."""
    found: GraphClient = request.getfixturevalue("graph" if request.param == "lab" else "_real")
    return found


@pytest.fixture
def unthrottled(lab: LabThread, graph: GraphClient) -> Iterator[GraphClient]:
    """Conditional access and reports without their limits: time stands still in these tests."""
    lab.throttle(enabled=False)
    yield graph
    lab.throttle(enabled=True)


@pytest.fixture
def person(lab: LabThread, graph: GraphClient) -> Callable[..., GraphClient]:
    """A signed-in person of the first tenant: ``person(ALICE, mfa=True, acrs=["c1"])``."""

    def sign_in(user_id: str, **how: Any) -> GraphClient:
        return GraphClient(graph.http, lab.token(TENANT, user_id, **how))

    return sign_in


@pytest.fixture
def reloaded(lab: LabThread, connect: Callable[..., GraphClient]) -> Callable[..., GraphClient]:
    """Loads the first tenant with some keys of its seed replaced and signs in again."""

    def load(**changes: Any) -> GraphClient:
        lab.load([{**seed(), **changes}, other_seed()])
        return connect()

    return load


@pytest.fixture
async def door(lab: LabThread, tmp_path: Path) -> AsyncIterator[Door]:
    lab.throttle(enabled=False)
    async with open_door(lab, tmp_path) as opened:
        yield opened
    lab.throttle(enabled=True)


@pytest.fixture
def undone(lab: LabThread, door: Door) -> Iterator[None]:
    """Asserts at the end that nothing has come of the test."""
    before = lab.dump(TENANT)
    yield
    assert lab.dump(TENANT) == before
