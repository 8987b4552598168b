"""Writes a declared page: titles, text, small tables and the charts beside them."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from migrate.workbook import cells, look
from migrate.workbook.bar_chart import bar_chart, height_points
from migrate.workbook.declare import Block, Grid, Heading, Page, Paragraph, Place, Show, Title, Tone, Value
from migrate.workbook.heights import LINE_POINTS, line_count, points
from migrate.workbook.index import Index

_WRAPPED = Alignment(horizontal="left", vertical="center", wrap_text=True)
_PAPER_WIDTH, _PAPER_HEIGHT = 842 - 2 * 29, 595 - 36 - 44
"""A4 in landscape less its margins, in points."""
_POINTS_OF_WIDTH = 5.35
"""How wide one character of a column is, in points."""
_ONE_LINE = Alignment(horizontal="left", vertical="center")


def write(sheet: Worksheet, page: Page, index: Index) -> None:
    """Fills an empty sheet from top to bottom."""
    sheet.sheet_view.showGridLines = False
    for number, width in enumerate(page.widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    writer = _Writer(sheet, page)
    for block in page.blocks(index):
        writer.write(block)
    writer.finish()
    sheet.print_area = f"A1:{get_column_letter(len(page.widths))}{writer.row}"


class _Writer:
    """Knows which row comes next and how high each is, so that charts find room."""

    def __init__(self, sheet: Worksheet, page: Page) -> None:
        self._sheet, self._page = sheet, page
        self.row = 0
        self._section = 0
        """The row behind which the last section begins, if it begins on a page of its own or within one."""
        self._used = self._before = 0.0
        """How much of the page that is being printed is filled, and how much was before the last section."""
        room = _PAPER_WIDTH / (sum(page.widths) * _POINTS_OF_WIDTH)
        self._page_points = _PAPER_HEIGHT / min(room, 1.0)

    def write(self, block: Block) -> None:
        match block:
            case Title(text):
                self._line(text, look.TITLE, 30)
            case Heading(text):
                self._begin_section()
                self._append([], 10)
                self._line(text, look.HEADING, 20, border=look.HEADING_LINE)
            case Paragraph(text, tone):
                self._paragraph(text, tone)
            case Grid():
                self._grid(block)

    def _begin_section(self) -> None:
        """What stands under one heading is printed on one page, where it fits on one."""
        self._end_section()
        self._section, self._before = self.row, self._used

    def _end_section(self) -> None:
        """Turns the page before the last section where it would not have ended on this one."""
        if self._used > self._page_points:
            if self._before and self._used - self._before <= self._page_points:
                self._sheet.row_breaks.append(Break(id=self._section))
                self._used -= self._before
            else:
                self._used %= self._page_points

    def finish(self) -> None:
        """To be called when everything is written."""
        self._end_section()

    def _line(self, text: str, font: Font, height: float, border: Border | None = None) -> None:
        first = self._cell(text, font, _ONE_LINE, border=border)
        rest = [self._cell(None, font, _ONE_LINE, border=border) for _ in range(self._page.span - 1)]
        self._append([first, *rest] if border else [first], height)

    def _paragraph(self, text: str, tone: Tone | None) -> None:
        colours = look.TONES[tone] if tone else None
        font, fill = (colours.font, colours.fill) if colours else (look.TEXT, None)
        cell = self._cell(text, font, _WRAPPED, fill=fill)
        self._append([cell], points(line_count(text, self._page_width(0))) + 2)
        self._merge(0)

    def _grid(self, grid: Grid) -> None:
        header = [
            self._cell(text, look.HEADER, look.heading(show), fill=look.HEADER_FILL)
            for text, show in zip(grid.headers, grid.shows, strict=True)
        ]
        rest = self._page.span - len(header)
        header += [self._cell(None, look.HEADER, _WRAPPED, fill=look.HEADER_FILL) for _ in range(rest)]
        used = self._append(header, LINE_POINTS + 4)
        self._merge(len(grid.headers) - 1)
        top = self.row
        for number, values in enumerate(grid.rows):
            place = grid.links[number] if number < len(grid.links) else None
            line = [
                self._value(value, show, grid, place if column == 0 else None)
                for column, (value, show) in enumerate(zip(values, grid.shows, strict=True))
            ]
            line += [self._cell(None, look.TEXT, _WRAPPED, border=look.LINE_BELOW) for _ in range(rest)]
            used += self._append(line, self._row_height(values))
            self._merge(len(grid.headers) - 1)
        if grid.bars:
            anchor = f"{get_column_letter(self._page.chart_column)}{top}"
            self._sheet.add_chart(bar_chart(self._sheet, grid.bars, grid, top), anchor)
            while used < height_points(grid.bars, grid) + LINE_POINTS:
                used += self._append([], LINE_POINTS)

    def _value(self, value: Value, show: Show, grid: Grid, place: Place | None) -> Cell:
        tone = grid.tones.get(value) if isinstance(value, str) else None
        font, fill = look.font(show), None
        if tone:
            font, fill = look.TONES[tone].font, look.TONES[tone].fill
        if place:
            font = look.LINK
        number_format = None if isinstance(value, str) else look.FORMATS.get(show)
        alignment = look.alignment(show, vertical="center")
        cell = self._cell(value, font, alignment, look.LINE_BELOW, fill, number_format)
        if place:
            cells.lead(cell, place)
        return cell

    def _row_height(self, values: Sequence[Value]) -> float:
        """The last value has the room of its column and of all that follow."""
        last = len(values) - 1
        widths = [*(float(self._page.widths[column]) for column in range(last)), self._page_width(last)]
        pairs = zip(values, widths, strict=True)
        return points(
            max((line_count(one, width) for one, width in pairs if isinstance(one, str)), default=1)
        )

    def _page_width(self, first: int) -> float:
        return sum(self._page.widths[first : self._page.span])

    def _cell(
        self,
        value: Value,
        font: Font,
        alignment: Alignment,
        border: Border | None = None,
        fill: PatternFill | None = None,
        number_format: str | None = None,
    ) -> Cell:
        cell = cells.styled(
            self._sheet,
            font,
            alignment,
            border=border,
            fill=fill,
            number_format=number_format,
            quoted=cells.needs_quote(value),
        )
        cells.put(cell, value)
        return cell

    def _merge(self, first: int) -> None:
        """Joins the last row's cells from column ``first`` (from 0) to the edge of the text."""
        if first + 1 < self._page.span:
            area = f"{get_column_letter(first + 1)}{self.row}:{get_column_letter(self._page.span)}{self.row}"
            self._sheet.merged_cells.add(area)

    def _append(self, line: Sequence[Cell], height: float) -> float:
        self.row += 1
        self._used += height
        self._sheet.row_dimensions[self.row].height = height
        self._sheet.append(list(line))
        return height
