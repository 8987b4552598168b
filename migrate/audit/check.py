"""The form that every check takes: an id for ever, what to do about it, and what can be set in a baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from migrate.audit.finding import Told
from migrate.audit.posture import Posture


class Parameters:
    """The thresholds of one control over the defaults of its check."""

    def __init__(self, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self._values = {**defaults, **given}

    def number(self, name: str) -> int:
        return int(self._values[name])

    def text(self, name: str) -> str:
        return str(self._values[name])

    def flag(self, name: str) -> bool:
        return bool(self._values[name])

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(str(one) for one in self._values[name])


@dataclass(frozen=True)
class Check:
    """``judge`` tells every failure and everything that it could not judge; nothing told is a pass.

    ``parameters`` are the names that a baseline may set, with the values that hold otherwise. A parameter
    ``roles`` takes the name of a role set of the baseline; ``up_to_tier`` adds every role of these tiers,
    -1 none.
    """

    id: str
    title: str
    remedy: str
    judge: Callable[[Posture, Parameters], Iterable[Told]]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def tell(self, posture: Posture, given: Mapping[str, Any]) -> Iterable[Told]:
        """What the check tells of a tenant, one by one: there may be much. It may tell the same twice."""
        return self.judge(posture, Parameters(self.parameters, given))


ROLES: Mapping[str, Any] = {"roles": (), "up_to_tier": -1}
"""The parameters of a check that is about some roles."""
