"""A right of the source in words and in its own ids, for those who read the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.kinds import group_eligibility_schedule, role_schedule
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Row
from migrate.kinds.rights import ELIGIBLE, is_of_group
from migrate.resolve.converted import CONVERTED_FROM
from migrate.resolve.findings import Counterpart
from migrate.resolve.tenant_view import TenantView

_KEPT = (
    "id",
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "appScopeId",
    "groupId",
    "accessId",
    CONVERTED_FROM,
)


def source_of(row: Row) -> Mapping[str, Any]:
    """What the plan keeps of the source's row: its ids and when it holds."""
    found = {name: row[name] for name in _KEPT if row.get(name) is not None}
    return found | {"scheduleInfo": row.get("scheduleInfo")}


def names_of(kind: Kind, row: Row, source: TenantView, holder: Counterpart | None) -> Mapping[str, str]:
    """Who holds which right where; ``holder`` is the counterpart of the principal, if it has been sought."""
    if holder is not None and holder.name != holder.source_id:
        # It was found when the counterpart was: the row of very many people is not read again for it.
        principal = holder.name
    else:
        principal = source.name_of(DIRECTORY_OBJECT, str(row.get("principalId") or ""))
    names = {
        "principal": principal,
        "target_principal": (holder.target_name or "") if holder else "",
    }
    if is_of_group(kind.name):
        access = group_eligibility_schedule.access_of(row)
        names["right"] = f"{access} of {source.name_of('group', str(row.get('groupId') or ''))}"
        names["scope"] = "group"
        return names if kind in ELIGIBLE else held_actively(names)
    role = source.role_id(str(row.get("roleDefinitionId") or ""))
    names["right"] = source.name_of("roleDefinition", role)
    names["scope"] = _scope_name(role_schedule.scope_of(row), source)
    return names if kind in ELIGIBLE else held_actively(names)


def held_actively(names: Mapping[str, str]) -> dict[str, str]:
    """The words of a right that is held now; of one that has to be activated they say only which."""
    return {**names, "right": f"{names['right']} (active)"}


def _scope_name(scope: str, source: TenantView) -> str:
    if scope == TENANT_SCOPE:
        return "tenant"
    if unit := role_schedule.administrative_unit_in(scope):
        return source.name_of("administrativeUnit", unit)
    if single := role_schedule.object_in(scope):
        name = source.name_of(DIRECTORY_OBJECT, single)
        return scope if name == single else name
    return scope
