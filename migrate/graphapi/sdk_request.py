"""A plain ``Request`` as a request of msgraph-sdk.

The SDK has a builder for each path of Graph v1.0; walking them segment by segment finds the URL template of
exactly this path, so a misspelt path or a query option that the path does not take is noticed here and not
by the tenant. A path's segments are plain text: the template encodes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
import orjson
from kiota_abstractions.authentication import AnonymousAuthenticationProvider
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_http.httpx_request_adapter import HttpxRequestAdapter
from msgraph import GraphServiceClient

from migrate.errors import GraphRefused
from migrate.graphapi import batch
from migrate.graphapi.endpoint import Endpoint
from migrate.graphapi.outcome import is_link
from migrate.graphapi.refusal import where
from migrate.kinds.request import REFERENCE, Request

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FUNCTION = re.compile(r"(\w+)\((\w+)='([^']*)'\)")
_QUERY_OF_TEMPLATE = re.compile(r"\{[?&]([^}]*)\}")
_OWN_OBJECT = re.compile(r"/[A-Za-z]+/[A-Za-z0-9-]+")
"""A collection and an id: nothing that could lead elsewhere once a host stands before it."""
_DOCUMENTED = {"getByIds": ("%24select",), "delta": ("%24deltatoken",)}
"""Query options that Graph documents and the SDK leaves out, by the last segment of the path."""


class SdkRequests:
    """Turns requests for one endpoint into requests that httpx can send, without any token on them."""

    def __init__(self, endpoint: Endpoint, client: httpx.AsyncClient) -> None:
        self._endpoint = endpoint
        self._own = httpx.URL(endpoint.graph_url)
        self._adapter = HttpxRequestAdapter(AnonymousAuthenticationProvider(), http_client=client)
        self._root = GraphServiceClient(request_adapter=self._adapter)

    async def native(self, request: Request, request_id: str) -> httpx.Request:
        """The request as it would leave; ``request_id`` becomes its client-request-id.

        Raises ``GraphRefused`` (``unknown_request``) for what the SDK does not know, and (``foreign_link``)
        for an address outside the endpoint's host.
        """
        information = self._link(request) if is_link(request) else self._built(request)
        information.headers.try_add("Accept", "application/json")
        information.headers.try_add("client-request-id", request_id)
        for name, value in request.headers.items():
            information.headers.try_add(name, value)
        if request.body is not None:
            information.headers.try_add("Content-Type", "application/json")
            information.content = orjson.dumps(self._addressed(request), default=_plain)
        native: httpx.Request = await self._adapter.convert_to_native_async(information)
        self._own_host(request, native.url)
        return native

    def relative(self, request: Request) -> str:
        """The request's address as it stands inside a batch: from the version's root on, encoded.

        Raises what ``native`` raises.
        """
        base = self._endpoint.base(request.version)
        url: str = (self._link(request) if is_link(request) else self._built(request)).url
        self._own_host(request, httpx.URL(url))
        if not url.startswith(base):
            raise _foreign(request, "another version of Graph than the batch's", self._endpoint)
        path, mark, query = url.removeprefix(base).partition("?")
        return path + mark + query.replace("%24", "$").replace("%40", "@")

    def _batch(self, request: Request) -> RequestInformation:
        # The SDK's own builder of batches does not work; only its address is taken over.
        parameters = {"baseurl": self._endpoint.base(request.version)}
        return RequestInformation(Method.POST, "{+baseurl}" + batch.PATH, parameters)

    def _link(self, request: Request) -> RequestInformation:
        try:
            self._own_host(request, httpx.URL(request.path))
        except httpx.InvalidURL:
            raise _foreign(request, "an address that cannot be read", self._endpoint) from None
        information = RequestInformation(Method[request.method])
        information.url = request.path
        return information

    def _built(self, request: Request) -> RequestInformation:
        if request.path == batch.PATH:
            return self._batch(request)
        builder = self._builder(request)
        if not hasattr(builder, f"to_{request.method.lower()}_request_information"):
            raise _unknown(request, f"the path does not take {request.method}")
        parameters = {**builder.path_parameters, "baseurl": self._endpoint.base(request.version)}
        template = _completed(builder.url_template, request.path.rsplit("/", 1)[-1])
        information = RequestInformation(Method[request.method], template)
        allowed = _query_names(template)
        for name, value in request.query.items():
            encoded = name.replace("$", "%24").replace("@", "%40")
            if encoded not in allowed:
                raise _unknown(request, f"the path does not take the query option {name}")
            parameters[encoded] = value
        # Kiota would work the template out anew each time when it is asked for the address, which is twice.
        information.url = _expanded(template, tuple(parameters.items()))
        return information

    def _builder(self, request: Request) -> Any:
        builder: Any = self._root
        for segment in request.path.strip("/").split("/"):
            step = _step(builder, segment)
            if step is None:
                raise _unknown(request, f"the path has nothing named {segment!r} there")
            builder = step
        return builder

    def _addressed(self, request: Request) -> Mapping[str, Any]:
        """The body, with the object that it names by its address named on the endpoint's own host."""
        body = request.body or {}
        path = body.get(REFERENCE)
        if path is None:
            return body
        if not isinstance(path, str) or not _OWN_OBJECT.fullmatch(path):
            raise _unknown(request, f"{REFERENCE} is no path of an object")
        return {**body, REFERENCE: self._endpoint.base(request.version) + path}

    def _own_host(self, request: Request, url: httpx.URL) -> None:
        """A token goes to the engagement's own host only, whatever a nextLink says."""
        own = self._own
        if (url.scheme, url.host, url.port) != (own.scheme, own.host, own.port) or url.userinfo:
            raise _foreign(request, f"another host ({url.scheme}://{url.host})", self._endpoint)


