"""The rows of a sheet, one after the other: what stands in which cell, and whether it is a formula.

Nothing is believed that the sheet says of itself: not its dimension, not its spans, not the value that a
formula had when somebody's Excel last computed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from migrate.workbook.text import LONGEST, unescaped
from migrate.workbook.unpack import Package, broken, too_large
from migrate.workbook.xml_stream import Attributes, Ends, Starts, parse

MOST_CELLS = 12_000_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


class Found(NamedTuple):
    """What stands in a cell. ``number`` is the value where the cell holds one; ``wrong`` is ``formula`` or
    ``error`` where what it shows is nobody's word."""

    text: str
    number: float | None = None
    wrong: str = ""


Row = dict[int, Found]


def letters(column: int) -> str:
    """The name of a column, counted from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def rows(package: Package, part: str, strings: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Every row with at least one filled cell, with its number, in the order of the file.

    Raises FileError: ``workbook_damaged``, ``workbook_too_large``, ``workbook_doctype``.
    """
    reader = _Reader(package, strings)
    with package.part(part) as stream:
        for _ in parse(package.path, stream, reader.starts, reader.ends, reader.text):
            yield from reader.ready
            reader.ready.clear()


class _Reader:
    """Puts cells together from what the parser says."""

    def __init__(self, package: Package, strings: Sequence[str]) -> None:
        self._path, self._strings = package.path, strings
        self.ready: list[tuple[int, Row]] = []
        self._row: Row = {}
        self._number = self._column = self._cells = 0
        self._kind, self._formula = "", False
        self._inside = self._phonetic = False
        self._address = ""
        self._pieces: list[str] = []
        self._size = 0
        self._columns: dict[str, int] = {}

        self.starts: Starts = {
            "c": self._begin_cell,
            "v": self._begin_text,
            "t": self._begin_text,
            "f": self._formula_there,
            "row": self._begin_row,
            "rPh": self._begin_phonetic,
            "dimension": self._judge_dimension,
        }
        self.ends: Ends = {
            "c": self._end_cell,
            "v": self._end_text,
            "t": self._end_text,
            "row": self._end_row,
            "rPh": self._end_phonetic,
        }

    def _begin_text(self, _attributes: Attributes) -> None:
        self._inside = not self._phonetic

    def _end_text(self) -> None:
        self._inside = False

    def _begin_phonetic(self, _attributes: Attributes) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _formula_there(self, _attributes: Attributes) -> None:
        self._formula = True

    def _begin_row(self, attributes: Attributes) -> None:
        self._number = self._row_number(attributes)
        self._address = str(self._number)
        self._column, self._row = 0, {}

    def _end_row(self) -> None:
        if self._row:
            self.ready.append((self._number, self._row))
        self._row = {}

    def text(self, piece: str) -> None:
        if self._inside:
            self._pieces.append(piece)
            self._size += len(piece)
            if self._size > LONGEST * 8:
                raise broken(self._path, f"the cell in row {self._number} holds more than a cell can")

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise too_large(self._path, f"a sheet of more than {MOST_CELLS:,} cells")
        reference = attributes.get("r")
        self._column = self._column + 1 if reference is None else self._column_of(reference)
        if self._column > LAST_COLUMN:
            raise broken(self._path, f"row {self._number} has more columns than a sheet has")
        self._kind, self._formula = attributes.get("t", "n"), False
        if self._pieces:
            self._pieces = []
            self._size = 0

    def _end_cell(self) -> None:
        if not self._pieces and not self._formula:
            return
        content, kind = "".join(self._pieces), self._kind
        if self._formula:
            found = Found(unescaped(content), wrong="formula")
        elif kind == "inlineStr" or kind == "str":
            found = Found(unescaped(content))
        elif kind == "s":
            found = Found(self._shared(content))
        elif kind == "n":
            found = self._number_of(content)
        elif kind == "e":
            found = Found(content, wrong="error")
        elif kind == "b":
            found = Found("TRUE" if content.strip() == "1" else "FALSE")
        else:
            found = Found(content)
        if found.text or found.wrong:
            if self._column in self._row:
                raise broken(self._path, f"{letters(self._column)}{self._number} stands there twice")
            self._row[self._column] = found

    def _shared(self, content: str) -> str:
        try:
            number = int(content)
            if number < 0:
                raise IndexError
            return self._strings[number]
        except (ValueError, IndexError):
            raise broken(self._path, f"row {self._number} names a text that is not there") from None

    def _number_of(self, content: str) -> Found:
        if not content.strip():
            return Found("")
        try:
            number = float(content)
        except ValueError:
            raise broken(self._path, f"row {self._number} holds a number that is none") from None
        whole = number.is_integer() and abs(number) < 1e15
        return Found(str(int(number)) if whole else repr(number), number)

    def _row_number(self, attributes: Attributes) -> int:
        said = attributes.get("r")
        number = self._number + 1
        if said is not None:
            number = int(said) if said.isascii() and said.isdigit() and len(said) <= 7 else 0
        if not self._number < number <= LAST_ROW:
            raise broken(self._path, "its rows are not in their order")
        return number

    def _column_of(self, reference: str) -> int:
        address = self._address
        name = reference[: -len(address)]
        column = self._columns.get(name)
        if column is None:
            if not re.fullmatch("[A-Z]{1,3}", name):
                raise broken(self._path, f"row {self._number} holds a cell without a place")
            column = 0
            for letter in name:
                column = column * 26 + ord(letter) - 64
            self._columns[name] = column
        if not reference.endswith(address):
            raise broken(self._path, f"row {self._number} holds a cell of another row")
        return column

    def _judge_dimension(self, attributes: Attributes) -> None:
        """It is not used; one beyond the last cell of any sheet is a trap for programs that do."""
        reference = attributes.get("ref", "")
        for corner in reference.split(":") if reference else ():
            place = _REFERENCE.fullmatch(corner)
            column = 0
            for letter in place[1] if place else "":
                column = column * 26 + ord(letter) - 64
            if place is None or column > LAST_COLUMN or not 1 <= int(place[2]) <= LAST_ROW:
                raise broken(self._path, "it claims a sheet larger than any sheet can be")
