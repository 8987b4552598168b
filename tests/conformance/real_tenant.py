"""A real tenant to hold the facts against, when the environment names one. It is only read.

``PIM_MIGRATE_CONFORMANCE_ENGAGEMENT`` is the path of an ``engagement.toml``, and
``PIM_MIGRATE_CONFORMANCE_SIDE`` says which of its tenants is meant (``source``, if nothing is said). The file
names the secret as always; nothing here ever prints it or the token.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from graph_client import GraphClient, tls

from migrate.cli.doors import credential_of, endpoint_of
from migrate.config.engagement import read_engagement
from migrate.graphapi.signin import sign_in

ENGAGEMENT = "PIM_MIGRATE_CONFORMANCE_ENGAGEMENT"
SIDE = "PIM_MIGRATE_CONFORMANCE_SIDE"
NEVER = "writes, or needs the lab's own tenant: never against a real one"
_PATIENCE = 5


def named(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment names a real tenant."""
    return bool(environment.get(ENGAGEMENT))


class Reader(GraphClient):
    """A client that waits when it is told to, and does not write."""

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        if method != "GET" and not _only_reads(path, options.get("json")):
            pytest.skip(f"{method} {path}: a real tenant is only read")
        for _ in range(_PATIENCE):
            answer = super().request(method, path, **options)
            if answer.status_code != 429:
                return answer
            time.sleep(float(answer.headers.get("Retry-After", 2)))
        return answer


def _only_reads(path: str, body: Any) -> bool:
    if path == "/$batch":
        return all(each.get("method") == "GET" for each in body["requests"])
    return path == "/directoryObjects/getByIds"


def connect(environment: Mapping[str, str] = os.environ) -> Reader:
    """Signs in as the engagement says."""
    engagement = read_engagement(Path(environment[ENGAGEMENT]))
    side = environment.get(SIDE, "source")
    settings = {"source": engagement.source, "target": engagement.target}[side]
    endpoint = endpoint_of(settings)

    async def token() -> str:
        signed_in = await sign_in(endpoint, credential_of(settings), clock=time.time)
        try:
            return (await signed_in.token())[0]
        finally:
            await signed_in.close()

    bundle = endpoint.ca_bundle
    verify = tls(bundle.read_text(encoding="ascii")) if bundle else True
    http = httpx.Client(verify=verify, base_url=endpoint.graph_url.removesuffix("/v1.0"), timeout=60)
    return Reader(http, asyncio.run(token()))
