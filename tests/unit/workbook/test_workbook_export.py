"""The workbook, read back by another program's eyes: values, types, links, and what must never be there."""

from __future__ import annotations

import gc
import re
import sys
import threading
import zipfile
from datetime import datetime
from errno import ENOSPC
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from workbook_sample import HOSTILE, LONG, MADE_AT, SPELT, hostile_report, ident, report

from migrate.errors import UsageError
from migrate.resolve.findings import MEANINGS
from migrate.resolve.resolution import Resolution
from migrate.workbook import machine, write_table
from migrate.workbook.archive import END_OF_ROWS, StillArchive
from migrate.workbook.export import export
from migrate.workbook.report import Report
from migrate.workbook.sheets import SHEETS, TABLES
from migrate.workbook.text import unescaped


def _read(path: Path, what: Report) -> Workbook:
    export(path, what)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return _read(tmp_path_factory.mktemp("book") / "sample.xlsx", report())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return _read(tmp_path_factory.mktemp("book") / "hostile.xlsx", hostile_report((*HOSTILE, *SPELT, LONG)))


def _sheet(book: Workbook, name: str) -> Worksheet:
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def _table(book: Workbook, name: str) -> list[dict[str, Any]]:
    header, *rows = _sheet(book, name).iter_rows()
    return [dict(zip((str(cell.value) for cell in header), row, strict=True)) for row in rows]


def _column(book: Workbook, sheet: str, header: str) -> list[Any]:
    return [
        unescaped(value) if isinstance(value, str) else value
        for value in (row[header].value for row in _table(book, sheet))
    ]


def _text(sheet: Worksheet) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_sheets_are_there_in_reading_order(book: Workbook) -> None:
    assert book.sheetnames == [
        "Read me",
        "Summary",
        "Principals",
        "Roles",
        "Scopes",
        "Assignments",
        "Policies",
        "Conflicts",
        "Drift",
        "Findings",
        "Decisions log",
        "Machine",
    ]


@pytest.mark.parametrize("sheet", TABLES, ids=lambda one: one.name)
def test_a_table_has_a_fixed_header_filters_and_a_safe_name(book: Workbook, sheet: Any) -> None:
    found = _sheet(book, sheet.name)
    headers = [*(column.header for column in sheet.columns), *machine.machine_headers(sheet)]
    assert [cell.value for cell in found[1]] == headers
    assert found.freeze_panes is not None and found.freeze_panes.endswith("2")
    (table,) = found.tables.values()
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*[A-Za-z]", table.displayName)
    assert table.ref == found.dimensions
    assert table.autoFilter is not None and table.autoFilter.ref == table.ref
    assert [one.name for one in table.tableColumns] == headers
    for number, cell in enumerate(found[1]):
        hidden = number >= len(sheet.columns)
        assert hidden != (cell.comment is not None and bool(cell.comment.text))
        assert found.column_dimensions[cell.column_letter].hidden == hidden


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda one: one.name)
def test_every_sheet_prints_one_page_wide_in_landscape(book: Workbook, sheet: Any) -> None:
    found = _sheet(book, sheet.name)
    assert found.page_setup.orientation == "landscape"
    assert found.sheet_properties.pageSetUpPr is not None and found.sheet_properties.pageSetUpPr.fitToPage
    assert (found.page_setup.fitToWidth, found.page_setup.fitToHeight) == (1, 0)
    assert found.oddFooter is not None and found.oddFooter.left.text == "contoso && fabrikam"
    assert found.print_title_rows == ("$1:$1" if sheet in TABLES else None)


def test_names_of_tables_headers_and_sheets_are_unique() -> None:
    assert len({sheet.table.lower() for sheet in TABLES}) == len(TABLES)
    assert len({sheet.name.lower() for sheet in SHEETS}) == len(SHEETS)
    for sheet in TABLES:
        headers = [column.header.lower() for column in sheet.columns]
        assert len(set(headers)) == len(headers)
        on_paper = [column.on_paper for column in sheet.columns]
        assert on_paper == sorted(on_paper, reverse=True)


