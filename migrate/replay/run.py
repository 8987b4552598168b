"""What every run over a plan shares: the doors, the clock, the pace of waiting, and when to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from migrate.errors import ConsentMissing, GuardStopped, LicenceMissing, SignInFailed, Unreachable
from migrate.graphapi.answer import Answer
from migrate.graphapi.interruptible import sleep_unless
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.graphapi.reading import RENEWALS
from migrate.graphapi.session import Session
from migrate.kinds.request import Request
from migrate.plan.document import Item
from migrate.replay.brake import Brake
from migrate.replay.fold import WriteState
from migrate.replay.live import LiveTarget
from migrate.replay.recorder import Recorder
from migrate.replay.writes import WriteLine

PATIENCE = 900.0
"""Seconds that a lane may go without any success while Graph refuses it, before a run gives up."""
FIRST_WAIT, LONGEST_WAIT = 0.25, 8.0
NOT_SENT_TRIES = 4


def _nothing(_text: str) -> None:
    return None


@dataclass
class Run:
    """One run of ``apply``, ``rollback`` or ``doubt settle``.

    ``window`` is the replication window in seconds: only after it does a read that finds nothing prove
    that nothing is there. ``halted`` is set when a right came out wider than asked.
    """

    session: Session
    live: LiveTarget
    recorder: Recorder
    sleep: Callable[[float], Awaitable[None]]
    clock: Callable[[], datetime]
    report: Callable[[WriteLine], None]
    justification: Callable[[str, int], str]
    mark: Callable[[str], str] = str
    """The text by which an object that a write has made is found again: it names engagement and write."""
    tell: Callable[[str], None] = _nothing
    """Says to the person what the run waits for, where that takes long."""
    window: float = 120.0
    at_once: int = 6
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    sends: bool = True
    """False where nothing may be sent, only read and journalled."""
    halts: bool = True
    """Whether a right that came out wider than asked ends the run; a rollback goes on."""
    halted: GuardStopped | None = None
    made_elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Ids of objects that other plans of the engagement have made, by the names that plans have for them."""
    brake: Brake | None = None
    """Ends the run by itself where the wave has conditions for it; what is in flight is still settled."""
    wanted: frozenset[str] | None = None
    """The ids of the writes that may be sent, ``None`` for all; what is open is settled in any case."""
    between: Callable[[int, int], Awaitable[None]] | None = None
    """Called between two batches with their numbers, while nothing is in flight."""
    enough: bool = False
    """Somebody said between two batches that this is enough: nothing new begins, what is open is settled."""

    def state(self, item: Item) -> WriteState:
        """Where a write stands, as far as the journal knows."""
        return self.recorder.state(item)

    def now(self) -> datetime:
        return self.clock().astimezone(UTC)

    def deadline(self, since: datetime) -> datetime:
        return since + timedelta(seconds=self.window)

    @property
    def must_stop(self) -> bool:
        return self.stop.is_set() or self.halted is not None or self.recorder.emergency_file is not None

    def may_begin(self) -> bool:
        """Whether another write may begin now."""
        if self.must_stop or self.enough:
            return False
        return self.brake is None or self.brake.lets_begin(self.now())

    def wants(self, write_id: str) -> bool:
        """Whether this run is to send a write at all."""
        return self.wanted is None or write_id in self.wanted

    async def pause(self, seconds: float) -> None:
        """Sleeps, but not past Ctrl-C."""
        await sleep_unless(self.stop, self.sleep, seconds)

    async def rest(self, seconds: float, *, urgent: bool) -> None:
        """Sleeps; past the first Ctrl-C only for what must be put right before any stop."""
        await (self.sleep(seconds) if urgent else self.pause(seconds))

    async def attempt(self, request: Request, *, urgent: bool = False) -> tuple[Answer, Outcome]:
        """Sends a write until Graph has judged it once: what certainly did nothing (429, an expired token,
        a connection that was never made) is sent again, everything else comes back as it is.

        After a stop nothing more is sent, and the answer is ``NOT_SENT``, unless the write is ``urgent``.
        Raises what ``Session.send`` raises: in each of these cases nothing was sent.
        """
        renewals, unsent = 0, 0
        while True:
            while (urgent or not self.must_stop) and (held := self.session.held_for(request.lane)) > 0:
                await self.rest(held, urgent=urgent)
            if self.must_stop and not urgent:
                return Answer(None, sent=False), Outcome(Meaning.NOT_SENT, message="the run was stopped")
            answer, outcome = await self.session.judged(request, None if urgent else self.stop)
            if outcome.meaning is Meaning.THROTTLED:
                if self.session.starved_for(request.lane) > PATIENCE:
                    return answer, outcome
            elif outcome.meaning is Meaning.UNAUTHENTICATED and renewals < RENEWALS:
                renewals += 1
                await self.session.renew(answer)
            elif outcome.meaning is Meaning.NOT_SENT and unsent < NOT_SENT_TRIES:
                unsent += 1
                await self.rest(FIRST_WAIT * 2**unsent, urgent=urgent)
            else:
                return answer, outcome


async def waits(
    run: Run,
    until: datetime,
    growing: float = FIRST_WAIT,
    asked: float | None = None,
    *,
    urgent: bool = False,
) -> bool:
    """Sleeps a little, never past ``until``, and past Ctrl-C only for what is ``urgent``; false when the time
    is up or the run must stop.

    ``asked`` is what Graph wants waited: never cut short, and the time is up when it reaches past ``until``.
    """
    left = (until - run.now()).total_seconds()
    if left <= 0 or (run.must_stop and not urgent) or (asked or 0.0) > left:
        return False
    await run.rest(max(asked or 0.0, min(growing, left, LONGEST_WAIT)), urgent=urgent)
    return urgent or not run.must_stop


def fatal(outcome: Outcome, request: Request) -> Exception | None:
    """The error that ends the whole run, for answers that every further write would get as well."""
    where = f"{request.method} {request.path}"
    said = f"{outcome.code}: {outcome.message}" if outcome.code else outcome.message
    needed = " or ".join(request.permissions)
    match outcome.meaning:
        case Meaning.CONSENT:
            return ConsentMissing(said, where=where, hint=f"consent to {needed} for the application")
        case Meaning.LICENCE:
            return LicenceMissing(said, where=where, hint="the target needs Entra ID P2 or Governance")
        case Meaning.UNAUTHENTICATED:
            return SignInFailed(said, where=where, hint="check the credential of [target]")
        case Meaning.NOT_SENT:
            return Unreachable(
                said or "no connection", where=where, hint="run the command again: it carries on"
            )
        case Meaning.THROTTLED:
            return Unreachable(
                said, where=where, hint="run the command again later: it carries on", code="throttled_out"
            )
        case _:
            return None
