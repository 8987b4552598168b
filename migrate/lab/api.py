"""The emulated API without a socket: sign-in, faults, throttle, consent, handler, log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from migrate.lab import (
    access_reviews,
    audit,
    auth_contexts,
    conditional_access,
    containers,
    current_user,
    deleted_items,
    delta,
    directory,
    links,
    named_locations,
    organization,
    pim_lists,
    policies,
    registrations,
    resource_actions,
    roles,
    strengths,
)
from migrate.lab.call import Answer, Call, Caller, Route
from migrate.lab.change import change
from migrate.lab.clock import iso
from migrate.lab.errors import GraphError, invalid_token, no_segment, request_denied, scope_not_granted
from migrate.lab.router import Router
from migrate.lab.tenant import Tenant
from migrate.lab.throttle import cost_of
from migrate.lab.timeline import settle
from migrate.lab.world import LogEntry, World

AREAS = (
    # Earlier ones win: a function such as delta() stands where an id could.
    organization,
    delta,
    directory,
    deleted_items,
    links,
    containers,
    roles,
    resource_actions,
    current_user,
    pim_lists,
    policies,
    conditional_access,
    named_locations,
    auth_contexts,
    strengths,
    access_reviews,
    registrations,
    audit,
)
"""Modules with ``ABOUT`` (title, facts, confidence) and ``routes()``."""
READS_BY_POST = ("/directoryobjects/getbyids", "/$batch")


@dataclass
class Incoming:
    """A request as it arrived. ``origin`` is https://host:port, ``path`` is without the version."""

    method: str
    version: str
    origin: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)


@dataclass
class Outcome:
    """The answer, and what the transport has to do with it."""

    answer: Answer
    fault: Mapping[str, Any] | None = None
    cut: bool = False