def test_values_have_the_type_that_they_are(book: Workbook) -> None:
    rights = {row["Source schedule id"].value: row for row in _table(book, "Assignments")}
    first = rights[ident(7, 1)]
    assert first["What happens"].value == "+ create"
    assert first["What happens"].data_type == "s" and first["What happens"].quotePrefix
    assert first["Ends (UTC)"].value == datetime(2026, 6, 30, 22, 0)
    assert first["Ends (UTC)"].is_date and first["Ends (UTC)"].number_format == "yyyy-mm-dd hh:mm"
    assert rights[ident(7, 2)]["Ends (UTC)"].value == "never"
    assert rights[ident(7, 6)]["Ends (UTC)"].value == "1601-01-01 00:00:00"
    assert rights[ident(7, 7)]["Ends (UTC)"].value.startswith("unreadable")
    assert rights[ident(7, 5)]["Source scope"].value.startswith("/administrativeUnits/")
    assert first["Cannot be undone"].value.endswith("cannot be undone")
    assert rights[ident(7, 7)]["Codes"].value == "C06, D08"
    mapping = {row["Source id"].value: row for row in _table(book, "Principals")}
    assert mapping[ident(1, 1)]["Confidence"].value == 0.95
    assert mapping[ident(1, 1)]["Confidence"].number_format == "0%"
    assert mapping[ident(1, 1)]["Rights"].value == 2
    assert mapping[ident(1, 1)]["Source details"].value == "anna@contoso.example · Finance · employee 10001"
    assert mapping[ident(1, 2)]["Runner-up"].value == "ben2@fabrikam.example"
    assert mapping[ident(1, 2)]["Runner-up id"].value == ident(2, 3)


def test_what_is_open_comes_first_in_each_kind(book: Workbook) -> None:
    states = [(row["Kind"].value, row["State"].value) for row in _table(book, "Principals")]
    users = [state for kind, state in states if kind == "user"]
    assert users == ["! blocked", "? proposed", "✓ accepted", "✓ accepted", "– skipped"]


@pytest.mark.parametrize(
    ("sheet", "header"),
    [("Conflicts", "Where"), ("Drift", "Where"), ("Principals", "Open points"), ("Assignments", "Codes")],
)
def test_links_lead_to_the_row_of_the_same_object(book: Workbook, sheet: str, header: str) -> None:
    seen = 0
    for row in _table(book, sheet):
        link = row[header].hyperlink
        if link is None:
            assert row[header].value is None
            continue
        seen += 1
        name, number = re.fullmatch(r"'(.+)'!A(\d+)", link.location).groups()  # type: ignore[union-attr]
        there = {str(cell.value) for cell in _sheet(book, name)[int(number)]}
        if "Source id" in row:
            assert row["Source id"].value in there
        else:
            # From a right to what holds it up: the code, and the right by its name.
            assert row["Codes"].value.split(", ")[0] in there | {"undecided"}
        assert link.target is None
    assert seen >= 2


def test_a_conflict_says_who_the_candidates_are_and_what_it_holds_up(book: Workbook) -> None:
    (found,) = [row for row in _table(book, "Conflicts") if row["Code"].value == "C02"]
    assert found["Candidates in the target"].value == "\n".join(
        f"{name}@fabrikam.example — {name}@fabrikam.example — {ident(2, number)}"
        for name, number in (("ben", 2), ("ben2", 3))
    )
    assert found["Rights held up"].value == 1
    assert found["Which rights"].value == "ben@contoso.example → Exchange Administrator"
    assert "mappings/decisions.csv" in found["What to do"].value


def test_drift_tells_what_differs(book: Workbook) -> None:
    differs = {row["Code"].value: row["What differs"].value for row in _table(book, "Drift")}
    assert differs["D05"] == "only in target (1):\n  microsoft.directory/keys/read"
    assert differs["D10"] == "endDateTime\nsource: 2026-06-30T22:00:00Z\ntarget: never"


