"""What a plan will cost: requests, minutes at a pace, licence seats, decisions that are still open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from migrate.kinds import (
    group_eligibility_schedule,
    group_member,
    role_eligibility_schedule,
    role_management_policy,
    subscribed_sku,
)
from migrate.kinds.kind import Row
from migrate.kinds.schedule import is_over, is_shadow
from migrate.plan.document import WRITES, Action, Draft
from migrate.plan.made import is_new
from migrate.resolve import approvers
from migrate.resolve.findings import State
from migrate.resolve.reference_graph import MOVED, objects_of
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView

REQUESTS_A_WRITE = 3
"""One POST and two reads: what was written shows seconds later, so that the first look is often too early."""
_ELIGIBLE = (role_eligibility_schedule.KIND, group_eligibility_schedule.KIND)


@dataclass(frozen=True)
class Seats:
    """People in the target who need a licence once the plan is carried out: whoever is eligible, directly or
    through a group, and whoever approves. ``paid`` is ``None`` where the subscriptions were not read;
    ``unknown`` counts the groups whose members were not read, so that ``needed`` is a lower bound."""

    needed: int
    paid: int | None
    unknown: int

    @property
    def missing(self) -> int:
        """How many seats are missing for certain."""
        return max(0, self.needed - self.paid) if self.paid is not None else 0


@dataclass(frozen=True)
class Estimate:
    """``units`` are what the lane of PIM is charged: one a request. ``per_second`` is the pace that
    ``minutes`` are told for, ``learned`` whether this tenant showed it or it is only where runs begin."""

    writes: int
    units: int
    minutes: float
    per_second: float
    learned: bool
    seats: Seats
    open_decisions: int


def estimate(
    drafts: Sequence[Draft],
    source: TenantView,
    target: TenantView,
    resolution: Resolution,
    *,
    now: datetime,
    per_second: float,
    learned: bool,
) -> Estimate:
    """``per_second`` is above 0: units a second in the lane of PIM."""
    writes = [draft for draft in drafts if draft.action in WRITES]
    # Before the first write everything under the plan's keys is read: roles whole, groups by group.
    groups = {draft.target["groupId"] for draft in writes if draft.target.get("groupId")}
    listings = len(groups) + any(not draft.target.get("groupId") for draft in writes)
    units = REQUESTS_A_WRITE * len(writes) + listings
    return Estimate(
        len(writes),
        units,
        round(units / per_second / 60, 1),
        round(per_second, 2),
        learned,
        seats(target, writes, now),
        _open_decisions(drafts, source, resolution),
    )


def seats(target: TenantView, writes: Sequence[Draft], now: datetime) -> Seats:
    """Counts each person once, however often they are eligible or approve, by the policies as they are and as
    the writes make them. Whom the writes put into groups is counted there, also in groups that they make."""
    holders = {
        str(row.get("principalId") or "").lower()
        for kind in _ELIGIBLE
        for row in target.of_kind(kind.name).values()
        if not is_shadow(row) and not is_over(row, now)
    }
    rights = {kind.name for kind in _ELIGIBLE}
    holders |= {str(draft.target["principalId"]).lower() for draft in writes if draft.kind in rights}
    coming: list[Row] = [
        {"policy": {"rules": [draft.target["rule"]]}}
        for draft in writes
        if draft.kind == role_management_policy.RULE
    ]
    for policy in (*target.of_kind("roleManagementPolicy").values(), *coming):
        if approvers.is_required(policy):
            holders |= {one.id for one in approvers.approvers_of(policy) if one.id}
    joining: dict[str, list[str]] = {}
    for draft in writes:
        if draft.kind == group_member.KIND.name:
            parent = str(draft.target["parentId"]).lower()
            joining.setdefault(parent, []).append(str(draft.target["objectId"]).lower())
    people: set[str] = set()
    unknown = 0
    waiting = sorted(holders)
    seen = set(waiting)
    for here in waiting:
        kind = target.kind_of(here)
        if kind == "user":
            people.add(here)
        elif kind == "group" or is_new(here):
            members = () if is_new(here) else target.listed(group_member.KIND.name, here)
            unknown += members is None
            for row in members or ():
                member = str(row.get("id") or "").lower()
                if str(row.get("@odata.type") or "").endswith(".user"):
                    people.add(member)
                elif member not in seen:
                    seen.add(member)
                    waiting.append(member)
            joined = [one for one in dict.fromkeys(joining.get(here, ())) if one not in seen]
            seen.update(joined)
            waiting += joined
    paid = None
    if target.saw(subscribed_sku.KIND.collection):
        paid = subscribed_sku.seats(target.of_kind(subscribed_sku.KIND.name).values())
    unread = [
        name
        for name in (kind.collection for kind in _ELIGIBLE)
        if any(one.startswith(name) for one in target.unread)
    ]
    unread += [name for name in _POLICIES if any(one.startswith(name) for one in target.unread)]
    return Seats(len(people), paid, unknown + len(unread))


_POLICIES = (role_management_policy.ROLE_POLICIES, role_management_policy.GROUP_POLICIES)


def _open_decisions(drafts: Iterable[Draft], source: TenantView, resolution: Resolution) -> int:
    """Objects that blocked rights of the wave name and that nobody has accepted, chosen or skipped."""
    undecided = {
        (one.kind, one.source_id)
        for one in resolution.mappings
        if one.state not in (State.ACCEPTED, State.CREATE, State.SKIPPED)
    }
    kinds = {kind.name: kind for kind in MOVED}
    named = {
        node
        for draft in drafts
        if draft.action is Action.BLOCKED and draft.kind in kinds
        for _, node in objects_of(kinds[draft.kind], draft.source, source)
    }
    return len(undecided & named)
