"""Findings: what the audit of both snapshots found, worst first, and what it could not judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from migrate.workbook.audit_lines import SEVERITIES, AuditLine, Verdict
from migrate.workbook.declare import Block, Column, Grid, Heading, Paragraph, Place, Show, TableSheet, Tone
from migrate.workbook.index import FIRST_ROW, Index

NAME = "Findings"
VERDICTS = {Verdict.FAILS: "✗ fails", Verdict.UNKNOWN: "? unknown", Verdict.WAIVED: "– waived"}
_VERDICT_TONES = {Verdict.FAILS: Tone.BAD, Verdict.UNKNOWN: Tone.OPEN, Verdict.WAIVED: Tone.QUIET}
_SEVERITY_TONES = {"critical": Tone.BAD, "high": Tone.BAD, "medium": Tone.OPEN, "low": Tone.QUIET}
NOT_AUDITED = "not audited"


def rows(index: Index) -> Iterator[AuditLine]:
    yield from index.audit


def _evidence(line: AuditLine) -> str:
    return ", ".join([*line.evidence, *([f"and {line.more} more"] if line.more else [])])


def _waiver(line: AuditLine) -> str:
    if line.waiver is None:
        return ""
    one = line.waiver
    if one.over:
        return f"ended on {one.until}, it counts again ({one.owner}: {one.reason})"
    return f"until {one.until} ({one.owner}: {one.reason})"


def _key(line: AuditLine) -> str:
    return f"{line.side}|{line.check}|{line.kind}|{line.object_id}|{line.mark}"


def summary(index: Index) -> Iterator[Block]:
    """How many there are, for the page of counts."""
    yield Heading("Audit of both snapshots: findings by severity")
    audit = index.report.audit
    counts: Counter[tuple[str, Verdict, str]] = Counter()
    first: dict[str, int] = {}
    for row, one in enumerate(index.audit, FIRST_ROW):
        counts[one.severity, one.verdict, one.side] += one.stands_for
        first.setdefault(one.severity, row)
    shown = [
        (Verdict.FAILS, "source"), (Verdict.FAILS, "target"),
        (Verdict.UNKNOWN, "source"), (Verdict.UNKNOWN, "target"),
    ]  # fmt: skip
    yield Grid(
        ("Severity", "Source fails", "Target fails", "Source unknown", "Target unknown", "Waived"),
        (Show.TAG, *(Show.COUNT,) * 5),
        [
            (
                severity,
                *(counts[severity, *each] for each in shown),
                sum(counts[severity, Verdict.WAIVED, side] for side in ("source", "target")),
            )
            for severity in SEVERITIES
        ]
        if audit is not None
        else [(NOT_AUDITED, *(None,) * 5)],
        _SEVERITY_TONES,
        links=[Place(NAME, first[one]) if one in first else None for one in SEVERITIES] if audit else (),
    )
    if audit is not None:
        yield Paragraph(f"Asked: {'; '.join(audit.baselines)}. What was not read is unknown, never a pass.")


SHEET: TableSheet[AuditLine] = TableSheet(
    name=NAME,
    table="FindingsTable",
    tab=Tone.BAD,
    about="What the audit of both snapshots found, worst first, and what could not be judged.",
    rows=rows,
    fixed=4,
    empty="Nothing was found. Summary says what was asked.",
    key=_key,
    columns=(
        Column(
            "Severity",
            10,
            Show.TAG,
            lambda one: one.severity,
            "How bad it is when it goes wrong, as the control says that takes it most seriously.",
            tones=_SEVERITY_TONES,
        ),
        Column(
            "Verdict",
            11,
            Show.TAG,
            lambda one: VERDICTS[one.verdict],
            "fails: it is so. unknown: what decides it was not read, or only a person can tell. waived:"
            " somebody answers for it (mappings/waivers.csv).",
            tones={VERDICTS[one]: tone for one, tone in _VERDICT_TONES.items()},
        ),
        Column("Tenant", 9, Show.TEXT, lambda one: one.side, "The source or the target."),
        Column("About", 34, Show.TEXT, lambda one: one.name, "The object that it is about."),
        Column("What is wrong", 46, Show.TEXT, lambda one: one.told, "What was found, or was not read."),
        Column("Evidence", 36, Show.TEXT, _evidence, "Other objects that prove it; the first few."),
        Column("Controls", 30, Show.TEXT, lambda one: ", ".join(one.controls), "The controls that ask it."),
        Column("Owner", 20, Show.TEXT, lambda one: one.owner, "Who answers for it (mappings/owners.csv)."),
        Column(
            "Tier",
            6,
            Show.COUNT,
            lambda one: one.tier,
            "The most powerful tier that it leads to; 0 is the top.",
        ),
        Column("Remedy", 40, Show.TEXT, lambda one: one.remedy, "What takes it away."),
        Column(
            "Waiver",
            28,
            Show.TEXT,
            _waiver,
            "Who answers for it, until when and why; or that this has ended, so that it counts again.",
        ),
        Column("Kind", 18, Show.TEXT, lambda one: one.kind, "What the object is.", on_paper=False),
        Column(
            "Object id",
            28,
            Show.ID,
            lambda one: one.object_id,
            "Its id, for a line in waivers.csv.",
            on_paper=False,
        ),
        Column(
            "Check",
            28,
            Show.TEXT,
            lambda one: one.check,
            "The check, for a line in waivers.csv; empty where only a person can look.",
            on_paper=False,
        ),
        Column(
            "What is asked",
            36,
            Show.TEXT,
            lambda one: one.title,
            "What the check wants to hold.",
            on_paper=False,
        ),
    ),
)
