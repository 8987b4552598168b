"""A resolution as it is saved, and taken up again instead of resolving anew."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from migrate.store.canonical import as_it_is, canonical, parsed
from migrate.store.resolution_rows import ConflictRow, DecisionRow, DriftRow, MappingRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrate.cli.context import Context
    from migrate.config.decisions import Decision as DecisionLine
    from migrate.resolve.findings import Conflict, Counterpart, Drift
    from migrate.resolve.resolution import Resolution
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.resolution_rows import ResolutionInfo


def made_with(context: Context) -> str:
    """What shapes a resolution and stands in none of its hashes: the version of this program, and the hash of
    the tiers, by which it is decided whose counterparts are sought besides those that rights name."""
    from migrate import __version__
    from migrate.config.tiers import TIERS_FILE, read_tiers

    tiers = read_tiers(context.engagement.mappings_folder / TIERS_FILE).hash
    return f"{__version__} {tiers}"


def mapping_row(one: Counterpart) -> MappingRow:
    return MappingRow(
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


def conflict_row(one: Conflict) -> ConflictRow:
    return ConflictRow(
        one.code,
        one.kind,
        one.source_id,
        one.target_ids,
        one.blocks,
        one.remedy,
        one.detail,
        one.concerns,
    )


def drift_row(one: Drift) -> DriftRow:
    return DriftRow(
        one.code,
        one.kind,
        one.source_id,
        one.target_id,
        dict(one.detail),
        one.remedy,
        one.blocks,
        one.concerns,
    )


def decision_row(one: DecisionLine) -> DecisionRow:
    return DecisionRow(
        one.kind,
        one.source_id,
        one.target_id or None,
        one.decision,
        one.reason,
        one.who,
        one.when,
        one.line,
    )


def keep(db: Database, info: ResolutionInfo, resolution: Resolution, with_what: str) -> bool:
    """Notes what it takes to take the resolution up again, unless that is noted already; false where what was
    saved is not this resolution: another version of the program made it, or somebody changed its rows."""
    from migrate.store.resolution_reuse import Beside, ResolutionReuse
    from migrate.store.resolutions import Resolutions

    reuse, saved = ResolutionReuse(db), Resolutions(db)
    if not reuse.is_whole(info):
        return False
    if reuse.made_with(info.id) == with_what and reuse.beside(info) is not None:
        return True
    ours = map(mapping_row, resolution.mappings)
    if any(_text(one) != _text(other) for one, other in zip_longest(ours, saved.mapping_rows(info.id))):
        return False
    conflicts = _places(map(conflict_row, resolution.conflicts), saved.conflicts(info.id))
    drift = _places(map(drift_row, resolution.drift), saved.drift(info.id))
    if conflicts is None or drift is None:
        return False
    counterparts = tuple((*node, target_id) for node, target_id in sorted(resolution.beside.items()))
    names = tuple(one.name for one in resolution.conflicts)
    details = tuple(as_it_is(dict(one.detail)) for one in resolution.drift)
    reuse.keep(info.id, with_what, Beside(counterparts, conflicts, names, drift, details))
    return True


def taken_up(db: Database, info: ResolutionInfo, target: TenantView, with_what: str) -> Resolution | str:
    """The resolution as it was made, or in words why it cannot be taken up: it was made with something else,
    or is not whole."""
    from migrate.resolve.findings import Conflict, Drift
    from migrate.resolve.resolution import Resolution
    from migrate.store.resolution_reuse import ResolutionReuse
    from migrate.store.resolutions import Resolutions

    reuse, saved = ResolutionReuse(db), Resolutions(db)
    if why := _why_not(reuse.made_with(info.id), with_what):
        return why
    if not reuse.is_whole(info) or (beside := reuse.beside(info)) is None:
        return f"what was saved of {info.id} was changed since"
    rows, drift = tuple(saved.conflicts(info.id)), tuple(saved.drift(info.id))
    conflicts = tuple(
        Conflict(
            row.code,
            row.kind,
            row.source_id,
            tuple(row.target_ids),
            row.detail or "",
            tuple(row.blocks),
            tuple(row.concerns),
            name,
        )
        for row, name in zip((rows[place] for place in beside.conflicts), beside.conflict_names, strict=True)
    )
    return Resolution(
        tuple(_counterparts(saved, info.id, target)),
        conflicts,
        tuple(
            Drift(
                row.code,
                row.kind,
                row.source_id,
                row.target_id,
                parsed(detail),
                tuple(row.blocks),
                tuple(row.concerns),
            )
            for row, detail in zip((drift[place] for place in beside.drift), beside.details, strict=True)
        ),
        {(kind, one): other for kind, one, other in beside.counterparts},
    )


def _why_not(made: str, with_what: str) -> str:
    """Why what was made with one thing does not hold with the other; empty where it does."""
    if made == with_what:
        return ""
    version, _, _ = made.partition(" ")
    same_version = version == with_what.partition(" ")[0]
    return "the tiers changed" if same_version else "another version of this program saved the last one"


def _counterparts(saved: Any, resolution_id: str, target: TenantView) -> Iterable[Counterpart]:
    from migrate.resolve.findings import Counterpart, State
    from migrate.resolve.stored_evidence import StoredEvidence

    repeated: dict[str, str] = {}
    evidence = partial(saved.evidence, resolution_id)
    for kind, source_id, target_id, state, rule, confidence, runner_up, name, reason in saved.mappings(
        resolution_id
    ):
        yield Counterpart(
            repeated.setdefault(kind, kind),
            source_id,
            name,
            target_id,
            target.name_of(kind, target_id) if target_id else None,
            State(state),
            None if rule is None else repeated.setdefault(rule, rule),
            confidence,
            runner_up,
            repeated.setdefault(reason, reason),
            StoredEvidence(evidence, repeated[kind], source_id),
        )


def _places(found: Iterable[Any], saved: Iterable[Any]) -> tuple[int, ...] | None:
    """Where each row that was found stands among those that were saved; ``None`` where they differ."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(saved):
        places.setdefault(_text(row), []).append(place)
    order: list[int] = []
    for row in found:
        there = places.get(_text(row))
        if not there:
            return None
        order.append(there.pop(0))
    return None if any(places.values()) else tuple(order)


def _text(row: Any) -> str:
    return canonical(row and vars(row))
