"""The schedules that give somebody a right, reduced to who, what and where; each row is looked at once.

Shadows (rows that mirror a right held through a group, activated sessions) are no rights of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from sys import intern
from typing import NamedTuple

from migrate.kinds import (
    group_eligibility_schedule,
    role_assignment_schedule,
    role_eligibility_schedule,
    role_schedule,
)
from migrate.kinds.kind import Row
from migrate.kinds.schedule import is_over, is_shadow
from migrate.resolve.tenant_view import TenantView

ToRole = tuple[str, str, str, bool]
"""Principal, listed id of the role, scope, and whether it must be activated."""
ToGroup = tuple[str, str, str]
"""Group, ``member`` or ``owner``, and the principal."""


class Rights(NamedTuple):
    """``roles`` in the order of the schedules, standing ones first; ``groups`` is who may activate what."""

    roles: Iterable[ToRole]
    groups: Iterable[ToGroup]


def rights_of(view: TenantView, now: datetime | None) -> Rights:
    """Those of a tenant, without those that were over at ``now``; they stream."""
    groups = view.of_kind(group_eligibility_schedule.KIND.name).values()
    return Rights(_to_roles(view, now), to_groups(groups, now))


def _to_roles(view: TenantView, now: datetime | None) -> Iterator[ToRole]:
    for kind, eligible in ((role_assignment_schedule.KIND, False), (role_eligibility_schedule.KIND, True)):
        for _, row in view.in_order(kind.name):
            if not is_shadow(row) and not (now and is_over(row, now)):
                role = view.role_id(str(row.get("roleDefinitionId") or ""))
                yield lowered(row, "principalId"), role, role_schedule.scope_of(row), eligible


def to_groups(rows: Iterable[Row], now: datetime | None) -> Iterator[ToGroup]:
    """The same of schedules of groups, eligible or not."""
    for row in rows:
        if not is_shadow(row) and not (now and is_over(row, now)):
            access = group_eligibility_schedule.access_of(row)
            yield lowered(row, "groupId"), access, lowered(row, "principalId")


def lowered(row: Mapping[str, object], name: str) -> str:
    """An id in lower case, empty where there is none. The same few stand in very many rows: each is held in
    memory once."""
    return intern(str(row.get(name) or "").lower())
