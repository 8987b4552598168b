"""Members, rules, groups and guards that this engagement has written since the target's snapshot, put into
its view.

Rights are ``since_snapshot``'s; units, groups and roles that were made are put there by the planner, which
knows their source.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from migrate.cli.waves import Journalled
    from migrate.kinds.kind import Row
    from migrate.plan.document import Item
    from migrate.replay.fold import WriteState
    from migrate.resolve.governing import Governed
    from migrate.resolve.tenant_view import TenantView

_GUARDS = ("accessReview", "conditionalAccessPolicy")
_WHOLE = (*_GUARDS, "authenticationContext")
"""Objects that stand in the target as the body says that made them."""
_LINKS = ("administrativeUnitMember", "groupMember", "groupOwner")


def with_plain_writes(target: TenantView, known: Journalled, began: datetime) -> TenantView:
    """The view with every plain write that the journal ended after ``began``, or without what it took back;
    objects that were made and taken back are gone as well."""
    from migrate.cli.waves import made_by_name
    from migrate.kinds.role_management_policy import RULE
    from migrate.plan.made import bound, is_new, names_in
    from migrate.replay.mark import mark_of

    made = made_by_name(known)
    lists: dict[str, dict[str, tuple[Row, ...]]] = {kind: dict(rows) for kind, rows in target.lists.items()}
    rows: dict[str, dict[str, Row]] = {}
    engagements = {plan.id: plan.engagement for plan in known.plans}
    rules: dict[Governed, dict[str, Row]] = {}
    gone: set[tuple[str, str]] = set()
    for written in known.begun_writes():
        state = known.states[written.id]
        if state.open or state.ended_at is None or state.ended_at < began:
            continue
        item = bound(written, made)
        if is_new(item.key) and not state.standing:
            # By the request under which it was made an object is known, and that is its own id.
            gone |= {(item.kind, one) for one in state.known_requests}
        if names_in(item.target):
            continue  # What it was about is gone, and the write with it.
        if item.kind in _WHOLE:
            mark = mark_of(engagements[item.id.rpartition(".")[0]], item.id)
            _whole(rows.setdefault(item.kind, dict(target.of_kind(item.kind))), item, state, mark)
        elif item.kind in _LINKS:
            _link(lists.setdefault(item.kind, {}), item, state)
        elif item.kind == RULE and (rule := _rule(state)):
            rules.setdefault(_governed(item), {})[str(item.target["ruleId"])] = rule
    groups = {one for name, one in made.items() if name.startswith("new:group:")}
    found = replace(target, lists=lists, rows={**target.rows, **rows})
    found = _without(found, gone) if gone else found
    return _with_rules(found, rules, {one.lower() for one in groups})


def guards_made(known: Journalled) -> dict[str, str]:
    """The ids of the reviews and drafts that this engagement has made and not taken back, by key."""
    return {
        item.key: str(state.image["id"])
        for item in known.begun_writes()
        if item.kind in _GUARDS and (state := known.states[item.id]).standing and state.image.get("id")
    }


def _whole(of_kind: dict[str, Row], item: Item, state: WriteState, mark: str) -> None:
    """What was taken back has no id in the journal any more; in the snapshot it still bears its mark."""
    from migrate.plan.write_mark import MARKED_IN, bears

    if state.standing:
        object_id = str(state.image["id"])
        of_kind[object_id.lower()] = {**item.target["body"], "id": object_id}
    elif item.kind in MARKED_IN:
        for object_id in [one for one, row in of_kind.items() if bears(item.kind, row, mark)]:
            del of_kind[object_id]


def _without(target: TenantView, gone: set[tuple[str, str]]) -> TenantView:
    """The view without objects that are gone, and without the rights that went with them."""
    from migrate.kinds.role_schedule import administrative_unit_in
    from migrate.resolve.reference_graph import MOVED

    ids = {one for _, one in gone}
    rows: dict[str, Mapping[str, Row]] = dict(target.rows)
    for kind in {kind for kind, _ in gone}:
        rows[kind] = {one: row for one, row in target.of_kind(kind).items() if (kind, one) not in gone}

    def names_one(row: Row) -> bool:
        named = {
            target.role_id(str(row.get("roleDefinitionId") or "")),
            (administrative_unit_in(str(row.get("directoryScopeId") or "")) or "").lower(),
            *(str(row.get(one) or "").lower() for one in ("principalId", "groupId")),
        }
        return bool(named & ids)

    for moved in MOVED:
        rows[moved.name] = {one: row for one, row in target.in_order(moved.name) if not names_one(row)}
    lists = {
        kind: {
            parent: tuple(row for row in found if str(row.get("id") or "").lower() not in ids)
            for parent, found in parents.items()
            if parent not in ids
        }
        for kind, parents in target.lists.items()
    }
    return replace(target, rows=rows, lists=lists)


def _link(of_kind: dict[str, tuple[Row, ...]], item: Item, state: WriteState) -> None:
    parent, member = str(item.target["parentId"]).lower(), str(item.target["objectId"]).lower()
    others = tuple(row for row in of_kind.get(parent, ()) if str(row.get("id") or "").lower() != member)
    if state.standing:
        of_kind[parent] = (*others, {"id": member})
    elif parent in of_kind and state.before == {}:
        of_kind[parent] = others


def _rule(state: WriteState) -> Row | None:
    """How the rule reads now, as far as the journal knows; ``None`` where it was not changed."""
    held = state.image if state.standing else state.before
    return (held or {}).get("rule")


def _governed(item: Item) -> Governed:
    ids = item.target
    if ids.get("groupId"):
        return "group", str(ids["groupId"]).lower(), str(ids["accessId"]).lower()
    return "roleDefinition", str(ids["roleDefinitionId"]).lower(), ""


def _with_rules(
    target: TenantView, rules: Mapping[Governed, Mapping[str, Row]], groups: set[str]
) -> TenantView:
    """The policies with the rules put in; those of groups that were made begin with PIM's own."""
    from migrate.kinds import pim_group
    from migrate.kinds.policy_defaults import OF_GROUPS, OF_ROLES, as_answered
    from migrate.kinds.role_management_policy import KIND
    from migrate.kinds.role_management_policy import rules as rules_of
    from migrate.plan.along.policies import as_governing
    from migrate.resolve.governing import policies_of

    if not rules and not groups:
        return target
    there = policies_of(target)
    policies: dict[str, Any] = dict(target.of_kind(KIND.name))
    for governed, changed in rules.items():
        row = there.get(governed)
        defaults = as_answered(OF_GROUPS if governed[0] == "group" else OF_ROLES)
        before = list(rules_of(row).values()) if row else list(defaults)
        found = as_governing(governed, row, before, changed)
        policies[str(found.get("id") or "").lower()] = found
    managed = {**target.of_kind(pim_group.KIND.name), **{one: {"id": one} for one in groups}}
    rows = {**target.rows, KIND.name: policies, pim_group.KIND.name: managed}
    return replace(target, rows=rows)
