"""Who has come to depend on an object that a plan has made, in words; empty where nobody has."""

from __future__ import annotations

from migrate.errors import GraphRefused
from migrate.graphapi.pager import rows_of_all_pages
from migrate.kinds import (
    administrative_unit,
    administrative_unit_member,
    group_assignment_schedule,
    group_eligibility_schedule,
    group_member,
    group_owner,
    role_assignment_schedule,
    role_eligibility_schedule,
)
from migrate.kinds.ids import same_id
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.kinds.role_schedule import object_in, scope_of
from migrate.replay.reads import Reads

_NO_LIST = ("not_found", "missing_provider")
"""How Graph speaks of the lists of an object that is gone, and PIM of a group that it does not manage."""


async def of_unit(reads: Reads, unit_id: str) -> str:
    scope = administrative_unit.scope_of(unit_id)
    for row in await _role_rows(reads):
        if scope_of(row).lower() == scope.lower():
            return f"{row.get('principalId')} has a right at it"
    members = await _rows(reads, administrative_unit_member.KIND.listing(unit_id))
    return f"{len(members)} members are in it" if members else ""


async def of_group(reads: Reads, group_id: str) -> str:
    for row in await _role_rows(reads):
        if same_id(row.get("principalId") or "", group_id):
            return f"it has a right to role {row.get('roleDefinitionId')}"
        if same_id(object_in(scope_of(row)), group_id):
            return f"{row.get('principalId')} has a right at it"
    for kind in (group_eligibility_schedule.KIND, group_assignment_schedule.KIND):
        if rows := await _rows(reads, kind.listing(group_id)):
            return f"{rows[0].get('principalId')} has a right to be in it"
    for words, listing in (("members", group_member.KIND.listing), ("owners", group_owner.KIND.listing)):
        if found := [row for row in await _rows(reads, listing(group_id)) if not _is_caller(reads, row)]:
            return f"it has {len(found)} {words}"
    return ""


async def of_role(reads: Reads, role_id: str) -> str:
    reads.live.roles.know(role_id)
    for row in await _role_rows(reads):
        listed = await reads.live.roles.listed(str(row.get("roleDefinitionId") or ""))
        if same_id(listed, role_id):
            return f"{row.get('principalId')} has a right to it"
    return ""


def _is_caller(reads: Reads, row: Row) -> bool:
    """Graph makes whoever creates a group its owner, where it knows who that is."""
    return reads.live.caller_id is not None and same_id(row.get("id") or "", reads.live.caller_id)


async def _role_rows(reads: Reads) -> list[Row]:
    """Raises where they cannot be read, for whatever reason: every tenant has these lists."""
    kinds = (role_eligibility_schedule.KIND, role_assignment_schedule.KIND)
    return [row for kind in kinds for row in await rows_of_all_pages(reads.session, kind.listing(None))]


async def _rows(reads: Reads, listing: Request) -> list[Row]:
    """What belongs to one object; nothing where that has no such list."""
    try:
        return [*await rows_of_all_pages(reads.session, listing)]
    except GraphRefused as refused:
        if refused.code in _NO_LIST:
            return []
        raise
