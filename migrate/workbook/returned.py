"""A workbook as it came back: what people entered, row by row, wherever the rows and columns stand now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from migrate.errors import FileError
from migrate.workbook import machine, unpack
from migrate.workbook.declare import TableSheet
from migrate.workbook.parts import find, shared_strings
from migrate.workbook.remarks import Place, Remark
from migrate.workbook.sheet_stream import Found, Row, letters, rows
from migrate.workbook.unpack import Package

_HEADER_WITHIN = 20
"""Somebody may have put a line or two above the table."""
_NOTHING = Found("")
_REMEMBERED = 20_000


@dataclass(frozen=True)
class Entered:
    """What stands in a cell in which people write."""

    text: str
    place: Place
    wrong: str = ""


@dataclass(frozen=True)
class Answer:
    """One row with something in its entries, now or when it was written. ``shown`` is the latter."""

    sheet: str
    key: str
    basis: str
    shown: Mapping[str, str]
    entered: Mapping[str, Entered]

    def changed(self) -> bool:
        """Whether anything was entered that was not there before, or taken away."""
        return any(
            one.wrong or machine.comparable(one.text).strip() != self.shown.get(name, "").strip()
            for name, one in self.entered.items()
        )


@dataclass
class Returned:
    """One workbook: what it says of itself, its answers, the keys of all its rows, and what was noticed."""

    path: Path
    digest: str
    facts: Mapping[str, str]
    answers: list[Answer] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    problems: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    def joined(self, others: Returned) -> Returned:
        """With what was read of the other sheets of the same workbook, which stand behind these.

        Raises FileError ``workbook_changed_meanwhile`` where it was not the same any more.
        """
        if self.digest != others.digest:
            raise FileError(
                "the workbook was changed while it was read",
                where=str(self.path),
                hint="wait until it is saved, then import it again",
                code="workbook_changed_meanwhile",
            )
        return replace(
            self,
            answers=[*self.answers, *others.answers],
            keys=self.keys | others.keys,
            problems=[*self.problems, *others.problems],
            warnings=[*self.warnings, *others.warnings],
        )


def read(path: Path, tables: Sequence[TableSheet[Any]]) -> Returned:
    """Reads a workbook that ``export`` wrote and people filled in.

    Raises FileError as ``unpack.opened`` does, and ``workbook_foreign`` or ``workbook_newer`` where it is no
    workbook of this program, or one of a later version.
    """
    with unpack.opened(path) as package:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        parts = find(package)
        strings = shared_strings(package, parts)
        returned = Returned(path, digest, _facts(package, parts.sheets, strings))
        for table in tables:
            part = parts.sheets.get(table.name)
            if part is None:
                _missing_sheet(returned, table)
                continue
            _Table(returned, table).read(rows(package, part, strings))
    return returned


def _facts(package: Package, sheets: Mapping[str, str], strings: Sequence[str]) -> dict[str, str]:
    part = sheets.get(machine.SHEET)
    found: dict[str, str] = {}
    if part is not None:
        for _, row in rows(package, part, strings):
            found[row.get(1, _NOTHING).text] = row.get(2, _NOTHING).text
    if not found.get("format", "").startswith(machine.FORMAT.rpartition(" ")[0]):
        raise FileError(
            "the file is an Excel workbook, but none that report export wrote",
            where=str(package.path),
            hint=f"import the file that was exported; its hidden sheet {machine.SHEET} must still be there",
            code="workbook_foreign",
        )
    if found["format"] != machine.FORMAT:
        raise FileError(
            f"the workbook was written by another version of pim-migrate ({found.get('tool_version', '?')})",
            where=str(package.path),
            hint="import it with that version, or export it anew",
            code="workbook_newer",
        )
    return found


def _missing_sheet(returned: Returned, table: TableSheet[Any]) -> None:
    place = Place(returned.path, table.name, "")
    if table.basis is not None:
        right = f"import a workbook with the sheet {table.name}, under that name"
        returned.problems.append(Remark("sheet_missing", place, "the sheet is missing", right))
    elif f"locked columns of {table.name}" in returned.facts:
        returned.warnings.append(Remark("sheet_missing", place, "the sheet is missing; it is not needed"))


class _Table:
    """Reads the rows of one table by the names of its columns."""

    def __init__(self, returned: Returned, table: TableSheet[Any]) -> None:
        self._returned, self._table = returned, table
        self._entries = {column.header: entry.field for column, entry in table.entries()}
        self._longest = {entry.field: entry.longest for _, entry in table.entries()}
        locked = machine.said_or_nothing(returned.facts.get(f"locked columns of {table.name}", ""))
        self._marked = {header: number for number, header in enumerate(locked)}
        self._columns: dict[str, int] = {}
        self._first_of: dict[str, int] = {}
        self._marks: dict[float | str, str] = {}

    def read(self, found: Iterable[tuple[int, Row]]) -> None:
        stream = iter(found)
        if not self._find_header(stream):
            return
        for number, row in stream:
            self._row(number, row)

    def _find_header(self, stream: Iterator[tuple[int, Row]]) -> bool:
        for number, row in stream:
            if number > _HEADER_WITHIN:
                break
            names = {column: found.text.strip() for column, found in row.items()}
            if machine.KEY in names.values():
                return self._take_header(number, names)
        what, right = f"no column {machine.KEY} was found", "export the workbook anew and fill that in"
        self._remark("header_missing", Place(self._returned.path, self._table.name, "A1"), what, right)
        return False

    def _take_header(self, number: int, names: Mapping[int, str]) -> bool:
        needed = [*machine.machine_headers(self._table), *self._entries]
        sound = True
        for column, name in sorted(names.items()):
            if name in self._columns:
                if name in needed:
                    what = f"the column {name} stands there twice, first in {letters(self._columns[name])}"
                    self._remark("header_twice", self._place(column, number), what, "keep one of them")
                    sound = False
                continue
            self._columns[name] = column
        for name in needed:
            if name not in self._columns:
                right = f"put {name} back as the header of its column"
                self._remark("header_missing", self._place(1, number), f"no column {name} was found", right)
                sound = False
        for name in self._marked.keys() - self._columns.keys():
            self._warn("column_missing", self._place(1, number), f"the column {name} is gone; not needed")
        return sound

    def _row(self, number: int, row: Row) -> None:
        columns = self._columns
        key_cell = row.get(columns[machine.KEY], _NOTHING)
        entered = {
            name: Entered(found.text, self._place(columns[header], number), found.wrong)
            for header, name in self._entries.items()
            for found in (row.get(columns[header], _NOTHING),)
        }
        said = [one for one in entered.values() if one.text.strip() or one.wrong]
        if not key_cell.text or key_cell.wrong:
            if said or key_cell.wrong:
                what = f"the row has lost its key (column {machine.KEY})"
                place = said[0].place if said else self._place(columns[machine.KEY], number)
                self._remark("row_without_key", place, what, "write it into the row that was exported")
            return
        key = key_cell.text
        self._compare(number, row)
        if self._table.basis is None:
            return
        self._returned.keys.add(key)
        shown = self._shown(number, row)
        if shown is None or not (said or any(shown.values())):
            return
        basis = row.get(columns[machine.BASIS], _NOTHING)
        if basis.wrong:
            self._remark(
                "machine_cell",
                self._place(columns[machine.BASIS], number),
                "a formula stands there",
                "export the workbook anew and fill that in",
            )
            return
        if key in self._first_of:
            what = f"the row stands there twice, first in row {self._first_of[key]}"
            self._remark("row_twice", self._place(columns[machine.KEY], number), what, "delete one of them")
            return
        self._first_of[key] = number
        for name, one in entered.items():
            if len(one.text) > self._longest[name] and machine.comparable(one.text) != shown[name]:
                what, right = f"{len(one.text)} characters", f"at most {self._longest[name]}"
                self._remark("too_long", one.place, what, right)
        self._returned.answers.append(Answer(self._table.name, key, basis.text, shown, entered))

    def _shown(self, number: int, row: Row) -> dict[str, str] | None:
        cell = row.get(self._columns[machine.SHOWN], _NOTHING)
        try:
            if cell.wrong:
                raise ValueError("a formula")
            return dict(zip(self._entries.values(), machine.said(cell.text), strict=True))
        except ValueError:
            place = self._place(self._columns[machine.SHOWN], number)
            what = f"the hidden column {machine.SHOWN} does not say what the row showed"
            self._remark("machine_cell", place, what, "export the workbook anew and fill that in")
            return None

    def _compare(self, number: int, row: Row) -> None:
        """Names the locked cells that are not what they were."""
        check = row.get(self._columns[machine.CHECK], _NOTHING).text
        length = machine.MARK_LENGTH
        if len(check) != len(self._marked) * length:
            what = f"the hidden column {machine.CHECK} was changed"
            self._warn("locked_cell_changed", self._place(self._columns[machine.CHECK], number), what)
            return
        for header, column in self._columns.items():
            order = self._marked.get(header)
            if order is None:
                continue
            found = row.get(column, _NOTHING)
            value = found.number if found.number is not None else found.text
            mark = self._marks.get(value) or self._mark(value)
            if found.wrong or mark != check[order * length : (order + 1) * length]:
                what = f"{header} is locked and was changed; the change is ignored"
                self._warn("locked_cell_changed", self._place(column, number), what)

    def _mark(self, value: float | str) -> str:
        """Roles, states and people repeat: the marks of the last few thousand values are remembered."""
        if len(self._marks) >= _REMEMBERED:
            self._marks.clear()
        found = self._marks[value] = machine.mark(machine.comparable(value))
        return found

    def _place(self, column: int, number: int) -> Place:
        return Place(self._returned.path, self._table.name, f"{letters(column)}{number}")

    def _remark(self, code: str, place: Place, what: str, right: str) -> None:
        (self._returned.problems if self._table.basis is not None else self._returned.warnings).append(
            Remark(code, place, what, right)
        )

    def _warn(self, code: str, place: Place, what: str) -> None:
        self._returned.warnings.append(Remark(code, place, what))
