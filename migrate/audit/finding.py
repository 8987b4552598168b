"""What a check says: something is wrong with one object, or something was not read and cannot be judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is when it goes wrong, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _RANKS[self]

    def at_least(self, other: Severity) -> bool:
        return self.rank <= other.rank


_RANKS = {one: rank for rank, one in enumerate(Severity)}

TENANT = "tenant"
"""The kind of a subject that is the whole tenant."""


@dataclass(frozen=True, order=True, slots=True)
class Subject:
    """One object of the tenant, by Graph's id and the name that people know it by."""

    kind: str
    id: str
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``evidence`` are the other objects that prove it.

    ``milder`` is true where the control itself calls this result less bad than its severity; ``mark`` tells
    it from other findings of the same check about the same object.
    """

    subject: Subject
    message: str
    evidence: tuple[Subject, ...] = ()
    milder: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that cannot be judged; ``reason`` names what was not read, or what Graph does not show."""

    reason: str
    subject: Subject | None = None


Told = Finding | Unknown
