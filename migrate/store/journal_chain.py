"""The chain of the journal, checked row by row: which entry is the first that is not as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from migrate.store.journal_entries import Entry, hash_of


@dataclass(frozen=True)
class Told:
    """An entry as it stands; None where it cannot be read. ``broken`` says what is wrong with the chain at
    this entry or before it, '' while all is as it was written."""

    entry: Entry | None
    broken: str
    row_there: bool = True
    """False where an entry is told of that is missing altogether."""


class ChainCheck:
    """Takes the rows of a journal in order. ``broken`` names the first wrong one; '' while all is well.

    Nothing after a break is proved: whoever changed one entry may have written all the later ones anew.
    """

    def __init__(self) -> None:
        self.broken = ""
        self._previous, self._last = "", 0

    def add(self, row: Mapping[str, Any]) -> str:
        """Looks at the next row and returns ``broken``."""
        expected = self._last + 1
        if not self.broken:
            if row["sequence"] != expected:
                self.broken = f"entry {expected} is missing"
            elif row["hash"] != _recomputed(row):
                self.broken = f"entry {expected} was changed after it was written"
            elif row["previous_hash"] != self._previous:
                self.broken = f"entry {expected} does not follow the one before it"
        self._previous, self._last = row["hash"], expected
        return self.broken

    def finish(self, head: Mapping[str, Any] | None) -> str:
        """Holds the end against the record of the last entry, which shows a cut tail; returns ``broken``."""
        last = self._last
        if not self.broken:
            if head is None:
                self.broken = f"its record of the last entry is missing; entries end at {last}"
            elif head["sequence"] > last:
                self.broken = f"entry {last + 1} is missing: {head['sequence']} entries were written"
            elif head["sequence"] < last or head["hash"] != self._previous:
                self.broken = f"entry {last} is not the one that was written last"
        return self.broken


def _recomputed(row: Mapping[str, Any]) -> str:
    """The hash of the row as it stands, or nothing that a hash could equal where it cannot be computed."""
    try:
        return hash_of(row)
    except (TypeError, ValueError):
        return "unreadable"
