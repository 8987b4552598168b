"""What one check tells of a tenant, asked with all thresholds that anybody gives it: each finding once, with
the controls that it answers, its severity, its owner and whoever has waived it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, TypeVar

from migrate.audit.baseline import Control, Question
from migrate.audit.check import Check
from migrate.audit.finding import TENANT, Finding, Severity, Subject, Unknown
from migrate.audit.posture import Posture
from migrate.audit.waiver import Waiver, waiver_for
from migrate.kinds import role_definition

_ROLE = role_definition.KIND.name
_NO_TIER = 99
"""Whatever leads to no tier comes last."""
_Alike = TypeVar("_Alike")
_Said = TypeVar("_Said")


@dataclass(frozen=True, slots=True)
class Result:
    """One finding as it is told. ``tier`` is the most powerful one that its objects lead to, None where they
    lead to none; ``lapsed`` a waiver that has run out, so that the finding counts again."""

    check: Check
    finding: Finding
    severity: Severity
    controls: tuple[Control, ...]
    owner: str
    tier: int | None
    waiver: Waiver | None = None
    lapsed: Waiver | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same finding in another snapshot: check, object and mark; of what is counted over
        the whole tenant also the controls, since each has its own threshold."""
        whole = self.finding.subject.kind == TENANT
        controls = " ".join(sorted(one.label for one in self.controls)) if whole else ""
        return (self.check.id, self.finding.subject.id, self.finding.mark, controls)


@dataclass(frozen=True, slots=True)
class Open:
    """Something that a check could not judge; ``check`` is None where only a person can."""

    check: Check | None
    unknown: Unknown
    severity: Severity
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Answers:
    """What one check told, worst first; its id is empty where only a person can judge. Where only so much was
    wanted, the rest is counted: findings by severity and whether they are waived, what is open by severity.
    """

    check: str
    results: tuple[Result, ...]
    open: tuple[Open, ...]
    more_results: Mapping[tuple[Severity, bool], int]
    more_open: Mapping[Severity, int]


def answers_of(
    posture: Posture,
    check: Check,
    every: Sequence[Question],
    waivers: Iterable[Waiver],
    most: int | None = None,
) -> Answers:
    """Of what is alike in severity, and whether it is waived, at most so many: the worst."""
    # There may be very many: no more is held of each than what it says, and whom it answers.
    found: dict[Finding, int] = {}
    missing: dict[Unknown, int] = {}
    for number, question in enumerate(every):
        for told in check.tell(posture, question.parameters):
            if isinstance(told, Unknown):
                missing[told] = missing.get(told, 0) | 1 << number
            else:
                found[told] = found.get(told, 0) | 1 << number
    asking = _Asking(every)
    telling = _Telling(posture, check, [one for one in waivers if one.check == check.id])
    alike = _grouped(found, lambda one, by: (_severity(one, asking.by(by)[0]), telling.is_waived(one)))
    open_alike = _grouped(missing, lambda _, by: asking.by(by)[0])
    results = [
        telling.result(one, severity, asking.by(found[one])[1])
        for (severity, _), group in alike.items()
        for one in _worst(group, telling.worst_first, most)
    ]
    unknowns = [
        Open(check, one, severity, asking.by(missing[one])[1])
        for severity, unknown in open_alike.items()
        for one in _worst(unknown, lambda one: one.reason, most)
    ]
    return Answers(
        check.id,
        tuple(sorted(results, key=worst_first)),
        tuple(sorted(unknowns, key=worst_unknown_first)),
        _left_out(alike, most),
        _left_out(open_alike, most),
    )


def _grouped(said: Mapping[_Said, int], alike: Callable[[_Said, int], _Alike]) -> dict[_Alike, list[_Said]]:
    found: dict[_Alike, list[_Said]] = {}
    for one, by in said.items():
        found.setdefault(alike(one, by), []).append(one)
    return found


