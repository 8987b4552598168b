"""Resolving the newest snapshots under the rules and decisions as they stand, or taking up what was saved."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.cli import clock
from migrate.cli.context import Context

if TYPE_CHECKING:
    from datetime import datetime

    from migrate.cli.snapshot_inputs import Inputs
    from migrate.config.decisions import Decision as DecisionLine
    from migrate.config.match_rules import MatchRules
    from migrate.resolve.decisions import Decision
    from migrate.resolve.ladder import Ladder
    from migrate.resolve.resolution import Resolution
    from migrate.store.database import Database
    from migrate.store.resolution_rows import ResolutionInfo


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
class Anew:
    """That no saved resolution can be taken up, and why, as the end of a sentence."""

    why: str


@dataclass(frozen=True)
class _Question:
    """All that a resolution is made of, and the saved one that was made of just this, or ``why`` none was."""

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
    why: str = ""

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


def resolved_before(context: Context, db: Database, *, verified: bool = False) -> Fresh | Anew:
    """As ``resolve_only``, read from what was saved; or why not, where the snapshots, rules, decisions, tiers
    or the program are others by now, or where what was saved is not whole. ``verified`` as for
    ``latest_inputs``."""
    from migrate.cli.saved_resolution import made_with, taken_up

    question = _question(context, db, lean=True, verified=verified)
    if question.saved is None:
        return Anew(question.why)
    found = taken_up(db, question.saved, question.inputs.target, made_with(context))
    return Anew(found) if isinstance(found, str) else question.answered(found)


def _question(
    context: Context, db: Database, *, lean: bool = False, verified: bool = False, converts: bool = False
) -> _Question:
    from migrate.cli.converting import as_moved
    from migrate.cli.snapshot_inputs import latest_inputs
    from migrate.config.decisions import decisions_hash, read_decisions
    from migrate.config.match_rules import read_match_rules
    from migrate.config.move import MOVE_FILE, read_move
    from migrate.plan.guard import protected_in
    from migrate.resolve.decisions import Decision
    from migrate.store.resolutions import Resolutions

    latest = latest_inputs(db, lean=lean, verified=verified)
    inputs, moved = as_moved(context, latest, converts=converts)
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
    before = Resolutions(db).latest_info()
    why = _why_another(before, inputs, *hashes)
    saved = None if why else before
    return _Question(inputs, ladder_of(rules), decided, decisions, protected, *guards, *hashes, saved, why)


def _why_another(saved: ResolutionInfo | None, inputs: Inputs, decisions_hash: str, rules_hash: str) -> str:
    """What is not as it was when the newest resolution was made; empty where all is."""
    if saved is None:
        return "none was saved yet"
    changed = (
        (saved.source_snapshot_id != inputs.source_info.id, "there is a newer snapshot of the source"),
        (saved.target_snapshot_id != inputs.target_info.id, "there is a newer snapshot of the target"),
        (saved.decisions_hash != decisions_hash, "decisions changed"),
        (
            saved.rules_hash != rules_hash,
            "the match rules, the protected principals or what moves along changed",
        ),
    )
    return ", ".join(what for is_so, what in changed if is_so)


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

    The same input gives the same bytes, so an unchanged input gives back the resolution that is there; where
    another version of this program makes another one of it, or the saved rows are no longer whole, a new one
    is saved.
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

    fresh, with_what = resolve_only(context, db, converts=converts), made_with(context)
    inputs, resolution = fresh.inputs, fresh.resolution
    info = fresh.saved
    if info is None or not keep(db, info, resolution, with_what):
        info = Resolutions(db).save(
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
        keep(db, info, resolution, with_what)
    return Resolved(inputs, resolution, info, fresh.decisions)


def taken_up_or_resolved(context: Context, db: Database, *, verified: bool = False) -> tuple[Resolved, str]:
    """The saved resolution where it still holds, otherwise a new one, which is kept; and why it was made.
    ``verified`` as for ``latest_inputs``; a new one is made of nothing unverified."""
    fresh = resolved_before(context, db, verified=verified)
    if isinstance(fresh, Anew):
        return resolve_and_save(context, db), fresh.why
    assert fresh.saved is not None
    return Resolved(fresh.inputs, fresh.resolution, fresh.saved, fresh.decisions), ""


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
