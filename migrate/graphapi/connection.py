"""The HTTP client, and one attempt at one request.

Nothing in here repeats, redirects or signs anything: the pipeline of kiota consists of the one handler that
turns ``%24filter`` back into ``$filter``, and a connection that breaks is reported, never opened again for
the same request.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import httpx
import orjson

from migrate.graphapi.answer import Answer, Failure
from migrate.graphapi.network_failure import failure_of

_TIMEOUT = httpx.Timeout(100.0, connect=15.0)
_LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=5.0)
_WHOLE_ATTEMPT = 300.0
"""Seconds: the read timeout starts anew with each piece of an answer, this one does not."""

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Raised before the first byte of a request over TLS is written (a proxy's refusal answers CONNECT)."""


def open_client(
    roots: ssl.SSLContext, user_agent: str, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """A client that trusts ``roots``; tests pass a function as ``transport``."""
    from kiota_http.kiota_client_factory import KiotaClientFactory
    from kiota_http.middleware import ParametersNameDecodingHandler

    client = httpx.AsyncClient(
        verify=roots,
        transport=transport,
        headers={"User-Agent": user_agent},
        timeout=_TIMEOUT,
        limits=_LIMITS,
        follow_redirects=False,
        http2=False,
    )
    wired: httpx.AsyncClient = KiotaClientFactory.create_with_custom_middleware(
        [ParametersNameDecodingHandler()], client
    )
    return wired


async def attempt(client: httpx.AsyncClient, request: httpx.Request) -> Answer:
    """Sends the request once and waits for the answer; whatever the network does comes back as an answer."""
    try:
        async with asyncio.timeout(_WHOLE_ATTEMPT):
            response = await client.send(request, stream=True)
            try:
                return await _read(response)
            finally:
                await response.aclose()
    except TimeoutError:
        return Answer(None, failure=Failure.TIMEOUT, detail=f"no whole answer in {_WHOLE_ATTEMPT:.0f} s")
    except httpx.HTTPError as error:
        return _no_answer(error, request.url.netloc.decode())


async def _read(response: httpx.Response) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        content = await response.aread()
    except httpx.HTTPError as error:
        return Answer(
            response.status_code, headers, failure=Failure.BODY, detail=f"the body broke off ({_name(error)})"
        )
    if not content:
        return Answer(response.status_code, headers)
    body = _json_object(content)
    if body is None:
        return Answer(
            response.status_code, headers, failure=Failure.BODY, detail="the body is no JSON object"
        )
    return Answer(response.status_code, headers, body)


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _no_answer(error: httpx.HTTPError, host: str) -> Answer:
    sent = not isinstance(error, _NEVER_LEFT)
    if sent:
        late = isinstance(error, httpx.TimeoutException)
        failure = Failure.TIMEOUT if late else Failure.CONNECTION_LOST
        return Answer(None, failure=failure, detail=f"{host}: the connection gave no answer ({_name(error)})")
    known = failure_of(error)
    if known is not None and known[0] is Failure.CERTIFICATE:
        return Answer(None, sent=False, failure=Failure.CERTIFICATE, detail=f"{host}: {known[1]}")
    detail = known[1] if known is not None else _name(error)
    return Answer(None, sent=False, failure=Failure.NO_CONNECTION, detail=f"{host}: {detail}")


def _name(error: Exception) -> str:
    return type(error).__name__