def _step(builder: Any, segment: str) -> Any | None:
    """The builder one segment further, ``None`` when there is none."""
    if segment in ("", ".", ".."):
        return None
    kind: type = type(builder)
    function = _FUNCTION.fullmatch(segment)
    if function is not None:
        method = getattr(kind, f"{_snake(function[1])}_with_{_snake(function[2])}", None)
        return None if method is None else method(builder, function[3])
    # Only properties lead to builders: ``get``, ``post`` and the like are methods of the same class.
    name = _snake(segment)
    if isinstance(getattr(kind, name, None), property):
        return getattr(builder, name)
    by_id = _by_id(kind)
    return None if by_id is None or segment.startswith("$") else getattr(builder, by_id)(segment)


@lru_cache(maxsize=512)
def _snake(segment: str) -> str:
    """``roleEligibilitySchedules`` as ``role_eligibility_schedules``; ``$ref`` as ``ref``; a cast to
    ``microsoft.graph.user`` as ``graph_user``."""
    name = segment.removeprefix("$").removeprefix("microsoft.").replace(".", "_")
    return _WORD_START.sub("_", name).lower()


@lru_cache(maxsize=512)
def _by_id(kind: type) -> str | None:
    """The name of the method that takes one element out of a collection."""
    names = [name for name in vars(kind) if name.startswith("by_")]
    return names[0] if len(names) == 1 else None


@lru_cache(maxsize=512)
def _completed(template: str, segment: str) -> str:
    """The SDK's URL template with the options that it lacks."""
    more = _DOCUMENTED.get(segment, ())
    if not more:
        return template
    if _QUERY_OF_TEMPLATE.search(template):
        return _QUERY_OF_TEMPLATE.sub(lambda found: f"{found[0][:-1]},{','.join(more)}}}", template)
    return f"{template}{{?{','.join(more)}}}"


@lru_cache(maxsize=512)
def _query_names(template: str) -> frozenset[str]:
    found = _QUERY_OF_TEMPLATE.search(template)
    return frozenset(name.rstrip("*") for name in found[1].split(",")) if found else frozenset()


@lru_cache(maxsize=512)
def _expanded(template: str, parameters: tuple[tuple[str, str], ...]) -> str:
    """The address that kiota makes of a template."""
    url: str = RequestInformation(Method.GET, template, dict(parameters)).url
    return url


def _plain(value: object) -> object:
    """orjson writes ``dict`` only; a plan's bodies may be any mapping."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _unknown(request: Request, reason: str) -> GraphRefused:
    return GraphRefused(
        f"The Graph SDK knows no such request: {reason}",
        where=where(request),
        hint="this is a mistake of this program: please report it",
        code="unknown_request",
    )


def _foreign(request: Request, to: str, endpoint: Endpoint) -> GraphRefused:
    return GraphRefused(
        f"Graph's answer leads to {to}; nothing was sent there",
        where=where(request),
        hint=f"only {endpoint.host} may get this tenant's token: check graph_url and the proxy",
        code="foreign_link",
    )
