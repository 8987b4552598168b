"""What an audit of the two snapshots told, as plain values: the workbook asks no check itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple


class Verdict(Enum):
    """What became of it, in the order in which one reads it."""

    FAILS = "fails"
    UNKNOWN = "unknown"
    WAIVED = "waived"


SEVERITIES = ("critical", "high", "medium", "low")
"""Worst first."""
_NO_TIER = 99
"""Whatever leads to no tier comes last."""


@dataclass(frozen=True)
class Answer:
    """Who answers for a finding until a day, and why; ``over`` where that day is past."""

    owner: str
    reason: str
    until: str
    over: bool


@dataclass(frozen=True)
class AuditLine:
    """One finding, or one thing that could not be judged.

    ``check`` is empty where only a person can look, ``object_id`` where it is about no single object.
    ``evidence`` are the names of a few objects that prove it, ``more`` how many others there are;
    ``waiver`` is the one that holds, or held. ``mark`` tells it from other lines about the same object;
    ``stands_for`` is how many findings it sums up.
    """

    side: str
    verdict: Verdict
    severity: str
    check: str
    title: str
    kind: str
    object_id: str
    name: str
    told: str
    evidence: tuple[str, ...]
    more: int
    controls: tuple[str, ...]
    owner: str
    tier: int | None
    remedy: str
    waiver: Answer | None
    mark: str
    stands_for: int = 1


@dataclass(frozen=True)
class AuditFacts:
    """``baselines`` are those that were asked, each with its version."""

    baselines: tuple[str, ...]
    lines: tuple[AuditLine, ...]


def reading_order(line: AuditLine) -> tuple[int, int, str, str, int, int, str, str]:
    """Worst first, and of those alike first what fails, then what is unknown, last what is waived; within a
    check the most powerful tier first, and last the line that sums up the others."""
    severity, verdict = SEVERITIES.index(line.severity), list(Verdict).index(line.verdict)
    tier = _NO_TIER if line.tier is None else line.tier
    return (severity, verdict, line.side, line.check, line.stands_for, tier, line.name, line.object_id)


class Shown(NamedTuple):
    """A line that is made where it is shown; by ``key`` (side, check, severity, verdict) it is counted.
    Without a line it is that many others, of which no more is known."""

    key: tuple[str, str, str, Verdict]
    name: str
    line: Callable[[], AuditLine] | None
    stands_for: int = 1


def folded(lines: Iterable[Shown], most: int, named: int) -> Iterator[AuditLine]:
    """The lines, and of a check that says the same of more than ``most`` objects only so many, with one line
    for all the others, of which it names the first ``named``: nobody reads ten thousand rows alike. Of these
    ``most`` and ``named`` each must be given with its line, of others the number is enough."""
    counts: dict[tuple[str, str, str, Verdict], int] = {}
    rest: dict[tuple[str, str, str, Verdict], AuditLine] = {}
    for one in lines:
        key = one.key
        counts[key] = counts.get(key, 0) + one.stands_for
        if one.line is None:
            continue
        if counts[key] <= most:
            yield one.line()
        elif key not in rest:
            rest[key] = replace(
                one.line(), kind="", object_id="", evidence=(one.name,), more=0, owner="", waiver=None
            )
        elif len(rest[key].evidence) < named:
            rest[key] = replace(rest[key], evidence=(*rest[key].evidence, one.name))
    for key, line in rest.items():
        count = counts[key] - most
        what = "could not judge" if line.verdict is Verdict.UNKNOWN else "fails for"
        yield replace(
            line,
            name=f"{count} others",
            told=f"the same check {what} {count} others: pim-migrate audit {line.side} --json tells each",
            more=count - len(line.evidence),
            mark=f"others {line.severity} {line.verdict.value}",
            stands_for=count,
        )
