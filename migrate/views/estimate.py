"""What a plan will cost, and the terms under which it may be carried out."""

from __future__ import annotations

from dataclasses import asdict

from migrate.plan.estimate import Estimate
from migrate.plan.terms import Terms
from migrate.views.screen import Screen


def show_terms(screen: Screen, terms: Terms) -> None:
    if terms.approvals:
        people = "one person" if terms.approvals == 1 else f"{terms.approvals} different people"
        screen.say(f"needs the approval of {people}: {terms.because}")
    if terms.convert:
        ends = "those in the target end" if terms.ends_overlap else "those in the target stay until told"
        screen.say(f"converts standing assignments to eligibility: {ends}")
    for freeze in terms.freezes:
        screen.say(f"not applied during {freeze.told}")
    stop, told = terms.stop, []
    if stop.failures is not None:
        told.append("the first failure" if stop.failures == 1 else f"{stop.failures} failures")
    if stop.share is not None:
        told.append(f"{stop.share:g} % failures after a batch")
    if stop.classes:
        told.append(f"the first {' or '.join(stop.classes)}")
    if told:
        screen.say(f"stops itself at {', at '.join(told)}")


def show_estimate(screen: Screen, cost: Estimate) -> None:
    screen.line("estimate", **asdict(cost))
    pace = "learned from this tenant" if cost.learned else "where runs begin"
    screen.say(
        f"estimate: {cost.writes} writes, {cost.units} units, about {_minutes(cost.minutes)}"
        f" at {cost.per_second:g} units a second ({pace})"
    )
    seats = cost.seats
    needed = f"at least {seats.needed}" if seats.unknown else str(seats.needed)
    paid = "how many are paid for was not read" if seats.paid is None else f"{seats.paid} are paid for"
    short = f": {seats.missing} TOO FEW" if seats.missing else ""
    screen.say(f"licence seats: {needed} people will be eligible or approve, {paid}{short}")
    if cost.open_decisions:
        screen.say(f"decisions still open: {cost.open_decisions}")


def _minutes(minutes: float) -> str:
    if minutes < 1:
        return "a minute"
    return f"{minutes:.0f} minutes" if minutes < 90 else f"{minutes / 60:.1f} hours"
