"""What the sheets look up in a report, gathered once: where each row stands, what hangs on what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from migrate.kinds.catalogue import MAPPED
from migrate.plan.document import Draft
from migrate.plan.found_codes import UNDECIDED
from migrate.resolve import governing
from migrate.resolve.decisions import Decided
from migrate.resolve.findings import Conflict, Counterpart, Drift, State
from migrate.resolve.governing import POLICY
from migrate.resolve.reference_graph import Node, objects_of
from migrate.workbook import held_rights, policy_lines
from migrate.workbook.audit_lines import AuditLine, reading_order
from migrate.workbook.declare import Place
from migrate.workbook.held_rights import Held
from migrate.workbook.named_objects import NamedObjects
from migrate.workbook.report import Report
from migrate.workbook.tally import Tally
from migrate.workbook.tier_names import TierNames

FIRST_ROW = 2
"""Where the rows of a table begin: below its header."""
NAMED = 8
"""How many of a long list are named before the rest is counted."""
PRINCIPALS, ROLES, SCOPES = "Principals", "Roles", "Scopes"
DECIDING = (PRINCIPALS, ROLES, SCOPES)
"""The sheets on which people decide."""

_STATES = (State.BLOCKED, State.PROPOSED, State.CREATE, State.ACCEPTED, State.SKIPPED)
_SHEET_OF = {"roleDefinition": ROLES, "administrativeUnit": SCOPES, "application": SCOPES}


def deciding_sheet(kind: str) -> str:
    """The one sheet on which objects of a kind stand. A group or an application that is also a scope is
    decided with the other principals: it has one counterpart, whatever it is used for."""
    return _SHEET_OF.get(kind, PRINCIPALS)


@dataclass(frozen=True)
class Finding:
    """A conflict or drift, and the row of its sheet on which it stands."""

    code: str
    sheet: str
    row: int

    @property
    def place(self) -> Place:
        return Place(self.sheet, self.row)


class Index:
    """A report in reading order, with the row of everything that another sheet points to."""

    def __init__(self, report: Report) -> None:
        self.report = report
        resolution = report.resolution
        self.mappings = sorted(resolution.mappings, key=_reading_order)
        self._places: dict[Node, Place] = {}
        self._undecided = {(one.kind, one.source_id) for one in self.mappings if one.state is State.PROPOSED}
        for sheet in DECIDING:
            for row, one in enumerate(self.mappings_on(sheet), FIRST_ROW):
                self._places[one.kind, one.source_id] = Place(sheet, row)
        findings: list[Conflict | Drift] = [*resolution.conflicts, *resolution.drift]
        told = {one for found in findings for one in (found.source_id, *found.blocks, *found.concerns)}
        self.held: Collection[Held] = (
            report.held
            if report.held is not None
            else held_rights.in_order((*report.drafts, *held_rights.read_only(report.source)), report.source)
        )
        self.tally = Tally()
        self.named = NamedObjects(report.source, self._undecided)
        self._labels: dict[str, str] = {}
        self._target_labels: dict[str, str] = {}
        self._right_rows: dict[str, int] = {}
        for row, held in enumerate(self.held, FIRST_ROW):
            self.tally.add(held, self.tiers, report.waves)
            if isinstance(held, Draft):
                self.named.add(held)
            # Of very many rights few are spoken of; the others need not be found again.
            if (right := held_rights.held_id(held)) in told:
                self._labels[right] = held_rights.label(held, report.source)
                if isinstance(held, Draft):
                    names = held.names
                    label = f"{names.get('target_principal', '')} → {names.get('right', '')}"
                    self._target_labels[right] = label
                self._right_rows[right] = row
        self.conflicts = sorted(resolution.conflicts, key=self._by_code)
        self.drift = sorted(resolution.drift, key=self._by_code)
        self.findings: dict[Node, list[Finding]] = defaultdict(list)
        self._about_rights: dict[str, list[Finding]] = defaultdict(list)
        self._note("Conflicts", self.conflicts)
        self._note("Drift", self.drift)
        self.decided = Decided(report.decisions, report.source)

    @cached_property
    def tiers(self) -> TierNames:
        return TierNames(self.report)

    @cached_property
    def audit(self) -> list[AuditLine]:
        """What the audit told, in the order of its sheet."""
        return sorted(self.report.audit.lines, key=reading_order) if self.report.audit else []

    @cached_property
    def policies(self) -> list[policy_lines.PolicyLine]:
        return list(policy_lines.lines(self.report, self.named.governed()))

    @cached_property
    def _policy_rows(self) -> Mapping[tuple[str, str], int]:
        rows: dict[tuple[str, str], int] = {}
        for row, one in enumerate(self.policies, FIRST_ROW):
            rows[one.policy_id, one.rule] = row
            rows.setdefault((one.policy_id, ""), row)
        return rows

    def mappings_on(self, sheet: str) -> Iterator[Counterpart]:
        """The objects that stand on one of the deciding sheets, in their order there."""
        return (one for one in self.mappings if deciding_sheet(one.kind) == sheet)

    def place_of(self, finding: Conflict | Drift) -> Place | None:
        """The row of what a finding is about."""
        if found := self._places.get((finding.kind, finding.source_id)):
            return found
        if row := self._right_rows.get(finding.source_id):
            return Place("Assignments", row)
        if finding.kind == POLICY:
            rule = (
                str(finding.detail.get("rule", "")) if isinstance(finding, Drift) else policy_lines.APPROVAL
            )
            policies = self._policy_rows
            row = policies.get((finding.source_id, rule)) or policies.get((finding.source_id, ""))
            return Place("Policies", row) if row else None
        return None

    def reason_for(self, held: Held) -> Place | None:
        """The first finding that holds a right up or concerns it; where there is none, the first object that
        somebody still has to decide."""
        found = self._about_rights.get(held_rights.held_id(held))
        if found:
            return found[0].place
        if not isinstance(held, Draft) or UNDECIDED not in held.codes:
            return None
        named = objects_of(held_rights.kind_of(held), held.source, self.report.source)
        return next((self._places[node] for _, node in named if node in self._undecided), None)

    def name(self, finding: Conflict | Drift) -> str:
        """The name of what a finding is about: an object of the source, or one of its rights."""
        if label := self._labels.get(finding.source_id):
            return label
        name = self.report.source.name_of(finding.kind, finding.source_id)
        return finding.name or name if name == finding.source_id else name

    def target_name(self, drift: Drift) -> str:
        """The name of what stands for it in the target; empty where nothing does."""
        if drift.target_id is None:
            return ""
        if label := self._target_labels.get(drift.source_id):
            return label
        if drift.kind == POLICY and (policy := self.report.target.row(POLICY, drift.target_id)):
            return governing.label(governing.governed_by(policy, self.report.target), self.report.target)
        return self.report.target.name_of(drift.kind, drift.target_id)

    def rights_named(self, ids: Iterable[str]) -> str:
        """The rights with these ids, one a line."""
        return listed(self._labels.get(one, one) for one in ids)

    def _note(self, sheet: str, found: Sequence[Conflict | Drift]) -> None:
        for row, one in enumerate(found, FIRST_ROW):
            finding = Finding(one.code, sheet, row)
            self.findings[one.kind, one.source_id].append(finding)
            for right in {*one.blocks, *one.concerns}:
                self._about_rights[right].append(finding)

    def _by_code(self, finding: Conflict | Drift) -> tuple[str, str, str, str, str]:
        field = str(finding.detail.get("field", "")) if isinstance(finding, Drift) else ""
        return finding.code, finding.kind, self.name(finding).casefold(), finding.source_id, field


def listed(lines: Iterable[str], most: int = NAMED) -> str:
    """Lines of one cell; of many, the first few and how many there are besides."""
    every = list(lines)
    if len(every) > most:
        every[most:] = [f"… and {len(every) - most} more"]
    return "\n".join(every)


def _reading_order(mapping: Counterpart) -> tuple[int, int, str, str, str]:
    """Kind by kind; in each what is open comes first."""
    kind = MAPPED.index(mapping.kind) if mapping.kind in MAPPED else len(MAPPED)
    return kind, _STATES.index(mapping.state), mapping.name.casefold(), mapping.kind, mapping.source_id
