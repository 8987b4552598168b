"""The rows of a resolution: who is whom, what stands in the way, and what people decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class MappingRow:
    """The counterpart of one source object, with the rule and the evidence that name it."""

    kind: str
    source_id: str
    target_id: str | None
    state: str
    rule: str | None = None
    confidence: float | None = None
    runner_up: str | None = None
    evidence: Any = ()
    """Anything JSON can hold; a list comes back as a tuple."""
    name: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class ConflictRow:
    """One GUID conflict; ``blocks`` names what cannot move until it is settled, ``concerns`` what it is about
    and moves all the same."""

    code: str
    kind: str
    source_id: str
    target_ids: Sequence[str] = ()
    blocks: Sequence[Any] = ()
    remedy: str | None = None
    detail: str | None = None
    concerns: Sequence[Any] = ()


@dataclass(frozen=True)
class DriftRow:
    """One scope drift; ``detail`` says what differs, ``blocks`` and ``concerns`` as for conflicts."""

    code: str
    kind: str
    source_id: str
    target_id: str | None = None
    detail: Any = field(default_factory=dict)
    remedy: str | None = None
    blocks: Sequence[Any] = ()
    concerns: Sequence[Any] = ()


@dataclass(frozen=True)
class DecisionRow:
    """One human decision as it stood in the file when the resolution was made."""

    kind: str
    source_id: str
    target_id: str | None
    decision: str
    reason: str | None = None
    who: str | None = None
    decided_when: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class ResolutionInfo:
    """What a resolution was made from; ``hash`` covers its rows and its sources, not its number or time."""

    id: str
    number: int
    source_snapshot_id: str
    target_snapshot_id: str
    decisions_hash: str
    rules_hash: str
    made_at: str
    hash: str


@dataclass(frozen=True)
class Resolution:
    """A whole resolution, each list in a fixed order."""

    info: ResolutionInfo
    mappings: tuple[MappingRow, ...]
    conflicts: tuple[ConflictRow, ...]
    drift: tuple[DriftRow, ...]
    decisions: tuple[DecisionRow, ...]

    def mapping(self) -> Mapping[tuple[str, str], MappingRow]:
        """The mappings by kind and source id."""
        return {(row.kind, row.source_id): row for row in self.mappings}
