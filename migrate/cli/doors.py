"""Builds the door to one tenant from the engagement file."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate import __version__
from migrate.cli import clock
from migrate.cli.context import Context
from migrate.errors import AccessError, GraphRefused, Unreachable, WrongTenant

if TYPE_CHECKING:
    from migrate.config.tenant_settings import TenantSettings
    from migrate.graphapi.endpoint import Credential, Endpoint
    from migrate.graphapi.pace import LanePace
    from migrate.graphapi.session import Session
    from migrate.kinds.request import Lane


def endpoint_of(settings: TenantSettings) -> Endpoint:
    from migrate.graphapi.endpoint import endpoint_for

    return endpoint_for(
        settings.cloud,
        tenant_id=settings.tenant_id,
        graph_url=settings.graph_url,
        authority=settings.authority,
        ca_bundle=settings.ca_bundle,
    )


def credential_of(settings: TenantSettings) -> Credential:
    """Raises SignInFailed ``secret_unset`` where the named environment variable holds nothing."""
    from migrate.config.credential_settings import certificate_password_of, secret_of
    from migrate.graphapi.endpoint import Credential, CredentialKind, Secret

    given = settings.credential
    kind = CredentialKind(given.kind)
    text: str | None = None
    if kind is CredentialKind.CLIENT_SECRET:
        text = secret_of(given, os.environ)
    elif kind is CredentialKind.CERTIFICATE:
        text = certificate_password_of(given, os.environ)
    return Credential(kind, given.client_id, Secret(text) if text else None, given.certificate_path)


@asynccontextmanager
async def open_session(context: Context, side: str) -> AsyncIterator[Session]:
    """Signs in to ``source`` or ``target``.

    Raises:
        AccessError: the sign-in failed.
        WrongTenant: the token names another tenant than the engagement.
        Unreachable: no connection, or none that can be trusted.
    """
    settings = context.engagement.source if side == "source" else context.engagement.target
    with told_of(side):
        async with _signed_in(context, settings) as session:
            yield session


@asynccontextmanager
async def _signed_in(context: Context, settings: TenantSettings) -> AsyncIterator[Session]:
    from migrate.graphapi.pacer import Pacer
    from migrate.graphapi.session import Session
    from migrate.kinds.request import Lane
    from migrate.store.paces import FILE_NAME, PaceBook

    engagement = context.engagement
    ceilings = {Lane(name): rate for name, rate in engagement.throttle.lanes.items()}
    book = PaceBook(
        engagement.state_folder / FILE_NAME,
        run_id=clock.new_id(),
        clock=clock.seconds,
        tell=context.screen.note,
    )
    with book:
        pacer = Pacer(
            clock=clock.monotonic,
            sleep=clock.sleep,
            ceilings=ceilings,
            memory=book.of(settings.tenant_id),
        )
        async with Session.open(
            endpoint_of(settings),
            credential_of(settings),
            pacer=pacer,
            clock=clock.seconds,
            sleep=clock.sleep,
            new_id=clock.new_id,
            user_agent=f"pim-migrate/{__version__}",
            # A script is never asked: with --json a credential that needs a person fails and says so.
            prompt=None if context.screen.as_json else context.screen.note,
        ) as session:
            yield session


@dataclass(frozen=True)
class Beginning:
    """How a lane would begin now, and how it begins in a tenant that nothing is known of."""

    now: LanePace
    unknown: LanePace

    @property
    def learned(self) -> float | None:
        """Units a second, where earlier runs have learned this tenant's limit."""
        return None if self.now.limit == self.unknown.limit else self.now.limit

    @property
    def is_known(self) -> bool:
        """Whether earlier runs have shown how fast the tenant may be asked."""
        return self.now.rate != self.unknown.rate or self.learned is not None


def beginnings(context: Context, side: str) -> dict[Lane, Beginning]:
    """The lanes of a tenant as a run would find them; this is none."""
    from migrate.graphapi.pacer import Pacer
    from migrate.kinds.request import Lane
    from migrate.store.paces import FILE_NAME, PaceBook

    engagement = context.engagement
    settings = engagement.source if side == "source" else engagement.target
    ceilings = {Lane(name): rate for name, rate in engagement.throttle.lanes.items()}
    unknown = Pacer(clock=clock.monotonic, sleep=clock.sleep, ceilings=ceilings)
    path = engagement.state_folder / FILE_NAME
    found = unknown
    if path.is_file():
        with PaceBook(path, run_id=clock.new_id(), clock=clock.seconds, tell=context.screen.note) as book:
            memory = book.of(settings.tenant_id)
            found = Pacer(clock=clock.monotonic, sleep=clock.sleep, ceilings=ceilings, memory=memory)
            found.remember()
    return {lane: Beginning(found.pace(lane), unknown.pace(lane)) for lane in Lane}


@contextmanager
def told_of(side: str) -> Iterator[None]:
    """Both tenants fail alike: what a tenant's door says gets that tenant's table in front of its place."""
    try:
        yield
    except (AccessError, GraphRefused, Unreachable, WrongTenant) as error:
        if not error.where.startswith("["):
            error.where = f"[{side}] {error.where}".rstrip()
        raise
