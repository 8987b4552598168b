"""What an audit of the two snapshots told, as plain values: the workbook asks no check itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What became of it, in the order in which one reads it."""

    FAILS = "fails"
    UNKNOWN = "unknown"
    WAIVED = "waived"


SEVERITIES = ("critical", "high", "medium", "low")
"""Worst first."""


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
    ``waiver`` is the one that holds, or held. ``mark`` tells it from other lines about the same object.
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


@dataclass(frozen=True)
class AuditFacts:
    """``baselines`` are those that were asked, each with its version."""

    baselines: tuple[str, ...]
    lines: tuple[AuditLine, ...]


def reading_order(line: AuditLine) -> tuple[int, int, str, str, int, str, str]:
    """Worst first, and of those alike first what fails, then what is unknown, last what is waived."""
    verdict = list(Verdict).index(line.verdict)
    tier = 99 if line.tier is None else line.tier
    severity = SEVERITIES.index(line.severity)
    return (severity, verdict, line.side, line.check, tier, line.name, line.object_id)
