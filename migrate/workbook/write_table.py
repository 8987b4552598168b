"""Writes a declared table, row by row: memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from migrate.workbook import cells, look, machine
from migrate.workbook.archive import END_OF_LINKS, END_OF_ROWS, Apart
from migrate.workbook.beside import Taker
from migrate.workbook.declare import Column, Entry, Place, Show, TableSheet, nowhere
from migrate.workbook.heights import points
from migrate.workbook.index import FIRST_ROW, Index
from migrate.workbook.write_rows import Pieces, Styles, check_id, text_cell

MOST_LINKS = 65_000
"""Excel repairs (damages) a sheet with more than 65,530 links; cells beyond are plain text."""
_BATCH = 1 << 20


def write(
    sheet: Worksheet,
    declared: TableSheet[Any],
    index: Index,
    apart: Apart,
    takers: Sequence[Taker] = (),
) -> None:
    """Fills an empty sheet: its header and, into ``apart``, everything below; then what must know how many.
    Each of the ``takers`` is told every row as well."""
    columns = declared.columns
    hidden = machine.machine_headers(declared)
    sheet.freeze_panes = f"{get_column_letter(declared.fixed + 1)}{FIRST_ROW}"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for number in range(len(columns) + 1, len(columns) + len(hidden) + 1):
        sheet.column_dimensions[get_column_letter(number)].hidden = True
    _header(sheet, columns, hidden)
    last = _Rows(sheet, declared, apart, takers).write(index)
    width = get_column_letter(len(columns) + len(hidden))
    _name_table(sheet, declared, hidden, f"A1:{width}{last}")
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        area = f"{letter}{FIRST_ROW}:{letter}{last}"
        for text, tone in column.tones.items():
            sheet.conditional_formatting.add(area, look.colour_rule(text, tone))
        if column.show is Show.PERCENT:
            sheet.conditional_formatting.add(area, look.percent_bars())
        if column.entry:
            sheet.data_validations.append(_validation(column.entry, area))
    on_paper = sum(column.on_paper for column in columns)
    sheet.print_area = f"A1:{get_column_letter(on_paper)}{last}"
    sheet.print_title_rows = "1:1"


def _header(sheet: Worksheet, columns: tuple[Column[Any], ...], hidden: Sequence[str]) -> None:
    sheet.row_dimensions[1].height = points(2) + 2
    header: list[Cell] = []
    for column in columns:
        fill = look.ENTRY_HEADER_FILL if column.entry else look.HEADER_FILL
        cell = cells.styled(sheet, look.HEADER, look.heading(column.show), fill=fill)
        cells.put(cell, column.header)
        cell.comment = Comment(column.note, "pim-migrate", height=90, width=260)
        header.append(cell)
    for text in hidden:
        cell = cells.styled(sheet, look.SMALL, look.heading(Show.TEXT))
        cells.put(cell, text)
        header.append(cell)
    sheet.append(header)


class _Rows:
    """The rows below the header and their links, written into files of their own."""

    def __init__(self, sheet: Any, declared: TableSheet[Any], apart: Apart, takers: Sequence[Taker]) -> None:
        self._sheet, self._declared, self._takers = sheet, declared, takers
        self._rows, self._links = apart[END_OF_ROWS], apart[END_OF_LINKS]
        self._linked = 0
        columns = declared.columns
        names = machine.machine_headers(declared)
        letters = [get_column_letter(number) for number in range(1, len(columns) + len(names) + 1)]
        self._pieces = [
            Pieces(
                column,
                following,
                _styles(sheet, column),
                column.width * (look.ID_NARROWER if column.show is Show.ID else 1),
            )
            for column, following in zip(columns, letters[1:], strict=False)
        ]
        self._values = [one.value for one in columns]
        self._entries = [place for place, one in enumerate(columns) if one.entry]
        self._leading = [
            (place, letters[place], one.link) for place, one in enumerate(columns) if one.link is not nowhere
        ]
        small = cells.styled(sheet, look.SMALL, look.heading(Show.TEXT)).style_id
        self._small = f'" s="{small}"'
        self._closings = [*(f'<c r="{letter}' for letter in letters[len(columns) + 1 :]), "</row>"]

    def write(self, index: Index) -> int:
        """Writes every row and returns the number of the last one."""
        batch: list[str] = []
        size, number = 0, FIRST_ROW - 1
        for number, row in enumerate(self._declared.rows(index), FIRST_ROW):
            text = self._row(row, number)
            batch.append(text)
            size += len(text)
            if size > _BATCH:
                self._rows.write("".join(batch).encode())
                batch.clear()
                size = 0
        if number < FIRST_ROW:
            # A table without a row is damage to Excel, and an empty one tells the reader nothing.
            number = FIRST_ROW
            empty = text_cell(self._declared.empty)
            batch.append(f'<row r="{number}"><c r="A{number}{self._small}{empty}</row>')
        self._rows.write("".join(batch).encode())
        return number

    def _row(self, row: Any, number: int) -> str:
        """Everything of a row but its number, which then stands between all that there is."""
        values = [value(row) for value in self._values]
        made = [pieces[value] for pieces, value in zip(self._pieces, values, strict=True)]
        xml, heights, marks, texts, _ = zip(*made, strict=True)
        lines = max(heights)
        custom = f' ht="{points(lines)}" customHeight="1"' if lines > 1 else ""
        parts = ['<row r="', f'"{custom}><c r="A', *xml]
        for place, letter, link in self._leading:
            if texts[place] and self._link(link(row), f"{letter}{number}"):
                parts[place + 2] = made[place].linked
        key = self._declared.key(row)
        check_id(key)
        hidden = [key, "".join(marks)]
        if self._declared.basis is not None:
            hidden[1:1] = [
                self._declared.basis(row),
                machine.shown([texts[place] for place in self._entries]),
            ]
        for text, closing in zip(hidden, self._closings, strict=True):
            parts.append(f"{self._small}{text_cell(text)}{closing}")
        for take in self._takers:
            take(key, values)
        return str(number).join(parts)

    def _link(self, place: Place | None, cell: str) -> bool:
        if place is None or self._linked >= MOST_LINKS:
            return False
        where = f"'{place.sheet}'!A{place.row}"
        if self._linked == 0:
            # With it openpyxl makes the element in which all of them stand.
            self._sheet._hyperlinks.append(Hyperlink(ref=cell, location=where))
        else:
            self._links.write(f'<hyperlink ref="{cell}" location="{where}" />'.encode())
        self._linked += 1
        return True


def _styles(sheet: Worksheet, column: Column[Any]) -> Styles:
    entry = column.entry

    def number(*, link: bool = False, quoted: bool = False) -> int:
        cell = cells.styled(
            sheet,
            look.LINK if link else look.font(column.show),
            look.alignment(column.show, wrapped=column.on_paper),
            # What is typed there stays text: no date, no number, no formula.
            number_format="@" if entry else look.FORMATS.get(column.show),
            border=look.BOX,
            fill=look.ENTRY_FILL if entry else None,
            quoted=quoted,
            locked=entry is None,
        )
        return int(cell.style_id)

    return Styles(number(), number(quoted=True), number(link=True))


def _validation(entry: Entry, area: str) -> DataValidation:
    """Tells what belongs there when one stands on the cell, and refuses what cannot be right."""
    common: dict[str, Any] = {
        "sqref": area,
        "allow_blank": True,
        "showErrorMessage": True,
        "showInputMessage": True,
        "promptTitle": entry.field.capitalize(),
        "prompt": entry.asks[:255],
        "errorTitle": "This cannot stand here",
        "error": entry.asks[:224],
    }
    if entry.choices:
        return DataValidation(type="list", formula1=f'"{",".join(entry.choices)}"', **common)
    longest = str(entry.longest)
    return DataValidation(type="textLength", operator="lessThanOrEqual", formula1=longest, **common)


def _name_table(sheet: Worksheet, declared: TableSheet[Any], hidden: Sequence[str], area: str) -> None:
    table = Table(
        name=declared.table,
        displayName=declared.table,
        ref=area,
        tableStyleInfo=TableStyleInfo(name="TableStyleLight1", showRowStripes=True),
    )
    headers = [*(column.header for column in declared.columns), *hidden]
    table.tableColumns = [TableColumn(id=number, name=header) for number, header in enumerate(headers, 1)]
    table.autoFilter = AutoFilter(ref=area)
    # ``add_table`` would warn that a sheet written row by row must bring its columns: it does.
    sheet.tables.add(table)
