"""The journal: what this program did to a tenant, in order, never rewritten.

The rules of this file; each has a test of the same name.

- An append must be on disk when it returns.
- An append of many must be all or nothing.
- An append must not hide in a transaction of its caller.
- An entry must carry the hash of the one before it.
- An edited payload must break the chain.
- An edited column must break the chain.
- A deleted entry must break the chain.
- A reordered entry must break the chain.
- A cut tail must break the chain.
- A lost head must break the chain.
- A broken chain must not refuse an append.
- A broken chain must stay broken after an append.
- An outcome must be kept when the database cannot be written.
- An outcome that cannot be kept anywhere must be told whole.
- An emergency entry must be folded exactly once.
- An emergency entry must stand before any later append.
- A damaged emergency line must be set aside and not folded.

Which events there are and what they mean is decided by ``replay``; that no write is sent before its Begin is
on disk is kept there, by calling ``append`` first. Whoever appends must hold the lock of the engagement.
The chain proves that nobody changed the file without redoing every later hash; it cannot prove more than
that, so keep the head hash that ``log export`` prints somewhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.errors import StateError
from migrate.store.database import Database
from migrate.store.emergency import EmergencyFile, Recovered
from migrate.store.journal_chain import ChainCheck, Told
from migrate.store.journal_entries import COLUMNS, Draft, Entry, chained_row, entry_of
from migrate.store.times import Clock, utc_text

_ALL_COLUMNS = (*COLUMNS, "hash")
_SELECT = f"SELECT {', '.join(_ALL_COLUMNS)} FROM journal"
_MARKS = ", ".join(f":{each}" for each in _ALL_COLUMNS)
_INSERT = f"INSERT INTO journal ({', '.join(_ALL_COLUMNS)}) VALUES ({_MARKS})"

Crash = Callable[[str], None]
"""Called at named points so that a test can end the process there; None outside of tests."""


@dataclass(frozen=True)
class Head:
    """The last entry: its sequence and hash; 0 and '' while the journal is empty."""

    sequence: int
    hash: str


@dataclass(frozen=True)
class Kept:
    """Where an outcome was kept: in the journal as ``entry``, or else in ``emergency_file``."""

    entry: Entry | None
    emergency_file: Path | None


class Journal:
    """The journal of one engagement. Reading needs no lock; appending does."""

    def __init__(self, db: Database, clock: Clock, *, crash: Crash | None = None) -> None:
        self._db = db
        self._clock = clock
        self._crash: Crash = crash or _no_crash
        self._emergency = EmergencyFile(db.folder / "journal-emergency.jsonl")
        self._last_known_hash = ""

    @property
    def path(self) -> Path:
        """The database that holds it."""
        return self._db.path

    def append(
        self,
        event: str,
        *,
        run_id: str | None = None,
        plan_id: str | None = None,
        wave: str | None = None,
        batch: int | None = None,
        write_id: str | None = None,
        payload: dict[str, Any] | None = None,
    ) -> Entry:
        """Records one event and returns when it is on disk; raises StateError when it cannot be."""
        return self.append_many([Draft(event, run_id, plan_id, wave, batch, write_id, payload or {})])[0]

    def append_many(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Records the events in order with one commit: all are on disk when it returns, or none is."""
        if self._db.in_transaction:
            raise RuntimeError(
                "a journal entry inside another transaction would not be on disk when it counts"
            )
        self.recover_emergency()
        return self._write(drafts)

    def append_outcome(
        self,
        event: str,
        *,
        run_id: str | None = None,
        plan_id: str | None = None,
        wave: str | None = None,
        batch: int | None = None,
        write_id: str | None = None,
        payload: dict[str, Any] | None = None,
    ) -> Kept:
        """Records what became of a request that was sent; never refused while anything can be written.

        Where the database cannot take it, it goes to ``journal-emergency.jsonl`` beside it, and from there
        into the journal before the next entry. The caller must start no new work after that. Where even the
        file cannot be written, StateError ``outcome_unrecorded`` carries the whole entry in its message.
        """
        draft = Draft(event, run_id, plan_id, wave, batch, write_id, payload or {})
        try:
            return Kept(self.append_many([draft])[0], None)
        except (StateError, sqlite3.Error) as error:
            refused = error
        try:
            return Kept(None, self._keep_in_emergency(draft))
        except OSError as error:
            emergency_refused = error
        try:
            # The database may be sound and only the emergency file unreadable, which stops the folding above.
            return Kept(self._write([draft])[0], None)
        except (StateError, sqlite3.Error):
            raise self._unrecorded(draft, refused, emergency_refused) from emergency_refused

    def recover_emergency(self) -> Recovered:
        """Folds the emergency file into the journal, each line once, and removes it.

        Called by every append; a run may call it first to tell the person. Lines that are torn or altered
        are not believed: the file is then set aside whole under the path in ``kept``.
        """
        if not self._emergency.exists():
            return Recovered()
        lines, unreadable = self._emergency.read()
        folded = 0
        with self._db.transaction():
            for line in lines:
                seen = self._db.value("SELECT 1 FROM journal_emergencies WHERE id = ?", (line.id,))
                if seen:
                    continue
                row = self._insert([(line.draft, line.at)])[0]
                self._db.execute(
                    "INSERT INTO journal_emergencies (id, sequence, folded_at) VALUES (?, ?, ?)",
                    (line.id, row["sequence"], utc_text(self._clock())),
                )
                folded += 1
            self._crash("recover.before_commit")
        self._crash("recover.after_commit")
        kept = self._emergency.set_aside() if unreadable else None
        if kept is None:
            self._emergency.remove()
        return Recovered(folded=folded, already=len(lines) - folded, unreadable=unreadable, kept=kept)

    def entries(
        self,
        *,
        plan_id: str | None = None,
        wave: str | None = None,
        after: int = 0,
        events: Sequence[str] = (),
    ) -> Iterator[Entry]:
        """The entries in order, all or those of one plan or wave, those ``after`` a sequence, or of these
        ``events`` only; they stream.

        What still lies in an emergency file is not among them.
        """
        wanted = {"plan_id": plan_id, "wave": wave}
        asked: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        named = {f"event{number}": event for number, event in enumerate(events)}
        of_events = [f"event IN ({', '.join(f':{name}' for name in named)})"] if named else []
        where = " AND ".join(["sequence > :after", *(f"{name} = :{name}" for name in asked), *of_events])
        asked |= {"after": after, **named}
        for row in self._db.query(f"{_SELECT} WHERE {where} ORDER BY sequence", asked):
            try:
                entry = entry_of(row)
            except (TypeError, ValueError) as error:
                raise self.broken(f"entry {row['sequence']} cannot be read") from error
            yield entry

    def head(self) -> Head:
        """The last entry that was written, whether or not it is still there."""
        row = self._head_row()
        if row is None:
            row = self._db.one("SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1")
        return Head(0, "") if row is None else Head(**row)

    def told(self) -> Iterator[Told]:
        """Every entry in order with what is wrong with the chain up to it; a break ends nothing.

        The last one has no entry where only the end of the journal shows the break. They stream.
        """
        check = ChainCheck()
        with self._db.steady():
            for row in self._rows():
                broken = check.add(row)
                yield Told(_readable(row), broken)
            before = check.broken
            if (broken := check.finish(self._head_row())) and not before:
                yield Told(None, broken, row_there=False)

    def last_end(self, write_id: str, *, before: int, direction: str) -> Entry | None:
        """The newest ``end`` of a write in that direction among the entries before a sequence."""
        rows = self._db.query(
            f"{_SELECT} WHERE write_id = ? AND sequence < ? AND event = 'end' ORDER BY sequence DESC",
            (write_id, before),
        )
        ends = (entry for row in rows if (entry := _readable(row)) is not None)
        return next((entry for entry in ends if entry.payload.get("direction") == direction), None)

    def verify_chain(self) -> None:
        """Raises StateError ``journal_broken`` naming the first entry that is not as it was written."""
        check = ChainCheck()
        with self._db.steady():
            for row in self._rows():
                if check.add(row):
                    break
            broken = check.finish(self._head_row())
        if broken:
            raise self.broken(broken)

    def _rows(self) -> Iterator[dict[str, Any]]:
        return self._db.query(f"{_SELECT} ORDER BY sequence")

    def _head_row(self) -> dict[str, Any] | None:
        return self._db.one("SELECT sequence, hash FROM journal_head")

    def _write(self, drafts: Sequence[Draft]) -> list[Entry]:
        at = utc_text(self._clock())
        self._crash("journal.before_append")
        with self._db.transaction():
            rows = self._insert([(draft, at) for draft in drafts])
            self._crash("journal.inside_append")
        self._crash("journal.after_append")
        if rows:
            self._last_known_hash = rows[-1]["hash"]
        return [entry_of(row) for row in rows]

    def _insert(self, drafts: Sequence[tuple[Draft, str]]) -> list[dict[str, Any]]:
        head = self.head()
        last = self._db.value("SELECT max(sequence) FROM journal") or 0
        # A table that has gone past its head is a broken chain: the gap that is left here keeps it so, as
        # does taking the hash from the head. An append never mends what somebody broke.
        sequence = head.sequence if last <= head.sequence else last + 1
        previous, rows = head.hash, []
        for draft, at in drafts:
            sequence += 1
            row = chained_row(draft, sequence=sequence, at=at, previous_hash=previous)
            self._db.execute(_INSERT, row)
            previous = row["hash"]
            rows.append(row)
        if rows:
            self._db.execute("UPDATE journal_head SET sequence = ?, hash = ?", (sequence, previous))
        return rows

    def _keep_in_emergency(self, draft: Draft) -> Path:
        self._crash("journal.before_emergency")
        self._emergency.add(draft, at=utc_text(self._clock()), after=self._hash_to_follow())
        self._crash("journal.after_emergency")
        return self._emergency.path

    def _hash_to_follow(self) -> str:
        """The hash of the head, or what this process knows of it: it tells equal lines of two files apart."""
        try:
            self._last_known_hash = self.head().hash
        except (StateError, sqlite3.Error):
            return self._last_known_hash
        return self._last_known_hash

    def _unrecorded(self, draft: Draft, refused: Exception, emergency_refused: OSError) -> StateError:
        line = self._emergency.line(draft, at=utc_text(self._clock()))
        return StateError(
            f"an outcome could be written neither to the database ({refused}) nor to the emergency file"
            f" ({emergency_refused.strerror or emergency_refused}). Keep this line: {line}",
            where=str(self._emergency.path),
            hint="free some space, then let `pim-migrate doubt` settle the write by reading the tenant",
            code="outcome_unrecorded",
        )

    def broken(self, what: str) -> StateError:
        """The error ``journal_broken``, for whoever has found where."""
        return StateError(
            f"the journal is broken: {what}",
            where=str(self._db.path),
            hint="no new work is started; restore the state folder from a backup or find out who changed it",
            code="journal_broken",
        )


def _no_crash(point: str) -> None:
    """Outside of tests every named point is passed."""


def _readable(row: dict[str, Any]) -> Entry | None:
    """The entry of a row, or None where somebody has made something else of it."""
    try:
        entry = entry_of(row)
    except (TypeError, ValueError):
        return None
    return entry if isinstance(entry.payload, dict) else None
