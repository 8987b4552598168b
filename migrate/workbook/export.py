"""Puts a workbook into its place: the whole file, or nothing and one clear line."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from migrate.errors import UsageError
from migrate.workbook import cells, look, machine, write_page, write_table
from migrate.workbook.archive import END_OF_LINKS, END_OF_ROWS, StillArchive
from migrate.workbook.beside import Beside
from migrate.workbook.declare import Page, Show
from migrate.workbook.index import Index
from migrate.workbook.place import whole_file
from migrate.workbook.report import Report
from migrate.workbook.sheets import SHEETS, TABLES
from migrate.workbook.text import escaped, fit


def export(
    path: Path,
    report: Report,
    *,
    redacted: bool = False,
    index: Index | None = None,
    beside: Sequence[Beside] = (),
) -> None:
    """Writes the workbook of a report; a file of this name is replaced at the end, in one step.

    Only its owner may read the new file: it says who can become an administrator. ``redacted`` marks a report
    whose names were replaced, so that nobody's decisions are read from it. ``beside`` are told every row of
    the tables as well.

    Raises:
        UsageError: the name does not end in ``.xlsx`` (``workbook_name``), its folder is not there
            (``workbook_folder_missing``), or the file cannot be written (``workbook_unwritable``).
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(
            "a workbook must have a name that ends in .xlsx",
            where=str(path),
            hint=f"give {path.name}.xlsx" if path.name else "give FILE.xlsx",
            code="workbook_name",
        )
    with whole_file(path) as part:
        _write(part, report, index or Index(report), beside, redacted=redacted)


def _write(path: Path, report: Report, index: Index, beside: Sequence[Beside], *, redacted: bool) -> None:
    engagement = escaped(fit(report.engagement))
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book = Workbook(write_only=True)
    properties = book.properties
    properties.creator = properties.lastModifiedBy = "pim-migrate"
    properties.title = f"pim-migrate: {engagement}"
    properties.created = properties.modified = made_at
    # A table is compressed while the next ones are made; the thread ends before what it reads is closed.
    with ExitStack() as held, StillArchive(path) as archive, archive.adding() as thread:
        held.callback(_end, book)
        compressed: list[Future[None]] = []
        for number, declared in enumerate(SHEETS, 1):
            # A sheet that is written row by row has what an ordinary one has, though its type says less.
            sheet = cast(Worksheet, book.create_sheet(declared.name))
            sheet.sheet_properties.tabColor = look.TONES[declared.tab].tab
            look.protect(sheet)
            paper = look.A4 if isinstance(declared, Page) else look.A3
            look.set_up_print(sheet, declared.name, engagement, paper=paper)
            if isinstance(declared, Page):
                write_page.write(sheet, declared, index)
            else:
                files = {one: held.enter_context(TemporaryFile()) for one in (END_OF_ROWS, END_OF_LINKS)}
                write_table.write(sheet, declared, index, files, [one.takes(declared) for one in beside])
                sheet.close()  # type: ignore[attr-defined]
                name = f"xl/worksheets/sheet{number}.xml"
                compressed.append(thread.submit(archive.add, name, _written_to(sheet), files))
        _machine_sheet(book, report, redacted=redacted)
        for one in compressed:
            one.result()
        # ``Workbook.save`` would put the present time into the file.
        ExcelWriter(book, archive).save()


def _end(book: Any) -> None:
    """Ends the sheets that openpyxl began, from the inside out. Where an export fails nobody saves them: left
    to the collector they end in any order, and complain on stderr."""
    for sheet in book.worksheets:
        for begun in (sheet._rows, sheet._writer):
            if begun is not None:
                # On a full disk even the end cannot be written; why the export failed is told already.
                with suppress(OSError):
                    begun.close()


def _written_to(sheet: Any) -> Path:
    """The file into which openpyxl streams the sheet; it exists from the first row on."""
    return Path(sheet._writer.out)


def _machine_sheet(book: Workbook, report: Report, *, redacted: bool) -> None:
    """What the import needs to know about this file, out of the way of people."""
    sheet = cast(Worksheet, book.create_sheet(machine.SHEET))
    sheet.sheet_state = "veryHidden"
    look.protect(sheet)
    headers = {one.name: machine.locked_headers(one) for one in TABLES}
    for name, value in machine.facts(report, headers, redacted=redacted).items():
        line = [cells.styled(sheet, look.TEXT, look.alignment(Show.TEXT)) for _ in range(2)]
        for cell, text in zip(line, (name, value), strict=True):
            cells.put(cell, text)
        sheet.append(line)
