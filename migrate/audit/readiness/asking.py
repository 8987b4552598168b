"""The request itself: is the right there, in force, allowed for so long, and is somebody there to approve?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from migrate.audit.approval import Panels
from migrate.audit.posture import Posture
from migrate.audit.readiness.moment import WorkingHours
from migrate.audit.readiness.moved import MovedRight
from migrate.audit.readiness.obstacle import Obstacle, cannot, remark, unknown
from migrate.kinds import administrative_unit, group, role_management_policy, role_schedule
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.kinds.schedule import parse_duration
from migrate.resolve import approvers
from migrate.resolve.governing import Governed
from migrate.resolve.presence import is_settled

SHORTEST = timedelta(minutes=5)
"""PIM grants no activation that is shorter (graph-facts §3.2)."""


def in_force(right: MovedRight, moment: datetime) -> Iterator[Obstacle]:
    if right.start is not None and right.start > moment:
        yield cannot("eligibility", f"it begins on {right.start:%Y-%m-%d %H:%M} UTC", "wait until then")
    if right.end is not None and right.end <= moment:
        yield cannot("eligibility", f"it ended on {right.end:%Y-%m-%d %H:%M} UTC", "extend the eligibility")


def thing(posture: Posture, right: MovedRight) -> Iterator[Obstacle]:
    """The role and its scope, or the group."""
    view = posture.view
    if right.group_id:
        row = view.row("group", right.group_id)
        if row is None:
            yield _missing(posture, "group", right.group_id, "group")
        elif not group.can_be_managed_by_pim(row):
            why = "the group is dynamic, synced or no security group: PIM cannot manage it"
            yield cannot("group", why, "use another group")
        return
    role = view.row("roleDefinition", view.role_id(right.role_id))
    if role is None:
        yield _missing(posture, "roleDefinition", right.role_id, "role")
    elif role.get("isEnabled") is False:
        yield cannot("role", "the role is disabled", "enable the role")
    unit, single = (
        role_schedule.administrative_unit_in(right.scope),
        role_schedule.object_in(right.scope),
    )
    if unit:
        if view.row(administrative_unit.KIND.name, unit) is None:
            yield _missing(posture, administrative_unit.KIND.name, unit, "scope")
    elif single:
        if view.kind_of(single) is None:
            yield _missing(posture, DIRECTORY_OBJECT, single, "scope")
    elif right.scope != TENANT_SCOPE:
        yield unknown("scope", f"what {right.scope} is cannot be read")


def _missing(posture: Posture, kind: str, object_id: str, step: str) -> Obstacle:
    settled = posture.view.saw_all(kind) or is_settled(posture.view, kind, object_id)
    if settled:
        return cannot(step, f"the tenant has no such {step}", "create it, or move the right elsewhere")
    return unknown(step, f"whether the {step} is there was not read", "snapshot the target again")


def duration(policy: Row, asked: timedelta | None) -> Iterator[Obstacle]:
    """``asked`` is how long the person wants it; None for as long as the policy allows."""
    rule = role_management_policy.rules(policy).get("Expiration_EndUser_Assignment")
    if rule is None:
        yield unknown("duration", "the policy shows no rule about it")
        return
    text = rule.get("maximumDuration")
    longest = parse_duration(text)
    if longest is None:
        if rule.get("isExpirationRequired") is True:
            yield unknown("duration", f"the policy allows {text!r}, which says nothing", "set a maximum")
        return
    fix = "raise the maximum in the policy"
    if longest < SHORTEST:
        yield cannot("duration", f"the policy allows {text} at most, which PIM refuses", fix)
    elif asked is not None and rule.get("isExpirationRequired") is True and asked > longest:
        yield cannot("duration", f"the policy allows {text} at most", fix)


def approval(
    panels: Panels,
    governed: Governed,
    policy: Row,
    person: str,
    at: datetime | None,
    hours: Mapping[str, WorkingHours],
) -> Iterator[Obstacle]:
    """``at`` is the hour asked; None where only somebody must be there at all."""
    if approvers.RULE not in role_management_policy.rules(policy):
        yield unknown("approval", "the policy shows no rule about it")
        return
    if not approvers.is_required(policy):
        return
    if governed in panels.circles:
        why = "whoever could approve must first be approved himself"
        yield cannot("approval", why, "name an approver who needs no activation")
        return
    panel = panels.of(governed, policy)
    others = panel.without(person)
    if not others.able and not others.waiting:
        told = "; ".join(panel.problems)
        if panel.unknown:
            yield unknown("approval", f"who could approve was not read: {'; '.join(panel.unknown)}")
        elif person in panel.able | panel.waiting:
            yield cannot("approval", "only they themselves could approve", "name another approver")
        else:
            why = "nobody can approve" + (f" ({told})" if told else "")
            yield cannot("approval", why, "name approvers who are enabled")
        return
    if not others.able:
        why = "every approver must first activate a right of their own"
        yield unknown("approval", why, "name an approver who needs no activation")
        return
    if len(others.able | others.waiting) == 1 and not panel.unknown:
        yield remark("approval", "one person alone can approve", "name a second approver")
    if at is not None:
        yield from _there(panels, others.able, bool(panel.unknown), at, hours)


def _there(
    panels: Panels, able: frozenset[str], more: bool, at: datetime, hours: Mapping[str, WorkingHours]
) -> Iterator[Obstacle]:
    if any(one in hours and hours[one].at_work(at) for one in able):
        return
    unsaid = sorted(panels.name_of(one) for one in able if one not in hours)
    if unsaid or more:
        names = ", ".join(unsaid[:5]) or "others"
        fix = "write their time_zone and hours into mappings/owners.csv"
        yield unknown("approval", f"when {names} could approve is not known", fix)
    else:
        names = ", ".join(sorted(panels.name_of(one) for one in able)[:5])
        why = f"no approver is at work at {at:%a %H:%M} UTC: {names}"
        yield cannot("approval", why, "name an approver who is, or activate at another hour")
