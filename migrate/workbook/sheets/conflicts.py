"""Conflicts: every GUID that has no single right counterpart, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.resolve.findings import Conflict
from migrate.workbook import details
from migrate.workbook.declare import Column, Place, Show, TableSheet, Tone
from migrate.workbook.index import Index, listed
from migrate.workbook.words import meaning


@dataclass(frozen=True)
class Line:
    conflict: Conflict
    name: str
    details: str
    candidates: str
    blocked: str
    place: Place | None


def rows(index: Index) -> Iterator[Line]:
    source, target = index.report.source, index.report.target
    for one in index.conflicts:
        yield Line(
            one,
            index.name(one),
            details.of(source, one.kind, one.source_id),
            listed(details.named(target, one.kind, each) for each in one.target_ids),
            index.rights_named(one.blocks or one.concerns),
            index.place_of(one),
        )


SHEET: TableSheet[Line] = TableSheet(
    name="Conflicts",
    table="ConflictsTable",
    tab=Tone.BAD,
    about="Everything in the source without one certain counterpart, with the candidates and the remedy.",
    rows=rows,
    fixed=4,
    empty="No conflicts.",
    key=lambda one: f"{one.conflict.code}|{one.conflict.kind}|{one.conflict.source_id}",
    columns=(
        Column(
            "Code", 8, Show.CODE, lambda one: one.conflict.code, "The code of the conflict. It never changes."
        ),
        Column("What it means", 27, Show.TEXT, lambda one: meaning(one.conflict.code), "The code in words."),
        Column(
            "Kind", 18, Show.TEXT, lambda one: one.conflict.kind, "What it is, spelled as in decisions.csv."
        ),
        Column("Source", 34, Show.TEXT, lambda one: one.name, "The object in the source tenant."),
        Column(
            "Source id",
            28,
            Show.ID,
            lambda one: one.conflict.source_id,
            "Its id: the source_id of a line in decisions.csv.",
        ),
        Column("Source details", 32, Show.TEXT, lambda one: one.details, "What tells it from its namesakes."),
        Column("Why", 38, Show.TEXT, lambda one: one.conflict.detail, "What exactly was found."),
        Column(
            "Candidates in the target",
            48,
            Show.TEXT,
            lambda one: one.candidates,
            "Name, details and id of each candidate: the id is the target_id of a line in decisions.csv.",
        ),
        Column(
            "Rights held up",
            10,
            Show.COUNT,
            lambda one: len(one.conflict.blocks),
            "How many rights cannot move until this is settled.",
        ),
        Column(
            "Rights concerned",
            11,
            Show.COUNT,
            lambda one: len(one.conflict.concerns),
            "How many rights it is about without holding them up.",
        ),
        Column(
            "Which rights", 44, Show.TEXT, lambda one: one.blocked, "Those rights; the first few where many."
        ),
        Column("What to do", 36, Show.TEXT, lambda one: one.conflict.remedy, "How to settle it."),
        Column(
            "Where",
            18,
            Show.TEXT,
            lambda one: f"→ {one.place.sheet} {one.place.row}" if one.place else None,
            "Leads to its row, where one can decide, as long as that sheet is not sorted.",
            link=lambda one: one.place,
            lasting=False,
        ),
    ),
)
