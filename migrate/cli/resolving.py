"""Snapshots, rules and decisions as the resolver takes them."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from migrate.cli import clock
from migrate.cli.context import Context
from migrate.errors import NoState

if TYPE_CHECKING:
    from datetime import datetime

    from migrate.config.decisions import Decision as DecisionLine
    from migrate.config.match_rules import MatchRules
    from migrate.kinds.kind import Row
    from migrate.plan.converted_source import Conversion
    from migrate.resolve.decisions import Decision
    from migrate.resolve.ladder import Ladder
    from migrate.resolve.resolution import Resolution
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.resolution_rows import ResolutionInfo
    from migrate.store.snapshot_rows import CoverageRow, SnapshotInfo
    from migrate.store.snapshots import Snapshots


_KEPT_LEAN = 500
"""Rows of people and things that stay in memory where names are all that is asked for again."""


@dataclass(frozen=True)
class Inputs:
    """Both tenants as they were last seen."""

    source: TenantView
    target: TenantView
    source_info: SnapshotInfo
    target_info: SnapshotInfo
    conversion: Conversion | None = None
    """Where standing assignments of the source are taken for eligibility."""


def latest_inputs(db: Database, *, lean: bool = False) -> Inputs:
    """The newest sealed snapshot of each tenant; ``lean`` as for ``view_of``. Raises NoState where one is
    missing."""
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
    first, second = (view_of(snapshots, info, lean=lean) for info in (source, target))
    return Inputs(first, second, source, target)


def view_of(snapshots: Snapshots, info: SnapshotInfo, *, lean: bool = False) -> TenantView:
    """The snapshot as the resolver reads it, while the database is open: large lists stay in the database.

    ``lean`` is for those who go through the rights from end to end: rights stay there as well.
    """
    from migrate.crawl.run import LOOK_UP, PROBE
    from migrate.kinds import group_assignment_schedule, group_eligibility_schedule, pim_group
    from migrate.kinds.catalogue import (
        ALL,
        LISTED_PER_GROUP,
        LISTED_PER_UNIT,
        PRINCIPALS,
        REGISTRATIONS,
        RIGHTS,
    )
    from migrate.kinds.kind import DIRECTORY_OBJECT
    from migrate.resolve.stored_rows import KEPT, StoredRows
    from migrate.resolve.streamed_rows import StreamedRows
    from migrate.resolve.tenant_view import TenantView

    large = (*PRINCIPALS, REGISTRATIONS)
    per_parent = (*LISTED_PER_GROUP, *LISTED_PER_UNIT)
    rows: dict[str, Mapping[str, Row]] = {}
    held = (*RIGHTS, group_eligibility_schedule.KIND, group_assignment_schedule.KIND) if lean else ()
    for kind in ALL:
        if kind in held and (count := snapshots.streamable(info.id, kind.name)) is not None:
            rows[kind.name] = StreamedRows(count, partial(snapshots.rows_by_lower_id, info.id, kind.name))
        elif kind in large:
            rows[kind.name] = StoredRows(
                snapshots.ids(info.id, kind.name),
                partial(snapshots.row, info.id, kind.name),
                partial(snapshots.rows_by_id, info.id, kind.name),
                partial(snapshots.names, info.id, kind.name),
                _KEPT_LEAN if lean else KEPT,
            )
        elif kind not in per_parent:
            rows[kind.name] = {one.lower(): row for one, row in snapshots.rows_by_id(info.id, kind.name)}
    coverage = snapshots.coverage(info.id)
    unread = {
        f"{row.collection}:{row.parent_id}" if row.parent_id else row.collection
        for row in coverage
        if not row.complete
    }
    probed = any(row.kind == pim_group.KIND.name and row.way == PROBE for row in coverage)
    lists = {kind.name: _lists(snapshots, info.id, kind.name, coverage) for kind in per_parent}
    asked = {
        row.kind: snapshots.look_ups(info.id, row.kind)
        for row in coverage
        if row.way == LOOK_UP and not row.parent_id
    }
    if asked:
        asked[DIRECTORY_OBJECT] = snapshots.look_ups(info.id, DIRECTORY_OBJECT)
    return TenantView(
        info.tenant_id, rows, frozenset(unread), snapshots.aliases(info.id), probed, lists, asked
    )


def _lists(
    snapshots: Snapshots, snapshot_id: str, kind: str, coverage: Iterable[CoverageRow]
) -> dict[str, tuple[Row, ...]]:
    """What was listed whole per parent, by the parent's id."""
    found: dict[str, list[Row]] = {
        row.parent_id.lower(): [] for row in coverage if row.kind == kind and row.complete and row.parent_id
    }
    for one in snapshots.object_rows(snapshot_id, kind):
        if (members := found.get(one.parent_id.lower())) is not None:
            members.append(one.properties)
    return {parent: tuple(members) for parent, members in found.items()}


