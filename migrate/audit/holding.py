"""The schedules of PIM that give somebody something, reduced to what checks ask of them: there may be very
many, and their rows whole would fill the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import ClassVar

from migrate.audit.declared import Declared
from migrate.kinds import (
    group_eligibility_schedule,
    role_assignment_schedule,
    role_eligibility_schedule,
    role_schedule,
)
from migrate.kinds.kind import Row
from migrate.kinds.schedule import end_of, is_over, is_shadow, parse_time, start_of
from migrate.resolve.rights_read import lowered
from migrate.resolve.tenant_view import TenantView

ELIGIBILITY = "eligibility"
"""What files of ``mappings/`` call the kind of a single right that can be activated."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One schedule that gives somebody a role, never a mirror of another."""

    eligible: ClassVar[bool]
    principal_id: str
    role_id: str
    scope: str


@dataclass(frozen=True, slots=True)
class Standing(Holding):
    """``start`` is None where Graph tells none and where ``start_known`` is false; so is ``end``, of a right
    without an end."""

    eligible = False
    start: datetime | None
    start_known: bool
    end: datetime | None
    end_known: bool


@dataclass(frozen=True, slots=True)
class Eligible(Holding):
    """``unchanged`` is for how many days nobody has changed it (modified, created or begun, whichever is told
    first), None where no time is told or none that can be read; ``owner`` was declared for just this one, and
    is mostly empty."""

    eligible = True
    unchanged: int | None
    owner: str


@dataclass(frozen=True, slots=True)
class GroupHolding:
    """One schedule by which somebody is eligible for a group, never a mirror; ``over`` once it has ended."""

    principal_id: str
    group_id: str
    access: str
    unchanged: int | None
    owner: str
    over: bool


def standing_of(view: TenantView, now: datetime) -> Iterator[Standing]:
    """By id; what was over at ``now`` is left out."""
    for _, row in view.in_order(role_assignment_schedule.KIND.name):
        if is_shadow(row):
            continue
        end, known = _moment(end_of, row)
        if end is None or end > now:
            yield Standing(*_held(view, row), *_moment(start_of, row), end, known)


def eligible_of(view: TenantView, now: datetime, declared: Declared) -> Iterator[Eligible]:
    """By id; what was over at ``now`` is left out."""
    for _, row in view.in_order(role_eligibility_schedule.KIND.name):
        if not is_shadow(row) and not is_over(row, now):
            yield Eligible(*_held(view, row), _unchanged(row, now), _owner(row, declared))


def group_holdings_of(view: TenantView, now: datetime, declared: Declared) -> Iterator[GroupHolding]:
    """By id; one whose end cannot be read is not over."""
    for _, row in view.in_order(group_eligibility_schedule.KIND.name):
        if not is_shadow(row):
            yield GroupHolding(
                lowered(row, "principalId"),
                lowered(row, "groupId"),
                intern(group_eligibility_schedule.access_of(row)),
                _unchanged(row, now),
                _owner(row, declared),
                is_over(row, now),
            )


def _held(view: TenantView, row: Row) -> tuple[str, str, str]:
    """Who holds which role where. Few texts stand in very many rows: each is held in memory once."""
    role_id = view.role_id(str(row.get("roleDefinitionId") or ""))
    return lowered(row, "principalId"), intern(role_id), intern(role_schedule.scope_of(row))


def _moment(of: Callable[[Row], datetime | None], row: Row) -> tuple[datetime | None, bool]:
    """When it begins or ends, and whether that is known."""
    try:
        return of(row), True
    except ValueError:
        return None, False


def _start(row: Row) -> str | None:
    info = row.get("scheduleInfo")
    start = info.get("startDateTime") if isinstance(info, dict) else None
    return start if isinstance(start, str) else None


def _unchanged(row: Row, now: datetime) -> int | None:
    told = row.get("modifiedDateTime") or row.get("createdDateTime") or _start(row)
    return _days_since(told, now) if isinstance(told, str) else None


@lru_cache(maxsize=1_000)
def _days_since(text: str, now: datetime) -> int | None:
    """None for what is no time, too. Rights that were given together tell the same."""
    try:
        since = parse_time(text)
    except ValueError:
        return None
    return None if since is None else (now - since).days


def _owner(row: Row, declared: Declared) -> str:
    return declared.owner_of(ELIGIBILITY, str(row.get("id") or ""))
