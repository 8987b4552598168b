"""The tables ``[source]`` and ``[target]``: which tenant, in which cloud, at which addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from migrate.config.credential_settings import CredentialSettings, read_credential
from migrate.config.problems import suggestion
from migrate.config.toml_table import Table
from migrate.config.toml_values import read_file_path, read_guid
from migrate.kinds.cloud import CLOUDS


@dataclass(frozen=True)
class TenantSettings:
    """One tenant. ``graph_url`` ends in ``/v1.0``; neither URL ends in a slash; ids are in lower case."""

    tenant_id: str
    cloud: str
    graph_url: str
    authority: str
    ca_bundle: Path | None
    credential: CredentialSettings


def read_tenant(table: Table, folder: Path) -> TenantSettings | None:
    """The settings of one tenant, or None where a problem was recorded; paths are relative to ``folder``."""
    tenant_id = read_guid(table, "tenant_id", required=True)
    cloud = table.text("cloud", default="global")
    if cloud is not None and cloud not in CLOUDS:
        table.wrong("cloud", "bad_cloud", f'is "{cloud}", which is no cloud{suggestion(cloud, CLOUDS)}')
        cloud = None
    graph_url = _graph_url(table)
    authority = _authority(table, tenant_id)
    ca_bundle = read_file_path(table, "ca_bundle", folder)
    credential_table = table.table("credential", required=True)
    credential = None if credential_table is None else read_credential(credential_table, folder)
    table.refuse_unknown()
    if tenant_id is None or cloud is None or credential is None:
        return None
    hosts = CLOUDS[cloud]
    return TenantSettings(
        tenant_id,
        cloud,
        graph_url or f"{hosts.graph}/v1.0",
        authority or hosts.authority,
        ca_bundle,
        credential,
    )


def _graph_url(table: Table) -> str | None:
    url = _https(table, "graph_url")
    if url is None:
        return None
    if not urlsplit(url).path:
        return f"{url}/v1.0"
    if not url.endswith("/v1.0"):
        table.wrong("graph_url", "bad_url", "must end in /v1.0")
        return None
    return url


def _authority(table: Table, tenant_id: str | None) -> str | None:
    url = _https(table, "authority")
    if url is None:
        return None
    # Documentation often shows the authority with the tenant behind it; sign-in adds the tenant by itself.
    if tenant_id and url.lower().endswith(f"/{tenant_id}"):
        url = url[: -len(tenant_id) - 1]
    if urlsplit(url).path:
        table.wrong(
            "authority", "bad_url", "must be a host only, for example https://login.microsoftonline.com"
        )
        return None
    return url


def _https(table: Table, key: str) -> str | None:
    url = table.text(key)
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        table.wrong(key, "bad_url", "is no URL")
        return None
    if parts.scheme != "https":
        table.wrong(key, "bad_url", "must begin with https://; tokens are never sent in the clear")
        return None
    if not host or parts.query or parts.fragment or parts.username is not None or re.search(r"\s", url):
        table.wrong(key, "bad_url", "must be a plain URL of a host, without user, query or fragment")
        return None
    return url.rstrip("/")
