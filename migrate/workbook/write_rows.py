"""The rows of a table as the XML that they become: no object for each cell, one for each column.

A large tenant has two million cells. openpyxl makes an object, a style and an XML element of each; here a
cell is a piece of text, and most pieces were made before, because roles, states and people repeat.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Generic, NamedTuple

from migrate.errors import UsageError
from migrate.workbook import machine
from migrate.workbook.cells import moment_of, needs_quote
from migrate.workbook.declare import Column, Place, RowT, Show, Value, nowhere
from migrate.workbook.heights import line_count
from migrate.workbook.text import escaped, fit

_REMEMBERED = 1_000
_SPACE = (" ", "\n", "\t")


class Styles(NamedTuple):
    """The numbers of a column's three styles: plain, text that looks like a formula, a link."""

    plain: int
    quoted: int
    link: int


class Piece(NamedTuple):
    """One value: its XML behind the cell's address, its style, its height in lines, its mark and its text."""

    xml: str
    style: int
    lines: int
    mark: str
    text: str


class ColumnWriter(Generic[RowT]):
    """Turns the values of one column into pieces, and remembers the last few thousand of them."""

    def __init__(self, column: Column[RowT], letter: str, styles: Styles, width: float) -> None:
        self.column, self.letter, self.styles = column, letter, styles
        self._width = width
        self._made: dict[Value, Piece] = {}
        self.is_entry = column.entry is not None
        self.leads = column.link is not nowhere
        """Whether its cells may be links."""

    def piece(self, value: Value) -> Piece:
        found = self._made.get(value)
        if found is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            found = self._made[value] = self._make(value)
        return found

    def link(self, row: RowT) -> Place | None:
        return self.column.link(row)

    def _make(self, value: Value) -> Piece:
        if isinstance(value, datetime):
            value = moment_of(value)
            if isinstance(value, datetime):
                value = machine.serial(value.replace(tzinfo=UTC))
        if value is None or value == "":
            return Piece("/>", self.styles.plain, 1, machine.mark(""), "")
        text = machine.comparable(value)
        mark = "" if self.column.entry else machine.mark(text)
        if not isinstance(value, str):
            return Piece(f"><v>{value!r}</v></c>", self.styles.plain, 1, mark, text)
        if self.column.show is Show.ID:
            check_id(value)
        style = self.styles.quoted if needs_quote(value) else self.styles.plain
        # What is read on a screen only, such as long ids, must not make every row on paper higher.
        lines = line_count(value, self._width) if self.column.on_paper else 1
        return Piece(text_cell(value), style, lines, mark, text)


def text_cell(value: str) -> str:
    """A text behind its cell's address; always a text, whatever it looks like."""
    text = escaped(fit(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = ' xml:space="preserve"' if text.startswith(_SPACE) or text.endswith(_SPACE) else ""
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'


def check_id(value: str) -> None:
    """Refuses an id that no cell holds whole: cut short it would be the id of something else."""
    if fit(value) != value:
        raise UsageError(
            f"an id of {len(value)} characters does not fit into a cell",
            where=value[:80],
            hint="Graph gives no such ids: look into the snapshot, and take a new one",
            code="workbook_id_too_long",
        )