def test_read_me_explains_every_code_state_and_how_to_decide(book: Workbook) -> None:
    text = _text(_sheet(book, "Read me"))
    assert all(f"\n{code}\n{meaning}\n" in text for code, meaning in MEANINGS.items())
    for needed in ("? proposed", "undecided", "onboard-group", "3 days", "source-0001", "target-0003"):
        assert needed in text
    assert "\nkind,source_id,target_id,decision,reason,who,when\n" in text
    assert (
        f"roleDefinition,{ident(5, 2)},{ident(6, 2)},choose," in text
        or f"user,{ident(1, 3)},{ident(2, 3)},choose," in text
    )


def test_summary_counts_and_charts(book: Workbook) -> None:
    sheet = _sheet(book, "Summary")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=7)]
    assert ["! blocked", 4] in [row[:2] for row in rows]
    assert ["total", 7] in [row[:2] for row in rows]
    assert ["user", 2, 1, 0, 1, 1, 5] in rows
    assert ["C02", 1, 1, MEANINGS["C02"]] in [row[:4] for row in rows]
    assert "✓ Both tenants were read completely." in _text(sheet)


def test_the_charts_are_native_and_read_the_cells_beside_them(tmp_path: Path) -> None:
    export(tmp_path / "x.xlsx", report())
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        charts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/charts/")]
    assert len(charts) == 8
    assert all(b"<barChart>" in chart and b"'Summary'!$B$" in chart for chart in charts)


def test_a_page_is_turned_before_a_heading(tmp_path: Path) -> None:
    sheet = _sheet(_read(tmp_path / "x.xlsx", report()), "Summary")
    breaks = [one.id for one in sheet.row_breaks.brk]
    assert breaks
    for row in breaks:
        assert sheet.cell(row + 1, 1).value is None
        assert sheet.cell(row + 2, 1).font.size == 12


def test_incomplete_coverage_stands_on_top_in_red_with_names(tmp_path: Path) -> None:
    unread = ("users", f"groupEligibilitySchedules:{ident(4, 1)}")
    book = _read(tmp_path / "x.xlsx", report(unread=unread))
    for name in ("Summary", "Read me"):
        cells = [row[0] for row in _sheet(book, name).iter_rows(max_row=4)]
        (warning,) = [cell for cell in cells if str(cell.value).startswith("! INCOMPLETE: the target tenant")]
        assert f"groupEligibilitySchedules of Ops ({ident(4, 1)}), users" in str(warning.value)
        assert warning.font.b and warning.fill.fgColor.rgb == "00F4B0B0"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_comes_back_unchanged_and_as_text(hostile: Workbook, name: str) -> None:
    for sheet, header in (
        ("Principals", "Source"),
        ("Principals", "Target"),
        ("Principals", "Reason"),
        ("Conflicts", "Why"),
    ):
        assert name in _column(hostile, sheet, header)
    for header in ("Person or group", "Right", "Target person or group"):
        assert name in _column(hostile, "Assignments", header)


@pytest.mark.parametrize(("name", "spelt"), SPELT.items(), ids=range(len(SPELT)))
def test_what_xml_cannot_hold_is_spelt_as_the_format_says(hostile: Workbook, name: str, spelt: str) -> None:
    assert spelt in [row["Source"].value for row in _table(hostile, "Principals")]
    assert name in _column(hostile, "Principals", "Source")


def test_no_cell_is_a_formula_or_an_error(hostile: Workbook) -> None:
    for sheet in hostile.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "d"), (sheet.title, cell.coordinate, cell.value)
                assert isinstance(cell.value, str) == (cell.data_type == "s" and cell.value is not None)
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t", "\r")):
                    assert cell.quotePrefix, (sheet.title, cell.coordinate)


def test_text_that_is_too_long_is_cut_with_a_mark(hostile: Workbook) -> None:
    (long,) = [one for one in _column(hostile, "Principals", "Source") if one.startswith("long")]
    assert len(long.encode("utf-16-le")) // 2 <= 32_767
    assert long.endswith(f"… (cut, {len(LONG)} characters)")


