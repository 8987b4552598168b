"""What is wrong with one access review: how often it happens, who answers, what follows, who hears of it.

Every function tells the problem in words, and nothing where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from migrate.kinds.kind import Row
from migrate.kinds.schedule import parse_time

_OVER = frozenset({"completed", "autoreviewed", "completing", "applied"})
_PATTERN_DAYS = {"daily": 1, "weekly": 7, "absolutemonthly": 30, "relativemonthly": 30}
_YEAR = 365


def settings(row: Row) -> Mapping[str, Any]:
    found = row.get("settings")
    return found if isinstance(found, Mapping) else {}


def _recurrence(row: Row, name: str) -> Mapping[str, Any]:
    recurrence = settings(row).get("recurrence")
    found = recurrence.get(name) if isinstance(recurrence, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def is_over(row: Row) -> bool:
    """Whether the review is finished and does not recur: then it is none any more."""
    return str(row.get("status") or "").lower() in _OVER and not _recurrence(row, "pattern")


def schedule(row: Row, now: datetime, every_days: int, longest_days: int) -> str:
    """``every_days`` is how seldom it may happen, ``longest_days`` how long it may take; 0 sets no limit."""
    pattern, span = _recurrence(row, "pattern"), _recurrence(row, "range")
    often = str(pattern.get("type") or "").lower()
    if not often:
        return "happens once and does not recur"
    days = _PATTERN_DAYS.get(often, _YEAR) * int(pattern.get("interval") or 1)
    if days > every_days:
        return f"recurs every {days} days, at least every {every_days} it should"
    end = str(span.get("endDate") or "")
    if str(span.get("type") or "").lower() == "enddate" and end:
        try:
            ended = parse_time(f"{end}T00:00:00Z")
        except ValueError:
            return f"ends at a time that cannot be read ({end})"
        if ended is not None and ended <= now:
            return f"ended on {end}"
    length = int(settings(row).get("instanceDurationInDays") or 0)
    if longest_days and length > longest_days:
        return f"takes {length} days, at most {longest_days} it should"
    return ""


def endless(row: Row) -> str:
    """A review that is to go on must not have an end."""
    span = _recurrence(row, "range")
    if str(span.get("type") or "").lower() in ("noend", ""):
        return ""
    end = span.get("endDate") or f"{span.get('numberOfOccurrences')} times"
    return f"does not go on for ever ({end})"


def reviewers(row: Row) -> str:
    staged = [one.get("reviewers") for one in row.get("stageSettings") or () if isinstance(one, Mapping)]
    named = [*(row.get("reviewers") or ()), *(each for one in staged for each in one or ())]
    # Graph calls it a review of oneself when nobody is named.
    return "" if named else "names no reviewers: everybody judges their own right"


def consequences(row: Row, *, silence_removes: bool, only_deny: bool = False) -> str:
    """``only_deny`` takes no recommendation of the system for a removal."""
    found = settings(row)
    if found.get("autoApplyDecisionsEnabled") is not True:
        return "its decisions are not applied by themselves"
    if not silence_removes:
        return ""
    decision = str(found.get("defaultDecision") or "None")
    enough = ("deny",) if only_deny else ("deny", "recommendation")
    if found.get("defaultDecisionEnabled") is True and decision.lower() in enough:
        return ""
    return f"nothing happens where nobody answers (default decision {decision})"


def attention(row: Row) -> str:
    """Whether reviewers are told and reminded, and must say why somebody keeps a right."""
    found = settings(row)
    wanted = {
        "mailNotificationsEnabled": "reviewers get no mail",
        "reminderNotificationsEnabled": "reviewers are not reminded",
        "justificationRequiredOnApproval": "nobody must say why a right is kept",
    }
    return "; ".join(told for name, told in wanted.items() if found.get(name) is not True)
