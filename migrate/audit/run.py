"""An audit: every question of the chosen baselines asked of one tenant, findings worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from migrate.audit.baseline import Asked, Control, Question, questions
from migrate.audit.check import Check
from migrate.audit.finding import TENANT, Finding, Severity, Subject, Unknown
from migrate.audit.posture import Posture
from migrate.audit.waiver import Waiver, waiver_for


class State(StrEnum):
    """What became of one control, worst first."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASS = "pass"


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
class Verdict:
    control: Control
    state: State
    findings: int
    waived: int
    unknowns: int


@dataclass(frozen=True)
class Audit:
    results: tuple[Result, ...]
    open: tuple[Open, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def counting(self) -> tuple[Result, ...]:
        """The findings that no waiver covers."""
        return tuple(one for one in self.results if one.waiver is None)


@dataclass(frozen=True)
class Answers:
    """What one check told of a tenant, worst first."""

    results: tuple[Result, ...]
    open: tuple[Open, ...]


Told = TypeVar("Told", Result, Open)
_NO_TIER = 99
"""Whatever leads to no tier comes last."""


def audit(
    posture: Posture, checks: Mapping[str, Check], asked: Sequence[Asked], waivers: Iterable[Waiver] = ()
) -> Audit:
    """Asks everything. A check that tells neither a finding nor an unknown has passed."""
    results: list[Result] = []
    unknowns: list[Open] = []
    for found in each_check(posture, checks, asked, waivers):
        results += found.results
        unknowns += found.open
    results.sort(key=_worst_first)
    unknowns.sort(key=_worst_unknown_first)
    return Audit(tuple(results), tuple(unknowns), _verdicts(asked, results, unknowns))


def each_check(
    posture: Posture, checks: Mapping[str, Check], asked: Sequence[Asked], waivers: Iterable[Waiver] = ()
) -> Iterator[Answers]:
    """As ``audit``, check by check, for those who need not hold what all of them tell; what only a person can
    judge comes last."""
    standing = tuple(waivers)
    by_check: dict[str, list[Question]] = {}
    for question in questions(asked):
        by_check.setdefault(question.check, []).append(question)
    for name, every in by_check.items():
        found, missing = _asked(posture, checks[name], every, standing)
        yield Answers(
            tuple(sorted(found, key=_worst_first)), tuple(sorted(missing, key=_worst_unknown_first))
        )
    manual = [
        Open(None, Unknown(one.manual), one.control.severity, (one.control,)) for one in asked if one.manual
    ]
    yield Answers((), tuple(sorted(manual, key=_worst_unknown_first)))


def _asked(
    posture: Posture, check: Check, every: Iterable[Question], waivers: Sequence[Waiver]
) -> tuple[Iterable[Result], Iterable[Open]]:
    """What one check tells, asked with all thresholds that anybody gives it."""
    found: dict[Finding, Result] = {}
    missing: dict[Unknown, Open] = {}
    for question in every:
        for told in dict.fromkeys(check.run(posture, question.parameters)):
            if isinstance(told, Unknown):
                opened = Open(check, told, question.severity, question.controls)
                before_open = missing.setdefault(told, opened)
                if before_open is not opened:
                    missing[told] = _both(before_open, opened)
            else:
                result = _result(posture, check, told, question, waivers)
                before = found.setdefault(told, result)
                if before is not result:
                    found[told] = _both(before, result)
    return found.values(), missing.values()


def _worst_unknown_first(one: Open) -> tuple[int, str, str]:
    return (one.severity.rank, one.check.id if one.check else "~", one.unknown.reason)


def _worst_first(one: Result) -> tuple[int, str, int, str, Subject, str]:
    """Within a check the most powerful tier first, then by the name that people look for."""
    finding = one.finding
    tier = _NO_TIER if one.tier is None else one.tier
    return (one.severity.rank, one.check.id, tier, finding.subject.name, finding.subject, finding.message)


def _both(one: Told, other: Told) -> Told:
    """Controls with other thresholds may say the very same: then it is one finding that answers to all."""
    worst = min(one.severity, other.severity, key=lambda each: each.rank)
    controls = tuple(sorted({*one.controls, *other.controls}))
    return replace(one, severity=worst, controls=controls)


def _result(
    posture: Posture, check: Check, finding: Finding, question: Question, waivers: Sequence[Waiver]
) -> Result:
    severity = question.severity
    if finding.milder:
        severity = list(Severity)[min(severity.rank + 1, len(Severity) - 1)]
    waiver, lapsed = waiver_for(check.id, finding, waivers, posture.now.date())
    owners = (posture.owner_of(one.kind, one.id) for one in (finding.subject, *finding.evidence))
    owner = next(filter(None, owners), "")
    tier = _tier(posture, finding)
    return Result(check, finding, severity, question.controls, owner, tier, waiver, lapsed)


def _tier(posture: Posture, finding: Finding) -> int | None:
    """Of roles among its objects their own; else of whoever it is about what they reach."""
    objects = (finding.subject, *finding.evidence)
    roles = [posture.classifier.of_role(one.id).number for one in objects if one.kind == "roleDefinition"]
    if roles:
        return min(roles)
    return posture.tier_of(finding.subject.id)


def _verdicts(
    asked: Iterable[Asked], results: Iterable[Result], unknowns: Iterable[Open]
) -> tuple[Verdict, ...]:
    counting, waived, missing = Counter[Control](), Counter[Control](), Counter[Control]()
    for result in results:
        (counting if result.waiver is None else waived).update(result.controls)
    for one in unknowns:
        missing.update(one.controls)
    return tuple(
        _verdict(one, counting[one], waived[one], missing[one])
        for one in sorted({each.control for each in asked})
    )


def _verdict(control: Control, counting: int, waived: int, missing: int) -> Verdict:
    state = State.PASS
    if counting:
        state = State.FAIL
    elif missing:
        state = State.UNKNOWN
    elif waived:
        state = State.WAIVED
    return Verdict(control, state, counting, waived, missing)
