"""What a consultant does to a workbook, and what an import makes of it, without a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from migrate.resolve.decisions import Decision
from migrate.workbook.export import export
from migrate.workbook.index import DECIDING
from migrate.workbook.merge import Merged, Origin, belongs, merge
from migrate.workbook.report import Report
from migrate.workbook.returned import Returned, read
from migrate.workbook.sheets import TABLES
from migrate.workbook.standing import standing
from migrate.workbook.targets import Targets

TODAY = "2026-02-01"


class Sheet:
    """A workbook, open in somebody's spreadsheet program: cells of the sheets on which one decides, by key of
    the row and header. ``sheet`` is the one on top."""

    def __init__(self, path: Path, name: str = "Principals") -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.on_top(name)

    def on_top(self, name: str) -> Worksheet:
        sheet = self.book[name]
        assert isinstance(sheet, Worksheet)
        self.sheet = sheet
        return sheet

    def columns(self) -> dict[str, int]:
        return {str(cell.value): cell.column for cell in self.sheet[1]}

    def rows(self) -> dict[str, int]:
        key = self.columns()["Row key"]
        return {
            str(self.sheet.cell(row, key).value): row
            for row in range(2, self.sheet.max_row + 1)
            if self.sheet.cell(row, key).value
        }

    def cell(self, key: str, header: str) -> Any:
        """A cell of the row with this key, on whichever sheet that stands now."""
        before = self.sheet
        try:
            for name in dict.fromkeys((before.title, *DECIDING)):
                self.on_top(name)
                if key in self.rows():
                    return self.sheet.cell(self.rows()[key], self.columns()[header])
        finally:
            self.sheet = before
        raise KeyError(key)

    def put(self, key: str, **values: str | None) -> str:
        """Fills cells as text and returns the address of the decision's; names are ``decision``, ``target``,
        ``reason`` and ``who``."""
        headers = {
            "decision": "Decision",
            "target": "Chosen target",
            "reason": "Decision reason",
            "who": "Initials",
        }
        for name, value in values.items():
            cell = self.cell(key, headers[name])
            cell.value = value
            if value is not None:
                cell.data_type = "s"
        return str(self.cell(key, "Decision").coordinate)

    def rearrange(self, rows: Sequence[int], columns: Sequence[int]) -> None:
        """Puts rows (from 0, below the header) and columns (from 0) into another order."""
        grid = [[cell.value for cell in row] for row in self.sheet.iter_rows()]
        body = [grid[1:][number] for number in rows]
        for row, values in enumerate([grid[0], *body], 1):
            for column, number in enumerate(columns, 1):
                cell = self.sheet.cell(row, column)
                cell.value = values[number]
                if isinstance(values[number], str):
                    cell.data_type = "s"

    def save(self, path: Path | None = None) -> Path:
        self.book.save(path or self.path)
        return path or self.path


_EXPORTED: dict[str, bytes] = {}
"""Workbooks by all that their reports hold: to write one takes longer than most of what is tested with it."""


def exported(path: Path, report: Report, edit: Callable[[Sheet], Any] | None = None) -> Path:
    """A workbook of the report, edited."""
    if (same := repr(report)) in _EXPORTED:
        path.write_bytes(_EXPORTED[same])
    else:
        export(path, report)
        _EXPORTED[same] = path.read_bytes()
    if edit is not None:
        sheet = Sheet(path)
        edit(sheet)
        sheet.save()
    return path


def origin_of(report: Report) -> Origin:
    source, target = report.source_snapshot, report.target_snapshot
    return Origin(report.engagement, source.tenant_id, target.tenant_id, source.id, target.id)


def imported(now: Report, *paths: Path) -> Merged:
    """What the workbooks change, as things stand now."""
    books: list[Returned] = [read(path, TABLES) for path in paths]
    for one in books:
        belongs(one, origin_of(now))
    lines = {(one.kind, one.source_id): number for number, one in enumerate(now.decisions, 2)}
    known = standing(now.resolution, now.decisions, now.source, lines)
    return merge(books, known, Targets(now.target), origin_of(now), TODAY)


def after(now: Report, merged: Merged) -> Report:
    """The report with the decisions as they are after an import."""
    decisions: dict[tuple[str, str], Decision] = {(one.kind, one.source_id): one for one in now.decisions}
    for change in merged.changes:
        if change.before is not None and change.after is None:
            del decisions[change.before.kind, change.before.source_id]
        if change.after is not None:
            decisions[change.after.kind, change.after.source_id] = change.after
    return replace(now, decisions=tuple(decisions.values()))


def said(path: Path) -> Mapping[str, tuple[str, ...]]:
    """What the entries of each row say, for rows that say anything."""
    returned = read(path, TABLES)
    return {
        one.key: tuple(one.entered[name].text for name in ("decision", "target", "reason", "who"))
        for one in returned.answers
    }
