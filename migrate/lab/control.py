"""The control plane: a port of its own, for what no caller of Graph could see or do.

Each operation is a method that takes and gives plain data; HTTP is only one way to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from aiohttp import web

from migrate.lab.approvals import decide
from migrate.lab.change import change
from migrate.lab.clock import iso
from migrate.lab.control_guide import guide
from migrate.lab.dump import dump
from migrate.lab.tenant import Tenant
from migrate.lab.tokens import GRAPH_APP_ID, LIFETIME_SECONDS
from migrate.lab.world import World

Json = dict[str, Any]
PERSON_APP = "1ab00000-0000-4000-8000-000000000001"
"""The client that people sign in with when nobody says otherwise."""
PERSON_SCOPES = (
    "User.Read.All",
    "Directory.Read.All",
    "RoleManagement.Read.Directory",
    "RoleEligibilitySchedule.ReadWrite.Directory",
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "RoleManagementPolicy.Read.Directory",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
    "RoleManagementPolicy.Read.AzureADGroup",
)
_TOKEN_KEYS = ("mfa", "acrs", "scopes", "appId")


class UnknownTenant(Exception):
    """The control plane was asked about a tenant that the lab does not have."""


class Control:
    def __init__(self, world: World) -> None:
        self._world = world

    def _tenant(self, name: str) -> Tenant:
        tenant = self._world.find(name)
        if tenant is None:
            raise UnknownTenant(name)
        return tenant

    def tenants(self) -> list[Json]:
        """The tenants of the lab with their sizes."""
        return [
            {
                "tenantId": tenant.id,
                "displayName": tenant.display_name,
                "domains": [str(domain["id"]) for domain in tenant.domains],
                **{kind: len(table) for kind, table in tenant.objects.items()},
            }
            for tenant in self._world.tenants.values()
        ]

    def dump(self, tenant_id: str, parts: Sequence[str] | None = None) -> Json:
        """The canonical, comparable form of a tenant, or only these parts of it."""
        return dump(self._tenant(tenant_id), self._world.clock.now(), parts)

    def log(self, tenant_id: str | None = None, *, since: int = 0) -> list[Json]:
        """Every request so far with its cost and effect, oldest first, of one tenant or of all.

        ``since`` leaves out the first ones, for those who have read them. A request that nobody could be
        found behind (no token, or a bad one) has an empty tenant.
        """
        wanted = None if tenant_id is None else self._tenant(tenant_id).id
        found = (entry for entry in self._world.log if wanted in (None, entry.tenant))
        return [entry.as_dict() for entry in itertools.islice(found, since, None)]

    def metrics(self) -> Json:
        """By tenant: requests, refused, units, and the least time that the writes could have taken."""
        return {"tenants": self._world.throttle.metrics(), "faults_left": len(self._world.faults.left())}

    def script(self) -> list[Json]:
        """The faults that are left, in the order in which they are tried."""
        return self._world.faults.left()

    def now(self) -> str:
        """The lab's time."""
        return iso(self._world.clock.now())

    def faults(self, specs: Sequence[Mapping[str, Any]]) -> None:
        """Adds scripted faults behind those that are there."""
        self._world.faults.add(specs)

    def clear_faults(self) -> None:
        self._world.faults.clear()

    def advance(self, seconds: float) -> str:
        """Puts the lab's clock forward and tells the new time."""
        self._world.clock.advance(seconds)
        return iso(self._world.clock.now())

    def consent(self, tenant_id: str, app_id: str, roles: Sequence[str]) -> None:
        """Replaces what an app may do; tokens that are out keep their roles, as in Entra."""
        self._world.consent(tenant_id, app_id, roles)

    def change(self, tenant_id: str, what: Mapping[str, Any]) -> Json:
        """Somebody else changes the tenant (see ``migrate.lab.change``)."""
        return change(self._tenant(tenant_id), what, self._world.clock.now(), self._world.ids)

    def token(
        self,
        tenant_id: str,
        user_id: str,
        *,
        mfa: bool = False,
        acrs: Sequence[str] = (),
        scopes: Sequence[str] = PERSON_SCOPES,
        app_id: str = PERSON_APP,
    ) -> str:
        """A delegated token of a person, who has signed in with or without a second factor and contexts."""
        tenant = self._tenant(tenant_id)
        user = tenant.objects["users"].get(user_id)
        if user is None:
            raise KeyError(user_id)
        return self._world.tokens.mint_user(
            tenant, str(user["id"]), GRAPH_APP_ID, app_id=app_id, scopes=scopes, mfa=mfa, acrs=acrs
        )

    def approve(
        self, tenant_id: str, request_id: str, *, approve: bool = True, approver: str | None = None
    ) -> str:
        """Decides an activation or an extension that waits, and tells the request's new status."""
        now = self._world.clock.now()
        return decide(self._tenant(tenant_id), request_id, now, approve=approve, approver=approver)

    def throttle(self, settings: Mapping[str, Any]) -> None:
        """Changes some of ``Settings``: enabled, scale, pim ([requests, seconds] or null) …"""
        self._world.throttle.configure(settings)

    def load(self, seeds: Sequence[Mapping[str, Any]]) -> None:
        """Replaces all tenants."""
        self._world.load(seeds)

    def reset(self) -> None:
        """Back to the loaded seeds."""
        self._world.reset()