@dataclass(frozen=True)
class Resolved:
    """A resolution, its inputs, and how the database knows it."""

    inputs: Inputs
    resolution: Resolution
    info: ResolutionInfo
    decisions: tuple[Decision, ...]


def ladder_of(rules: MatchRules) -> Ladder:
    """The rules of the engagement as the resolver takes them; it adds the tenants' domains itself."""
    from migrate.config.match_rules import OVERLAP
    from migrate.resolve.ladder import Ladder, Need

    return Ladder(
        {name: float(rule.weight) for name, rule in rules.rules.items() if rule.enabled},
        dict(rules.domains),
        {name: Need[rule.needs.upper()] for name, rule in rules.rules.items()},
        rules.rules[OVERLAP].threshold,
        rules.rules[OVERLAP].minimum,
    )


@contextmanager
def without_collecting() -> Iterator[None]:
    """Where millions of objects are made and no circles, looking for circles among them again and again takes
    a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@dataclass(frozen=True)
class Fresh:
    """What the newest snapshots resolve to as rules and decisions stand, and the saved resolution that was
    made from just these, if there is one. Equal inputs give equal results, so that one *is* this one."""

    inputs: Inputs
    resolution: Resolution
    decided: list[DecisionLine]
    decisions: tuple[Decision, ...]
    decisions_hash: str
    rules_hash: str
    saved: ResolutionInfo | None


@dataclass(frozen=True)
class _Question:
    """All that a resolution is made of, and the saved one that was made of just this."""

    inputs: Inputs
    ladder: Ladder
    decided: list[DecisionLine]
    decisions: tuple[Decision, ...]
    protected: frozenset[str]
    access_reviews: bool
    """Whether those whom the reviews of moved rights name are to be known as well."""
    conditional_access: bool
    """The same of conditional access policies."""
    decisions_hash: str
    rules_hash: str
    saved: ResolutionInfo | None

    def answered(self, resolution: Resolution) -> Fresh:
        return Fresh(
            self.inputs,
            resolution,
            self.decided,
            self.decisions,
            self.decisions_hash,
            self.rules_hash,
            self.saved,
        )


def resolve_only(context: Context, db: Database, *, converts: bool = False) -> Fresh:
    """Resolves the newest snapshots under the rules and decisions as they stand, and keeps nothing; with
    ``converts`` as if the source's standing assignments were eligibility."""
    with without_collecting():
        return _resolved(context, _question(context, db, converts=converts))


def resolved_before(context: Context, db: Database) -> Fresh | None:
    """As ``resolve_only``, read from what was saved; ``None`` where the snapshots, rules, decisions, tiers or
    the program are others by now, or where what was saved is not whole."""
    from migrate.cli.saved_resolution import made_with, taken_up

    question = _question(context, db, lean=True)
    if question.saved is None:
        return None
    found = taken_up(db, question.saved, question.inputs.target, made_with(context))
    return None if found is None else question.answered(found)


