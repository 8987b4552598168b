"""Findings that somebody answers for until a day: told as waived, and counted again from the day after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from migrate.audit.finding import Finding

EVERYTHING = "*"


@dataclass(frozen=True)
class Waiver:
    """One row of ``mappings/waivers.csv``; ``object_id`` is ``*`` for every object of the check."""

    check: str
    object_id: str
    owner: str
    reason: str
    until: date

    def holds(self, today: date) -> bool:
        """On its last day a waiver still holds."""
        return today <= self.until


def waiver_for(
    check: str, finding: Finding, waivers: Iterable[Waiver], today: date
) -> tuple[Waiver | None, Waiver | None]:
    """The waiver that holds for a finding, and else one that has run out."""
    about = [
        one
        for one in waivers
        if one.check == check and one.object_id in (EVERYTHING, finding.subject.id.lower())
    ]
    holding = [one for one in about if one.holds(today)]
    if holding:
        return max(holding, key=lambda one: one.until), None
    return None, max(about, key=lambda one: one.until, default=None)
