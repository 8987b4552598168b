"""Whether the journal can be built on: its chain is whole, and it speaks of the writes that are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from migrate.errors import StateError
from migrate.plan.document import Plan
from migrate.plan.made import NAME, names_in
from migrate.store.database import Database
from migrate.store.journal import Journal
from migrate.store.times import Clock

HINT = "no write is sent; find out who changed the state folder, or restore it from a backup"


class RecordedLike(Protocol):
    """What is looked at in a journal entry."""

    @property
    def sequence(self) -> int: ...
    @property
    def event(self) -> str: ...
    @property
    def plan_id(self) -> str | None: ...
    @property
    def write_id(self) -> str | None: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


def journal_to_build_on(db: Database, clock: Clock) -> Journal:
    """The journal for new work. Raises StateError ``journal_broken`` where its chain does not hold.

    An outcome needs none of this: what was sent is recorded whatever became of the chain meanwhile.
    """
    journal = Journal(db, clock)
    journal.verify_chain()
    return journal


def check_recorded(plans: Iterable[Plan], entries: Iterable[RecordedLike]) -> None:
    """Holds every entry against the plan that it names: one write id must mean one write for ever.

    Raises StateError ``journal_differs`` naming the first entry about a write that the plan does not have,
    or has under another key, or about another plan under the same id.
    """
    known = {plan.id: plan for plan in plans}
    keys = {item.id: item.key for plan in known.values() for item in plan.items}
    for entry in entries:
        plan = known.get(entry.plan_id or "")
        if plan is None:
            continue
        if entry.event == "approved" and entry.payload.get("plan_hash") != plan.hash:
            raise _differs(entry, f"it approves another plan than the one that stands under {plan.id}")
        if entry.write_id is None:
            continue
        if entry.write_id not in keys:
            raise _differs(entry, f"plan {plan.id} has no write {entry.write_id}")
        recorded = entry.payload.get("key") if entry.event in ("begin", "withdrawn") else None
        if recorded is not None and not _is_meant(str(recorded), keys[entry.write_id]):
            asked = keys[entry.write_id]
            raise _differs(
                entry, f"write {entry.write_id} was begun for {recorded}, and the plan has {asked}"
            )


def _is_meant(recorded: str, planned: str) -> bool:
    """Whether a recorded key is the planned one, in which ids may have taken the place of the names of
    objects that other writes made."""
    if not names_in(planned):
        return recorded == planned
    parts = map(re.escape, NAME.split(planned))
    return re.fullmatch("(?:[^|/]+)".join(parts), recorded) is not None


def _differs(entry: RecordedLike, what: str) -> StateError:
    return StateError(
        f"the journal and the plan speak of different writes: {what}",
        where=f"journal entry {entry.sequence}",
        hint=HINT,
        code="journal_differs",
    )
