"""Objects that a moved right needs and the target lacks: which are made, how, and why some cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.kinds import administrative_unit, group, resource_action, role_definition
from migrate.kinds.ids import is_guid
from migrate.kinds.kind import Row
from migrate.plan.along.moving import Moving
from migrate.plan.document import Action, Draft
from migrate.plan.made import name_of_new
from migrate.resolve.findings import Conflict, Counterpart, State
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView

CREATABLE = (administrative_unit.KIND.name, group.KIND.name, role_definition.KIND.name)
_DECISION = "decision"
_NOT_HINDERING = frozenset({"C01", "C11", "C12"})
"""C01 is why an object is made; C11 and C12 are about policies and lists that name it, and block nothing."""
_OF_CANDIDATES = frozenset({"C02", "C03", "C08"})
"""Their targets are objects of the same kind."""
_CONSENT_POLICY = "managepermissiongrantsfor"
"""Actions that name a consent policy of their own tenant (observed behaviours 29)."""


@dataclass(frozen=True)
class Making:
    """An object to be made for a source object: its draft, and the row that the target will then have.
    ``target_id`` is the name that plans have for it, or the id where an earlier plan has made it."""

    node: Node
    target_id: str
    row: Row
    draft: Draft | None


def to_make(
    source: TenantView,
    target: TenantView,
    mappings: Iterable[Counterpart],
    conflicts: Iterable[Conflict],
    moving: Moving,
    made: Mapping[str, str],
) -> tuple[list[Making], dict[Node, str]]:
    """What is to be made, or was by an earlier plan, and of what should be made the reason why it cannot.

    ``made`` has the ids of the objects that this engagement has made, by their names in plans.
    """
    codes: dict[Node, set[str]] = {}
    for conflict in conflicts:
        there = target.of_kind(conflict.kind)
        about = [one.lower() in there for one in conflict.target_ids]
        if conflict.code in _OF_CANDIDATES and about and not any(about):
            continue  # It is about what was taken back since.
        codes.setdefault((conflict.kind, conflict.source_id), set()).add(conflict.code)
    found: list[Making] = []
    hindered: dict[Node, str] = {}
    for mapping in mappings:
        node = (mapping.kind, mapping.source_id)
        if mapping.kind not in CREATABLE or mapping.state is State.SKIPPED:
            continue
        # The snapshot still shows what was taken back since, and the resolution goes by the snapshot.
        undone = mapping.target_id is not None and target.row(mapping.kind, mapping.target_id) is None
        if mapping.state is State.ACCEPTED and not undone:
            continue
        name = name_of_new(*node)
        row = source.row(*node)
        if row is None:
            continue
        if undone and name not in made and not _is_wanted_again(mapping, moving):
            hindered[node] = "this engagement made it and has taken it back, as no snapshot has seen yet"
            continue
        if not (undone or name in made or _is_wanted(mapping, codes.get(node, set()), moving)):
            continue
        if name in made:
            found.append(Making(node, made[name].lower(), _row(node[0], row, made[name].lower()), None))
        elif why := _why_not(node[0], row, codes.get(node, set()), target):
            hindered[node] = why
        else:
            found.append(Making(node, name, _row(node[0], row, name), _draft(node, row, name)))
    return found, hindered


def _is_wanted(mapping: Counterpart, codes: set[str], moving: Moving) -> bool:
    """Wanted by a person's decision, or by the setting where nothing of the target comes into question."""
    if mapping.state is State.CREATE:
        return True
    return mapping.kind in moving.creates and "C01" in codes and mapping.target_id is None


def _is_wanted_again(mapping: Counterpart, moving: Moving) -> bool:
    """Of what was made before and taken back: the snapshot still shows it, so that there is no C01."""
    return mapping.kind in moving.creates or mapping.rule == _DECISION


def _why_not(kind: str, row: Row, codes: set[str], target: TenantView) -> str:
    if hindering := sorted(codes - _NOT_HINDERING):
        return f"{', '.join(hindering)} stands in the way of making it"
    hindrance = _HINDRANCES.get(kind)
    return hindrance(row, target) if hindrance else ""


