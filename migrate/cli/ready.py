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
    from migrate.audit.readiness.moved import MovedRight
    from migrate.cli.context import Context
    from migrate.plan.document import Item, Plan
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database


def ready(
    wave: Annotated[str, typer.Argument(help="The wave whose newest plan is looked at, for example all.")],
    at: Annotated[
        str, typer.Option("--at", help='At which hour: "Fri 19:30", "19:30 Europe/Berlin", an ISO time.')
    ] = "",
    length: Annotated[str, typer.Option("--for", help="For how long they want it, for example PT4H.")] = "",
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Simulate for each person each activation of what the wave moves, against the target's snapshot.

    Tells worst first who cannot and what fixes it, and of whom nobody can say. Nothing is activated. Exit 4
    when somebody cannot, 16 when of somebody it is unknown.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, wave, at, length))


def _run(screen: Screen, path: Path, wave: str, at: str, length: str) -> int:
    from migrate.audit.readiness.obstacle import Ready
    from migrate.audit.readiness.simulate import Asked, Simulation
    from migrate.cli import clock
    from migrate.cli.auditing import posture_of
    from migrate.cli.context import Context
    from migrate.views.ready import show_ready

    now = clock.now()
    asked = Asked(_moment(at, now), _length(length))
    context = Context.of(path, screen)
    with context.reading() as db:
        # What a snapshot holds is read when it is looked at: everything is judged while the database is open.
        plan, target, snapshot = _inputs(context, db, wave)
        items = [*plan.writes(), *plan.kept()]
        posture = posture_of(context, _with(target, items), "target", now)
        simulation = Simulation(posture, asked, _hours(context, target))
        people = simulation.people([_moved(one) for one in items])
        seats = simulation.seats(people)
    counts = {one: sum(each.ready is one for each in people) for one in Ready}
    code = 4 if counts[Ready.CANNOT] else 16 if counts[Ready.UNKNOWN] else 0
    show_ready(screen, people, plan.id, snapshot, asked, seats)
    screen.line(
        "summary",
        verb="ready",
        wave=wave,
        plan=plan.id,
        snapshot=snapshot,
        at=asked.at.isoformat() if asked.at else None,
        people={one.value: count for one, count in counts.items()},
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


def _inputs(context: Context, db: Database, wave: str) -> tuple[Plan, TenantView, str]:
    """The wave's newest plan, and the target as it was last seen with what was done there since.

    Raises:
        NoState: there is no plan of the wave, or no snapshot of the target.
        UsageError: there is no such wave.
    """
    from migrate.cli.resolving import view_of
    from migrate.cli.since_snapshot import as_it_stands
    from migrate.cli.snapshot_names import named_snapshot
    from migrate.cli.waves import check_engagement, journalled
    from migrate.store.snapshots import Snapshots

    plan = max(journalled(db, wave).plans, key=lambda one: one.number)
    check_engagement(context, plan.target["tenant_id"])
    snapshots = Snapshots(db)
    info = named_snapshot(snapshots, "target")
    snapshots.verify_seal(info.id)
    return plan, as_it_stands(db, view_of(snapshots, info), info), info.id


def _moved(item: Item) -> MovedRight:
    from migrate.audit.readiness.moved import MovedRight
    from migrate.kinds.schedule import parse_time

    named = {name: str(value or "") for name, value in item.target.items()}
    return MovedRight(
        item=item.id,
        principal_id=named.get("principalId", "").lower(),
        role_id=named.get("roleDefinitionId", "").lower(),
        scope=named.get("directoryScopeId", ""),
        group_id=named.get("groupId", "").lower(),
        access=named.get("accessId", "").lower(),
        start=parse_time(named.get("startDateTime")),
        end=parse_time(named.get("endDateTime")),
    )


def _with(target: TenantView, items: list[Item]) -> TenantView:
    """The target as if the wave had been applied: approvers may come into their group by it."""
    from dataclasses import replace

    from migrate.kinds.schedule import parse_time, schedule_info

    rows = {kind: dict(found) for kind, found in target.rows.items()}
    for item in items:
        right = _moved(item)
        named = ("principalId", "roleDefinitionId", "directoryScopeId", "groupId", "accessId")
        start = parse_time(str(item.target.get("startDateTime") or "")) or right.start
        info = schedule_info(start, right.end) if start else {"expiration": {"type": "noExpiration"}}
        made = {name: item.target[name] for name in named if item.target.get(name)}
        row_id = f"planned:{item.id}"
        rows.setdefault(item.kind, {})[row_id] = {
            "id": row_id,
            **made,
            "memberType": "Direct",
            "scheduleInfo": info,
        }
    return replace(target, rows=rows)


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
