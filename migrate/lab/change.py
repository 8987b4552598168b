"""Somebody else changes the tenant: what an administrator at the portal would do, without Graph's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from migrate.lab import audit, timeline
from migrate.lab.clock import parse_time
from migrate.lab.ids import Ids
from migrate.lab.schedules import Schedule
from migrate.lab.table import Table
from migrate.lab.tenant import KINDS, Tenant

Change = Mapping[str, Any]
_BOOKS = {
    "roleEligibilitySchedules": "roleEligibility",
    "roleAssignmentSchedules": "roleAssignment",
    "groupEligibilitySchedules": "groupEligibility",
    "groupAssignmentSchedules": "groupAssignment",
}
CONTEXTS = "authenticationContextClassReferences"
_LINKS = {
    "groupMembers": "members",
    "groupOwners": "owners",
    "administrativeUnitMembers": "unit_members",
}


def change(tenant: Tenant, what: Change, now: datetime, ids: Ids) -> dict[str, Any]:
    """Carries out one change and tells the id it touched. ValueError for one that makes no sense.

    ``op`` is one of: ``create``, ``update``, ``delete`` with ``kind`` (users, groups, servicePrincipals,
    administrativeUnits, roleDefinitions, or one of the four …Schedules) and ``object``; ``link`` and
    ``unlink`` with ``kind`` (groupMembers, groupOwners, administrativeUnitMembers), ``owner`` and ``member``;
    ``rule`` with ``roleDefinitionId`` (or ``groupId``, ``accessId``), ``rule`` and ``properties``; ``alias``
    with ``roleDefinitionId`` and ``alias``; ``onboard`` with ``groupId``. Of ``create``, ``update`` and
    ``delete`` the kind may also be a list of ``migrate.lab.documents`` or the authentication contexts.
    """
    operations: dict[str, Callable[[Tenant, Change, datetime, Ids], str]] = {
        "create": _create,
        "update": _update,
        "delete": _delete,
        "link": _link,
        "unlink": _unlink,
        "rule": _rule,
        "alias": _alias,
        "onboard": _onboard,
    }
    operation = operations.get(str(what.get("op")))
    if operation is None:
        raise ValueError(f"unknown op: {what.get('op')!r}")
    try:
        touched = operation(tenant, what, now, ids)
    except KeyError as error:
        raise ValueError(f"missing or unknown: {error}") from error
    tenant.touch()
    return {"id": touched}


def _create(tenant: Tenant, what: Change, now: datetime, ids: Ids) -> str:
    kind, row = str(what["kind"]), dict(what["object"])
    if kind in _BOOKS:
        return _put_schedule(tenant, kind, row, now, ids)
    row.setdefault("id", ids.new())
    table = _plain_table(tenant, kind)
    if table is not None:
        table.put(str(row["id"]), row)
        _note(tenant, now, kind, "Add role definition", str(row["id"]))
    else:
        tenant.objects[kind].put(row["id"], row)
        tenant.changes.mark(str(row["id"]))
    return str(row["id"])


def _put_schedule(tenant: Tenant, kind: str, row: dict[str, Any], now: datetime, ids: Ids) -> str:
    book = _BOOKS[kind]
    group = book.startswith("group")
    target = str(row["groupId"]) if group else tenant.pim_role_id(str(row["roleDefinitionId"]))
    where = str(row["accessId"] if group else row.get("directoryScopeId") or "/")
    request_id = ids.new()
    schedule_id = f"{target}_{where}_{request_id}" if group else request_id
    key = (str(row["principalId"]).lower(), target.lower(), where.lower())
    standing = tenant.schedule_by_key(book, key, now)
    if standing is not None:
        tenant.schedules[book].pop(standing.id)
    assignment_type = None if book.endswith("Eligibility") else row.get("assignmentType") or "Assigned"
    made = Schedule(
        id=schedule_id,
        principal_id=str(row["principalId"]),
        target=target,
        where=where,
        start=parse_time(row["startDateTime"]) if row.get("startDateTime") else now,
        end=parse_time(row["endDateTime"]) if row.get("endDateTime") else None,
        assignment_type=assignment_type,
        member_type=str(row.get("memberType") or "Direct"),
        request_id=request_id,
        created=now,
        justification=row.get("justification"),
    )
    tenant.schedules[book].put(schedule_id, made)
    if group:
        tenant.onboard(target)
    if book.endswith("Assignment"):
        timeline.watch(tenant, made)
    added = "Add eligible member" if book.endswith("Eligibility") else "Add member"
    length = "permanent" if made.end is None else "timebound"
    activity = f"{added} to role in PIM completed ({length})"
    targets = (tenant.listed_role_id(target), made.principal_id)
    audit.record(tenant, now, activity, None, targets, category=_category(book))
    return schedule_id


def _category(book: str) -> str:
    return "GroupManagement" if book.startswith("group") else "RoleManagement"


def _plain_table(tenant: Tenant, kind: str) -> Table[dict[str, Any]] | None:
    """Where rows of a kind are that are no directory objects."""
    if kind == "roleDefinitions":
        return tenant.roles
    return tenant.contexts if kind == CONTEXTS else tenant.documents.get(kind)


def _note(tenant: Tenant, now: datetime, kind: str, activity: str, object_id: str) -> None:
    if kind == "roleDefinitions":
        audit.record(tenant, now, activity, None, (object_id,), service="Core Directory")


def _update(tenant: Tenant, what: Change, now: datetime, ids: Ids) -> str:
    kind, row = str(what["kind"]), dict(what["object"])
    if kind in _BOOKS:
        return _put_schedule(tenant, kind, row, now, ids)
    table = _plain_table(tenant, kind)
    standing = (tenant.objects[kind] if table is None else table).get(row["id"])
    if standing is None:
        raise ValueError(f"no such object: {row['id']}")
    standing.update(row)
    tenant.changes.mark(str(row["id"]))
    return str(row["id"])


def _delete(tenant: Tenant, what: Change, now: datetime, _ids: Ids) -> str:
    kind, row = str(what["kind"]), dict(what["object"])
    if kind in _BOOKS:
        book = _BOOKS[kind]
        if book.startswith("group"):
            key = (str(row["principalId"]).lower(), str(row["groupId"]).lower(), str(row["accessId"]).lower())
        else:
            role = tenant.pim_role_id(str(row["roleDefinitionId"])).lower()
            key = (str(row["principalId"]).lower(), role, str(row.get("directoryScopeId") or "/").lower())
        standing = tenant.schedule_by_key(book, key, now)
        if standing is None:
            raise ValueError("no such schedule")
        tenant.schedules[book].pop(standing.id)
        removed = "Remove eligible member" if book.endswith("Eligibility") else "Remove member"
        targets = (tenant.listed_role_id(standing.target), standing.principal_id)
        activity = f"{removed} from role in PIM completed (permanent)"
        audit.record(tenant, now, activity, None, targets, category=_category(book))
        return standing.id
    table = _plain_table(tenant, kind)
    if table is not None:
        _note(tenant, now, kind, "Delete role definition", str(row["id"]))
        table.pop(str(row["id"]))
    elif kind in KINDS:
        tenant.remove_object(row["id"], now)
    else:
        raise ValueError(f"unknown kind: {kind!r}")
    return str(row["id"])


def _link(tenant: Tenant, what: Change, _now: datetime, _ids: Ids) -> str:
    tenant.relink(_LINKS[str(what["kind"])], str(what["owner"]), str(what["member"]), True)
    return str(what["owner"])


def _unlink(tenant: Tenant, what: Change, _now: datetime, _ids: Ids) -> str:
    name, owner, member = _LINKS[str(what["kind"])], str(what["owner"]), str(what["member"])
    if member.lower() not in getattr(tenant, name).get(owner.lower(), {}):
        raise KeyError(member)
    tenant.relink(name, owner, member, False)
    return str(what["owner"])


def _rule(tenant: Tenant, what: Change, now: datetime, _ids: Ids) -> str:
    if "groupId" in what:
        policy = tenant.group_policy(str(what["groupId"]), str(what["accessId"]))
    else:
        policy = tenant.role_policy(tenant.listed_role_id(str(what["roleDefinitionId"])))
    rule_id = str(what["rule"])
    policy.rules[rule_id] = {**policy.rules[rule_id], **dict(what["properties"])}
    policy.modified = now
    target = policy.group_id or tenant.listed_role_id(policy.role_id)
    audit.record(tenant, now, "Update role setting in PIM", None, (target,), details={"RuleIds": rule_id})
    return rule_id


def _alias(tenant: Tenant, what: Change, _now: datetime, _ids: Ids) -> str:
    tenant.aliases[str(what["roleDefinitionId"]).lower()] = str(what["alias"]).lower()
    return str(what["alias"])


def _onboard(tenant: Tenant, what: Change, _now: datetime, _ids: Ids) -> str:
    tenant.onboard(str(what["groupId"]))
    return str(what["groupId"])
