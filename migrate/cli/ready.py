"""``pim-migrate ready WAVE``: could each person activate what the wave moves? From the database alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from migrate.audit.readiness.moment import WorkingHours
    from migrate.cli.context import Context
    from migrate.resolve.tenant_view import TenantView


def ready(
    wave: Annotated[str, typer.Argument(help="The wave to look at by its newest plan, for example all.")],
    at: Annotated[
        str, typer.Option("--at", help='At which hour: "Fri 19:30", "19:30 Europe/Berlin", an ISO time.')
    ] = "",
    length: Annotated[str, typer.Option("--for", help="For how long they want it, for example PT4H.")] = "",
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Simulate for each person each activation of what the wave moves, against the target's snapshot.

    Tells worst first who cannot and what fixes it, and of whom nobody can say. Nothing is activated. Where
    the wave has no plan yet, it is what a plan made now would move. Exit 4 when somebody cannot, 16 when
    of somebody it is unknown.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, wave, at, length))


def _run(screen: Screen, path: Path, wave: str, at: str, length: str) -> int:
    from migrate.audit.readiness.obstacle import Ready
    from migrate.audit.readiness.simulate import Asked, Simulation
    from migrate.cli import clock
    from migrate.cli.auditing import posture_of
    from migrate.cli.context import Context
    from migrate.cli.ready_inputs import looked_at
    from migrate.views.ready import show_ready

    now = clock.now()
    asked = Asked(_moment(at, now), _length(length))
    context = Context.of(path, screen)
    with looked_at(context, wave) as looked:
        posture = posture_of(context, looked.target, "target", now)
        simulation = Simulation(posture, asked, _hours(context, looked.target))
        people = simulation.people(looked.moved())
        seats = simulation.seats(people)
    counts = {one: sum(each.ready is one for each in people) for one in Ready}
    code = 4 if counts[Ready.CANNOT] else 16 if counts[Ready.UNKNOWN] else 0
    named = looked.plan or f"what `plan {wave}` would move (there is no plan of it yet)"
    show_ready(screen, people, named, looked.snapshot, asked, seats)
    screen.line(
        "summary",
        verb="ready",
        wave=wave,
        plan=looked.plan,
        snapshot=looked.snapshot,
        at=asked.at.isoformat() if asked.at else None,
        people={one.value: count for one, count in counts.items()},
        seats={"needed": seats.needed, "paid": seats.paid},
        exit=code,
    )
    return code


def _moment(text: str, now: datetime) -> datetime | None:
    from migrate.audit.readiness.moment import moment_of
    from migrate.errors import UsageError

    if not text:
        return None
    try:
        return moment_of(text, now)
    except ValueError:
        raise UsageError(
            f"{text!r} is no time", where="--at", hint='write "Fri 19:30", or "Fri 19:30 Europe/Berlin"'
        ) from None


def _length(text: str) -> timedelta | None:
    from migrate.errors import UsageError
    from migrate.kinds.schedule import parse_duration

    found = parse_duration(text.upper()) if text else None
    if text and found is None:
        raise UsageError(f"{text!r} is no duration", where="--for", hint="write PT4H, or PT30M")
    return found


def _hours(context: Context, target: TenantView) -> dict[str, WorkingHours]:
    """When people are at work, by id."""
    from migrate.audit.readiness.moment import WorkingHours
    from migrate.cli.auditing import ids_by_name, owners_of

    named = ids_by_name(target)
    found = {}
    for one in owners_of(context):
        if one.kind == "user" and one.hours is not None:
            hours = WorkingHours(one.hours.zone, one.hours.days, one.hours.start, one.hours.end)
            found[named.get(one.id, one.id)] = hours
    return found