def _worst(group: list[_Said], key: Callable[[_Said], Any], most: int | None) -> list[_Said]:
    return nsmallest(len(group) if most is None else most, group, key)


def _left_out(groups: Mapping[_Alike, list[_Said]], most: int | None) -> dict[_Alike, int]:
    if most is None:
        return {}
    return {alike: len(group) - most for alike, group in groups.items() if len(group) > most}


def _severity(finding: Finding, asked: Severity) -> Severity:
    return list(Severity)[min(asked.rank + 1, len(Severity) - 1)] if finding.milder else asked


class _Asking:
    """Who asks for what is told, by the numbers of their questions as bits: controls with other thresholds
    may be told the very same, and then it is one finding that answers to all."""

    def __init__(self, every: Sequence[Question]) -> None:
        self._every = every
        self._known: dict[int, tuple[Severity, tuple[Control, ...]]] = {}

    def by(self, numbers: int) -> tuple[Severity, tuple[Control, ...]]:
        """The worst severity that one of them gives it, and the controls of all of them."""
        known = self._known.get(numbers)
        if known is None:
            known = self._known[numbers] = self._together(numbers)
        return known

    def _together(self, numbers: int) -> tuple[Severity, tuple[Control, ...]]:
        asking = [one for number, one in enumerate(self._every) if numbers & 1 << number]
        if len(asking) == 1:
            return asking[0].severity, asking[0].controls
        worst = min((one.severity for one in asking), key=lambda each: each.rank)
        return worst, tuple(sorted({each for one in asking for each in one.controls}))


class _Telling:
    """What one looks up about a finding to tell it; ``waivers`` are those of the check."""

    def __init__(self, posture: Posture, check: Check, waivers: Sequence[Waiver]) -> None:
        self._posture, self._check, self._waivers = posture, check, waivers
        self._today = posture.now.date()
        self._tiers: dict[str, int] = {}

    def result(self, finding: Finding, severity: Severity, controls: tuple[Control, ...]) -> Result:
        waiver, lapsed = waiver_for(self._check.id, finding, self._waivers, self._today)
        objects = (finding.subject, *finding.evidence)
        owners = (self._posture.owner_of(one.kind, one.id) for one in objects)
        owner, tier = next(filter(None, owners), ""), self._tier(finding)
        return Result(self._check, finding, severity, controls, owner, tier, waiver, lapsed)

    def is_waived(self, finding: Finding) -> bool:
        return bool(self._waivers) and (
            waiver_for(self._check.id, finding, self._waivers, self._today)[0] is not None
        )

    def worst_first(self, finding: Finding) -> tuple[int, str, str, str, str]:
        """As ``worst_first`` orders results of the same severity."""
        subject = finding.subject
        return (_or_last(self._tier(finding)), subject.name, subject.kind, subject.id, finding.message)

    def _tier(self, finding: Finding) -> int | None:
        """Of roles among its objects their own; else of whoever it is about what they reach."""
        roles = [self._tier_of_role(one.id) for one in finding.evidence if one.kind == _ROLE]
        if finding.subject.kind == _ROLE:
            roles.append(self._tier_of_role(finding.subject.id))
        return min(roles) if roles else self._posture.tier_of(finding.subject.id)

    def _tier_of_role(self, role_id: str) -> int:
        known = self._tiers.get(role_id)
        if known is None:
            known = self._tiers[role_id] = self._posture.classifier.of_role(role_id).number
        return known


def worst_first(one: Result) -> tuple[int, str, int, str, Subject, str]:
    """Within a check the most powerful tier first, then by the name that people look for."""
    finding, subject = one.finding, one.finding.subject
    return (one.severity.rank, one.check.id, _or_last(one.tier), subject.name, subject, finding.message)


def _or_last(tier: int | None) -> int:
    return _NO_TIER if tier is None else tier


def worst_unknown_first(one: Open) -> tuple[int, str, str]:
    return (one.severity.rank, one.check.id if one.check else "~", one.unknown.reason)
