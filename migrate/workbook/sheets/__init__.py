"""Every sheet of the workbook, in the order of its tabs."""

from __future__ import annotations

from typing import Any

from migrate.workbook.declare import Page, TableSheet
from migrate.workbook.sheets import (
    assignments,
    conflicts,
    decisions_log,
    drift,
    findings,
    policies,
    principals,
    read_me,
    roles,
    scopes,
    summary,
)

TABLES: tuple[TableSheet[Any], ...] = (
    principals.SHEET,
    roles.SHEET,
    scopes.SHEET,
    assignments.SHEET,
    policies.SHEET,
    conflicts.SHEET,
    drift.SHEET,
    findings.SHEET,
    decisions_log.SHEET,
)
SHEETS: tuple[Page | TableSheet[Any], ...] = (read_me.page(TABLES), summary.PAGE, *TABLES)
