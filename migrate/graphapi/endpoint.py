"""Where a tenant is reached and who signs in there: plain data, read from the engagement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from migrate.errors import UsageError
from migrate.kinds.cloud import CLOUDS

GRAPH_VERSION = "v1.0"


class CredentialKind(StrEnum):
    CLIENT_SECRET = "client_secret"
    CERTIFICATE = "certificate"
    MANAGED_IDENTITY = "managed_identity"
    WORKLOAD_IDENTITY = "workload_identity"
    AZURE_CLI = "azure_cli"
    DEVICE_CODE = "device_code"


class Secret:
    """A text that shows itself to nobody who does not ask for it by ``reveal``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__


@dataclass(frozen=True)
class Credential:
    """Who signs in. ``secret`` is the client secret, or the password of the certificate's file."""

    kind: CredentialKind
    client_id: str | None = None
    secret: Secret | None = None
    certificate_path: Path | None = None


@dataclass(frozen=True)
class Endpoint:
    """One tenant's Graph and the authority that signs in to it.

    ``graph_url`` always ends in ``/v1.0``. ``ca_bundle`` replaces the trusted roots for both hosts.
    ``own_authority`` is true where the authority is not the cloud's own, and so unknown to Microsoft's
    instance discovery.
    """

    tenant_id: str
    graph_url: str
    authority: str
    ca_bundle: Path | None = None
    cloud: str = "global"
    own_authority: bool = False

    @property
    def host(self) -> str:
        """The Graph host, with its port where it has one."""
        return urlsplit(self.graph_url).netloc

    @property
    def scope(self) -> str:
        return f"https://{self.host}/.default"

    def base(self, version: str) -> str:
        """The root of a version of Graph: ``beta`` lies beside ``v1.0``."""
        return self.graph_url.removesuffix(GRAPH_VERSION) + version


def endpoint_for(
    cloud: str,
    *,
    tenant_id: str,
    graph_url: str | None = None,
    authority: str | None = None,
    ca_bundle: Path | None = None,
) -> Endpoint:
    """The endpoint of a cloud, or of the hosts that replace the cloud's.

    Raises ``UsageError`` for an unknown cloud and for a URL that is not https: a token never travels
    in the clear, not even to localhost.
    """
    if cloud not in CLOUDS:
        raise UsageError(
            f"There is no cloud named {cloud!r}",
            where="cloud",
            hint=f"use one of {', '.join(CLOUDS)}",
            code="cloud_unknown",
        )
    hosts = CLOUDS[cloud]
    graph = _https("graph_url", graph_url or hosts.graph)
    if urlsplit(graph).path.rpartition("/")[2] != GRAPH_VERSION:
        graph = f"{graph}/{GRAPH_VERSION}"
    return Endpoint(
        tenant_id=tenant_id,
        graph_url=graph,
        authority=_https("authority", authority or hosts.authority),
        ca_bundle=ca_bundle,
        cloud=cloud,
        own_authority=authority is not None and _https("authority", authority) != hosts.authority,
    )


def _https(key: str, url: str) -> str:
    """The URL without its trailing slash; refused unless it is https and names a host and nothing odd."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise UsageError(
            f"{key} is not an https address: {url}",
            where=key,
            hint="write it as https://host[:port][/path]",
            code="endpoint_invalid",
        )
    return url.rstrip("/")
