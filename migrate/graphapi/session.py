"""One tenant's open door: signed in, paced, one attempt at a time.

``send`` is the only way out of this program to Graph. It makes exactly one attempt, and what it raises it
raises before anything left: every doubt comes back as an ``Answer``.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migrate.errors import MigrateError
from migrate.graphapi.answer import Answer
from migrate.graphapi.batch import batch_of, inner_answers, read_many
from migrate.graphapi.endpoint import Credential, Endpoint
from migrate.graphapi.lane_use import LaneUse
from migrate.graphapi.metering import tell
from migrate.graphapi.outcome import Meaning, Outcome, outcome_of
from migrate.graphapi.pacer import Pacer, TurnGivenUp
from migrate.graphapi.reading import read
from migrate.graphapi.resource_units import units_of
from migrate.graphapi.signin import CredentialFactory, SignedIn, sign_in
from migrate.graphapi.tls import trusted_roots
from migrate.kinds.request import Lane, Request

if TYPE_CHECKING:
    import httpx

    from migrate.graphapi.sdk_request import SdkRequests


class Session:
    """Made by ``Session.open``; good for as long as that context lasts.

    ``clock`` is seconds since 1970, ``new_id`` gives the client-request-id of each attempt.
    """

    def __init__(
        self,
        signed_in: SignedIn,
        client: httpx.AsyncClient,
        requests: SdkRequests,
        *,
        pacer: Pacer,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        new_id: Callable[[], str],
    ) -> None:
        self._signed_in = signed_in
        self._client = client
        self._requests = requests
        self._pacer = pacer
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id
        self._heard = False

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        endpoint: Endpoint,
        credential: Credential,
        *,
        pacer: Pacer,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        new_id: Callable[[], str],
        user_agent: str,
        prompt: Callable[[str], None] | None = None,
        make_credential: CredentialFactory | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> AsyncIterator[Session]:
        """Signs in, checks the tenant of the token, and only then makes ready to talk to Graph.

        ``prompt`` shows one line to the person at the terminal (device code). ``make_credential`` and
        ``transport`` are for tests. Raises ``WrongTenant``, ``SignInFailed``, ``Unreachable``, and
        ``FileError`` for a CA bundle that cannot be read.
        """
        roots = trusted_roots(endpoint)
        signed_in = await sign_in(endpoint, credential, clock=clock, prompt=prompt, make=make_credential)
        try:
            # Loading the SDK takes a third of a second: only who talks to Graph pays for it.
            from migrate.graphapi.connection import open_client
            from migrate.graphapi.sdk_request import SdkRequests

            # The SDK's classes stay until the process ends. Looking through them again and again for garbage
            # cost a fifth of reading a large tenant.
            gc.freeze()
            async with open_client(roots, user_agent, transport) as client:
                yield cls(
                    signed_in,
                    client,
                    SdkRequests(endpoint, client),
                    pacer=pacer,
                    clock=clock,
                    sleep=sleep,
                    new_id=new_id,
                )
        finally:
            pacer.remember()
            await signed_in.close()

    @property
    def tenant_id(self) -> str | None:
        """The tenant that the token names, ``None`` when it names none."""
        return self._signed_in.claims.tenant_id

    @property
    def caller_id(self) -> str | None:
        """The object id of who signed in: a service principal's or a user's."""
        return self._signed_in.claims.caller_id

    @property
    def app_id(self) -> str | None:
        """The client id of the application that signed in, be it for a person."""
        return self._signed_in.claims.app_id

    @property
    def permissions(self) -> frozenset[str]:
        return self._signed_in.claims.permissions

    @property
    def permissions_known(self) -> bool:
        """False for a token that cannot be read: its permissions are then empty, which means nothing."""
        return self._signed_in.claims.readable

    @property
    def app_only(self) -> bool:
        return self._signed_in.claims.app_only

    @property
    def heard(self) -> bool:
        """Whether Graph has answered anything yet."""
        return self._heard

    async def send(self, request: Request) -> Answer:
        """Exactly one attempt, in its lane's turn; nothing underneath repeats or redirects it.

        Raises ``SignInFailed``, ``Unreachable`` or ``WrongTenant`` when the token has to be renewed and
        cannot be, and ``GraphRefused`` for a request that the SDK does not know or that leads to another
        host; in each of these cases nothing was sent.
        """
        answer, _ = await self.judged(request)
        return answer

    async def judged(self, request: Request, stop: asyncio.Event | None = None) -> tuple[Answer, Outcome]:
        """``send`` together with what its answer means; ``NOT_SENT`` when ``stop`` is set while it waits for
        its turn."""
        units = units_of(request)
        native = await self._requests.native(request, self._new_id())
        try:
            async with self._pacer.turn(request.lane, units, stop=stop) as sent_at:
                # Only now: the turn may have been long in coming, and the address is the tenant's for sure.
                answer = await self._attempt(native)
                outcome = outcome_of(request, answer, self._clock())
                tell(self._pacer, request.lane, sent_at, units, [(answer, outcome)])
        except TurnGivenUp:
            return Answer(None, sent=False), Outcome(Meaning.NOT_SENT, message="the run was stopped")
        return answer, outcome

    async def judged_together(
        self, requests: Sequence[Request], urls: Sequence[str]
    ) -> tuple[tuple[Answer, Outcome], list[tuple[Answer, Outcome]]]:
        """Reads of one lane in one ``$batch``: what became of the whole, and of each where the whole is done.

        ``urls`` are the addresses of the requests relative to the root of their version.
        """
        lane, units = requests[0].lane, sum(map(units_of, requests))
        whole = batch_of(requests, urls)
        native = await self._requests.native(whole, self._new_id())
        async with self._pacer.turn(lane, units, len(requests)) as sent_at:
            answer = await self._attempt(native)
            now = self._clock()
            outcome = outcome_of(whole, answer, now)
            inner = inner_answers(answer, len(requests)) if outcome.meaning is Meaning.DONE else []
            judged = [
                (each, outcome_of(request, each, now)) for request, each in zip(requests, inner, strict=False)
            ]
            tell(self._pacer, lane, sent_at, units, judged or [(answer, outcome)], len(requests))
        return (answer, outcome), judged

    async def _attempt(self, native: httpx.Request) -> Answer:
        from migrate.graphapi.connection import attempt

        token, number = await self._signed_in.token()
        native.headers["Authorization"] = f"Bearer {token}"
        answer = replace(await attempt(self._client, native), sign_in=number)
        self._heard = self._heard or answer.status is not None
        return answer

    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]:
        """The body of a GET (or of a POST that only asks), repeated while that can help.

        With ``listing``, an answer without a list of values counts as cut off. Raises ``ConsentMissing``,
        ``LicenceMissing``, ``SignInFailed``, ``Unreachable`` or ``GraphRefused``; ``ValueError`` for a write.
        """
        if request.is_write:
            raise ValueError(f"a write is never repeated by itself: {request.method} {request.path}")
        return await read(self, request, sleep=self._sleep, listing=listing)

    async def read_many(
        self, requests: Sequence[Request], *, listing: bool = True
    ) -> list[dict[str, Any] | MigrateError]:
        """The bodies of any number of GETs of one lane and version, in their order; by twenties, where Graph
        takes them together.

        Where ``read`` would have raised for an answer, the error stands in the place of the body. Raises what
        the renewal of a token raises, and ``ValueError`` for anything but GETs of one lane and version.
        """
        return await read_many(self, requests, sleep=self._sleep, listing=listing)

    def relative(self, request: Request) -> str:
        """The address of a request inside a batch; raises ``GraphRefused`` for one that cannot be sent."""
        return self._requests.relative(request)

    def room(self, lane: Lane) -> float:
        """How many units of a lane may leave at once."""
        return self._pacer.pace(lane).burst

    def at_once(self, lane: Lane) -> int:
        """How many requests, or batches, of a lane can be under way together."""
        return self._pacer.at_once(lane)

    def lanes(self) -> list[LaneUse]:
        """How each lane stands that was used: requests, units, refusals, its rate and its limit."""
        return self._pacer.lanes()

    def knows_users(self, count: int) -> None:
        """Tells how many users the tenant has: its budget in the directory depends on it."""
        self._pacer.knows_users(count)

    async def renew(self, answer: Answer) -> None:
        """Signs in again after an answer that meant ``UNAUTHENTICATED``; once for all that met the same."""
        await self._signed_in.renew(answer.sign_in)

    def starved_for(self, lane: Lane) -> float:
        """Seconds that a lane has had no success, when Graph keeps refusing it."""
        return self._pacer.starved_for(lane)

    def held_for(self, lane: Lane) -> float:
        """Seconds that a lane still pauses because Graph refused it; ``send`` would wait them out."""
        return self._pacer.held_for(lane)
