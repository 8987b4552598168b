"""A plan's item as requests, and a row of the target as the answer to an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from migrate.kinds import group_eligibility_schedule, role_eligibility_schedule, role_schedule
from migrate.kinds.ids import TENANT_SCOPE, same_id
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.kinds.schedule import end_of, parse_time, same_end
from migrate.plan.document import Item

ROLE = role_eligibility_schedule.KIND.name
GROUP = group_eligibility_schedule.KIND.name
CLOCK_SKEW = timedelta(minutes=5)
"""Graph turns a start in the past into "now", but a start that its clock still has to reach into a grant for
later: rights that begin at once are asked for from a little while ago."""


@dataclass(frozen=True, slots=True)
class WriteLine:
    """What one write came to, for people and scripts."""

    id: str
    action: str
    kind: str
    key: str
    state: str
    reason: str

    @classmethod
    def of(cls, item: Item, state: str, reason: str, action: str | None = None) -> WriteLine:
        return cls(item.id, action or item.action.value, item.kind, item.key, state, reason)


def asked_end(item: Item) -> datetime | None:
    return parse_time(item.target.get("endDateTime"))


def starts_later(item: Item, now: datetime) -> bool:
    start = parse_time(item.target.get("startDateTime"))
    return start is not None and start > now


def spellings(item: Item) -> tuple[str, ...]:
    """The ids under which PIM may know the role, the one seen in this tenant's PIM first."""
    if item.kind != ROLE:
        return ("",)
    return tuple(
        dict.fromkeys((str(item.target["pimRoleDefinitionId"]), str(item.target["roleDefinitionId"])))
    )


def assign(item: Item, role_id: str, now: datetime, justification: str) -> Request:
    start = parse_time(item.target.get("startDateTime")) or now.replace(microsecond=0) - CLOCK_SKEW
    ticket = item.id if item.target.get("ticket") else None
    principal = str(item.target["principalId"])
    if item.kind == ROLE:
        return role_eligibility_schedule.assign(
            principal_id=principal,
            role_definition_id=role_id,
            scope=str(item.target["directoryScopeId"]),
            start=start,
            end=asked_end(item),
            justification=justification,
            ticket=ticket,
        )
    return group_eligibility_schedule.assign(
        group_id=str(item.target["groupId"]),
        access_id=str(item.target["accessId"]),
        principal_id=principal,
        start=start,
        end=asked_end(item),
        justification=justification,
        ticket=ticket,
    )


def remove(item: Item, role_id: str, justification: str, *, scope: str | None = None) -> Request:
    """Takes back what stands under the item's key, or under the same key at another ``scope``."""
    principal = str(item.target["principalId"])
    if item.kind == ROLE:
        return role_eligibility_schedule.remove(
            principal_id=principal,
            role_definition_id=role_id,
            scope=scope or str(item.target["directoryScopeId"]),
            justification=justification,
        )
    return group_eligibility_schedule.remove(
        group_id=str(item.target["groupId"]),
        access_id=str(item.target["accessId"]),
        principal_id=principal,
        justification=justification,
    )


def cancel(item: Item, request_id: str) -> Request:
    if item.kind == ROLE:
        return role_eligibility_schedule.cancel(request_id)
    return group_eligibility_schedule.cancel(request_id)


def own_rows(item: Item) -> Request:
    """The rows among which the write must appear: those of its principal (in its group)."""
    principal = str(item.target["principalId"])
    if item.kind == ROLE:
        return role_eligibility_schedule.of_principal(principal)
    return group_eligibility_schedule.of_principal(str(item.target["groupId"]), principal)


def made_by(item: Item, request_id: str) -> Request:
    if item.kind == ROLE:
        return role_eligibility_schedule.request_by_id(request_id)
    return group_eligibility_schedule.request_by_id(request_id)


def key_of(kind: str, row: Row, listed_role: str) -> str:
    """The natural key of a row, with the listed id of its role."""
    if kind == GROUP:
        return group_eligibility_schedule.natural_key(row)
    return role_schedule.key_of(str(row["principalId"]), listed_role, role_schedule.scope_of(row))


def wider_scope(item: Item, scope: str | None) -> bool:
    """Whether an answer names the whole tenant where a part of it was asked for (graph-facts §4.2)."""
    asked = item.target.get("directoryScopeId")
    return item.kind == ROLE and asked != TENANT_SCOPE and scope is not None and not same_id(scope, asked)


def image(row: Row) -> dict[str, Any]:
    """What the journal keeps of a row that was found: enough to see later whether it was changed."""
    end = end_of(row)
    return {
        "id": row.get("id"),
        "createdUsing": row.get("createdUsing"),
        "endDateTime": end.isoformat() if end else None,
    }


def is_unchanged(row: Row, then: Mapping[str, Any]) -> bool:
    """Whether a row is still what we left: made by the same request, and ending when it did."""
    before, after = then.get("createdUsing"), row.get("createdUsing")
    if before and after and not same_id(before, after):
        return False
    return same_end(parse_time(then.get("endDateTime")), end_of(row))
