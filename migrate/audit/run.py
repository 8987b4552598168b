"""An audit: every question of the chosen baselines asked of one tenant, findings worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from migrate.audit.answers import Answers, Open, Result, answers_of, worst_first, worst_unknown_first
from migrate.audit.baseline import Asked, Control, Question, questions
from migrate.audit.check import Check
from migrate.audit.finding import Unknown
from migrate.audit.posture import Posture
from migrate.audit.waiver import Waiver


class State(StrEnum):
    """What became of one control, worst first."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASS = "pass"


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


def audit(
    posture: Posture, checks: Mapping[str, Check], asked: Sequence[Asked], waivers: Iterable[Waiver] = ()
) -> Audit:
    """Asks everything. A check that tells neither a finding nor an unknown has passed."""
    results: list[Result] = []
    unknowns: list[Open] = []
    for found in each_check(posture, checks, asked, waivers):
        results += found.results
        unknowns += found.open
    results.sort(key=worst_first)
    unknowns.sort(key=worst_unknown_first)
    return Audit(tuple(results), tuple(unknowns), _verdicts(asked, results, unknowns))


def each_check(
    posture: Posture,
    checks: Mapping[str, Check],
    asked: Sequence[Asked],
    waivers: Iterable[Waiver] = (),
    most: int | None = None,
) -> Iterator[Answers]:
    """As ``audit``, check by check, for those who need not hold what all of them tell; what only a person can
    judge comes last. With ``most`` only so many that are alike are told, the worst, and others counted."""
    standing = tuple(waivers)
    by_check: dict[str, list[Question]] = {}
    for question in questions(asked):
        by_check.setdefault(question.check, []).append(question)
    for name, every in by_check.items():
        yield answers_of(posture, checks[name], every, standing, most)
    manual = [
        Open(None, Unknown(one.manual), one.control.severity, (one.control,)) for one in asked if one.manual
    ]
    yield Answers("", (), tuple(sorted(manual, key=worst_unknown_first)), {}, {})


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
