"""``--convert permanent``: which standing role assignments become eligible, and which stay and why.

Decides, and takes nothing away: what stands in the target stays until told, see ``migrate.plan.overlap``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from migrate.kinds.kind import Row
from migrate.kinds.schedule import format_time
from migrate.resolve.schedule_fit import SHORTEST, Span, end_after


@dataclass(frozen=True)
class TierRuleSet:
    """What the tier of a right asks for. ``longest`` is how long an eligibility may last, ``None`` where
    nothing limits it; ``asks`` says in words what an activation has to show."""

    tier: int
    name: str = ""
    longest: timedelta | None = None
    asks: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        return f"tier {self.tier}" + (f" ({self.name})" if self.name else "")


@dataclass(frozen=True)
class Converted:
    """A row that becomes eligible for this span instead."""

    row: Row
    span: Span
    says: str


@dataclass(frozen=True)
class Staying:
    """A row that stays as it is."""

    row: Row
    reason: str


def convert(
    rows: Iterable[Row],
    *,
    principal_kind: Callable[[str], str | None],
    exempt: frozenset[str],
    rule_set_of: Callable[[Row], TierRuleSet | None],
    now: datetime,
    can_hold_roles: Callable[[str], bool | None] = lambda _: None,
) -> tuple[list[Converted], list[Staying]]:
    """Every row in exactly one of the two lists, in its order.

    ``exempt`` are the break-glass and protected principals by id in lower case; ``can_hold_roles`` says of a
    group whether it is role-assignable. What they do not know stays.
    """
    converted: list[Converted] = []
    staying: list[Staying] = []
    for row in rows:
        principal = str(row.get("principalId") or "").lower()
        reason = _not_standing(row) or _why_not(
            principal, principal_kind(principal), principal in exempt, can_hold_roles
        )
        rule_set = None if reason else rule_set_of(row)
        if rule_set is None:
            staying.append(Staying(row, reason or "no rule set is known for its tier"))
        elif rule_set.longest is not None and rule_set.longest < SHORTEST:
            reason = f"the rule set of {rule_set.told} leaves less than five minutes of eligibility"
            staying.append(Staying(row, reason))
        else:
            converted.append(_converted(row, rule_set, now))
    return converted, staying


def _not_standing(row: Row) -> str:
    """Why a row is no right that somebody gave directly and for good; silence is not taken for a yes."""
    if str(row.get("memberType") or "").lower() != "direct":
        return "it is not held directly"
    if str(row.get("assignmentType") or "").lower() != "assigned":
        return "it is an activated session, or does not say that it is none"
    try:
        span = Span.of(row)
    except ValueError as error:
        return f"whether it ends cannot be told: {error}"
    return "" if span.end is None else f"it is not permanent: it ends at {format_time(span.end)}"


def _why_not(
    principal: str, kind: str | None, is_exempt: bool, can_hold_roles: Callable[[str], bool | None]
) -> str:
    if is_exempt:
        return "the principal is an emergency account, or protected by the engagement"
    match (kind or "").lower():
        case "user":
            return ""
        case "group":
            known = can_hold_roles(principal)
            if known is None:
                return "whether the group is role-assignable was not read"
            return (
                "" if known else "the group is not role-assignable: nobody could become eligible through it"
            )
        case "serviceprincipal":
            return "a service principal cannot be eligible: it has to stay active"
        case "":
            return "what kind of principal holds it was not read"
        case _:
            return f"whether a principal of the kind {kind} can be eligible is not known"


def _converted(row: Row, rule_set: TierRuleSet, now: datetime) -> Converted:
    start = Span.of(row).start
    later = start if start is not None and start > now else None
    end = None if rule_set.longest is None else end_after(later or now, rule_set.longest)
    lasts = "for good" if end is None else f"until {format_time(end.replace(microsecond=0))}"
    asks = f", which asks for {', '.join(rule_set.asks)} at activation" if rule_set.asks else ""
    return Converted(row, Span(later, end), f"eligible {lasts} by {rule_set.told}{asks}")
