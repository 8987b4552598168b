"""Writes about the access of whom this program is signed in as: whoever removes their own access half-way
cannot finish, so nothing lifts this guard."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.errors import GuardStopped
from migrate.plan.document import Action, Item
from migrate.replay.run import Run

OWN_ACCESS = "this is the access of whom this program is signed in as: somebody else has to take it back"


def is_own(run: Run, item: Item) -> bool:
    caller = run.live.caller_id
    holder = item.target.get("principalId") or item.target.get("objectId") or ""
    return caller is not None and str(holder).lower() == caller.lower()


def check_no_own_end(run: Run, items: Iterable[Item]) -> None:
    """Raises GuardStopped, before anything is sent, where a write of the run would end the caller's right."""
    for item in items:
        if item.action is Action.REPLACE and run.wants(item.id) and is_own(run, item):
            raise GuardStopped(
                f"{item.id} would end the access of whom this program is signed in as",
                where="apply",
                hint="make a new plan without it, or let somebody else carry it out",
                code="self_removal",
            )