class ControlServer:
    """The same operations over HTTP and JSON."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def app(self) -> web.Application:
        app = web.Application(client_max_size=512 * 1024 * 1024, middlewares=[_errors])
        app.router.add_get("/", self._index)
        app.router.add_get("/tenants", self._tenants)
        app.router.add_get("/clock", self._now)
        app.router.add_get("/faults", self._script)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/dump", self._dump)
        app.router.add_get("/log", self._log)
        app.router.add_post("/load", self._load)
        app.router.add_post("/reset", self._reset)
        app.router.add_post("/clock", self._clock)
        app.router.add_post("/consent", self._consent)
        app.router.add_post("/faults", self._faults)
        app.router.add_delete("/faults", self._clear)
        app.router.add_post("/change", self._change)
        app.router.add_post("/throttle", self._throttle)
        app.router.add_post("/token", self._token)
        app.router.add_post("/approve", self._approve)
        return app

    async def _index(self, _request: web.Request) -> web.Response:
        return _json(guide())

    async def _tenants(self, _request: web.Request) -> web.Response:
        return _json({"tenants": self._control.tenants()})

    async def _now(self, _request: web.Request) -> web.Response:
        return _json({"now": self._control.now()})

    async def _script(self, _request: web.Request) -> web.Response:
        return _json({"faults": self._control.script()})

    async def _metrics(self, _request: web.Request) -> web.Response:
        return _json(self._control.metrics())

    async def _dump(self, request: web.Request) -> web.Response:
        parts = [part for part in request.query.get("parts", "").split(",") if part]
        return _json(self._control.dump(request.query["tenant"], parts or None))

    async def _log(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        return _json({"requests": self._control.log(request.query.get("tenant"), since=since)})

    async def _load(self, request: web.Request) -> web.Response:
        body = await _read(request)
        self._control.load(body["tenants"] if isinstance(body, dict) else body)
        return _json({})

    async def _reset(self, _request: web.Request) -> web.Response:
        self._control.reset()
        return _json({})

    async def _clock(self, request: web.Request) -> web.Response:
        body = await _read(request)
        return _json({"now": self._control.advance(float(body["advance_seconds"]))})

    async def _consent(self, request: web.Request) -> web.Response:
        body = await _read(request)
        self._control.consent(body["tenant"], body["appId"], body["roles"])
        return _json({})

    async def _faults(self, request: web.Request) -> web.Response:
        body = await _read(request)
        self._control.faults(body.get("faults", [body]))
        return _json({})

    async def _clear(self, _request: web.Request) -> web.Response:
        self._control.clear_faults()
        return _json({})

    async def _change(self, request: web.Request) -> web.Response:
        body = await _read(request)
        return _json(self._control.change(body["tenant"], body))

    async def _token(self, request: web.Request) -> web.Response:
        body = await _read(request)
        more = {"app_id" if key == "appId" else key: body[key] for key in _TOKEN_KEYS if key in body}
        token = self._control.token(body["tenant"], body["userId"], **more)
        return _json({"token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "access_token": token})

    async def _approve(self, request: web.Request) -> web.Response:
        body = await _read(request)
        status = self._control.approve(
            body["tenant"],
            body["requestId"],
            approve=bool(body.get("approve", True)),
            approver=body.get("approver"),
        )
        return _json({"status": status})

    async def _throttle(self, request: web.Request) -> web.Response:
        self._control.throttle(await _read(request))
        return _json({})


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


async def _read(request: web.Request) -> Any:
    body = orjson.loads(await request.read())
    if isinstance(body, list):
        return {"faults": body} if request.path == "/faults" else body
    if not isinstance(body, dict):
        raise ValueError("a JSON object is expected")
    return body


@web.middleware
async def _errors(request: web.Request, handler: Any) -> web.StreamResponse:
    """One place that turns a mistake of the caller into a 400 or 404 that says what is wrong."""
    try:
        response: web.StreamResponse = await handler(request)
    except UnknownTenant as error:
        return _json({"error": f"no such tenant: {error}"}, 404)
    except KeyError as error:
        return _json({"error": f"missing or unknown: {error}"}, 400)
    except (ValueError, TypeError) as error:
        return _json({"error": str(error)}, 400)
    return response
