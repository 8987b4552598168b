"""Decisions log: what is decided now, and what each imported workbook brought: who, when, which file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from migrate.kinds.kind import DIRECTORY_OBJECT
from migrate.kinds.schedule import parse_time
from migrate.workbook.declare import Column, Show, TableSheet, Tone
from migrate.workbook.index import Index

FILE = "mappings/decisions.csv"
IN_FORCE, IMPORTED = "✓ in force", "· imported"


@dataclass(frozen=True)
class Line:
    """One decision that is in force, or one row of an import (``number`` from 1)."""

    number: int
    when: datetime | str
    who: str
    file: str
    change: str
    kind: str
    source_id: str
    name: str
    decision: str
    target_id: str
    target_name: str
    reason: str
    cells: str = ""


def rows(index: Index) -> Iterator[Line]:
    """What is in force, then the imports, the newest first."""
    report = index.report

    def names(kind: str, source_id: str, target_id: str) -> tuple[str, str]:
        known = DIRECTORY_OBJECT if report.source.row(kind, source_id) is None else kind
        target = report.target.name_of(kind, target_id) if target_id else ""
        return report.source.name_of(known, source_id), target

    for one in sorted(report.decisions, key=lambda each: (each.kind, each.source_id)):
        name, target = names(one.kind, one.source_id, one.target_id or "")
        yield Line(
            0, _day(one.when), one.who, FILE, "", one.kind, one.source_id, name,
            one.decision, one.target_id or "", target, one.reason,
        )  # fmt: skip
    for past in reversed(report.imports):
        for row in past.rows:
            name, target = names(row.kind, row.source_id, row.target_id or "")
            yield Line(
                past.number, _moment(past.at), row.who, past.file_name, row.change, row.kind, row.source_id,
                name, row.decision or "", row.target_id or "", target, row.reason, ", ".join(row.cells),
            )  # fmt: skip


def _moment(text: str) -> datetime | str:
    try:
        return parse_time(text) or ""
    except ValueError:
        return text


def _day(text: str) -> datetime | str:
    """What somebody wrote as the day; as it is where it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else ""
    except ValueError:
        return text


SHEET: TableSheet[Line] = TableSheet(
    name="Decisions log",
    table="DecisionsLogTable",
    tab=Tone.QUIET,
    about="Every decision in force, and what each imported workbook brought: who, when, from which file.",
    rows=rows,
    fixed=2,
    empty="Nothing was decided yet.",
    key=lambda one: f"{one.number:06}|{one.kind}|{one.source_id}",
    columns=(
        Column(
            "Status",
            13,
            Show.TAG,
            lambda one: IMPORTED if one.number else IN_FORCE,
            "in force: stands in mappings/decisions.csv now. imported: what a returned workbook said then.",
            tones={IN_FORCE: Tone.GOOD, IMPORTED: Tone.QUIET},
        ),
        Column("About", 36, Show.TEXT, lambda one: one.name, "The object in the source tenant."),
        Column("Source id", 28, Show.ID, lambda one: one.source_id, "Its id in the source."),
        Column("Kind", 18, Show.TEXT, lambda one: one.kind, "What it is, spelled as in decisions.csv."),
        Column("Decision", 12, Show.TEXT, lambda one: one.decision, "What was decided; empty: taken back."),
        Column("Target", 36, Show.TEXT, lambda one: one.target_name, "The counterpart that was chosen."),
        Column("Target id", 28, Show.ID, lambda one: one.target_id, "Its id in the target."),
        Column("Reason", 44, Show.TEXT, lambda one: one.reason, "Why, in the words of whoever decided."),
        Column("Who", 24, Show.TEXT, lambda one: one.who, "Who decided."),
        Column(
            "When (UTC)",
            14,
            Show.DAY,
            lambda one: one.when,
            "The day that was written down; for an import the day on which it was taken over.",
        ),
        Column("File", 30, Show.TEXT, lambda one: one.file, "Where it was said."),
        Column(
            "Import",
            9,
            Show.COUNT,
            lambda one: one.number or None,
            "The running number of the import; its sealed copy lies in the database.",
        ),
        Column(
            "What it changed",
            12,
            Show.TEXT,
            lambda one: one.change,
            "added, changed, withdrawn or kept, beside what was in force then.",
        ),
        Column("Cells", 20, Show.TEXT, lambda one: one.cells, "The cells of that workbook.", on_paper=False),
    ),
)
