"""What the journal says of the runs: who signed in, who typed, who had approved."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from migrate.trail.event import Approval, Who
from migrate.trail.plan_items import mapping, text

HELD = 64
"""Runs that are remembered at most: an outcome from the emergency file is of a run just before."""


@dataclass
class RunFacts:
    """A run that the journal says nothing of is of an older version of this program."""

    who: Who = field(default_factory=Who)
    approvals: tuple[Approval, ...] = ()


class Runs:
    """The latest runs by their ids."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, RunFacts] = OrderedDict()

    def of(self, run_id: str | None) -> RunFacts:
        facts = self._held.setdefault(run_id or "", RunFacts())
        if len(self._held) > HELD:
            self._held.popitem(last=False)
        return facts


def who_of(payload: Mapping[str, Any]) -> Who:
    """Who ran, from the payload of a ``run``."""
    caller = mapping(payload.get("caller"))
    return Who(
        object_id=text(caller.get("object_id")),
        app_id=text(caller.get("app_id")),
        app_only=caller.get("app_only") is True,
        operator=text(payload.get("operator")),
        verb=text(payload.get("verb")),
        version=text(payload.get("version")),
    )


def approvals_of(payload: Mapping[str, Any]) -> tuple[Approval, ...]:
    """Who approved, from the payload of an ``approved``; the signatures stay in the journal."""
    given = payload.get("approvals")
    found = [mapping(one) for one in given] if isinstance(given, list) else []
    return tuple(
        Approval(text(one.get("approver")), text(one.get("key_id")), text(one.get("at"))) for one in found
    )
