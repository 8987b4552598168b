"""Everything that a resolution knows about one object, for somebody who asks why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from migrate.resolve.decisions import Decision
from migrate.resolve.find_object import RIGHT_KINDS, Found, Side, Views, mapping_of
from migrate.resolve.findings import MEANINGS, Counterpart, State
from migrate.resolve.object_facts import Referrer, facts_of, referrers_of
from migrate.resolve.reference_graph import Node, objects_of
from migrate.resolve.resolution import Resolution
from migrate.resolve.right_in_words import RightInWords, words_of


@dataclass(frozen=True)
class Proof:
    """One rule that speaks for a candidate, and the value on which both sides agree."""

    rule: str
    value: str
    confidence: float


@dataclass(frozen=True)
class Candidate:
    """One object of the other side and what speaks for it; nothing speaks for one that a person chose
    against the rules. ``standing`` is ``counterpart``, ``runner-up`` or empty; ``state`` is that of the
    mapping where the candidate is the one who claims (a target object was asked about)."""

    kind: str
    id: str
    name: str
    standing: str
    evidence: tuple[Proof, ...]
    state: State | None = None


@dataclass(frozen=True)
class Finding:
    """One conflict or drift that touches the object."""

    code: str
    meaning: str
    detail: str
    remedy: str
    about: str
    """The id of the object that it is found on: the one asked about, or one that the right names."""


@dataclass(frozen=True)
class Fate:
    """What a plan made now would do with a right: ``create``, ``keep``, ``skip``, ``blocked``, or
    ``not moved`` for kinds that stay where they are, ``unknown`` where no plan can be made."""

    action: str
    reason: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class HangingRight:
    """One right that names the object."""

    id: str
    kind: str
    words: RightInWords
    fate: Fate | None
    """``None`` for rights of the target: nothing is planned with them."""


@dataclass(frozen=True)
class Explanation:
    found: Found
    facts: Mapping[str, Any]
    counterpart: Counterpart | None
    """Of a source object that a right names; for everything else there is none."""
    candidates: tuple[Candidate, ...] = ()
    decisions: tuple[Decision, ...] = ()
    conflicts: tuple[Finding, ...] = ()
    drift: tuple[Finding, ...] = ()
    rights: tuple[HangingRight, ...] = ()
    named: tuple[tuple[str, Found, Counterpart | None], ...] = ()
    """What a right names, by property; empty for other objects."""
    referrers: tuple[Referrer, ...] = ()
    unlisted: tuple[str, ...] = field(default=())
    """Lists in which the object could be named and which were not read, so that nobody knows."""


def explain(
    found: Found,
    resolution: Resolution,
    decisions: tuple[Decision, ...],
    views: Views,
    fates: Mapping[Node, Fate],
    no_fate: Fate,
) -> Explanation:
    """``fates`` says by right what a plan would do; ``no_fate`` stands for rights that are not in it."""
    view = views[found.side]
    ours = found.side is Side.SOURCE
    is_right = any(found.kind == kind.name for kind in RIGHT_KINDS)
    counterpart = mapping_of(resolution, found.node) if ours else None
    named = _named(found, resolution, views) if is_right else ()
    touched = {found.node} if ours else set()
    if ours:
        touched |= {one.node for _, one, _ in named}
    elif not is_right:
        touched |= {node for node, one in _mappings(resolution).items() if one.target_id == found.id}
    claimed_by = () if ours or is_right else _claims(found, resolution)
    referrers, unlisted = referrers_of(found.kind, found.id, view)
    return Explanation(
        found,
        facts_of(found.kind, view.row(*found.node), view),
        counterpart,
        _candidates(counterpart, views) if counterpart else claimed_by,
        tuple(one for one in decisions if _decides(one, found, views)),
        tuple(
            Finding(one.code, MEANINGS[one.code], one.detail, one.remedy, one.source_id)
            for one in resolution.conflicts
            if (one.kind, one.source_id) in touched or (not ours and found.id in one.target_ids)
        ),
        tuple(
            Finding(one.code, MEANINGS[one.code], _told(one.detail), one.remedy, one.source_id)
            for one in resolution.drift
            if (one.kind, one.source_id) in touched
            or (not ours and one.target_id == found.id)
            or (is_right and ours and found.id in one.blocks)
        ),
        tuple(_rights(found, views, fates, no_fate, is_right=is_right)),
        named,
        referrers,
        unlisted,
    )


def _mappings(resolution: Resolution) -> dict[Node, Counterpart]:
    return {(one.kind, one.source_id): one for one in resolution.mappings}


def _candidates(counterpart: Counterpart, views: Views) -> tuple[Candidate, ...]:
    """The counterpart first, then everybody else for whom something speaks, strongest first."""
    target = views[Side.TARGET]
    ids = [counterpart.target_id, counterpart.runner_up, *(one.target_id for one in counterpart.evidence)]
    found = []
    for object_id in dict.fromkeys(one for one in ids if one):
        kind = counterpart.kind if target.row(counterpart.kind, object_id) else target.kind_of(object_id)
        standing = "counterpart" if object_id == counterpart.target_id else ""
        if object_id == counterpart.runner_up:
            standing = "runner-up"
        proofs = tuple(
            Proof(one.rule, one.value, one.confidence)
            for one in counterpart.evidence
            if one.target_id == object_id
        )
        name = target.name_of(kind, object_id) if kind else object_id
        found.append(Candidate(kind or counterpart.kind, object_id, name, standing, proofs))
    return tuple(found)


def _claims(found: Found, resolution: Resolution) -> tuple[Candidate, ...]:
    """The source objects that are mapped to this object of the target, or have evidence for it."""
    claims = []
    for one in resolution.mappings:
        proofs = tuple(
            Proof(each.rule, each.value, each.confidence)
            for each in one.evidence
            if each.target_id == found.id
        )
        standing = "counterpart" if one.target_id == found.id else ""
        if one.runner_up == found.id:
            standing = "runner-up"
        if one.kind == found.kind and (standing or proofs):
            claims.append(Candidate(one.kind, one.source_id, one.name, standing, proofs, one.state))
    rank = {"counterpart": 0, "runner-up": 1}
    return tuple(sorted(claims, key=lambda one: (rank.get(one.standing, 2), one.kind, one.id)))


def _decides(decision: Decision, found: Found, views: Views) -> bool:
    decided = decision.source_id if found.side is Side.SOURCE else decision.target_id
    if decided is None:
        return False
    if found.kind == "roleDefinition":
        decided = views[found.side].role_id(decided)
    return decided.lower() == found.id


def _named(
    found: Found, resolution: Resolution, views: Views
) -> tuple[tuple[str, Found, Counterpart | None], ...]:
    view = views[found.side]
    kind = next(kind for kind in RIGHT_KINDS if kind.name == found.kind)
    row = view.row(*found.node) or {}
    mappings = _mappings(resolution) if found.side is Side.SOURCE else {}
    return tuple(
        (named_by, Found(found.side, *node, view.name_of(*node)), mappings.get(node))
        for named_by, node in objects_of(kind, row, view)
    )


def _rights(
    found: Found, views: Views, fates: Mapping[Node, Fate], no_fate: Fate, *, is_right: bool
) -> list[HangingRight]:
    view = views[found.side]
    hanging = []
    for kind in RIGHT_KINDS:
        for object_id, row in view.of_kind(kind.name).items():
            here = (kind.name, object_id)
            if here != found.node and (
                is_right or all(node != found.node for _, node in objects_of(kind, row, view))
            ):
                continue
            fate = fates.get(here, no_fate) if found.side is Side.SOURCE else None
            hanging.append(HangingRight(object_id, kind.name, words_of(kind, row, view), fate))
    # What is blocked is what somebody asks about; then the order that people read in.
    return sorted(
        hanging,
        key=lambda one: (one.fate is None or one.fate.action != "blocked", one.kind, one.words.text, one.id),
    )


def _told(detail: Mapping[str, Any]) -> str:
    """A drift's detail in one line; long lists by their length."""
    parts = []
    for name, value in detail.items():
        if isinstance(value, list | tuple):
            shown = ", ".join(str(one) for one in value[:2]) + (", …" if len(value) > 2 else "")
            value = f"{len(value)} ({shown})" if value else "none"
        parts.append(f"{name.replace('_', ' ')}: {value}")
    return "; ".join(parts)
