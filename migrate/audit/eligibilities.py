"""Each eligibility that leads to some roles: for the role itself, or for a group that opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.audit.finding import Subject, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import group_eligibility_schedule, pim_group
from migrate.kinds.kind import Row
from migrate.kinds.schedule import end_of, is_shadow
from migrate.resolve.effective import reach_of
from migrate.resolve.privilege import Access

_GROUPS = group_eligibility_schedule.KIND


@dataclass(frozen=True)
class Eligibility:
    """``right`` is what can be activated, a role or a group; ``mark`` tells it from the others."""

    row: Row
    principal_id: str
    right: Subject
    mark: str


def eligibilities(posture: Posture, role_ids: frozenset[str]) -> Iterator[Eligibility]:
    """In a fixed order, roles before groups; whatever has ended is left out."""
    for one in posture.holdings:
        if one.eligible and one.role_id in role_ids:
            mark = f"{one.role_id} {one.scope}"
            yield Eligibility(one.row, one.principal_id, posture.role(one.role_id), mark)
    opens: dict[str, bool] = {}
    for _, row in sorted(posture.view.of_kind(_GROUPS.name).items()):
        group_id = str(row.get("groupId") or "").lower()
        if is_shadow(row) or _is_over(row, posture):
            continue
        if group_id not in opens:
            opens[group_id] = _opens(posture, group_id, role_ids)
        if opens[group_id]:
            access = group_eligibility_schedule.access_of(row)
            subject = posture.subject("group", group_id)
            named = Subject("group", group_id, f"{subject.name} ({access})")
            yield Eligibility(row, str(row.get("principalId") or "").lower(), named, f"{group_id} {access}")


def _opens(posture: Posture, group_id: str, role_ids: frozenset[str]) -> bool:
    return any(
        reach.right.kind == "role"
        and reach.right.id in role_ids
        and reach.access in (Access.STANDING, Access.ELIGIBLE)
        for reach in reach_of(posture.privilege, group_id)
    )


def _is_over(row: Row, posture: Posture) -> bool:
    try:
        end = end_of(row)
    except ValueError:
        return False
    return end is not None and end <= posture.now


def eligibilities_read(posture: Posture) -> Iterator[Unknown]:
    """What must have been read to know all of them."""
    yield from posture.rights_read()
    yield from posture.needs(pim_group.KIND.collection)
    if not posture.view.saw(_GROUPS.collection):
        yield Unknown(f"{_GROUPS.collection} was not read")
        return
    for group_id in sorted(posture.view.of_kind(pim_group.KIND.name)):
        if not posture.view.saw(_GROUPS.collection, group_id):
            yield Unknown(f"{_GROUPS.collection} was not read", posture.subject("group", group_id))
