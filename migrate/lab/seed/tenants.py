"""The tenants of the lab, and how ids and times are made: always from names and from the `now` that is
passed in."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

READER_APP_ID = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
WRITER_APP_ID = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"


@dataclass(frozen=True)
class Tenant:
    """A tenant of the lab.

    `directory_sid` is the domain part of the security identifiers that its on-premises directory gives.
    `secret` is the client secret of its app: a lab value that opens nothing outside the lab.
    """

    tenant_id: str
    display_name: str
    domain: str
    initial_domain: str
    directory_sid: str
    app_id: str
    secret: str


CONTOSO = Tenant(
    tenant_id="11111111-1111-1111-1111-111111111111",
    display_name="Contoso",
    domain="contoso.com",
    initial_domain="contoso.onmicrosoft.com",
    directory_sid="S-1-5-21-1111111111-2222222222-3333333333",
    app_id=READER_APP_ID,
    secret="contoso-lab-secret",
)
FABRIKAM = Tenant(
    tenant_id="22222222-2222-2222-2222-222222222222",
    display_name="Fabrikam",
    domain="fabrikam.com",
    initial_domain="fabrikam.onmicrosoft.com",
    directory_sid="S-1-5-21-4444444444-5555555555-6666666666",
    app_id=WRITER_APP_ID,
    secret="fabrikam-lab-secret",
)


def object_id(tenant: Tenant, kind: str, key: str) -> str:
    """The object id of `key` in this tenant: the same on every run, and never equal between tenants."""
    return str(uuid5(UUID(tenant.tenant_id), f"{kind}/{key}"))


def immutable_id(key: str) -> str:
    """The `onPremisesImmutableId` (a GUID in base64) of a person's one on-premises account."""
    return base64.b64encode(uuid5(UUID(int=0), f"on-premises/{key}").bytes).decode("ascii")


def security_identifier(tenant: Tenant, key: str) -> str:
    """The on-premises SID of `key`, as the directory behind this tenant gives it."""
    relative = 1100 + uuid5(UUID(int=1), key).int % 1_000_000_000
    return f"{tenant.directory_sid}-{relative}"


def stamp(moment: datetime) -> str:
    """A UTC time as Graph writes it, in whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def days_from(now: datetime, days: float) -> str:
    """The time that lies `days` after `now` (before it when negative), as Graph writes it."""
    return stamp(now + timedelta(days=days))
