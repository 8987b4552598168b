"""Each eligibility that leads to some roles: for the role itself, or for a group that opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.audit.finding import Subject, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import group_eligibility_schedule, pim_group
from migrate.resolve.effective import reach_of
from migrate.resolve.privilege import Access

_GROUPS = group_eligibility_schedule.KIND


@dataclass(frozen=True, slots=True)
class Eligibility:
    """``right`` is what can be activated, a role or a group; ``changed`` when that was last said, as Graph
    writes it; ``mark`` tells it from the others."""

    id: str
    changed: str | None
    principal_id: str
    right: Subject
    mark: str


def eligibilities(posture: Posture, role_ids: frozenset[str]) -> Iterator[Eligibility]:
    """In a fixed order, roles before groups; whatever has ended is left out."""
    for one in posture.holdings:
        if one.eligible and one.role_id in role_ids:
            mark = f"{one.role_id} {one.scope}"
            role = posture.role(one.role_id)
            yield Eligibility(one.id, one.changed, one.principal_id, role, mark)
    opens: dict[str, bool] = {}
    for each in posture.group_holdings:
        group_id = each.group_id
        if each.over:
            continue
        if group_id not in opens:
            opens[group_id] = _opens(posture, group_id, role_ids)
        if opens[group_id]:
            subject = posture.subject("group", group_id)
            named = Subject("group", group_id, f"{subject.name} ({each.access})")
            mark = f"{group_id} {each.access}"
            yield Eligibility(each.id, each.changed, each.principal_id, named, mark)


def _opens(posture: Posture, group_id: str, role_ids: frozenset[str]) -> bool:
    return any(
        reach.right.kind == "role"
        and reach.right.id in role_ids
        and reach.access in (Access.STANDING, Access.ELIGIBLE)
        for reach in reach_of(posture.privilege, group_id)
    )


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
