"""What doctor asks of a tenant besides its collections: clock, seats, onboarding, lanes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from migrate.cli.doctor_reads import Tried, verbs_in
from migrate.views.checks import Check, LaneFigures

if TYPE_CHECKING:
    from migrate.cli.doors import Beginning
    from migrate.graphapi.session import Session
    from migrate.kinds.request import Lane

MOST_SKEW = 300.0
"""Seconds by which the clocks may differ: Entra refuses tokens beyond five minutes."""
WHERE_TO_ONBOARD = "open Identity Governance > Privileged Identity Management once in the Entra admin centre"


async def clock_check(session: Session, side: str) -> Check:
    """This machine's clock against the date of Graph's answer, as it was half-way through the question."""
    from datetime import timedelta
    from email.utils import parsedate_to_datetime

    from migrate.cli import clock
    from migrate.kinds import organization

    asked_at = clock.now()
    answer = await session.send(organization.KIND.listing(None))
    answered_at = clock.now()
    date = answer.headers.get("date")
    if not date:
        return Check(side, "clock", "unknown", "Graph's answer carries no date")
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return Check(side, "clock", "unknown", f"Graph's answer carries a date that is none: {date}")
    half_way = asked_at + max(timedelta(0), answered_at - asked_at) / 2
    skew = (half_way - theirs).total_seconds()
    if abs(skew) > MOST_SKEW:
        return Check(
            side, "clock", "missing", f"this machine is {skew:.0f} s off: set its clock", (), "clock_skew"
        )
    return Check(side, "clock", "ok", f"{abs(skew):.0f} s apart")


def seats_check(side: str, tried: Tried) -> Check:
    """Seats of the subscriptions that bring PIM; PIM itself says whether it is licensed at all."""
    from migrate.kinds import subscribed_sku

    may = tried.check.permissions
    if tried.body is None:
        return Check(side, "licence seats", "note", f"not readable: {tried.check.detail}", may)
    rows = tried.body["value"]
    seats = subscribed_sku.seats(rows)
    if not seats:
        # The list of subscriptions may name a plan that we do not know.
        return Check(
            side, "licence seats", "note", "no subscription with Entra ID P2 or Governance is listed"
        )
    return Check(side, "licence seats", "ok", f"{seats} seats with Entra ID P2 or Governance")


def onboarding_check(side: str, policies: Tried) -> Check:
    """Whether PIM works in this tenant: every onboarded one has a policy for each role."""
    check, name = policies.check, "PIM onboarding"
    verbs = verbs_in(side)
    if policies.body is not None and policies.body["value"]:
        return Check(side, name, "ok", "PIM governs the roles of this tenant", verbs=verbs)
    if check.code == "missing_provider":
        told = f"this tenant was never onboarded to PIM: {WHERE_TO_ONBOARD}"
        return Check(side, name, "missing", told, (), check.code, verbs=verbs)
    why = "PIM lists no policy of any role" if policies.body is not None else check.detail
    return Check(side, name, "unknown", why, (), check.code, verbs=verbs)


def task_control_check(side: str, answer: bool | None) -> Check:
    """Whether the target guards single tasks of Exchange Online (Purview privileged access management), which
    would make background jobs wait for an approver. Graph does not show it: a person answers."""
    name = "task-level control (Purview)"
    if answer is None:
        told = (
            "not answered: Graph does not show it. Ask, then set task_level_control in [answers] of"
            " engagement.toml (runbooks/audit.md)"
        )
        return Check(side, name, "note", told)
    if not answer:
        return Check(side, name, "ok", "engagement.toml says that no task waits for an approval")
    told = (
        "tasks may wait for an approver: during the migration that blocks background jobs of Exchange Online,"
        " such as mailbox moves (New-MoveRequest), journal and transport rules, mailbox searches and changes"
        " to role groups. Approve them for the time of the waves, or move them"
    )
    return Check(side, name, "note", told)


def users_counted(body: Mapping[str, Any] | None) -> int | None:
    """How many users the tenant has, where Graph said so."""
    count = (body or {}).get("@odata.count")
    return count if isinstance(count, int) else None


def lane_figures(
    side: str, lanes: Mapping[Lane, Beginning], configured: Collection[str], users: int | None
) -> list[LaneFigures]:
    """How fast each lane starts and may become, what earlier runs have learned of it, and what Microsoft
    publishes about it."""
    from migrate.kinds.published_limits import published

    return [
        LaneFigures(
            side,
            lane.value,
            begins.now.rate,
            begins.now.ceiling,
            lane.value in configured,
            published(lane, users),
            begins.learned,
        )
        for lane, begins in lanes.items()
    ]
