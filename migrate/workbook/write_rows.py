"""The rows of a table as the XML that they become: no object for each cell, one for each column.

A large tenant has two million cells. openpyxl makes an object, a style and an XML element of each; here a
cell is a piece of text, and most pieces were made before, because roles, states and people repeat.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from migrate.errors import UsageError
from migrate.workbook import machine
from migrate.workbook.cells import moment_of, needs_quote
from migrate.workbook.declare import Column, Show, Value, nowhere
from migrate.workbook.heights import line_count
from migrate.workbook.text import escaped, fit, is_plain

_REMEMBERED = 1_000
_SPACE = (" ", "\n", "\t")


class Styles(NamedTuple):
    """The numbers of a column's three styles: plain, text that looks like a formula, a link."""

    plain: int
    quoted: int
    link: int


class Piece(NamedTuple):
    """One value: the XML from behind the number of its row up to the number in the address of the next cell,
    its height in lines, its mark (none in a column with entries), its text, and the XML of a link."""

    xml: str
    lines: int
    mark: str
    text: str
    linked: str


class Pieces(dict[Value, Piece]):
    """The values of one column as pieces, of which the last thousand are remembered. ``following`` is the
    letter of the next column."""

    def __init__(self, column: Column[Any], following: str, styles: Styles, width: float) -> None:
        self._styles, self._width = styles, width
        self._opening = f'<c r="{following}'
        self._on_paper, self._is_id = column.on_paper, column.show is Show.ID
        self._is_entry = column.entry is not None
        self._leads = column.link is not nowhere

    def __missing__(self, value: Value) -> Piece:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[value] = self._made(value)
        return found

    def _made(self, value: Value) -> Piece:
        if isinstance(value, datetime):
            value = moment_of(value)
            if isinstance(value, datetime):
                value = machine.serial(value.replace(tzinfo=UTC))
        if value is None or value == "":
            return self._piece(self._styles.plain, "/>", 1, "")
        if isinstance(value, str) and is_plain(value):
            return self._piece(self._styles.plain, _plain_cell(value), self._lines(value), value)
        text = machine.comparable(value)
        if not isinstance(value, str):
            return self._piece(self._styles.plain, f"><v>{value!r}</v></c>", 1, text)
        if self._is_id:
            check_id(value)
        style = self._styles.quoted if needs_quote(value) else self._styles.plain
        return self._piece(style, text_cell(value), self._lines(value), text)

    def _lines(self, value: str) -> int:
        # What is read on a screen only, such as long ids, must not make every row on paper higher.
        return line_count(value, self._width) if self._on_paper else 1

    def _piece(self, style: int, xml: str, lines: int, text: str) -> Piece:
        mark = "" if self._is_entry else machine.mark(text)
        linked = f'" s="{self._styles.link}"{xml}{self._opening}' if self._leads and text else ""
        return Piece(f'" s="{style}"{xml}{self._opening}', lines, mark, text, linked)


def text_cell(value: str) -> str:
    """A text behind its cell's address; always a text, whatever it looks like."""
    if is_plain(value):
        return _plain_cell(value)
    text = escaped(fit(value))
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = ' xml:space="preserve"' if text.startswith(_SPACE) or text.endswith(_SPACE) else ""
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'


def _plain_cell(text: str) -> str:
    return f' t="inlineStr"><is><t>{text}</t></is></c>'


def check_id(value: str) -> None:
    """Refuses an id that no cell holds whole: cut short it would be the id of something else."""
    if fit(value) != value:
        raise UsageError(
            f"an id of {len(value)} characters does not fit into a cell",
            where=value[:80],
            hint="Graph gives no such ids: look into the snapshot, and take a new one",
            code="workbook_id_too_long",
        )
