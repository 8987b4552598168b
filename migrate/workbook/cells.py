"""From a value to a cell. Text is always stored as text, whatever it looks like."""

from __future__ import annotations

from datetime import UTC, datetime

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from migrate.workbook.declare import Place, Value
from migrate.workbook.text import escaped, fit, looks_like_formula

_FIRST_YEAR = 1901
"""Excel counts days from 1900 and takes that year for a leap year."""


def styled(
    sheet: Worksheet,
    font: Font,
    alignment: Alignment,
    *,
    number_format: str | None = None,
    border: Border | None = None,
    fill: PatternFill | None = None,
    quoted: bool = False,
    locked: bool = True,
) -> Cell:
    """An empty cell with a style, to be filled again and again: a row is written before the next is made.

    ``quoted`` keeps text that looks like a formula from becoming one when somebody edits the cell.
    """
    cell: Cell = WriteOnlyCell(sheet)
    cell.font, cell.alignment = font, alignment
    if number_format is not None:
        cell.number_format = number_format
    if border is not None:
        cell.border = border
    if fill is not None:
        cell.fill = fill
    if quoted:
        cell.quotePrefix = True
    if not locked:
        cell.protection = Protection(locked=False)
    return cell


def put(cell: Cell, value: Value) -> None:
    """Stores the value in the cell; moments in UTC."""
    if isinstance(value, datetime):
        value = moment_of(value)
    if value == "":
        # It would become a cell that promises text and has none.
        value = None
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = escaped(fit(value))
    # openpyxl takes "=…" for a formula and "#N/A" for an error; a name is neither.
    cell.data_type = "s"


def lead(cell: Cell, place: Place) -> None:
    """Makes the cell a link to a row of another sheet of this workbook."""
    cell.hyperlink = Hyperlink(ref="", location=f"'{place.sheet}'!A{place.row}")


def needs_quote(value: Value) -> bool:
    return isinstance(value, str) and looks_like_formula(value)


def moment_of(moment: datetime) -> datetime | str:
    """The moment as a cell holds it, or as text where Excel knows no such day."""
    utc = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return utc if utc.year >= _FIRST_YEAR else utc.isoformat(" ")
