"""The whole workbook as text: a change of any sheet shows as a difference that a person can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet
from workbook_everything import everything
from workbook_sample import report

from migrate.workbook.export import export
from migrate.workbook.report import Report

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("golden", "given"),
    [("workbook.txt", everything), ("workbook_incomplete.txt", lambda: report(unread=("users", "groups")))],
)
def test_the_workbook_is_what_it_was(
    tmp_path: Path, refresh_golden: bool, golden: str, given: Callable[[], Report]
) -> None:
    export(tmp_path / "sample.xlsx", given())
    found = dump(tmp_path / "sample.xlsx")
    kept = HERE / golden
    if refresh_golden:
        kept.write_text(found, encoding="utf-8", newline="\n")
    assert found == kept.read_text(encoding="utf-8")


def dump(path: Path) -> str:
    """Every sheet: how it is set up, then its cells with type, format and link."""
    book = openpyxl.load_workbook(path)
    lines: list[str] = [f"title: {book.properties.title}", f"created: {book.properties.created}"]
    for sheet in book.worksheets:
        lines += ["", f"== {sheet.title} {sheet.dimensions}", *_set_up(sheet)]
        for row in sheet.iter_rows():
            for cell in row:
                if not isinstance(cell, MergedCell) and (cell.value is not None or cell.hyperlink):
                    lines.append(_cell(cell))
    return "\n".join(lines) + "\n"


def _set_up(sheet: Worksheet) -> Iterator[str]:
    yield f"freeze: {sheet.freeze_panes}; paper: {sheet.page_setup.paperSize}; prints: {sheet.print_area}"
    widths = {letter: one.width for letter, one in sorted(sheet.column_dimensions.items())}
    yield f"widths: {widths}"
    for table in sheet.tables.values():
        yield f"table: {table.displayName} {table.ref}"
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            yield f"colours: {area.sqref} {rule.type} {' '.join(rule.formula)}".rstrip()
    hidden = sorted(letter for letter, one in sheet.column_dimensions.items() if one.hidden)
    yield f"{sheet.sheet_state}; locked: {sheet.protection.sheet}; hidden columns: {hidden}"
    for one in sheet.data_validations.dataValidation:
        yield f"asks: {one.sqref} {one.type} {one.formula1}: {one.prompt}"
    yield f"merged: {len(sheet.merged_cells.ranges)}"


def _cell(cell: Cell) -> str:
    text = f"{cell.coordinate} {cell.data_type} {cell.value!r}"
    if cell.number_format != "General":
        text += f" [{cell.number_format}]"
    if not cell.protection.locked:
        text += " (unlocked)"
    if cell.hyperlink:
        text += f" -> {cell.hyperlink.location}"
    if cell.comment:
        text += f" ({cell.comment.text})"
    return text
