"""Scope drift: where a faithful copy would mean something else in the target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migrate.kinds import group_eligibility_schedule, role_definition, role_schedule
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import Kind, Row
from migrate.kinds.schedule import end_of, format_time, is_direct, same_end
from migrate.resolve.findings import Counterpart, Drift, State
from migrate.resolve.reference_graph import APPLICATION, Node, objects_of, rights
from migrate.resolve.tenant_view import TenantView

Accepted = Mapping[Node, str]
"""The target id of every source object whose counterpart is accepted."""


def of_scopes(
    mappings: Mapping[Node, Counterpart], blocks: Mapping[Node, tuple[str, ...]]
) -> Iterator[Drift]:
    """D01 and D09: a scope that has no counterpart, so that the right would have none either."""
    codes = {"administrativeUnit": "D01", APPLICATION: "D09"}
    for node, mapping in sorted(mappings.items()):
        if node[0] in codes and mapping.target_id is None and mapping.state is not State.SKIPPED:
            yield Drift(codes[node[0]], *node, None, {"name": mapping.name}, blocks.get(node, ()))


def of_roles(
    mappings: Mapping[Node, Counterpart],
    blocks: Mapping[Node, tuple[str, ...]],
    source: TenantView,
    target: TenantView,
) -> Iterator[Drift]:
    """D05: a custom role whose counterpart (certain or proposed) allows other things."""
    for node, mapping in sorted(mappings.items()):
        if node[0] != "roleDefinition" or mapping.target_id is None or mapping.state is State.SKIPPED:
            continue
        ours, theirs = source.row(*node), target.row("roleDefinition", mapping.target_id)
        if ours is None or theirs is None or role_definition.is_built_in(ours):
            continue
        here, there = role_definition.actions(ours), role_definition.actions(theirs)
        if here != there:
            detail = {
                "name": mapping.name,
                "only_in_source": sorted(here - there),
                "only_in_target": sorted(there - here),
            }
            # A person who chose this very role has seen what it allows: told, but not blocked.
            decided = mapping.state is State.ACCEPTED and mapping.rule == "decision"
            yield Drift(
                "D05", node[0], node[1], mapping.target_id, detail, () if decided else blocks.get(node, ())
            )


def target_scope(row: Row, scopes: Mapping[str, Node], accepted: Accepted) -> str | None:
    """The target's spelling of the scope of a role right; ``None`` where it has no counterpart."""
    scope = role_schedule.scope_of(row)
    if scope == TENANT_SCOPE:
        return scope
    node = scopes.get("directoryScopeId")
    counterpart = accepted.get(node) if node else None
    if counterpart is None:
        return None
    prefix = scope[: scope.rindex("/") + 1]
    return f"{prefix}{counterpart}"


def target_key(kind: Kind, row: Row, source: TenantView, accepted: Accepted) -> str | None:
    """Under which natural key the copy of a right would stand; ``None`` while a part is not mapped."""
    named = dict(objects_of(kind, row, source))
    principal = accepted.get(named["principalId"])
    if principal is None:
        return None
    if kind is group_eligibility_schedule.KIND:
        group = accepted.get(named["groupId"])
        access = group_eligibility_schedule.access_of(row)
        return group_eligibility_schedule.key_of(group, access, principal) if group else None
    role = accepted.get(named["roleDefinitionId"])
    scope = target_scope(row, named, accepted)
    return role_schedule.key_of(principal, role, scope) if role and scope else None


def standing(kind: Kind, target: TenantView) -> dict[str, Row]:
    """What the target already has, by natural key with the listed id of each role."""
    found: dict[str, Row] = {}
    for row in target.of_kind(kind.name).values():
        if not is_direct(row):
            continue
        if kind is group_eligibility_schedule.KIND:
            found[kind.natural_key(row)] = row
        else:
            role = target.role_id(str(row["roleDefinitionId"]))
            found[role_schedule.key_of(str(row["principalId"]), role, role_schedule.scope_of(row))] = row
    return found


def of_rights(source: TenantView, target: TenantView, accepted: Accepted) -> Iterator[Drift]:
    """D10: the right is already there, but ends at another time."""
    by_kind: dict[str, dict[str, Row]] = {}
    for kind, row in rights(source):
        if kind.name not in by_kind:
            by_kind[kind.name] = standing(kind, target)
        key = target_key(kind, row, source, accepted)
        there = by_kind[kind.name].get(key) if key else None
        if there is None:
            continue
        try:
            ours, theirs = end_of(row), end_of(there)
        except ValueError:
            continue
        if not same_end(ours, theirs):
            detail = {
                "field": "endDateTime",
                "source": format_time(ours) if ours else None,
                "target": format_time(theirs) if theirs else None,
            }
            here = str(row["id"]).lower()
            yield Drift("D10", kind.name, here, str(there["id"]).lower(), detail, (here,))
