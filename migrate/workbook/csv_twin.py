"""The same sheets as CSV, one file each, for version control: what changed in the tenants shows as a diff.

UTF-8, ``\\n``, commas, sorted by row key, without what only holds in one workbook (numbers of rows, ages).
A text that a spreadsheet would take for a formula gets one apostrophe in front, and so does one that begins
with an apostrophe: ``read`` takes one away, so that every text comes back as it was. Characters that no text
file holds, and returns, are spelt as in the workbook (``_x000D_``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from migrate.errors import UsageError
from migrate.workbook import machine
from migrate.workbook.beside import Taker, told
from migrate.workbook.declare import Grid, Heading, Page, TableSheet, Value
from migrate.workbook.index import Index
from migrate.workbook.place import whole_file
from migrate.workbook.report import Report
from migrate.workbook.sheets import SHEETS
from migrate.workbook.sorted_runs import SortedRuns
from migrate.workbook.text import escaped, is_plain, unescaped

_REMEMBERED = 1_000
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


class Twin:
    """Collects the rows of the tables, in temporary files where they are many, and writes the CSV from them.
    Use it as a context manager."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._runs: dict[str, SortedRuns] = {}

    def takes(self, sheet: TableSheet[Any]) -> Taker:
        runs = self._runs[sheet.name] = self._held.enter_context(SortedRuns())
        places = [place for place, one in enumerate(sheet.columns) if one.lasting]
        # Roles, states and moments repeat in their columns, ids do not in theirs.
        columns = [(_Texts(), place) for place in places]

        def take(key: str, values: Sequence[Value]) -> None:
            runs.add((key, ",".join([texts[values[place]] for texts, place in columns])))

        return take

    def write(self, folder: Path, index: Index) -> list[Path]:
        """Writes a file for each sheet that lasts, and makes the folder; other files there are left alone.

        Raises UsageError ``workbook_unwritable`` where the folder or a file cannot be written.
        """
        try:
            folder.mkdir(exist_ok=True, parents=True)
        except OSError as error:
            raise UsageError(
                f"the folder for the CSV files cannot be made: {error.strerror or error}",
                where=str(folder),
                hint="give another folder with --csv",
                code="workbook_unwritable",
            ) from error
        written: list[Path] = []
        for sheet in SHEETS:
            if isinstance(sheet, Page) and not sheet.lasting:
                continue
            path = folder / f"{sheet.name.lower().replace(' ', '-')}.csv"
            lines = _page(sheet, index) if isinstance(sheet, Page) else self._table(sheet)
            with whole_file(path) as part, part.open("w", encoding="utf-8", newline="") as file:
                file.writelines(f"{line}\n" for line in lines)
            written.append(path)
        return written

    def _table(self, sheet: TableSheet[Any]) -> Iterator[str]:
        yield _line([machine.KEY, *(one.header for one in sheet.columns if one.lasting)])
        for key, line in self._runs[sheet.name].sorted():
            yield f"{_in_line(key)},{line}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()


def write(folder: Path, report: Report, index: Index | None = None) -> list[Path]:
    """As ``Twin.write``, of a report of which no workbook is written."""
    index = index or Index(report)
    with Twin() as twin:
        told(index, twin)
        return twin.write(folder, index)


def cell(value: Value) -> str:
    """A value as it stands in the file."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    if not isinstance(value, str):
        return repr(value)
    text = escaped(value)
    return f"'{text}" if value.startswith(_GUARDED) else text


def _in_line(value: Value) -> str:
    """A value as it stands among others."""
    return _quoted(value if isinstance(value, str) and is_plain(value) else cell(value))


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_quoted, cells))


def _quoted(text: str) -> str:
    """The text between quotation marks where it would be taken apart otherwise."""
    if "," in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


class _Texts(dict[Value, str]):
    """Remembers the last thousand cells of a column: people, roles, states, moments and nothing repeat."""

    def __missing__(self, value: Value) -> str:
        found = _in_line(value)
        # 1 and 1.0 are equal, and are not the same text.
        if not isinstance(value, int | float):
            if len(self) >= _REMEMBERED:
                self.clear()
            self[value] = found
        return found


def read(text: str) -> str:
    """The text that ``cell`` wrote."""
    return unescaped(text.removeprefix("'"))


def _page(page: Page, index: Index) -> Iterator[str]:
    """The small tables of a page, each row with the heading under which it stands."""
    heading = ""
    yield _line(["Section", "Row", "Column", "Value"])
    for block in page.blocks(index):
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Grid):
            for first, *rest in block.rows:
                for name, value in zip(block.headers[1:], rest, strict=False):
                    yield _line([cell(heading), cell(first), cell(name), cell(value)])