def _group_cannot(row: Row, _target: TenantView) -> str:
    types = {str(one).lower() for one in row.get("groupTypes") or ()}
    if "dynamicmembership" in types:
        return "a dynamic group is not made: its rule would choose other people in the target"
    if "unified" in types or row.get("mailEnabled") is True:
        return "a Microsoft 365 or mail-enabled group is not made: make it in the target and snapshot again"
    if row.get("onPremisesSyncEnabled") is True:
        return "a synced group is not made: PIM cannot manage what on-premises rules"
    return ""


def _role_cannot(row: Row, target: TenantView) -> str:
    if role_definition.is_built_in(row):
        return "a built-in role cannot be made"
    actions = sorted(role_definition.actions(row))
    if local := [one for one in actions if _CONSENT_POLICY in one and "." in one]:
        return f"{local[0]} names a consent policy of the source tenant"
    if not target.saw(resource_action.KIND.collection) or not target.of_kind(resource_action.KIND.name):
        return ""
    known = {str(one.get("name") or "").lower() for one in target.of_kind(resource_action.KIND.name).values()}
    bare = (one.lstrip("-").partition(" if ")[0] for one in actions)
    # Only this namespace is listed: whatever belongs to another service is left for Graph to judge.
    unknown = [one for one in bare if one.startswith("microsoft.directory/") and one not in known]
    return f"the target knows no action {unknown[0]}" if unknown else ""


_HINDRANCES: Mapping[str, Callable[[Row, TenantView], str]] = {
    group.KIND.name: _group_cannot,
    role_definition.KIND.name: _role_cannot,
}


def _row(kind: str, row: Row, target_id: str) -> Row:
    """The object as the target will list it."""
    found = {**row, "id": target_id}
    if kind == group.KIND.name:
        found |= {"groupTypes": [], "mailEnabled": False, "onPremisesSyncEnabled": None}
    if kind == administrative_unit.KIND.name:
        found |= {"membershipType": "Assigned", "membershipRule": None}
    return found


def _draft(node: Node, row: Row, name: str) -> Draft:
    body, told, residue = _BODIES[node[0]](row)
    reason = "the target has no counterpart, and a right of this wave needs it"
    display = str(row.get("displayName") or node[1])
    return Draft(
        Action.CREATE,
        node[0],
        name,
        f"{reason}; {told}" if told else reason,
        ("C01",),
        {"id": node[1]},
        {"body": body},
        {"principal": "", "target_principal": "", "right": display, "scope": _WORDS[node[0]]},
        residue=residue,
        reverse="delete",
    )


def _body_of_unit(row: Row) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    body = {
        "displayName": row.get("displayName"),
        "description": row.get("description"),
        "visibility": row.get("visibility"),
        "isMemberManagementRestricted": row.get("isMemberManagementRestricted") is True,
    }
    told = ""
    if str(row.get("membershipType") or "").lower() == "dynamic":
        told = (
            "D04: the source's unit is dynamic; this one is made with assigned members, because the rule"
            " would choose by the target's own attributes"
        )
    return body, told, ()


def _body_of_group(row: Row) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    body = {
        "displayName": row.get("displayName"),
        "description": row.get("description"),
        "isAssignableToRole": group.can_hold_roles(row),
        "securityEnabled": True,
        "visibility": None if group.can_hold_roles(row) else row.get("visibility"),
    }
    name = row.get("displayName")
    return body, "", (f"group {name}: taken back, it stays among the deleted groups for 30 days",)


def _body_of_role(row: Row) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    template = role_definition.template_id(row)
    body = {
        "displayName": row.get("displayName"),
        "description": row.get("description"),
        "isEnabled": row.get("isEnabled") is not False,
        "rolePermissions": [dict(one) for one in row.get("rolePermissions") or ()],
        "templateId": template if is_guid(template) else None,
        "version": row.get("version"),
    }
    return body, "the id of the source's role is kept", ()


_BODIES = {
    administrative_unit.KIND.name: _body_of_unit,
    group.KIND.name: _body_of_group,
    role_definition.KIND.name: _body_of_role,
}
_WORDS = {
    administrative_unit.KIND.name: "administrative unit",
    group.KIND.name: "group",
    role_definition.KIND.name: "custom role",
}
