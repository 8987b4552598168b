"""What goes into a workbook: two snapshots, what was concluded from them, and what would happen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from migrate.kinds.schedule import parse_time
from migrate.plan.document import Draft
from migrate.resolve.decisions import Decision
from migrate.resolve.privilege import Privilege
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import TierTable
from migrate.workbook.audit_lines import AuditFacts
from migrate.workbook.held_rights import Held


@dataclass(frozen=True)
class SnapshotFacts:
    """One sealed snapshot: ``sealed_at`` in ISO 8601, ``unread`` the collections that are not complete,
    ``scope`` either ``full`` or ``privileged``."""

    id: str
    tenant_id: str
    sealed_at: str
    hash: str
    unread: tuple[str, ...] = ()
    scope: str = "full"

    def sealed(self) -> datetime | None:
        """The moment in UTC; ``None`` when the text is no moment."""
        try:
            return parse_time(self.sealed_at)
        except ValueError:
            return None


@dataclass(frozen=True)
class ImportedDecision:
    """What one row of a returned workbook changed: ``change`` is ``added``, ``changed``, ``withdrawn`` or
    ``kept``, ``cells`` where it was said."""

    change: str
    kind: str
    source_id: str
    decision: str | None
    target_id: str | None
    reason: str
    who: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class PastImport:
    """A workbook that was imported before: its running number, when (ISO 8601, UTC), its file, its rows."""

    number: int
    at: str
    file_name: str
    rows: tuple[ImportedDecision, ...]


@dataclass(frozen=True)
class Report:
    """Everything a workbook shows. ``made_at`` must carry its time zone; ``drafts`` hold every right once;
    ``decisions`` are those of ``mappings/decisions.csv``, under which the resolution was made,
    ``imports`` the workbooks through which some of them came, oldest first.

    ``waves`` tells by the id of a right, in lower case, the wave of the newest plan that takes it along.
    ``tiers`` classifies rights; without it none is shown. ``privilege`` is that of the source, by which a
    group is as high as what it holds; without it only groups that were declared have a tier. ``held`` has
    the drafts and all that is only read in reading order, where they are too many to be sorted in memory.
    ``audit`` is None where neither snapshot was audited.
    """

    engagement: str
    made_at: datetime
    tool_version: str
    source: TenantView
    target: TenantView
    source_snapshot: SnapshotFacts
    target_snapshot: SnapshotFacts
    resolution: Resolution
    drafts: Collection[Draft]
    resolution_id: str = ""
    resolution_hash: str = ""
    decisions: tuple[Decision, ...] = ()
    imports: tuple[PastImport, ...] = ()
    waves: Mapping[str, str] = field(default_factory=dict)
    tiers: TierTable | None = None
    privilege: Privilege | None = None
    audit: AuditFacts | None = None
    held: Collection[Held] | None = None

    def sides(self) -> Iterator[tuple[str, TenantView, SnapshotFacts]]:
        """Source, then target, each with what is known about its snapshot."""
        yield "source", self.source, self.source_snapshot
        yield "target", self.target, self.target_snapshot


def age(snapshot: SnapshotFacts, made_at: datetime) -> str:
    """How old a snapshot was when the workbook was made, in the largest unit that says something."""
    sealed = snapshot.sealed()
    return "unknown" if sealed is None else in_words(made_at - sealed)


def in_words(span: timedelta) -> str:
    """A duration in whole days, hours or minutes; a clock that runs behind gives "just now"."""
    for unit, length in (
        ("day", timedelta(days=1)),
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
    ):
        count = span // length
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "just now"
