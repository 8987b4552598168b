"""Scope drift: where a faithful copy would mean something else in the target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrate.kinds import administrative_unit, group_eligibility_schedule, role_schedule
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Row
from migrate.kinds.rights import is_of_group
from migrate.kinds.schedule import end_of, format_time, same_end
from migrate.resolve.converted import is_converted
from migrate.resolve.findings import Counterpart, Drift, State
from migrate.resolve.reference_graph import APPLICATION, Node, objects_of, rights
from migrate.resolve.standing_rows import StandingRows
from migrate.resolve.tenant_view import TenantView

if TYPE_CHECKING:
    import networkx

Accepted = Mapping[Node, str]
"""The target id of every source object whose counterpart is accepted."""


def of_scopes(
    mappings: Mapping[Node, Counterpart],
    rights_graph: networkx.DiGraph[Node],
    source: TenantView,
    target: TenantView,
) -> Iterator[Drift]:
    """D01 and D09: a scope that has no counterpart and gets none, so that the right would have none either.

    That there is none is concluded only where both tenants were read whole.
    """
    for node, mapping in sorted(mappings.items()):
        kind = node[0]
        code = "D01" if kind == "administrativeUnit" else "D09"
        listed = DIRECTORY_OBJECT if kind == APPLICATION else kind
        if mapping.target_id is not None or mapping.state in (State.SKIPPED, State.CREATE):
            continue
        if not source.answers_id(listed, node[1]) or (kind != APPLICATION and not target.saw_all(listed)):
            continue
        scoped = tuple(
            sorted(
                right[1]
                for right in rights_graph.predecessors(node)
                if "directoryScopeId" in rights_graph.edges[right, node]["properties"]
            )
        )
        if scoped:
            yield Drift(code, *node, None, {"name": mapping.name}, scoped)


def of_unmappable_scopes(source: TenantView) -> Iterator[Drift]:
    """D01 and D09 of rights whose scope names no object: attribute sets, scopes inside applications."""
    for kind, row in rights(source):
        if is_of_group(kind.name) or "directoryScopeId" in kind.gaps(row):
            continue
        scope = role_schedule.scope_of(row)
        if scope != TENANT_SCOPE and "directoryScopeId" not in dict(objects_of(kind, row, source)):
            here = kind.id_of(row).lower()
            yield Drift(scope_code(row), kind.name, here, None, {"scope": scope}, (here,))


def scope_code(row: Row) -> str:
    """The code of a scope that has no counterpart: D09 for scopes inside applications, otherwise D01."""
    return "D09" if role_schedule.is_app_scope(role_schedule.scope_of(row)) else "D01"


def target_scope(row: Row, named: Mapping[str, Node], accepted: Accepted) -> str | None:
    """The target's spelling of the scope of a role right; ``None`` where it has no counterpart."""
    scope = role_schedule.scope_of(row)
    if scope == TENANT_SCOPE:
        return scope
    node = named.get("directoryScopeId")
    counterpart = accepted.get(node) if node else None
    if node is None or counterpart is None:
        return None
    if node[0] == "administrativeUnit":
        return administrative_unit.scope_of(counterpart)
    return f"/{counterpart}"


def target_key(kind: Kind, row: Row, source: TenantView, accepted: Accepted) -> str | None:
    """Under which natural key the copy of a right would stand; ``None`` while a part is unknown or not
    mapped."""
    return None if kind.gaps(row) else copied_key(kind, row, dict(objects_of(kind, row, source)), accepted)


def copied_key(kind: Kind, row: Row, named: Mapping[str, Node], accepted: Accepted) -> str | None:
    """As ``target_key``, of a right without gaps and the objects that it names."""
    principal = accepted.get(named["principalId"])
    if principal is None:
        return None
    if is_of_group(kind.name):
        group = accepted.get(named["groupId"])
        access = group_eligibility_schedule.access_of(row)
        return group_eligibility_schedule.key_of(group, access, principal) if group else None
    role = accepted.get(named["roleDefinitionId"])
    scope = target_scope(row, named, accepted)
    return role_schedule.key_of(principal, role, scope) if role and scope else None


def of_rights(source: TenantView, target: TenantView, accepted: Accepted) -> Iterator[Drift]:
    """D10: the right is already there, but ends at another time."""
    by_kind: dict[str, StandingRows] = {}
    for kind, row in rights(source):
        if is_converted(row):
            continue
        if kind.name not in by_kind:
            by_kind[kind.name] = StandingRows(kind, target)
        key = target_key(kind, row, source, accepted)
        there = by_kind[kind.name].of(key) if key else ()
        if not there or any(_ends_alike(row, one) for one in there):
            continue
        here = kind.id_of(row).lower()
        detail = {"field": "endDateTime", "source": _end_text(row), "target": _end_text(there[0])}
        yield Drift("D10", kind.name, here, kind.id_of(there[0]).lower(), detail, (here,))


def _ends_alike(one: Row, other: Row) -> bool:
    try:
        return same_end(end_of(one), end_of(other))
    except ValueError:
        return False


def _end_text(row: Row) -> str | None:
    try:
        end = end_of(row)
    except ValueError:
        return "unreadable"
    return format_time(end) if end else None
