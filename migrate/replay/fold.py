"""What the journal says about each write: the state is never stored, it is always folded from the entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True)
class WriteState:
    """One write after all its entries.

    ``open`` means that a request may have been sent and nobody knows yet what came of it.
    ``standing`` means that the right stands in the target as far as the journal knows; ``created`` that
    this engagement made it, so that a rollback may take it away. ``unrepaired``: Graph made the right
    wider than asked, and it has not been seen gone.
    """

    intent: Direction | None = None
    open: bool = False
    begun_at: datetime | None = None
    wider_before: bool = False
    request_id: str | None = None
    ended: Ended | None = None
    code: str = ""
    message: str = ""
    standing: bool = False
    created: bool = False
    image: Mapping[str, Any] = field(default_factory=dict)
    unrepaired: bool = False
    doubted: bool = False
    """An answer to this write was lost at some time: a row that nobody claims may then be ours."""

    @property
    def wants_presence(self) -> bool:
        """Whether the last intention was that the right be there."""
        return self.intent is Direction.ASSIGN


def fold(entries: Iterable[EntryLike]) -> dict[str, WriteState]:
    """The state of every write that the journal has ever begun."""
    states: dict[str, WriteState] = {}
    for entry in entries:
        if entry.write_id is not None:
            states[entry.write_id] = step(states.get(entry.write_id, WriteState()), entry)
    return states


def step(state: WriteState, entry: EntryLike) -> WriteState:
    payload = entry.payload
    if entry.event == "begin":
        direction = Direction(payload["direction"])
        return replace(
            state,
            intent=state.intent if direction is Direction.REPAIR else direction,
            open=True,
            begun_at=parse_time(entry.at),
            wider_before=bool(payload.get("wider_before")),
            request_id=None,
            ended=None,
        )
    if entry.event == "answered":
        return replace(state, request_id=payload.get("request_id"))
    if entry.event == "doubt":
        return replace(state, doubted=True)
    if entry.event == "end":
        return _end(state, payload)
    return state


def _end(state: WriteState, payload: Mapping[str, Any]) -> WriteState:
    direction, ended = Direction(payload["direction"]), Ended(payload["outcome"])
    state = replace(
        state,
        open=False,
        ended=ended,
        code=str(payload.get("code") or ""),
        message=str(payload.get("message") or ""),
        request_id=payload.get("request_id") or state.request_id,
    )
    if direction is Direction.REPAIR:
        return replace(state, ended=Ended.WIDENED, unrepaired=ended is not Ended.DONE)
    if ended is Ended.WIDENED:
        return replace(state, unrepaired=not payload.get("wider_before"))
    if direction is Direction.ASSIGN:
        return replace(
            state,
            intent=Direction.ASSIGN,
            standing=ended in _STANDING,
            created=ended in _CREATED,
            image=payload.get("image") or {},
        )
    if ended is Ended.DONE:
        return replace(state, intent=Direction.REMOVE, standing=False, created=False, image={})
    return state
