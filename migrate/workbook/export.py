"""Puts a workbook into its place: the whole file, or nothing and one clear line."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC
from pathlib import Path
from typing import cast

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from migrate.errors import UsageError
from migrate.workbook import look, write_page, write_table
from migrate.workbook.archive import StillArchive
from migrate.workbook.declare import Page
from migrate.workbook.index import Index
from migrate.workbook.report import Report
from migrate.workbook.sheets import SHEETS
from migrate.workbook.text import fit


def export(path: Path, report: Report) -> None:
    """Writes the workbook of a report; a file of this name is replaced at the end, in one step.

    Only its owner may read the new file: it says who can become an administrator.

    Raises:
        UsageError: the name does not end in ``.xlsx`` (``workbook_name``), its folder is not there
            (``workbook_folder_missing``), or the file cannot be written (``workbook_unwritable``).
    """
    _check(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=".part", dir=path.parent)
        os.close(handle)
        part = Path(name)
        try:
            _write(part, report)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except PermissionError as error:
        raise UsageError(
            "the workbook cannot be written: permission denied",
            where=str(path),
            hint="close it where it is open (Excel holds its files), or give another name",
            code="workbook_unwritable",
        ) from error
    except OSError as error:
        raise UsageError(
            f"the workbook cannot be written: {error.strerror or error}",
            where=str(path),
            hint="make room, or give a file in another folder",
            code="workbook_unwritable",
        ) from error


def _check(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise UsageError(
            "a workbook must have a name that ends in .xlsx",
            where=str(path),
            hint=f"give {path.name}.xlsx" if path.name else "give FILE.xlsx",
            code="workbook_name",
        )
    if not path.parent.is_dir():
        raise UsageError(
            "the folder for the workbook does not exist",
            where=str(path.parent),
            hint="make the folder first, or give a file in one that exists",
            code="workbook_folder_missing",
        )
    if path.is_dir():
        raise UsageError(
            "there is a folder of this name",
            where=str(path),
            hint="give the name of a file",
            code="workbook_unwritable",
        )


def _write(path: Path, report: Report) -> None:
    index = Index(report)
    engagement = fit(report.engagement)
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book = Workbook(write_only=True)
    properties = book.properties
    properties.creator = properties.lastModifiedBy = "pim-migrate"
    properties.title = f"pim-migrate: {engagement}"
    properties.created = properties.modified = made_at
    for declared in SHEETS:
        # A sheet that is written row by row has what an ordinary one has, though its type says less.
        sheet = cast(Worksheet, book.create_sheet(declared.name))
        sheet.sheet_properties.tabColor = look.TONES[declared.tab].tab
        paper = look.A4 if isinstance(declared, Page) else look.A3
        look.set_up_print(sheet, declared.name, engagement, paper=paper)
        if isinstance(declared, Page):
            write_page.write(sheet, declared, index)
        else:
            write_table.write(sheet, declared, index)
    # ``Workbook.save`` would put the present time into the file.
    with StillArchive(path) as archive:
        ExcelWriter(book, archive).save()
