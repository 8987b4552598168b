"""An audit: every question of the chosen baselines asked of one tenant, findings worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from migrate.audit.baseline import Asked, Control, Question, questions
from migrate.audit.check import Check
from migrate.audit.finding import TENANT, Finding, Severity, Subject, Unknown
from migrate.audit.posture import Posture
from migrate.audit.waiver import Waiver, waiver_for
from migrate.kinds import role_definition


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
    """What one check told of a tenant, worst first; made while it is gone through, which can be done once."""

    results: Iterator[Result]
    open: Iterator[Open]


_ROLE = role_definition.KIND.name
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
        yield _answers(posture, checks[name], every, standing)
    manual = [
        Open(None, Unknown(one.manual), one.control.severity, (one.control,)) for one in asked if one.manual
    ]
    yield Answers(iter(()), iter(sorted(manual, key=_worst_unknown_first)))


def _answers(posture: Posture, check: Check, every: Sequence[Question], waivers: Iterable[Waiver]) -> Answers:
    """What one check tells, asked with all thresholds that anybody gives it. Questions with other thresholds
    may be told the very same: then it is one finding that answers to all of them."""
    # There may be very many findings: no more is held of each than what it says, and whom it answers.
    found: dict[Finding, int] = {}
    missing: dict[Unknown, int] = {}
    for number, question in enumerate(every):
        for told in check.tell(posture, question.parameters):
            if isinstance(told, Unknown):
                missing[told] = missing.get(told, 0) | 1 << number
            else:
                found[told] = found.get(told, 0) | 1 << number
    asking = _Asking(every)
    about = tuple(one for one in waivers if one.check == check.id)
    return Answers(
        _results(posture, check, found, asking, about),
        iter(
            sorted(
                (Open(check, one, *asking.by(numbers)) for one, numbers in missing.items()),
                key=_worst_unknown_first,
            )
        ),
    )


def _results(
    posture: Posture, check: Check, found: Mapping[Finding, int], asking: _Asking, waivers: Sequence[Waiver]
) -> Iterator[Result]:
    tiers = _Tiers(posture)

    def rank(one: Finding) -> tuple[int, int]:
        return (_severity(one, asking.by(found[one])[0]).rank, _or_last(tiers.of(one)))

    # As by ``_worst_first``, in two goes: so many keys of so many parts would take more than the findings.
    worst = sorted(found, key=attrgetter("subject.name", "subject", "message"))
    worst.sort(key=rank)
    for one in worst:
        severity, controls = asking.by(found[one])
        waiver, lapsed = waiver_for(check.id, one, waivers, posture.now.date())
        owners = (posture.owner_of(each.kind, each.id) for each in (one.subject, *one.evidence))
        owner = next(filter(None, owners), "")
        yield Result(check, one, _severity(one, severity), controls, owner, tiers.of(one), waiver, lapsed)


def _severity(finding: Finding, asked: Severity) -> Severity:
    return list(Severity)[min(asked.rank + 1, len(Severity) - 1)] if finding.milder else asked


class _Asking:
    """Who asks for what is told, by the numbers of their questions as bits."""

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


class _Tiers:
    """The tier of a finding: of roles among its objects their own; else of whoever it is about what they
    reach. Few objects stand in most findings, and each is looked at once."""

    def __init__(self, posture: Posture) -> None:
        self._posture = posture
        self._known: dict[str, int] = {}

    def of(self, finding: Finding) -> int | None:
        roles = [self._of_role(one.id) for one in finding.evidence if one.kind == _ROLE]
        if finding.subject.kind == _ROLE:
            roles.append(self._of_role(finding.subject.id))
        return min(roles) if roles else self._posture.tier_of(finding.subject.id)

    def _of_role(self, role_id: str) -> int:
        known = self._known.get(role_id)
        if known is None:
            known = self._known[role_id] = self._posture.classifier.of_role(role_id).number
        return known


def _worst_first(one: Result) -> tuple[int, str, int, str, Subject, str]:
    """Within a check the most powerful tier first, then by the name that people look for."""
    finding = one.finding
    subject = finding.subject
    return (one.severity.rank, one.check.id, _or_last(one.tier), subject.name, subject, finding.message)


def _or_last(tier: int | None) -> int:
    return _NO_TIER if tier is None else tier


def _worst_unknown_first(one: Open) -> tuple[int, str, str]:
    return (one.severity.rank, one.check.id if one.check else "~", one.unknown.reason)


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
