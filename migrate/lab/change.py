"""Somebody else changes the tenant: what an administrator at the portal would do, without Graph's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from migrate.lab.clock import parse_time
from migrate.lab.ids import Ids
from migrate.lab.schedules import Schedule
from migrate.lab.tenant import KINDS, Tenant

Change = Mapping[str, Any]
_BOOKS = {
    "roleEligibilitySchedules": "roleEligibility",
    "roleAssignmentSchedules": "roleAssignment",
    "groupEligibilitySchedules": "groupEligibility",
    "groupAssignmentSchedules": "groupAssignment",
}
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
    with ``roleDefinitionId`` and ``alias``; ``onboard`` with ``groupId``.
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
    if kind == "roleDefinitions":
        tenant.roles.put(row["id"], row)
    else:
        tenant.objects[kind].put(row["id"], row)
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
    tenant.schedules[book].put(
        schedule_id,
        Schedule(
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
        ),
    )
    if group:
        tenant.onboard(target)
    return schedule_id


def _update(tenant: Tenant, what: Change, now: datetime, ids: Ids) -> str:
    kind, row = str(what["kind"]), dict(what["object"])
    if kind in _BOOKS:
        return _put_schedule(tenant, kind, row, now, ids)
    standing = (
        tenant.roles.get(row["id"]) if kind == "roleDefinitions" else tenant.objects[kind].get(row["id"])
    )
    if standing is None:
        raise ValueError(f"no such object: {row['id']}")
    standing.update(row)
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
        return standing.id
    if kind == "roleDefinitions":
        tenant.roles.pop(row["id"])
    elif kind in KINDS:
        tenant.remove_object(row["id"])
    else:
        raise ValueError(f"unknown kind: {kind!r}")
    return str(row["id"])


def _link(tenant: Tenant, what: Change, _now: datetime, _ids: Ids) -> str:
    links: dict[str, dict[str, None]] = getattr(tenant, _LINKS[str(what["kind"])])
    links.setdefault(str(what["owner"]).lower(), {})[str(what["member"]).lower()] = None
    return str(what["owner"])


def _unlink(tenant: Tenant, what: Change, _now: datetime, _ids: Ids) -> str:
    links: dict[str, dict[str, None]] = getattr(tenant, _LINKS[str(what["kind"])])
    links[str(what["owner"]).lower()].pop(str(what["member"]).lower())
    return str(what["owner"])


def _rule(tenant: Tenant, what: Change, now: datetime, _ids: Ids) -> str:
    if "groupId" in what:
        policy = tenant.group_policy(str(what["groupId"]), str(what["accessId"]))
    else:
        policy = tenant.role_policy(tenant.listed_role_id(str(what["roleDefinitionId"])))
    rule_id = str(what["rule"])
    policy.rules[rule_id] = {**policy.rules[rule_id], **dict(what["properties"])}
    policy.modified = now
    return rule_id


def _alias(tenant: Tenant, what: Change, _now: datetime, _ids: Ids) -> str:
    tenant.aliases[str(what["roleDefinitionId"]).lower()] = str(what["alias"]).lower()
    return str(what["alias"])


def _onboard(tenant: Tenant, what: Change, _now: datetime, _ids: Ids) -> str:
    tenant.onboard(str(what["groupId"]))
    return str(what["groupId"])
