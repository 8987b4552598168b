"""What `ready` looks at: the rights that a wave moves, and the target as it will stand with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migrate.audit.readiness.moved import MovedRight
    from migrate.cli.context import Context
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import SnapshotInfo
    from migrate.store.snapshots import Snapshots


@dataclass(frozen=True)
class Eligible:
    """One eligibility of the wave: ``id`` is the plan's item, or without a plan the source's right."""

    id: str
    kind: str
    target: Mapping[str, Any]


@dataclass(frozen=True)
class Looked:
    """``plan`` is None where the wave has none yet: then it is what a plan made now would move."""

    plan: str | None
    eligible: tuple[Eligible, ...]
    target: TenantView
    snapshot: str

    def moved(self) -> list[MovedRight]:
        return [_moved(one) for one in self.eligible]


@contextmanager
def looked_at(context: Context, wave: str) -> Iterator[Looked]:
    """The wave's newest plan, or what one would hold; everything is read while the database is open.

    Raises:
        UsageError: there is no such wave.
        NoState: nothing was read yet, or there is no plan and nothing was resolved either.
    """
    with context.reading() as db:
        if (found := _planned(context, db, wave)) is not None:
            yield found
            return
    # A plan keeps the resolution that it rests on, and so does what a plan would hold.
    with context.writing("ready") as db:
        yield _drafted(context, db, wave)


def _planned(context: Context, db: Database, wave: str) -> Looked | None:
    from migrate.cli.since_snapshot import as_it_stands
    from migrate.cli.snapshot_inputs import view_of
    from migrate.cli.waves import check_engagement, journalled
    from migrate.store.plans import Plans
    from migrate.store.snapshots import Snapshots

    if not any(row.wave == wave for row in Plans(db).list()):
        return None
    plan = max(journalled(db, wave).plans, key=lambda one: one.number)
    check_engagement(context, plan.target["tenant_id"])
    snapshots = Snapshots(db)
    info = _newest_target(snapshots)
    target = as_it_stands(db, view_of(snapshots, info), info)
    items = [*plan.writes(), *plan.kept()]
    return _looked(plan.id, [Eligible(one.id, one.kind, one.target) for one in items], target, info.id)


def _newest_target(snapshots: Snapshots) -> SnapshotInfo:
    from migrate.cli.snapshot_names import named_snapshot

    info = named_snapshot(snapshots, "target")
    snapshots.verify_seal(info.id)
    return info


def _drafted(context: Context, db: Database, wave: str) -> Looked:
    from migrate.cli.planning import draft_all
    from migrate.cli.waving import check_wave, placed, waves_of
    from migrate.plan.document import Action

    waves = waves_of(context)
    check_wave(waves, wave)
    drafted = draft_all(context, db)
    drafts = [one.draft for one in placed(context, drafted, waves).of(wave)]
    eligible = [
        Eligible(str(one.source.get("id") or one.key), one.kind, one.target)
        for one in drafts
        if one.action in (Action.CREATE, Action.KEEP)
    ]
    return _looked(None, eligible, drafted.target, drafted.resolved.inputs.target_info.id)


def _looked(plan: str | None, found: Iterable[Eligible], target: TenantView, snapshot: str) -> Looked:
    from migrate.kinds import group_eligibility_schedule, role_eligibility_schedule

    activated = (role_eligibility_schedule.KIND.name, group_eligibility_schedule.KIND.name)
    eligible = tuple(one for one in found if one.kind in activated)
    return Looked(plan, eligible, _with(target, eligible), snapshot)


def _moved(one: Eligible) -> MovedRight:
    from migrate.audit.readiness.moved import MovedRight
    from migrate.kinds.schedule import parse_time

    named = {name: str(value or "") for name, value in one.target.items()}
    return MovedRight(
        item=one.id,
        principal_id=named.get("principalId", "").lower(),
        role_id=named.get("roleDefinitionId", "").lower(),
        scope=named.get("directoryScopeId", ""),
        group_id=named.get("groupId", "").lower(),
        access=named.get("accessId", "").lower(),
        start=parse_time(named.get("startDateTime")),
        end=parse_time(named.get("endDateTime")),
    )


def _with(target: TenantView, eligible: Iterable[Eligible]) -> TenantView:
    """The target as if the wave had been applied: approvers may come into their group by it."""
    from migrate.kinds.schedule import schedule_info

    rows = {kind: dict(found) for kind, found in target.rows.items()}
    for one in eligible:
        right = _moved(one)
        named = ("principalId", "roleDefinitionId", "directoryScopeId", "groupId", "accessId")
        info = (
            schedule_info(right.start, right.end) if right.start else {"expiration": {"type": "noExpiration"}}
        )
        made = {name: one.target[name] for name in named if one.target.get(name)}
        row_id = f"planned:{one.id}"
        rows.setdefault(one.kind, {})[row_id] = {
            "id": row_id,
            **made,
            "memberType": "Direct",
            "scheduleInfo": info,
        }
    return replace(target, rows=rows)
