"""A resolution on a screen and as JSON lines."""

from __future__ import annotations

from collections import Counter

from migrate.resolve.findings import MEANINGS, State
from migrate.resolve.resolution import Resolution
from migrate.views.screen import Screen


def show_resolution(screen: Screen, resolution_id: str, digest: str, resolution: Resolution) -> None:
    """Every mapping, conflict and drift for scripts; for people the counts and what is open."""
    for mapping in resolution.mappings:
        screen.line(
            "mapping",
            kind=mapping.kind,
            source_id=mapping.source_id,
            target_id=mapping.target_id,
            state=mapping.state.value,
            rule=mapping.rule,
            confidence=mapping.confidence,
            runner_up=mapping.runner_up,
            name=mapping.name,
            target_name=mapping.target_name,
            reason=mapping.reason,
            evidence=[vars(one) for one in mapping.evidence],
        )
    for conflict in resolution.conflicts:
        screen.line(
            "conflict",
            code=conflict.code,
            kind=conflict.kind,
            source_id=conflict.source_id,
            target_ids=list(conflict.target_ids),
            blocks=list(conflict.blocks),
            concerns=list(conflict.concerns),
            remedy=conflict.remedy,
            detail=conflict.detail,
        )
    for found in resolution.drift:
        screen.line(
            "drift",
            code=found.code,
            kind=found.kind,
            source_id=found.source_id,
            target_id=found.target_id,
            detail=dict(found.detail),
            blocks=list(found.blocks),
            concerns=list(found.concerns),
            remedy=found.remedy,
        )
    _show_people(screen, resolution_id, digest, resolution)


def _show_people(screen: Screen, resolution_id: str, digest: str, resolution: Resolution) -> None:
    counts = Counter((one.kind, one.state) for one in resolution.mappings)
    screen.table(
        f"{resolution_id} ({digest[:12]})",
        ["kind", *(state.value for state in State)],
        [
            [kind, *(counts[kind, state] or "" for state in State)]
            for kind in sorted({kind for kind, _ in counts})
        ],
    )
    names = {(one.kind, one.source_id): one.name for one in resolution.mappings}
    if not (resolution.conflicts or resolution.drift):
        screen.say("no conflicts, no drift")
    screen.table(
        "conflicts",
        ["code", "kind", "source object", "blocks", "why"],
        [
            [
                one.code,
                one.kind,
                names.get((one.kind, one.source_id)) or one.name or one.source_id,
                len(one.blocks),
                one.detail,
            ]
            for one in resolution.conflicts
        ],
    )
    screen.table(
        "drift",
        ["code", "kind", "source object", "blocks", "meaning"],
        [
            [
                one.code,
                one.kind,
                names.get((one.kind, one.source_id)) or one.name or one.source_id,
                len(one.blocks),
                MEANINGS[one.code],
            ]
            for one in resolution.drift
        ],
    )
    undecided = [
        one for one in resolution.mappings if one.state is State.PROPOSED and one.target_id is not None
    ]
    screen.table(
        "proposals that somebody has to accept (mappings/decisions.csv)",
        ["kind", "source object", "proposed", "by", "why not accepted"],
        [[one.kind, one.name, one.target_name, one.rule, one.reason] for one in undecided],
    )
