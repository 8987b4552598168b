"""What is needed to read the target on behalf of a write, by a run that writes and by one that only looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from migrate.graphapi.session import Session
from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.replay.live import LiveTarget


class Reads(Protocol):
    """``mark`` is the text by which an object that a write has made is found again."""

    @property
    def session(self) -> Session: ...
    @property
    def live(self) -> LiveTarget: ...
    @property
    def mark(self) -> Callable[[str], str]: ...
    def state(self, item: Item) -> WriteState: ...


@dataclass(frozen=True)
class Look:
    """A run that writes nothing: ``states`` is what the journal says."""

    session: Session
    live: LiveTarget
    mark: Callable[[str], str]
    states: Mapping[str, WriteState]

    def state(self, item: Item) -> WriteState:
        return self.states.get(item.id, WriteState())
