"""What the journal says about each write: the state is never stored, it is always folded from the entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from migrate.kinds.schedule import parse_time


class Direction(StrEnum):
    ASSIGN = "assign"
    REMOVE = "remove"
    REPAIR = "repair"
    """The removal of a right that Graph made wider than asked."""


class Ended(StrEnum):
    """How an attempt ended, as far as a read or an answer could tell."""

    DONE = "done"
    GRANTED = "granted"
    """Accepted; begins in the future."""
    EXISTS = "exists"
    """There already, equal, and not made by us."""
    DIFFERENT = "different"
    """Made by us, but not as asked."""
    REFUSED = "refused"
    ABSENT = "absent"
    """Proved not to have happened."""
    WIDENED = "widened"


_STANDING = (Ended.DONE, Ended.GRANTED, Ended.EXISTS, Ended.DIFFERENT)
_CREATED = (Ended.DONE, Ended.GRANTED, Ended.DIFFERENT)


class EntryLike(Protocol):
    """What is read of a journal entry."""

    @property
    def at(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def write_id(self) -> str | None: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class WriteState:
    """One write after all its entries.

    ``standing`` means that the right stands in the target as far as the journal knows; ``created`` that
    this engagement made it, so that a rollback may take it away. ``unrepaired``: Graph made the right
    wider than asked, and it has not been seen gone.
    """

    intent: Direction | None = None
    assigning: bool = False
    """An assignment may have been sent, and nobody knows yet what came of it."""
    removing: bool = False
    repairing: bool = False
    begun_at: datetime | None = None
    heard_at: datetime | None = None
    """The first entry after the newest Begin: by then nothing more of that attempt could be sent."""
    ended_at: datetime | None = None
    wider_before: bool = False
    request_id: str | None = None
    """The request that Graph accepted for the newest assignment."""
    schedule_id: str | None = None
    """The schedule that its answer promised."""
    answer: str = ""
    """What the newest assignment was answered: Graph's status, or ``exists`` or ``pending``."""
    known_requests: frozenset[str] = frozenset()
    """Every request that ever made this right, in lower case."""
    ended: Ended | None = None
    code: str = ""
    message: str = ""
    standing: bool = False
    created: bool = False
    granted: bool = False
    """Stands as a promise: accepted, begins later, and need not show as a row until then."""
    image: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    """What stood in the place when the newest Begin was written, for writes that change something."""
    unrepaired: bool = False
    released: bool = False
    """A rollback wanted it away and left it, because something that stands relies on it."""
    doubted: bool = False
    """An answer to this write was lost since the right was last taken back: a row may be ours unclaimed."""

    @property
    def open(self) -> bool:
        """In doubt: a request may have been sent and nobody knows yet what came of it."""
        return self.assigning or self.removing or self.repairing

    @property
    def unanswered(self) -> bool:
        """Whether the newest assignment was sent, and no answer to it has been heard."""
        return self.assigning and self.request_id is None and not self.answer

    @property
    def wants_presence(self) -> bool:
        """Whether the last intention was that the right be there."""
        return self.intent is Direction.ASSIGN

    @property
    def never_came(self) -> bool:
        """Wanted, refused or proved not to have happened, and nothing of it left anywhere."""
        left_wide = self.ended is Ended.WIDENED and self.wider_before
        return self.wants_presence and not (self.standing or self.open or self.unrepaired or left_wide)

    @property
    def may_have_come_true(self) -> bool:
        """Whether a request of ours can have made the right: one was accepted, or its answer lost."""
        return self.doubted or self.request_id is not None


_FIELDS = tuple(each.name for each in fields(WriteState))


def _with(state: WriteState, **changes: Any) -> WriteState:
    """As ``dataclasses.replace``, which would take most of the time of folding a long journal."""
    made = object.__new__(WriteState)
    for name in _FIELDS:
        object.__setattr__(made, name, changes[name] if name in changes else getattr(state, name))
    return made


def fold(entries: Iterable[EntryLike]) -> dict[str, WriteState]:
    """The state of every write that the journal has ever begun."""
    states: dict[str, WriteState] = {}
    for entry in entries:
        if entry.write_id is not None:
            states[entry.write_id] = step(states.get(entry.write_id, WriteState()), entry)
    return states


def step(state: WriteState, entry: EntryLike) -> WriteState:
    """The state after one more entry."""
    at = parse_time(entry.at)
    if entry.event == "begin":
        return _with(_begin(state, entry.payload), begun_at=at, heard_at=None)
    state = _with(state, heard_at=state.heard_at or at)
    if entry.event == "answered":
        return _answered(state, entry.payload)
    if entry.event == "doubt":
        return _with(state, doubted=True)
    if entry.event == "withdrawn":
        return _with(state, intent=Direction.REMOVE, released=state.standing)
    if entry.event == "end":
        return _with(_end(state, entry.payload), ended_at=at)
    return state


def _begin(state: WriteState, payload: Mapping[str, Any]) -> WriteState:
    match Direction(payload["direction"]):
        case Direction.REPAIR:
            return _with(state, repairing=True)
        case Direction.REMOVE:
            return _with(state, intent=Direction.REMOVE, removing=True)
        case _:
            return _with(
                state,
                intent=Direction.ASSIGN,
                assigning=True,
                wider_before=bool(payload.get("wider_before")),
                before=payload.get("before"),
                request_id=None,
                schedule_id=None,
                answer="",
                ended=None,
                released=False,
            )


def _answered(state: WriteState, payload: Mapping[str, Any]) -> WriteState:
    return _knowing(
        _with(
            state,
            request_id=payload.get("request_id") or state.request_id,
            schedule_id=payload.get("schedule_id") or state.schedule_id,
            answer=str(payload.get("status") or "").lower(),
        ),
        payload.get("request_id"),
    )


def _end(state: WriteState, payload: Mapping[str, Any]) -> WriteState:
    direction, ended = Direction(payload["direction"]), Ended(payload["outcome"])
    state = _with(
        state, ended=ended, code=str(payload.get("code") or ""), message=str(payload.get("message") or "")
    )
    if direction is Direction.REPAIR:
        return _with(
            state,
            repairing=False,
            ended=Ended.WIDENED,
            unrepaired=state.unrepaired and ended is not Ended.DONE,
        )
    if direction is Direction.REMOVE:
        return _end_removal(state, gone=ended is Ended.DONE)
    state = _with(state, intent=Direction.ASSIGN, assigning=False)
    if ended is Ended.WIDENED:
        return _with(state, unrepaired=not payload.get("wider_before"), standing=False, created=False)
    image = payload.get("image") or {}
    return _knowing(
        _with(
            state,
            standing=ended in _STANDING,
            created=ended in _CREATED,
            granted=ended is Ended.GRANTED,
            image=image,
        ),
        image.get("createdUsing") if ended in _CREATED else None,
    )


def _end_removal(state: WriteState, *, gone: bool) -> WriteState:
    """A right that is gone settles the assignment as well; one that stays is what it was before."""
    if not gone:
        return _with(state, removing=False)
    return _with(
        state,
        intent=Direction.REMOVE,
        removing=False,
        assigning=False,
        request_id=None,
        schedule_id=None,
        standing=False,
        created=False,
        granted=False,
        released=False,
        doubted=False,
        image={},
    )


def _knowing(state: WriteState, request_id: object) -> WriteState:
    if not isinstance(request_id, str):
        return state
    return _with(state, known_requests=state.known_requests | {request_id.lower()})
