"""Whatever somebody calls a group, the workbook opens and says it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from workbook_sample import hostile_report

from migrate.workbook.export import export
from migrate.workbook.text import fit, unescaped

_ANY = st.text(st.characters(exclude_categories=()), min_size=1, max_size=30)
_ESCAPES = st.from_regex(r"\A[=+@\t\r-]?(_x[0-9A-F]{4}_|#N/A|\r\n| ){1,4}\Z")


@settings(max_examples=15, database=None)
@given(st.lists(_ANY | _ESCAPES, min_size=1, max_size=25))
def test_every_name_comes_back_as_it_fits(names: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        export(path, hostile_report(tuple(names)))
        rows = list(openpyxl.load_workbook(path)["Principals"].iter_rows(min_row=2, max_col=2))
    assert {unescaped(row[1].value) for row in rows} == {fit(name) for name in names}
    assert {row[1].data_type for row in rows} == {"s"}
