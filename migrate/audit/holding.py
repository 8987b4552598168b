"""The schedules of PIM that give somebody something, reduced to what checks ask of them: there may be very
many, and their rows whole would fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from migrate.kinds import (
    group_eligibility_schedule,
    role_assignment_schedule,
    role_eligibility_schedule,
    role_schedule,
)
from migrate.kinds.kind import Row
from migrate.kinds.schedule import end_of, is_shadow
from migrate.resolve.tenant_view import TenantView


@dataclass(frozen=True, slots=True)
class Holding:
    """One schedule that gives somebody a role: ``eligible`` or standing, never a mirror of another.

    ``start`` and ``changed`` (modified, created or begun, whichever is told first) are as Graph writes them;
    ``end`` is None for a right without an end and where ``end_known`` is false.
    """

    id: str
    start: str | None
    changed: str | None
    eligible: bool
    principal_id: str
    role_id: str
    scope: str
    end: datetime | None
    end_known: bool


@dataclass(frozen=True, slots=True)
class GroupHolding:
    """One schedule by which somebody is eligible for a group, never a mirror; ``over`` once it has ended."""

    id: str
    changed: str | None
    principal_id: str
    group_id: str
    access: str
    over: bool


def holdings_of(view: TenantView, now: datetime) -> Iterator[Holding]:
    """Standing rights before those that are eligible, each by id; what was over at ``now`` is left out."""
    once = _Once()
    for kind, eligible in (
        (role_assignment_schedule.KIND, False),
        (role_eligibility_schedule.KIND, True),
    ):
        for _, row in view.in_order(kind.name):
            if is_shadow(row):
                continue
            end, known = _end(row)
            if end is None or end > now:
                yield Holding(
                    str(row.get("id") or ""),
                    once.same(_start(row)),
                    once.same(_changed(row)),
                    eligible,
                    once[str(row.get("principalId") or "").lower()],
                    once[view.role_id(str(row.get("roleDefinitionId") or ""))],
                    once[role_schedule.scope_of(row)],
                    end,
                    known,
                )


def group_holdings_of(view: TenantView, now: datetime) -> Iterator[GroupHolding]:
    """By id; one whose end cannot be read is not over."""
    once = _Once()
    for _, row in view.in_order(group_eligibility_schedule.KIND.name):
        if is_shadow(row):
            continue
        end, _ = _end(row)
        yield GroupHolding(
            str(row.get("id") or ""),
            once.same(_changed(row)),
            once[str(row.get("principalId") or "").lower()],
            once[str(row.get("groupId") or "").lower()],
            once[group_eligibility_schedule.access_of(row)],
            end is not None and end <= now,
        )


class _Once(dict[str, str]):
    """Each text once in memory: people, roles, scopes and moments repeat."""

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text

    def same(self, text: str | None) -> str | None:
        return None if text is None else self[text]


def _end(row: Row) -> tuple[datetime | None, bool]:
    """When it ends, and whether that is known."""
    try:
        return end_of(row), True
    except ValueError:
        return None, False


def _start(row: Row) -> str | None:
    info = row.get("scheduleInfo")
    start = info.get("startDateTime") if isinstance(info, dict) else None
    return start if isinstance(start, str) else None


def _changed(row: Row) -> str | None:
    return row.get("modifiedDateTime") or row.get("createdDateTime") or _start(row)