class Api:
    def __init__(self, world: World) -> None:
        self.world = world
        self.router = Router(route for area in AREAS for route in area.routes())

    def caller(self, incoming: Incoming) -> Caller:
        origins = {incoming.origin}
        port = incoming.origin.rsplit(":", 1)[-1]
        origins |= {f"https://{host}:{port}" for host in ("localhost", "127.0.0.1")}
        return self.world.tokens.check(incoming.header("Authorization"), origins)

    def serve(self, incoming: Incoming, *, draw: bool = True) -> Outcome:
        """One request from sign-in to log."""
        try:
            caller = self.caller(incoming)
        except GraphError as error:
            outcome = Outcome(self.refuse(incoming, error))
            self._log(incoming, None, None, outcome, False)
            return outcome
        tenant = self.world.find(caller.tenant_id)
        assert tenant is not None  # the token check has found it
        fault = None
        if draw:
            fault = self.world.faults.draw(
                incoming.method,
                incoming.version,
                incoming.path,
                tenant.id,
                self.world.clock.now(),
                incoming.body,
            )
        settle(tenant, self.world.clock.now())
        before = tenant.revision
        outcome = self._spoilt(incoming, caller, tenant, fault)
        self._log(incoming, caller, tenant, outcome, tenant.revision != before)
        return outcome

    def _spoilt(
        self, incoming: Incoming, caller: Caller, tenant: Tenant, fault: Mapping[str, Any] | None
    ) -> Outcome:
        """What scripted trouble leaves of the request: refused before, spoilt after, or untouched."""
        kind = None if fault is None else fault["do"]
        after = bool(fault and fault.get("after"))
        early = kind == "expire_token" or (kind in ("cut", "status") and not after)
        if early:
            assert fault is not None
            self.world.throttle.note(tenant.id, int(fault.get("status", 0)))
        if kind == "expire_token":
            self.world.tokens.kill(incoming.header("Authorization"))
            return Outcome(self.refuse(incoming, invalid_token()), fault)
        if kind == "expire_page":
            tenant.page_epoch += 1
        if kind == "change":
            assert fault is not None
            try:
                change(tenant, fault["change"], self.world.clock.now(), self.world.ids)
            except (KeyError, ValueError) as error:
                return Outcome(self.refuse(incoming, GraphError(500, "LabFault", str(error))), fault)
        if kind == "cut" and not after:
            return Outcome(Answer(0), fault, cut=True)
        if kind == "status" and not after:
            assert fault is not None
            return Outcome(self.refuse(incoming, _scripted(fault)), fault)
        answer = self.answer(incoming, caller, tenant, fault)
        if kind == "status":
            assert fault is not None
            return Outcome(self.refuse(incoming, _scripted(fault)), fault)
        return Outcome(answer, fault, cut=kind == "cut")

    def answer(
        self, incoming: Incoming, caller: Caller, tenant: Tenant, fault: Mapping[str, Any] | None
    ) -> Answer:
        """The honest answer of Graph to this request."""
        headers: dict[str, str] = {}
        try:
            if incoming.version not in ("v1.0", "beta"):
                raise no_segment(incoming.version)
            route, names = self.router.find(incoming.method, incoming.version, incoming.path)
            headers = self._judge(incoming, caller, tenant, route)
            if route.check and route.permissions and caller.roles.isdisjoint(route.permissions):
                raise scope_not_granted(route.permissions[:2]) if route.lane == "pim" else request_denied()
            call = Call(
                method=incoming.method,
                version=incoming.version,
                root=f"{incoming.origin}/{incoming.version}",
                path=incoming.path,
                query=incoming.query,
                headers=incoming.headers,
                body=incoming.body,
                tenant=tenant,
                caller=caller,
                now=self.world.clock.now(),
                ids=self.world.ids,
                fault=fault,
            )
            answer = route.handler(call, **names)
        except GraphError as error:
            answer = self.refuse(incoming, error)
        answer.headers = {**headers, **answer.headers}
        return answer

    def _judge(self, incoming: Incoming, caller: Caller, tenant: Tenant, route: Route) -> dict[str, str]:
        write = incoming.method != "GET" and incoming.path.lower() not in READS_BY_POST
        return self.world.throttle.judge(
            tenant_id=tenant.id,
            app_id=caller.app_id,
            lane=route.lane,
            cost=cost_of(route.cost, incoming.query),
            write=write,
            users=len(tenant.objects["users"]),
            now=self.world.clock.now(),
        )

    def refuse(self, incoming: Incoming, error: GraphError) -> Answer:
        request_id = self.world.ids.new()
        client = incoming.header("client-request-id") or request_id
        date = iso(self.world.clock.now()).removesuffix("Z").partition(".")[0]
        body = error.body(date=date, request_id=request_id, client_request_id=client)
        return Answer(error.status, body, dict(error.headers))

    def _log(
        self,
        incoming: Incoming,
        caller: Caller | None,
        tenant: Tenant | None,
        outcome: Outcome,
        effect: bool,
    ) -> None:
        query = "&".join(f"{name}={value}" for name, value in incoming.query.items())
        self.world.log.append(
            LogEntry(
                time=iso(self.world.clock.now()),
                tenant="" if tenant is None else tenant.id,
                app="" if caller is None else caller.app_id,
                method=incoming.method,
                path=f"/{incoming.version}{incoming.path}",
                query=query,
                status=outcome.answer.status,
                cost=int(outcome.answer.headers.get("x-ms-resource-unit", 1)),
                effect=effect,
                fault=None if outcome.fault is None else str(outcome.fault.get("name", outcome.fault["do"])),
                body=incoming.body,
            )
        )


def _scripted(fault: Mapping[str, Any]) -> GraphError:
    """The refusal that a ``status`` fault asks for."""
    status = int(fault.get("status", 503))
    codes = {429: "TooManyRequests", 503: "ServiceUnavailable", 504: "GatewayTimeout", 502: "BadGateway"}
    headers = {} if fault.get("retry_after") is None else {"Retry-After": str(fault["retry_after"])}
    inner = {"code": "429", "message": "Please retry after", "status": "429"} if status == 429 else None
    message = str(fault.get("message") or "Please retry again later.")
    code = str(fault.get("code") or codes.get(status, "UnknownError"))
    return GraphError(status, code, message, headers=headers, inner=inner)
