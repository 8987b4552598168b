"""Each eligibility that leads to some roles: for the role itself, or for a group that opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from migrate.audit.finding import Subject, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import group_eligibility_schedule, pim_group
from migrate.resolve.effective import is_near

_GROUPS = group_eligibility_schedule.KIND


@dataclass(frozen=True, slots=True)
class Opening:
    """What can be activated, a role or a group: itself, alone as the evidence of a finding, and the mark that
    tells it from others of the same principal. Few are different, and very many findings name them: each is
    held in memory once."""

    right: Subject
    alone: tuple[Subject]
    mark: str

    @classmethod
    def of(cls, right: Subject, at: str) -> Opening:
        return cls(right, (right,), f"{right.id} {at}")


class Eligibility(NamedTuple):
    """``unchanged`` is for how many days nobody has changed it; ``owner`` was declared for just this one."""

    principal_id: str
    what: Opening
    unchanged: int | None
    owner: str


def eligibilities(posture: Posture, role_ids: frozenset[str]) -> Iterator[Eligibility]:
    """In a fixed order, roles before groups; whatever has ended is left out."""
    known: dict[tuple[str, str], Opening] = {}
    for one in posture.eligible:
        if one.role_id in role_ids:
            key = (one.role_id, one.scope)
            what = known.get(key)
            if what is None:
                what = known[key] = Opening.of(posture.role(one.role_id), one.scope)
            yield Eligibility(one.principal_id, what, one.unchanged, one.owner)
    opens: dict[str, bool] = {}
    for each in posture.group_holdings:
        group_id, access = each.group_id, each.access
        if each.over:
            continue
        if group_id not in opens:
            opens[group_id] = _opens(posture, group_id, role_ids)
        if opens[group_id]:
            what = known.get((group_id, access))
            if what is None:
                named = Subject("group", group_id, f"{posture.subject('group', group_id).name} ({access})")
                what = known[group_id, access] = Opening.of(named, access)
            yield Eligibility(each.principal_id, what, each.unchanged, each.owner)


def _opens(posture: Posture, group_id: str, role_ids: frozenset[str]) -> bool:
    return any(
        hold.right.kind == "role" and hold.right.id in role_ids and is_near(hold.access)
        for hold in posture.reached(group_id)
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