def test_excel_does_not_read_an_escape_into_a_name(tmp_path: Path) -> None:
    export(tmp_path / "x.xlsx", hostile_report(HOSTILE))
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        for name in (one for one in archive.namelist() if one.startswith("xl/worksheets/")):
            for escape in re.findall(rb"_x[0-9A-Fa-f]{4}_(?:x[0-9A-Fa-f]{4}_)?", archive.read(name)):
                assert escape == b"_x000D_" or escape.startswith(b"_x005F_"), (name, escape)
            assert b"\r" not in archive.read(name)


def test_the_file_has_no_macros_external_links_or_formulas(tmp_path: Path) -> None:
    export(tmp_path / "x.xlsx", hostile_report(HOSTILE))
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        assert archive.testzip() is None
        assert not [name for name in archive.namelist() if "vba" in name or "externalLink" in name]
        for name in archive.namelist():
            content = archive.read(name)
            assert b'TargetMode="External"' not in content
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in content


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    export(tmp_path / "one.xlsx", report())
    export(tmp_path / "two.xlsx", report())
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    properties = openpyxl.load_workbook(tmp_path / "one.xlsx").properties
    made_at = MADE_AT.replace(tzinfo=None, microsecond=0)
    assert (properties.created, properties.modified) == (made_at, made_at)


def test_the_order_of_what_is_given_does_not_show(tmp_path: Path) -> None:
    given = report()
    resolution = given.resolution
    turned = Resolution(resolution.mappings[::-1], resolution.conflicts[::-1], resolution.drift[::-1])
    export(tmp_path / "one.xlsx", given)
    changed = {**vars(given), "resolution": turned, "drafts": given.drafts[::-1]}
    export(tmp_path / "two.xlsx", Report(**changed))
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_table_with_nothing_to_tell_says_so_and_is_still_a_table(tmp_path: Path) -> None:
    empty = {**vars(report()), "resolution": Resolution((), (), ()), "drafts": ()}
    book = _read(tmp_path / "x.xlsx", Report(**empty))
    for declared in TABLES:
        sheet = _sheet(book, declared.name)
        assert sheet["A2"].value == declared.empty
        (table,) = sheet.tables.values()
        assert table.ref.endswith("2")
    assert "No conflicts." in _text(_sheet(book, "Summary"))


def test_a_sheet_has_no_more_links_than_excel_bears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_table, "MOST_LINKS", 2)
    book = _read(tmp_path / "x.xlsx", report())
    links = [row["Where"] for row in _table(book, "Conflicts")]
    assert [bool(cell.hyperlink) for cell in links] == [True, True, False]
    assert all(cell.value for cell in links)


def test_an_export_that_is_interrupted_leaves_nothing_and_complains_of_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """openpyxl would, of the sheets that it had begun: "Exception ignored in …" on stderr."""
    complained: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complained.append)
    written = write_table.write

    def interrupted(sheet: Worksheet, declared: Any, *rest: Any) -> None:
        written(sheet, declared, *rest)
        if declared.name == "Roles":
            raise KeyboardInterrupt

    monkeypatch.setattr(write_table, "write", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        export(tmp_path / "x.xlsx", report())
    del caught
    gc.collect()
    assert list(tmp_path.iterdir()) == []
    assert not complained


def test_who_interrupts_an_export_does_not_wait_for_what_is_left_to_compress(tmp_path: Path) -> None:
    reading = threading.Event()

    class Endless(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            reading.set()
            return bytes(1 << 16)

    sheet = tmp_path / "sheet.xml"
    sheet.write_bytes(END_OF_ROWS)
    with (
        pytest.raises(KeyboardInterrupt),
        StillArchive(tmp_path / "x.zip") as archive,
        archive.adding() as thread,
    ):
        added = [thread.submit(archive.add, name, sheet, {END_OF_ROWS: Endless()}) for name in "ab"]
        assert reading.wait(60)
        raise KeyboardInterrupt
    assert [one.cancelled() for one in added] == [False, True]


def test_trouble_while_a_sheet_is_compressed_ends_the_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, "no space left")

    monkeypatch.setattr(StillArchive, "add", full)
    before = threading.active_count()
    with pytest.raises(UsageError, match="no space left") as refused:
        export(tmp_path / "x.xlsx", report())
    assert refused.value.code == "workbook_unwritable"
    del refused
    gc.collect()
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == before
