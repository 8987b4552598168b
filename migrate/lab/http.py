"""The HTTP face of the emulated API and of the token service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from migrate.lab.api import Api, Incoming, Outcome
from migrate.lab.batch import serve_batch
from migrate.lab.tokens import TokenRefused
from migrate.lab.world import World

JSON_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
)
_DIAGNOSTIC = orjson.dumps(
    {
        "ServerInfo": {
            "DataCenter": "West Europe",
            "Slice": "E",
            "Ring": "5",
            "ScaleUnit": "000",
            "RoleInstance": "LAB000",
        }
    }
).decode()
Sleep = Callable[[float], Awaitable[None]]


class GraphServer:
    """Turns aiohttp requests into calls of the ``Api`` and its outcomes into bytes, whole or spoilt."""

    def __init__(self, world: World, *, sleep: Sleep = asyncio.sleep) -> None:
        self._world = world
        self._sleep = sleep
        self.api = Api(world)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._configuration)
        app.router.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_route("*", "/{version}/{path:.*}", self._graph)
        return app

    async def _configuration(self, request: web.Request) -> web.StreamResponse:
        try:
            body = self._world.tokens.configuration(request.match_info["tenant"], _origin(request))
        except TokenRefused as refused:
            return self._refused(refused)
        return web.json_response(body)

    async def _keys(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(self._world.tokens.keys())

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            body = self._world.tokens.issue(request.match_info["tenant"], form, _origin(request))
        except TokenRefused as refused:
            return self._refused(refused)
        return web.json_response(body, headers={"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"})

    def _refused(self, refused: TokenRefused) -> web.Response:
        body = refused.body(self._world.clock.now(), self._world.ids.new())
        return web.json_response(body, status=refused.status)

    async def _graph(self, request: web.Request) -> web.StreamResponse:
        incoming = Incoming(
            method=request.method,
            version=request.match_info["version"],
            origin=_origin(request),
            path="/" + request.match_info["path"],
            query=dict(request.query),
            headers=request.headers,
            body=await _body(request),
        )
        if incoming.method == "POST" and incoming.path.lower() == "/$batch":
            outcome = serve_batch(self.api, incoming)
        else:
            outcome = self.api.serve(incoming)
        return await self._send(request, incoming, outcome)

    async def _send(self, request: web.Request, incoming: Incoming, outcome: Outcome) -> web.StreamResponse:
        fault = outcome.fault or {}
        if fault.get("do") == "delay":
            await self._sleep(float(fault.get("seconds", 1)))
        if outcome.cut:
            return _abort(request)
        payload, headers = self._encode(incoming, outcome)
        if fault.get("do") == "truncate" and payload:
            response = web.StreamResponse(status=outcome.answer.status, headers=headers)
            response.content_length = len(payload)
            await response.prepare(request)
            await response.write(payload[: len(payload) // 2])
            return _abort(request, response)
        return web.Response(status=outcome.answer.status, body=payload or None, headers=headers)

    def _encode(self, incoming: Incoming, outcome: Outcome) -> tuple[bytes, dict[str, str]]:
        answer = outcome.answer
        request_id = self._world.ids.new()
        if isinstance(answer.body, dict) and "error" in answer.body:
            request_id = answer.body["error"]["innerError"]["request-id"]
        headers = {
            "Cache-Control": "no-cache",
            "Strict-Transport-Security": "max-age=31536000",
            "request-id": request_id,
            "client-request-id": incoming.header("client-request-id") or request_id,
            "x-ms-ags-diagnostic": _DIAGNOSTIC,
            "OData-Version": "4.0",
            "Vary": "Accept-Encoding",
            **answer.headers,
        }
        if answer.body is None:
            return b"", headers
        if isinstance(answer.body, str):
            headers["Content-Type"] = "text/plain"
            return answer.body.encode("utf-8"), headers
        headers["Content-Type"] = JSON_TYPE
        return orjson.dumps(answer.body), headers


def _origin(request: web.Request) -> str:
    return f"https://{request.host}"


async def _body(request: web.Request) -> Any:
    """The JSON body; None when there is none, and a plain text when it is no JSON."""
    raw = await request.read()
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw.decode("utf-8", errors="replace")


def _abort(request: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
    """Closes the connection without a word more."""
    transport = request.transport
    if transport is not None:
        transport.abort() if isinstance(transport, asyncio.Transport) else transport.close()
    return response or web.Response(status=500)
