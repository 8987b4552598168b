"""Writes a declared table, row by row: memory does not grow with the rows."""

from __future__ import annotations

from typing import Any, Generic

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from migrate.workbook import cells, look
from migrate.workbook.declare import Column, RowT, Show, TableSheet, Value
from migrate.workbook.heights import line_count, points
from migrate.workbook.index import FIRST_ROW, Index

MOST_LINKS = 65_000
"""Excel repairs (damages) a sheet with more than 65,530 links; cells beyond are plain text."""


class _Writer(Generic[RowT]):
    """The cells of one column, made once and filled for every row."""

    def __init__(self, sheet: Worksheet, column: Column[RowT]) -> None:
        def make(*, link: bool = False, quoted: bool = False) -> Cell:
            return cells.styled(
                sheet,
                look.LINK if link else look.font(column.show),
                look.alignment(column.show),
                number_format=look.FORMATS.get(column.show),
                border=look.BOX,
                quoted=quoted,
            )

        self._column = column
        self.width = column.width * (look.ID_NARROWER if column.show is Show.ID else 1)
        self._plain, self._quoted, self._link = make(), make(quoted=True), make(link=True)

    def cell(self, row: RowT, may_link: bool) -> tuple[Cell, Value]:
        value = self._column.value(row)
        place = self._column.link(row) if may_link and value not in (None, "") else None
        if place is not None:
            cells.put(self._link, value)
            cells.lead(self._link, place)
            return self._link, value
        cell = self._quoted if cells.needs_quote(value) else self._plain
        cells.put(cell, value)
        return cell, value


def write(sheet: Worksheet, declared: TableSheet[Any], index: Index) -> None:
    """Fills an empty sheet: header, rows, then everything that must know how many rows there were."""
    columns = declared.columns
    sheet.freeze_panes = f"{get_column_letter(declared.fixed + 1)}{FIRST_ROW}"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    _header(sheet, columns)
    last = _rows(sheet, declared, index)
    width = get_column_letter(len(columns))
    _name_table(sheet, declared, f"A1:{width}{last}")
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        area = f"{letter}{FIRST_ROW}:{letter}{last}"
        for text, tone in column.tones.items():
            sheet.conditional_formatting.add(area, look.colour_rule(text, tone))
        if column.show is Show.PERCENT:
            sheet.conditional_formatting.add(area, look.percent_bars())
    on_paper = sum(column.on_paper for column in columns)
    sheet.print_area = f"A1:{get_column_letter(on_paper)}{last}"
    sheet.print_title_rows = "1:1"


def _header(sheet: Worksheet, columns: tuple[Column[Any], ...]) -> None:
    sheet.row_dimensions[1].height = points(2) + 2
    header: list[Cell] = []
    for column in columns:
        cell = cells.styled(
            sheet,
            look.HEADER,
            look.heading(column.show),
            fill=look.HEADER_FILL,
        )
        cells.put(cell, column.header)
        cell.comment = Comment(column.note, "pim-migrate", height=90, width=260)
        header.append(cell)
    sheet.append(header)


def _rows(sheet: Worksheet, declared: TableSheet[Any], index: Index) -> int:
    """Writes the rows and returns the number of the last one."""
    writers = [_Writer(sheet, column) for column in declared.columns]
    number, links = FIRST_ROW - 1, 0
    for number, row in enumerate(declared.rows(index), FIRST_ROW):
        line: list[Cell] = []
        lines = 1
        for writer in writers:
            cell, value = writer.cell(row, links < MOST_LINKS)
            links += cell.hyperlink is not None
            if isinstance(value, str):
                lines = max(lines, line_count(value, writer.width))
            line.append(cell)
        if lines > 1:
            sheet.row_dimensions[number].height = points(lines)
        sheet.append(line)
        # The row is on disk; remembering its height would cost memory for every row.
        sheet.row_dimensions.pop(number, None)
    if number < FIRST_ROW:
        # A table without a row is damage to Excel, and an empty one tells the reader nothing.
        cell = cells.styled(sheet, look.TEXT, Alignment(vertical="top"))
        cells.put(cell, declared.empty)
        sheet.append([cell])
        number = FIRST_ROW
    return number


def _name_table(sheet: Worksheet, declared: TableSheet[Any], area: str) -> None:
    table = Table(
        name=declared.table,
        displayName=declared.table,
        ref=area,
        tableStyleInfo=TableStyleInfo(name="TableStyleLight1", showRowStripes=True),
    )
    table.tableColumns = [
        TableColumn(id=number, name=column.header) for number, column in enumerate(declared.columns, 1)
    ]
    table.autoFilter = AutoFilter(ref=area)
    # ``add_table`` would warn that a sheet written row by row must bring its columns: it does.
    sheet.tables.add(table)
