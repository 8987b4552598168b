"""The same sheets as CSV, one file each, for version control: what changed in the tenants shows as a diff.

UTF-8, ``\\n``, commas, sorted by row key, without what only holds in one workbook (numbers of rows, ages).
A text that a spreadsheet would take for a formula gets one apostrophe in front, and so does one that begins
with an apostrophe: ``read`` takes one away, so that every text comes back as it was. Characters that no text
file holds, and returns, are spelt as in the workbook (``_x000D_``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from migrate.errors import UsageError
from migrate.workbook import machine
from migrate.workbook.declare import Grid, Heading, Page, TableSheet, Value
from migrate.workbook.index import Index
from migrate.workbook.place import whole_file
from migrate.workbook.report import Report
from migrate.workbook.sheets import SHEETS
from migrate.workbook.sorted_runs import sorted_runs
from migrate.workbook.text import escaped, unescaped

_REMEMBERED = 10_000
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


def write(folder: Path, report: Report, index: Index | None = None) -> list[Path]:
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
    index = index or Index(report)
    written: list[Path] = []
    for sheet in SHEETS:
        if isinstance(sheet, Page) and not sheet.lasting:
            continue
        path = folder / f"{sheet.name.lower().replace(' ', '-')}.csv"
        rows = _page(sheet, index) if isinstance(sheet, Page) else _table(sheet, index)
        with whole_file(path) as part, part.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        written.append(path)
    return written


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


class _Texts(dict[Value, str]):
    """Remembers the last few thousand cells: people, roles, states and moments repeat."""

    def __missing__(self, value: Value) -> str:
        found = cell(value)
        # 1 and 1.0 are equal, and are not the same text.
        if isinstance(value, str | datetime):
            if len(self) >= _REMEMBERED:
                self.clear()
            self[value] = found
        return found


def read(text: str) -> str:
    """The text that ``cell`` wrote."""
    return unescaped(text.removeprefix("'"))


def _table(sheet: TableSheet[Any], index: Index) -> Iterator[Sequence[str]]:
    columns = [one for one in sheet.columns if one.lasting]
    yield [machine.KEY, *(one.header for one in columns)]
    texts = _Texts()
    lines = ((sheet.key(row), [texts[one.value(row)] for one in columns]) for row in sheet.rows(index))
    for key, cells in sorted_runs(lines):
        yield [cell(key), *cells]


def _page(page: Page, index: Index) -> Iterable[Sequence[str]]:
    """The small tables of a page, each row with the heading under which it stands."""
    heading = ""
    yield ["Section", "Row", "Column", "Value"]
    for block in page.blocks(index):
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Grid):
            for first, *rest in block.rows:
                for name, value in zip(block.headers[1:], rest, strict=False):
                    yield [cell(heading), cell(first), cell(name), cell(value)]
