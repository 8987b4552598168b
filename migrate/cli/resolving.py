"""Snapshots, rules and decisions as the resolver takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.cli import clock
from migrate.cli.context import Context
from migrate.errors import NoState

if TYPE_CHECKING:
    from migrate.config.decisions import Decision as FileDecision
    from migrate.resolve.decisions import Decision
    from migrate.resolve.resolution import Resolution
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.resolution_rows import ResolutionInfo
    from migrate.store.snapshot_rows import SnapshotInfo
    from migrate.store.snapshots import Snapshots


@dataclass(frozen=True)
class Inputs:
    """Both tenants as they were last seen."""

    source: TenantView
    target: TenantView
    source_info: SnapshotInfo
    target_info: SnapshotInfo


def latest_inputs(db: Database) -> Inputs:
    """The newest sealed snapshot of each tenant. Raises NoState where one is missing."""
    from migrate.store.snapshots import Snapshots

    snapshots = Snapshots(db)
    source, target = snapshots.latest("source"), snapshots.latest("target")
    for side, info in (("source", source), ("target", target)):
        if info is None:
            raise NoState(
                f"there is no snapshot of the {side} tenant yet",
                where=str(db.path),
                hint=f"run `pim-migrate snapshot {side}`",
                code="no_snapshot",
            )
    assert source is not None and target is not None
    for info in (source, target):
        snapshots.verify_seal(info.id)
    return Inputs(view_of(snapshots, source), view_of(snapshots, target), source, target)


def view_of(snapshots: Snapshots, info: SnapshotInfo) -> TenantView:
    from migrate.crawl.collection import PROBE
    from migrate.kinds import pim_group
    from migrate.kinds.catalogue import ALL
    from migrate.resolve.tenant_view import TenantView

    rows = {
        kind.name: {row.id.lower(): row.properties for row in snapshots.object_rows(info.id, kind.name)}
        for kind in ALL
    }
    coverage = snapshots.coverage(info.id)
    unread = {
        f"{row.collection}:{row.parent_id}" if row.parent_id else row.collection
        for row in coverage
        if not row.complete
    }
    probed = any(row.kind == pim_group.KIND.name and row.way == PROBE for row in coverage)
    return TenantView(info.tenant_id, rows, frozenset(unread), snapshots.aliases(info.id), probed)


@dataclass(frozen=True)
class Resolved:
    """A resolution, its inputs, and how the database knows it."""

    inputs: Inputs
    resolution: Resolution
    info: ResolutionInfo
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class Fresh:
    """A resolution of the newest snapshots that the database does not know yet.

    ``decisions`` are those of the file, ``decided`` the same as the resolver takes them.
    """

    inputs: Inputs
    resolution: Resolution
    decisions: list[FileDecision]
    decided: tuple[Decision, ...]
    rules_hash: str


def resolve_now(context: Context, db: Database) -> Fresh:
    """Resolves the newest snapshots under the rules and decisions as they stand; writes nothing."""
    from migrate.config.decisions import read_decisions
    from migrate.config.match_rules import read_match_rules
    from migrate.resolve.decisions import Decision
    from migrate.resolve.evidence import Ladder
    from migrate.resolve.resolution import resolve

    inputs = latest_inputs(db)
    folder = context.engagement.mappings_folder
    rules = read_match_rules(folder / "match.toml")
    weights = {name: float(rule.weight) for name, rule in rules.rules.items() if rule.enabled}
    ladder = Ladder(weights, dict(rules.domains))
    decisions = read_decisions(folder / "decisions.csv")
    decided = tuple(
        Decision(one.kind, one.source_id, one.target_id or None, one.decision, one.reason, one.who, one.when)
        for one in decisions
    )
    resolution = resolve(inputs.source, inputs.target, ladder, decided)
    return Fresh(inputs, resolution, decisions, decided, rules.hash)


def resolve_and_save(context: Context, db: Database) -> Resolved:
    """As ``resolve_now``, and keeps the result.

    The same input gives the same bytes, so an unchanged input gives back the resolution that is there.
    """
    from migrate.config.decisions import decisions_hash
    from migrate.store.resolution_rows import ConflictRow, DecisionRow, DriftRow, MappingRow
    from migrate.store.resolutions import Resolutions

    fresh = resolve_now(context, db)
    inputs, resolution, decisions = fresh.inputs, fresh.resolution, fresh.decisions
    decided, ruled = decisions_hash(decisions), fresh.rules_hash
    resolutions = Resolutions(db)
    latest = resolutions.latest()
    if latest is not None and (
        latest.info.source_snapshot_id,
        latest.info.target_snapshot_id,
        latest.info.decisions_hash,
        latest.info.rules_hash,
    ) == (inputs.source_info.id, inputs.target_info.id, decided, ruled):
        return Resolved(inputs, resolution, latest.info, fresh.decided)
    info = resolutions.save(
        source_snapshot_id=inputs.source_info.id,
        target_snapshot_id=inputs.target_info.id,
        decisions_hash=decided,
        rules_hash=ruled,
        made_at=clock.now(),
        mappings=[
            MappingRow(
                one.kind,
                one.source_id,
                one.target_id,
                one.state.value,
                one.rule,
                one.confidence,
                one.runner_up,
                [vars(each) for each in one.evidence],
                one.name,
                one.reason,
            )
            for one in resolution.mappings
        ],
        conflicts=[
            ConflictRow(one.code, one.kind, one.source_id, one.target_ids, one.blocks, one.remedy, one.detail)
            for one in resolution.conflicts
        ],
        drift=[
            DriftRow(one.code, one.kind, one.source_id, one.target_id, dict(one.detail), one.remedy)
            for one in resolution.drift
        ],
        decisions=[
            DecisionRow(
                one.kind,
                one.source_id,
                one.target_id or None,
                one.decision,
                one.reason,
                one.who,
                one.when,
                one.line,
            )
            for one in decisions
        ],
    )
    return Resolved(inputs, resolution, info, fresh.decided)
