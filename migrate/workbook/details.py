"""What tells one object of a tenant from its namesakes, in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from migrate.kinds import group, role_definition, service_principal, user
from migrate.kinds.kind import Row
from migrate.resolve.tenant_view import TenantView


def of(view: TenantView, kind: str, object_id: str | None) -> str:
    """The properties by which a person recognises the object; empty when it was not read."""
    row = view.row(kind, object_id) if object_id else None
    describe = _DESCRIBE.get(kind)
    if row is None or describe is None:
        return ""
    return " · ".join(dict.fromkeys(describe(row)))


def of_many(
    view: TenantView, nodes: Iterable[tuple[str, str | None]]
) -> Mapping[tuple[str, str | None], str]:
    """As ``of`` for very many objects; those that were not read are left out."""
    asked: dict[str, set[str]] = {}
    for kind, object_id in nodes:
        if object_id and kind in _DESCRIBE:
            asked.setdefault(kind, set()).add(object_id)
    found: dict[tuple[str, str | None], str] = {}
    for kind, ids in asked.items():
        describe = _DESCRIBE[kind]
        spelt: dict[str, list[str]] = {}
        for one in ids:
            spelt.setdefault(one.lower(), []).append(one)
        for low, row in view.some(kind, spelt):
            for one in spelt[low]:
                found[kind, one] = " · ".join(dict.fromkeys(describe(row)))
    return found


def named(view: TenantView, kind: str, object_id: str) -> str:
    """Name, what tells it from others, and id, for a line of a list."""
    name, more = view.name_of(kind, object_id), of(view, kind, object_id)
    parts = [name] if name != object_id else []
    return " — ".join([*parts, *([more] if more else []), object_id])


def _user(row: Row) -> Iterator[str]:
    for name in ("displayName", "jobTitle", "department"):
        if value := row.get(name):
            yield str(value)
    if number := row.get("employeeId"):
        yield f"employee {number}"
    if user.is_guest(row):
        yield "guest"
    if row.get("accountEnabled") is False:
        yield "disabled"


def _group(row: Row) -> Iterator[str]:
    if value := row.get("description"):
        yield str(value)
    if group.can_hold_roles(row):
        yield "role-assignable"
    if not group.can_be_managed_by_pim(row):
        yield "dynamic, synced or not a security group"
    if value := row.get("mail"):
        yield str(value)


def _application(row: Row) -> Iterator[str]:
    yield "managed identity" if service_principal.is_managed_identity(row) else "application"
    if value := row.get("appId"):
        yield f"appId {value}"


def _unit(row: Row) -> Iterator[str]:
    if value := row.get("description"):
        yield str(value)
    if row.get("isMemberManagementRestricted") is True:
        yield "restricted management"
    if value := row.get("membershipRule"):
        yield f"members by rule {value}"


def _role(row: Row) -> Iterator[str]:
    yield "built-in" if role_definition.is_built_in(row) else "custom"
    count = len(role_definition.actions(row))
    yield f"{count} action{'' if count == 1 else 's'}"
    if row.get("isEnabled") is False:
        yield "disabled"


_DESCRIBE: Mapping[str, Callable[[Row], Iterator[str]]] = {
    "user": _user,
    "group": _group,
    "servicePrincipal": _application,
    "administrativeUnit": _unit,
    "roleDefinition": _role,
}
