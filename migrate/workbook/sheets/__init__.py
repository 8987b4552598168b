"""Every sheet of the workbook, in the order of its tabs."""

from __future__ import annotations

from typing import Any

from migrate.workbook.declare import Page, TableSheet
from migrate.workbook.sheets import assignments, conflicts, drift, mapping, read_me, summary

TABLES: tuple[TableSheet[Any], ...] = (mapping.SHEET, assignments.SHEET, conflicts.SHEET, drift.SHEET)
SHEETS: tuple[Page | TableSheet[Any], ...] = (read_me.page(TABLES), summary.PAGE, *TABLES)
