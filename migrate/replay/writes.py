"""A plan's item as requests, and a row of the target as the answer to an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from migrate.kinds import (
    group_eligibility_schedule,
    role_assignment_schedule,
    role_eligibility_schedule,
    role_schedule,
)
from migrate.kinds.ids import TENANT_SCOPE, same_id
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.kinds.rights import OF_GROUPS, OF_ROLES, is_of_group, is_of_role
from migrate.kinds.schedule import end_of, format_time, parse_time, same_end
from migrate.plan.document import Item

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


def is_right(item: Item) -> bool:
    """Whether an item is about a right, made new or changed."""
    return is_of_role(item.kind) or is_of_group(item.kind)


def asked_end(item: Item) -> datetime | None:
    return parse_time(item.target.get("endDateTime"))


def starts_later(item: Item, now: datetime) -> bool:
    start = parse_time(item.target.get("startDateTime"))
    return start is not None and start > now


def spellings(item: Item) -> tuple[str, ...]:
    """The ids under which PIM may know the role, the one seen in this tenant's PIM first."""
    if "pimRoleDefinitionId" not in item.target:
        return ("",)
    return tuple(
        dict.fromkeys((str(item.target["pimRoleDefinitionId"]), str(item.target["roleDefinitionId"])))
    )


def assign(item: Item, role_id: str, now: datetime, justification: str) -> Request:
    start = parse_time(item.target.get("startDateTime")) or now.replace(microsecond=0) - CLOCK_SKEW
    return _asked(item, role_id, start, asked_end(item), justification, update=False)


def update(item: Item, role_id: str, now: datetime, end: datetime | None, justification: str) -> Request:
    """Gives what stands under the item's key another end."""
    return _asked(item, role_id, now.replace(microsecond=0) - CLOCK_SKEW, end, justification, update=True)


def assign_until(
    item: Item, role_id: str, now: datetime, end: datetime | None, justification: str
) -> Request:
    """Makes again, from now on, what stood under the item's key."""
    return _asked(item, role_id, now.replace(microsecond=0) - CLOCK_SKEW, end, justification, update=False)


def _asked(
    item: Item, role_id: str, start: datetime, end: datetime | None, justification: str, *, update: bool
) -> Request:
    ticket = item.id if item.target.get("ticket") else None
    principal = str(item.target["principalId"])
    if of_role := OF_ROLES.get(item.kind):
        ask = of_role.update if update else of_role.assign
        return ask(
            principal_id=principal,
            role_definition_id=role_id,
            scope=str(item.target["directoryScopeId"]),
            start=start,
            end=end,
            justification=justification,
            ticket=ticket,
        )
    of_group = OF_GROUPS[item.kind]
    ask_group = of_group.update if update else of_group.assign
    return ask_group(
        group_id=str(item.target["groupId"]),
        access_id=str(item.target["accessId"]),
        principal_id=principal,
        start=start,
        end=end,
        justification=justification,
        ticket=ticket,
    )


def remove(item: Item, role_id: str, justification: str, *, scope: str | None = None) -> Request:
    """Takes back what stands under the item's key, or under the same key at another ``scope``."""
    principal = str(item.target["principalId"])
    if of_role := OF_ROLES.get(item.kind):
        return of_role.remove(
            principal_id=principal,
            role_definition_id=role_id,
            scope=scope or str(item.target["directoryScopeId"]),
            justification=justification,
        )
    return OF_GROUPS[item.kind].remove(
        group_id=str(item.target["groupId"]),
        access_id=str(item.target["accessId"]),
        principal_id=principal,
        justification=justification,
    )


def cancel(item: Item, request_id: str) -> Request:
    return (OF_ROLES.get(item.kind) or OF_GROUPS[item.kind]).cancel(request_id)


def own_rows(item: Item) -> Request:
    """The rows among which the write must appear: those of its principal (in its group)."""
    principal = str(item.target["principalId"])
    if of_role := OF_ROLES.get(item.kind):
        return of_role.of_principal(principal)
    return OF_GROUPS[item.kind].of_principal(str(item.target["groupId"]), principal)


def all_rows(kind: str, group_id: str) -> Request:
    """Every row of a kind; of one group for kinds that Graph lists per group."""
    if is_of_group(kind):
        return OF_GROUPS[kind].of_group(group_id)
    if kind == role_assignment_schedule.KIND.name:
        return role_assignment_schedule.listing(None)
    return role_eligibility_schedule.listing(None)


def made_by(item: Item, request_id: str) -> Request:
    return (OF_ROLES.get(item.kind) or OF_GROUPS[item.kind]).request_by_id(request_id)


def requests_of(item: Item) -> Request:
    """The log of requests about the item's principal (in its group): where a lost answer is found again."""
    one = made_by(item, "")
    return replace(own_rows(item), path=one.path.rstrip("/"), permissions=one.permissions)


def key_of(kind: str, row: Row, listed_role: str) -> str:
    """The natural key of a row, with the listed id of its role."""
    if is_of_group(kind):
        return group_eligibility_schedule.natural_key(row)
    return role_schedule.key_of(str(row["principalId"]), listed_role, role_schedule.scope_of(row))


def carries(justification: str, write_id: str) -> bool:
    """Whether a justification names this write; as a whole word, since ids are prefixes of others."""
    return write_id in justification.replace(",", " ").split()


def wider_scope(item: Item, scope: str | None) -> bool:
    """Whether an answer names the whole tenant where a part of it was asked for (graph-facts §4.2)."""
    return narrower_than_tenant(item) and scope == TENANT_SCOPE


def narrower_than_tenant(item: Item) -> bool:
    return is_of_role(item.kind) and item.target["directoryScopeId"] != TENANT_SCOPE


def image(row: Row) -> dict[str, Any]:
    """What the journal keeps of a row that was found: enough to see later whether it was changed."""
    return {"id": row.get("id"), "createdUsing": row.get("createdUsing"), **_end_of(row)}


def is_unchanged(row: Row, then: Mapping[str, Any]) -> bool:
    """Whether a row is still what we left: made by the same request, and ending when it did.

    Where one of the two does not name its request, the row's own id decides.
    """
    now = _end_of(row)
    if now["endReadable"] is not then.get("endReadable", True):
        return False
    if not same_end(parse_time(then.get("endDateTime")), parse_time(now["endDateTime"])):
        return False
    for name in ("createdUsing", "id"):
        before, after = then.get(name), row.get(name)
        if before and after:
            return same_id(before, after)
    return now["endReadable"] is True


def _end_of(row: Row) -> dict[str, Any]:
    try:
        end = end_of(row)
    except ValueError:
        return {"endDateTime": None, "endReadable": False}
    return {"endDateTime": end.isoformat() if end else None, "endReadable": True}


def end_told(row: Row) -> str:
    """When a right ends, in words; also for a row whose end cannot be read."""
    try:
        end = end_of(row)
    except ValueError:
        return "at a time that cannot be read"
    return f"at {format_time(end)}" if end else "never"


def ends_as_asked(item: Item, row: Row) -> bool:
    """Whether a row ends when the item asks; one whose end cannot be read does not."""
    try:
        return same_end(asked_end(item), end_of(row))
    except ValueError:
        return False
