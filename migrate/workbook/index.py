"""What the sheets look up in a report, gathered once: where each row stands, what hangs on what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from migrate.kinds.catalogue import MAPPED
from migrate.plan.document import Draft
from migrate.resolve.decisions import Decided
from migrate.resolve.findings import Conflict, Counterpart, Drift, State
from migrate.resolve.reference_graph import Node, objects_of, rights
from migrate.workbook.report import Report

FIRST_ROW = 2
"""Where the rows of a table begin: below its header."""
NAMED = 8
"""How many of a long list are named before the rest is counted."""

_STATES = (State.BLOCKED, State.PROPOSED, State.ACCEPTED, State.SKIPPED)


@dataclass(frozen=True)
class Finding:
    """A conflict or drift, and the row of its sheet on which it stands."""

    code: str
    sheet: str
    row: int


class Index:
    """A report in reading order, with the row of everything that another sheet points to."""

    def __init__(self, report: Report) -> None:
        self.report = report
        resolution = report.resolution
        self.mappings = sorted(resolution.mappings, key=_reading_order)
        self.drafts = sorted(report.drafts, key=_by_person)
        self.mapping_rows: dict[Node, int] = {
            (one.kind, one.source_id): row for row, one in enumerate(self.mappings, FIRST_ROW)
        }
        self.right_rows: dict[str, int] = {}
        self._rights: dict[str, Draft] = {}
        for row, draft in enumerate(self.drafts, FIRST_ROW):
            one_id = right_id(draft)
            self.right_rows[one_id] = row
            self._rights[one_id] = draft
        self.conflicts = sorted(resolution.conflicts, key=self._by_code)
        self.drift = sorted(resolution.drift, key=self._by_code)
        self.findings: dict[Node, list[Finding]] = defaultdict(list)
        self._note("Conflicts", self.conflicts)
        self._note("Drift", self.drift)
        self.decided = Decided(report.decisions, report.source)
        self.rights_of = Counter(node for named in self._named_by() for node in named)

    def rights_naming(self, nodes: set[Node]) -> int:
        """How many rights of the source name at least one of these objects."""
        return sum(not nodes.isdisjoint(named) for named in self._named_by())

    def _named_by(self) -> Iterator[set[Node]]:
        """The objects that each right names; told again each time, because there may be very many."""
        source = self.report.source
        for kind, row in rights(source):
            yield {node for _, node in objects_of(kind, row, source)}

    def name(self, finding: Conflict | Drift) -> str:
        """The name of what a finding is about: an object of the source, or one of its rights."""
        if draft := self._rights.get(finding.source_id):
            return right_label(draft)
        name = self.report.source.name_of(finding.kind, finding.source_id)
        return finding.name or name if name == finding.source_id else name

    def target_name(self, drift: Drift) -> str:
        """The name of what stands for it in the target; empty where nothing does."""
        if drift.target_id is None:
            return ""
        if draft := self._rights.get(drift.source_id):
            return f"{draft.names.get('target_principal', '')} → {draft.names.get('right', '')}"
        return self.report.target.name_of(drift.kind, drift.target_id)

    def rights_named(self, ids: Iterable[str]) -> str:
        """The rights with these ids, one a line."""
        return listed(right_label(self._rights[one]) if one in self._rights else one for one in ids)

    def _note(self, sheet: str, found: Sequence[Conflict | Drift]) -> None:
        for row, one in enumerate(found, FIRST_ROW):
            self.findings[one.kind, one.source_id].append(Finding(one.code, sheet, row))

    def _by_code(self, finding: Conflict | Drift) -> tuple[str, str, str, str]:
        return finding.code, finding.kind, self.name(finding).casefold(), finding.source_id


def listed(lines: Iterable[str]) -> str:
    """Lines of one cell; of many, the first few and how many there are besides."""
    every = list(lines)
    if len(every) > NAMED:
        every[NAMED:] = [f"… and {len(every) - NAMED} more"]
    return "\n".join(every)


def right_id(draft: Draft) -> str:
    return str(draft.source.get("id", "")).lower()


def right_label(draft: Draft) -> str:
    """Who may activate what, and where, in one line."""
    names = draft.names
    scope = names.get("scope", "")
    where = "" if scope in ("", "tenant", "group") else f" in {scope}"
    return f"{names.get('principal', '')} → {names.get('right', '')}{where}"


def _reading_order(mapping: Counterpart) -> tuple[int, int, str, str, str]:
    """Kind by kind; in each what is open comes first."""
    kind = MAPPED.index(mapping.kind) if mapping.kind in MAPPED else len(MAPPED)
    return kind, _STATES.index(mapping.state), mapping.name.casefold(), mapping.kind, mapping.source_id


def _by_person(draft: Draft) -> str:
    """One text for each right, not five: there may be very many. No id holds U+0000."""
    names = draft.names
    parts = [names.get(one, "").casefold() for one in ("principal", "right", "scope")]
    return "\0".join((*parts, draft.kind, right_id(draft)))
