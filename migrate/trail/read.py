"""From the journal's entries to events, one by one: memory does not grow with the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from migrate.store.journal import Journal
from migrate.store.journal_entries import Entry
from migrate.trail.event import Event, Subject, What, Why
from migrate.trail.moments import in_utc, is_from
from migrate.trail.plan_items import PlanItems, mapping, text, what_of
from migrate.trail.runs import Runs, approvals_of, who_of
from migrate.trail.secrets import without_secrets
from migrate.trail.words import (
    APPROVED,
    ASSIGN,
    CHANGES,
    IN_DOUBT,
    RESUMED,
    STOPPED,
    WITHDRAWN,
    Meaning,
    meaning_of,
    meaning_of_entry,
)

OPEN = "open"
"""The outcome of a write that was begun and of which nothing more is recorded."""
_SUBJECTS = {
    "begin": Subject.WRITE,
    "doubt": Subject.WRITE,
    "end": Subject.WRITE,
    "withdrawn": Subject.WITHDRAWAL,
}
_NOTHING: Mapping[str, Any] = {}


class Trail:
    """The events of a journal. Iterate once; afterwards the other properties tell how whole it was."""

    def __init__(
        self,
        journal: Journal,
        plans: PlanItems,
        *,
        wave: str | None = None,
        since: datetime | None = None,
    ) -> None:
        self._journal, self._plans = journal, plans
        self._wave, self._since = wave, since
        self._runs = Runs()
        self._open: dict[tuple[str, str], Entry] = {}
        self._doubted: set[str] = set()
        self.broken = ""
        """What is wrong with the chain; '' while all is as it was written."""
        self.unreadable = 0
        """Entries of which nothing can be told."""
        self.entries = 0
        self.head = ""
        """The hash of the last entry that was read."""

    def __iter__(self) -> Iterator[Event]:
        for told in self._journal.told():
            self.broken = told.broken
            if told.entry is None:
                self.unreadable += told.row_there
                continue
            self.entries, self.head = self.entries + 1, told.entry.hash
            entry = replace(told.entry, payload=in_utc(without_secrets(told.entry.payload)))
            event = self._event(entry, verified=not told.broken)
            if event is not None and self._is_wanted(event):
                yield event
        for (write_id, _), entry in self._open.items():
            if write_id not in self._doubted and self._wave in (None, entry.wave):
                why = "begun, and no outcome is recorded yet"
                yield self._write(entry, entry, OPEN, IN_DOUBT, why, verified=not self.broken)

    def _is_wanted(self, event: Event) -> bool:
        if self._wave is not None and event.wave != self._wave:
            return False
        return self._since is None or is_from(event.at, self._since)

    def _event(self, entry: Entry, *, verified: bool) -> Event | None:
        payload, write_id = entry.payload, entry.write_id or ""
        match entry.event:
            case "run":
                self._runs.of(entry.run_id).who = who_of(payload)
            case "approved":
                self._runs.of(entry.run_id).approvals = found = approvals_of(payload)
                by = "by " + ", ".join(one.approver for one in found)
                return self._made(entry, Subject.APPROVAL, APPROVED, Why(message=by), verified=verified)
            case "stopped":
                why = Why(message=text(payload.get("reason")) or text(payload.get("why")))
                return self._made(entry, Subject.STOP, STOPPED, why, verified=verified)
            case "resumed":
                why = Why(message=f"after: {text(payload.get('after'))}")
                return self._made(entry, Subject.RESUMPTION, RESUMED, why, verified=verified)
            case "begin":
                self._open[write_id, text(payload.get("direction"))] = entry
            case "doubt":
                self._doubted.add(write_id)
                reason, begun = text(payload.get("reason")), self._begun(write_id)
                return self._write(entry, begun, "", IN_DOUBT, reason, verified=verified)
            case "withdrawn":
                return self._write(entry, None, "", WITHDRAWN, "never came to be", verified=verified)
            case "end":
                return self._ended(entry, verified=verified)
            case "answered":
                pass  # The outcome says what came of it.
            case other:
                said = text(payload.get("reason")) or text(payload.get("message"))
                return self._other(entry, meaning_of_entry(other), said, verified=verified)
        return None

    def _other(self, entry: Entry, meaning: Meaning, said: str, *, verified: bool) -> Event:
        if entry.write_id:
            return self._write(entry, self._begun(entry.write_id), "", meaning, said, verified=verified)
        return self._made(entry, Subject.OTHER, meaning, Why(message=said), verified=verified)

    def _ended(self, entry: Entry, *, verified: bool) -> Event:
        payload, write_id = entry.payload, entry.write_id or ""
        direction, outcome = text(payload.get("direction")), text(payload.get("outcome"))
        begun = self._open.pop((write_id, direction), None)
        self._doubted.discard(write_id)
        item = self._plans.item(entry.plan_id or "", write_id)
        what = what_of(item, begun.payload if begun else _NOTHING, None)
        meaning = meaning_of(
            direction, outcome, plan_action=what.plan_action, of_somebody=bool(what.principal_id)
        )
        return self._write(entry, begun, outcome, meaning, text(payload.get("message")), verified=verified)

    def _begun(self, write_id: str) -> Entry | None:
        """What is open of a write, in whichever direction."""
        found = [entry for (named, _), entry in self._open.items() if named == write_id]
        return found[-1] if found else None

    def _write(
        self, entry: Entry, begun: Entry | None, outcome: str, meaning: Meaning, said: str, *, verified: bool
    ) -> Event:
        """An event about one write, in the light of its ``begin`` where it had one."""
        payload, asked = entry.payload, begun.payload if begun else _NOTHING
        item = self._plans.item(entry.plan_id or "", entry.write_id or "")
        direction = text(payload.get("direction")) or text(asked.get("direction"))
        before = self._before(entry, item, asked, direction)
        after = _after(payload, outcome, direction, item, before)
        codes = (*(item.get("codes") or ()), payload.get("code"))
        why = Why(
            reason=text(item.get("reason")),
            message=said,
            justification=text(mapping(mapping(asked.get("request")).get("body")).get("justification")),
            codes=tuple(dict.fromkeys(text(code) for code in codes if text(code))),
        )
        return self._made(
            entry,
            _SUBJECTS.get(entry.event, Subject.OTHER),
            meaning,
            why,
            direction=direction,
            outcome=outcome,
            what=what_of(item, asked, after or before),
            before=before,
            after=after,
            verified=verified,
        )

    def _before(
        self, entry: Entry, item: Mapping[str, Any], asked: Mapping[str, Any], direction: str
    ) -> Mapping[str, Any] | None:
        """What stood in the place: as the ``begin`` kept it, else what our own write left or the plan saw."""
        if "before" in asked:
            return mapping(asked["before"]) or None
        if direction in (ASSIGN, ""):
            return mapping(item.get("base")) or None
        made = self._journal.last_end(entry.write_id or "", before=entry.sequence, direction=ASSIGN)
        return None if made is None else mapping(in_utc(without_secrets(made.payload.get("image")))) or None

    def _made(
        self,
        entry: Entry,
        subject: Subject,
        meaning: Meaning,
        why: Why,
        *,
        verified: bool,
        direction: str = "",
        outcome: str = "",
        what: What | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> Event:
        plan_id, run = entry.plan_id or "", self._runs.of(entry.run_id)
        return Event(
            sequence=entry.sequence,
            hash=entry.hash,
            at=entry.at,
            subject=subject,
            action=meaning.action,
            direction=direction,
            outcome=outcome or entry.event,
            result=meaning.result,
            severity=meaning.severity,
            who=run.who,
            what=what or What(),
            why=why,
            run=entry.run_id or "",
            plan=plan_id,
            plan_hash=self._plans.facts(plan_id).hash if plan_id else "",
            wave=entry.wave or "",
            batch=entry.batch,
            write=entry.write_id or "",
            approvals=run.approvals,
            before=before,
            after=after,
            verified=verified,
        )


def _after(
    payload: Mapping[str, Any],
    outcome: str,
    direction: str,
    item: Mapping[str, Any],
    before: Mapping[str, Any] | None,
) -> Mapping[str, Any] | None:
    """What stands in the place afterwards, where that is known."""
    image = mapping(payload.get("image")) or None
    if outcome in ("refused", "absent"):
        return image or before
    if direction == ASSIGN:
        return image
    if outcome == "done" and item.get("action") in CHANGES:
        return image or mapping(item.get("base")) or None
    return None
