"""What eligibility and assignment of directory roles share: who, which role, at which scope."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.kinds.ids import ADMINISTRATIVE_UNIT_SCOPE, TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Reference, Row


def scope_of(row: Row) -> str:
    """The directory scope, or the application scope with a prefix so that the two never meet."""
    if directory_scope := row.get("directoryScopeId"):
        return str(directory_scope)
    return f"app:{row['appScopeId']}" if row.get("appScopeId") else TENANT_SCOPE


def key_of(principal_id: str, role_definition_id: str, scope: str) -> str:
    return f"{principal_id}|{role_definition_id}|{scope}".lower()


def natural_key(row: Row) -> str:
    return key_of(str(row["principalId"]), str(row["roleDefinitionId"]), scope_of(row))


def references(row: Row) -> Iterable[Reference]:
    yield Reference("principalId", DIRECTORY_OBJECT, str(row["principalId"]))
    yield Reference("roleDefinitionId", "roleDefinition", str(row["roleDefinitionId"]))
    scope = scope_of(row)
    if scope.lower().startswith(ADMINISTRATIVE_UNIT_SCOPE.lower()):
        yield Reference("directoryScopeId", "administrativeUnit", scope[len(ADMINISTRATIVE_UNIT_SCOPE) :])
    elif scope != TENANT_SCOPE and scope.count("/") == 1:
        yield Reference("directoryScopeId", DIRECTORY_OBJECT, scope[1:])


def no_name(row: Row) -> str:
    return str(row.get("id") or "")
