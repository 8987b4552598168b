"""A session over a function instead of a network, on a clock that only moves when somebody sleeps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import httpx
import jwt
from azure.core.credentials import AccessToken

from migrate.graphapi.session import Session

OpenSession = Callable[..., AbstractAsyncContextManager[tuple[Session, "Service"]]]
TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT_SECRET = "s3cret-of-the-app"
Handler = Callable[[httpx.Request], httpx.Response]


@dataclass
class FakeTime:
    now: float = 1_800_000_000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class FakeAuthority:
    """Hands out tokens that differ each time; counts how often a credential was made and closed."""

    time: FakeTime
    claims: dict[str, object] = field(
        default_factory=lambda: {
            "tid": TENANT,
            "oid": "caller-1",
            "appid": "app-1",
            "roles": ["User.Read.All", "Group.Read.All"],
            "idtyp": "app",
        }
    )
    lifetime: float = 3600.0
    trouble: Exception | None = None
    opaque: bool = False
    made: int = 0
    closed: int = 0
    tokens: list[str] = field(default_factory=list)
    scopes: list[tuple[str, ...]] = field(default_factory=list)

    def make(self) -> _FakeCredential:
        self.made += 1
        return _FakeCredential(self)


class _FakeCredential:
    def __init__(self, authority: FakeAuthority) -> None:
        self._authority = authority

    async def get_token(self, *scopes: str) -> AccessToken:
        authority = self._authority
        authority.scopes.append(scopes)
        if authority.trouble is not None:
            raise authority.trouble
        number = len(authority.tokens) + 1
        payload = {**authority.claims, "n": number}
        token = f"opaque-{number}" if authority.opaque else jwt.encode(payload, "k" * 32, algorithm="HS256")
        authority.tokens.append(token)
        return AccessToken(token, int(authority.time.now + authority.lifetime))

    async def close(self) -> None:
        self._authority.closed += 1


@dataclass
class Service:
    """What the fake transport answers, in order (the last answer for ever), and what it was asked."""

    answers: list[Handler | httpx.Response | Exception]
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)


def error(status: int, code: str, message: str = "said Graph", **headers: str) -> httpx.Response:
    body = {"error": {"code": code, "message": message, "innerError": {"request-id": "r-1"}}}
    return httpx.Response(status, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


def rows(*values: object, link: str | None = None) -> httpx.Response:
    body: dict[str, object] = {"value": list(values)}
    if link is not None:
        body["@odata.nextLink"] = link
    return httpx.Response(200, json=body)