def _question(context: Context, db: Database, *, lean: bool = False, converts: bool = False) -> _Question:
    from migrate.cli.converting import as_moved
    from migrate.config.decisions import decisions_hash, read_decisions
    from migrate.config.match_rules import read_match_rules
    from migrate.config.move import MOVE_FILE, read_move
    from migrate.plan.guard import protected_in
    from migrate.resolve.decisions import Decision
    from migrate.store.resolutions import Resolutions

    inputs, moved = as_moved(context, latest_inputs(db, lean=lean), converts=converts)
    folder = context.engagement.mappings_folder
    rules = read_match_rules(folder / "match.toml")
    decided = read_decisions(folder / "decisions.csv")
    decisions = tuple(
        Decision(one.kind, one.source_id, one.target_id or None, one.decision, one.reason, one.who, one.when)
        for one in decided
    )
    protected = protected_in(context.engagement.guard.protected_principals, (inputs.source, inputs.target))
    move = read_move(folder / MOVE_FILE)
    guards = (move.access_reviews, move.conditional_access)
    named = [
        name for name, moves in zip(("access_reviews", "conditional_access"), guards, strict=True) if moves
    ]
    hashes = (decisions_hash(decided), _rules_hash(rules.hash, (*sorted(protected), *moved, *named)))
    latest = Resolutions(db).latest_info()
    saved = (
        latest
        if latest is not None
        and (
            latest.source_snapshot_id,
            latest.target_snapshot_id,
            latest.decisions_hash,
            latest.rules_hash,
        )
        == (inputs.source_info.id, inputs.target_info.id, *hashes)
        else None
    )
    return _Question(inputs, ladder_of(rules), decided, decisions, protected, *guards, *hashes, saved)


def _resolved(context: Context, question: _Question) -> Fresh:
    from migrate.cli.tiering import tier_table
    from migrate.plan.along.guarded import named_by_guards
    from migrate.resolve.effective import behind_rights
    from migrate.resolve.privilege import privilege_of
    from migrate.resolve.resolution import resolve
    from migrate.resolve.tiers import Classifier

    inputs = question.inputs
    source = privilege_of(inputs.source, Classifier(inputs.source, tier_table(context)))
    resolution = resolve(
        inputs.source,
        inputs.target,
        question.ladder,
        question.decisions,
        as_of=_as_of(inputs),
        protected=question.protected,
        also=behind_rights(source)
        | named_by_guards(
            inputs.source, reviews=question.access_reviews, policies=question.conditional_access
        ),
    )
    return question.answered(resolution)


def resolve_and_save(context: Context, db: Database, *, converts: bool = False) -> Resolved:
    """Resolves as ``resolve_only`` does, and keeps the result.

    The same input gives the same bytes, so an unchanged input gives back the resolution that is there.
    """
    from migrate.cli.saved_resolution import (
        conflict_row,
        decision_row,
        drift_row,
        keep,
        made_with,
        mapping_row,
    )
    from migrate.store.resolutions import Resolutions

    fresh = resolve_only(context, db, converts=converts)
    inputs, resolution = fresh.inputs, fresh.resolution
    info = fresh.saved or Resolutions(db).save(
        source_snapshot_id=inputs.source_info.id,
        target_snapshot_id=inputs.target_info.id,
        decisions_hash=fresh.decisions_hash,
        rules_hash=fresh.rules_hash,
        made_at=clock.now(),
        mappings=map(mapping_row, resolution.mappings),
        conflicts=map(conflict_row, resolution.conflicts),
        drift=map(drift_row, resolution.drift),
        decisions=map(decision_row, fresh.decided),
    )
    keep(db, info, resolution, made_with(context))
    return Resolved(inputs, resolution, info, fresh.decisions)


def taken_up_or_resolved(context: Context, db: Database) -> tuple[Resolved, bool]:
    """The saved resolution where it still holds, otherwise a new one, which is kept; and whether it is."""
    fresh = resolved_before(context, db)
    if fresh is None or fresh.saved is None:
        return resolve_and_save(context, db), True
    return Resolved(fresh.inputs, fresh.resolution, fresh.saved, fresh.decisions), False


def _as_of(inputs: Inputs) -> datetime:
    """The moment for which schedules are judged: that of the newer snapshot, so that the same snapshots
    always resolve alike."""
    from migrate.kinds.schedule import parse_time

    moments = (
        parse_time(info.sealed_at or info.started_at) for info in (inputs.source_info, inputs.target_info)
    )
    return max(moment for moment in moments if moment is not None)


def _rules_hash(rules: str, others: tuple[str, ...]) -> str:
    """What the resolution was made under besides the snapshots and the decisions."""
    if not others:
        return rules
    return hashlib.sha256("\n".join((rules, *others)).encode()).hexdigest()
