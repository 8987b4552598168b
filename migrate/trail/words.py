"""What an outcome of the journal is called, whether it came out as asked, and how much it matters.

What this file does not know is told under the journal's own words: a new outcome is exported all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from migrate.trail.event import Result, Severity

ASSIGN, REMOVE, REPAIR = "assign", "remove", "repair"
CHANGES = ("update", "replace")
"""Actions of a plan that change what stands there, so that taking them back restores it."""


@dataclass(frozen=True)
class Meaning:
    """``action`` is a word in the past tense for what happened."""

    action: str
    result: Result
    severity: Severity


_MEANINGS = {
    (ASSIGN, "done"): Meaning("created", Result.SUCCESS, Severity.LOW),
    (ASSIGN, "granted"): Meaning("granted", Result.SUCCESS, Severity.LOW),
    (ASSIGN, "exists"): Meaning("found", Result.SUCCESS, Severity.INFORMATIONAL),
    (ASSIGN, "different"): Meaning("differs", Result.FAILURE, Severity.MEDIUM),
    (ASSIGN, "widened"): Meaning("widened", Result.FAILURE, Severity.CRITICAL),
    (REMOVE, "done"): Meaning("removed", Result.SUCCESS, Severity.LOW),
    (REPAIR, "done"): Meaning("repaired", Result.SUCCESS, Severity.HIGH),
    (REPAIR, "refused"): Meaning("refused", Result.FAILURE, Severity.CRITICAL),
    (REPAIR, "absent"): Meaning("not_done", Result.FAILURE, Severity.CRITICAL),
}
_IN_ANY_DIRECTION = {
    "refused": Meaning("refused", Result.FAILURE, Severity.MEDIUM),
    "absent": Meaning("not_done", Result.FAILURE, Severity.LOW),
}
IN_DOUBT = Meaning("in_doubt", Result.UNKNOWN, Severity.MEDIUM)
APPROVED = Meaning("approved", Result.SUCCESS, Severity.INFORMATIONAL)
STOPPED = Meaning("stopped", Result.SUCCESS, Severity.MEDIUM)
RESUMED = Meaning("resumed", Result.SUCCESS, Severity.LOW)
WITHDRAWN = Meaning("withdrawn", Result.SUCCESS, Severity.INFORMATIONAL)


def meaning_of_entry(event: str) -> Meaning:
    """What an entry means that is not known here: it is told by its own name."""
    return Meaning(event, Result.UNKNOWN, Severity.INFORMATIONAL)


def meaning_of(direction: str, outcome: str, *, plan_action: str, of_somebody: bool) -> Meaning:
    """What an outcome means; ``of_somebody``: a principal is given something, which is called assigned."""
    found = _MEANINGS.get((direction, outcome)) or _IN_ANY_DIRECTION.get(outcome)
    if found is None:
        return Meaning(f"{direction} {outcome}".strip() or "unknown", Result.UNKNOWN, Severity.MEDIUM)
    if found.action == "created":
        word = "updated" if plan_action == "update" else "replaced" if plan_action == "replace" else ""
        return Meaning(word or ("assigned" if of_somebody else "created"), found.result, found.severity)
    if found.action == "removed" and plan_action in CHANGES:
        return Meaning("restored", found.result, found.severity)
    return found
