"""What is written beside the workbook from the same rows: each is made once, and told to all who write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from migrate.workbook.declare import TableSheet, Value
from migrate.workbook.index import Index
from migrate.workbook.sheets import TABLES

Taker = Callable[[str, Sequence[Value]], None]
"""Takes one row: its key, and its values in the order of the columns."""


class Beside(Protocol):
    """Somebody who writes the tables in another form."""

    def takes(self, sheet: TableSheet[Any]) -> Taker:
        """Who takes the rows of a table, which come in the order of the sheet."""
        ...


def told(index: Index, beside: Beside) -> None:
    """Tells every row of every table, where no workbook is written."""
    for sheet in TABLES:
        take = beside.takes(sheet)
        for row in sheet.rows(index):
            take(sheet.key(row), [one.value(row) for one in sheet.columns])
