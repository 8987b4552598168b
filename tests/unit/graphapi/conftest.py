"""A session over a function instead of a network, on a clock that only moves when somebody sleeps."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from graphapi_fakes import CLIENT_SECRET, TENANT, FakeAuthority, FakeTime, Handler, OpenSession, Service

from migrate.graphapi import session, tls
from migrate.graphapi.endpoint import Credential, CredentialKind, Endpoint, Secret, endpoint_for
from migrate.graphapi.pacer import Pacer
from migrate.graphapi.session import Session

_roots = functools.lru_cache(tls.trusted_roots)


@pytest.fixture(autouse=True)
def trusted_roots_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading this machine's roots takes longer than any of the tests."""
    monkeypatch.setattr(session, "trusted_roots", _roots)


@pytest.fixture
def endpoint() -> Endpoint:
    return endpoint_for("global", tenant_id=TENANT, graph_url="https://graph.test:8443/v1.0")


@pytest.fixture
def credential() -> Credential:
    return Credential(CredentialKind.CLIENT_SECRET, "app-1", Secret(CLIENT_SECRET))


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def authority(fake_time: FakeTime) -> FakeAuthority:
    return FakeAuthority(fake_time)


@pytest.fixture
def open_session(
    endpoint: Endpoint, credential: Credential, fake_time: FakeTime, authority: FakeAuthority
) -> OpenSession:
    @asynccontextmanager
    async def opened(
        *answers: Handler | httpx.Response | Exception, at: Endpoint = endpoint
    ) -> AsyncIterator[tuple[Session, Service]]:
        service = Service(list(answers))
        ids = iter(f"id-{n}" for n in range(1, 1000))
        pacer = Pacer(clock=fake_time.clock, sleep=fake_time.sleep)
        async with Session.open(
            at,
            credential,
            pacer=pacer,
            clock=fake_time.clock,
            sleep=fake_time.sleep,
            new_id=lambda: next(ids),
            user_agent="pim-migrate/test",
            make_credential=authority.make,
            transport=httpx.MockTransport(service),
        ) as opened_session:
            yield opened_session, service

    return opened
