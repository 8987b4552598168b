"""What eligibility and assignment of directory roles share: who, which role, at which scope."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.kinds.ids import ADMINISTRATIVE_UNIT_SCOPE, TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Reference, Row
from migrate.kinds.schedule import membership_gaps

APP_SCOPE = "app:"
"""Stands before an application scope, so that it never meets a directory scope of the same spelling."""


def scope_of(row: Row) -> str:
    """The directory scope, or the application scope behind ``app:``; empty where the row names neither.

    A row that names no scope must not be taken for one that holds in the whole tenant.
    """
    if directory_scope := row.get("directoryScopeId"):
        return str(directory_scope)
    return f"{APP_SCOPE}{row['appScopeId']}" if row.get("appScopeId") else ""


def is_app_scope(scope: str) -> bool:
    """Scopes that only one application understands (entitlement management): Graph's directory has none."""
    return scope.startswith(APP_SCOPE)


def administrative_unit_in(scope: str) -> str | None:
    """The id of the unit that a scope names, in whatever case its path is written."""
    if not scope.lower().startswith(ADMINISTRATIVE_UNIT_SCOPE.lower()):
        return None
    return scope[len(ADMINISTRATIVE_UNIT_SCOPE) :]


def object_in(scope: str) -> str | None:
    """The id of the single object that a scope of the form ``/{id}`` names."""
    if scope == TENANT_SCOPE or not scope.startswith("/") or scope.count("/") != 1:
        return None
    return scope[1:]


def key_of(principal_id: str, role_definition_id: str, scope: str) -> str:
    return f"{principal_id}|{role_definition_id}|{scope}".lower()


def natural_key(row: Row) -> str:
    return key_of(str(row.get("principalId") or ""), str(row.get("roleDefinitionId") or ""), scope_of(row))


def references(row: Row) -> Iterable[Reference]:
    if row.get("principalId"):
        yield Reference("principalId", DIRECTORY_OBJECT, str(row["principalId"]))
    if row.get("roleDefinitionId"):
        yield Reference("roleDefinitionId", "roleDefinition", str(row["roleDefinitionId"]))
    scope = scope_of(row)
    if unit := administrative_unit_in(scope):
        yield Reference("directoryScopeId", "administrativeUnit", unit)
    elif single := object_in(scope):
        yield Reference("directoryScopeId", DIRECTORY_OBJECT, single)


def gaps(row: Row) -> tuple[str, ...]:
    missing = tuple(name for name in ("principalId", "roleDefinitionId") if not row.get(name))
    if not scope_of(row):
        missing += ("directoryScopeId",)
    return missing + membership_gaps(row)


def no_name(row: Row) -> str:
    return str(row.get("id") or "")
