"""One right of either tenant in words: who, what, where, until when."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.kinds import group_eligibility_schedule, role_schedule
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Row
from migrate.kinds.schedule import end_of, format_time
from migrate.resolve.tenant_view import TenantView


@dataclass(frozen=True)
class RightInWords:
    """``until`` is a time, ``no end``, or ``unreadable`` where the row does not tell."""

    principal: str
    right: str
    scope: str
    until: str

    @property
    def text(self) -> str:
        where = "" if self.scope == "group" else f" in {self.scope}"
        return f"{self.principal}: {self.right}{where}"


def words_of(kind: Kind, row: Row, view: TenantView) -> RightInWords:
    """The right with the names of its own tenant; an id stands where a name is not known."""
    principal = view.name_of(DIRECTORY_OBJECT, str(row.get("principalId") or "?"))
    if kind.name.startswith("group"):
        access = group_eligibility_schedule.access_of(row) or "?"
        right = f"{access} of {view.name_of('group', str(row.get('groupId') or '?'))}"
        return RightInWords(principal, right, "group", _until(row))
    role = view.role_id(str(row.get("roleDefinitionId") or "?"))
    return RightInWords(principal, view.name_of("roleDefinition", role), _scope(row, view), _until(row))


def _scope(row: Row, view: TenantView) -> str:
    scope = role_schedule.scope_of(row)
    if scope == TENANT_SCOPE:
        return "tenant"
    if unit := role_schedule.administrative_unit_in(scope):
        return view.name_of("administrativeUnit", unit)
    if single := role_schedule.object_in(scope):
        return view.name_of(DIRECTORY_OBJECT, single)
    return scope or "?"


def _until(row: Row) -> str:
    try:
        end = end_of(row)
    except ValueError:
        return "unreadable"
    return format_time(end) if end else "no end"
