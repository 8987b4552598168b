"""Large engagements and workbooks take a second process for a part of the work: with the same outcome."""

from __future__ import annotations

import sqlite3

import pytest
from command_line import CommandLine, Result
from openpyxl import load_workbook
from workbook_edits import Sheet

from migrate.cli import report_audit, report_import
from migrate.errors import FileError
from migrate.workbook.returned import read
from migrate.workbook.sheets import TABLES


@pytest.fixture
def apart(exporter: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """As ``exporter``; nothing is too small for a second process."""
    monkeypatch.setattr(report_audit, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(report_import, "WORTH_A_PROCESS", 0)
    return exporter


def test_the_sheets_are_the_same(apart: CommandLine) -> None:
    assert apart("report export apart.xlsx --json").code == 0
    here, there = (
        {one.name: one.read_bytes() for one in (apart.folder / name).iterdir()}
        for name in ("book.csv", "apart.csv")
    )
    assert len(here["findings.csv"].splitlines()) > 20
    assert there == here


def test_what_the_audit_cannot_read_is_told(apart: CommandLine) -> None:
    waivers = apart.folder / "mappings" / "waivers.csv"
    waivers.write_text(
        "check,object_id,owner,reason,until\nno-such-check,x,AB,because,2027-01-01\n", encoding="utf-8"
    )
    done = apart("report export new.xlsx --json")
    assert (done.code, done.error["code"]) == (2, "bad_value")
    assert done.error["where"].endswith("waivers.csv:2") and "no-such-check" in done.error["message"]
    assert not (apart.folder / "new.xlsx").exists()


@pytest.mark.parametrize("properties", ["json_set(properties, '$.createdUsing', 'hand')", "'[]'", "'{'"])
def test_a_snapshot_that_was_changed_is_told(apart: CommandLine, properties: str) -> None:
    """Whether its rows can be read all the same or not."""
    with sqlite3.connect(apart.folder / "state" / "contoso-to-fabrikam" / "engagement.db") as db:
        first = "(SELECT min(rowid) FROM objects WHERE kind = 'roleEligibilitySchedule')"
        changed = db.execute(f"UPDATE objects SET properties = {properties} WHERE rowid = {first}")
        assert changed.rowcount == 1
    db.close()
    done = apart("report export new.xlsx --json")
    assert (done.code, done.error["code"]) == (20, "snapshot_changed")
    assert not (apart.folder / "new.xlsx").exists()


@pytest.mark.parametrize("edit", ["answered", "answered wrongly", "cut off"])
def test_a_workbook_is_read_alike(exporter: CommandLine, edit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    book = exporter.folder / "book.xlsx"
    if edit == "cut off":
        book.write_bytes(book.read_bytes()[:-1_000])
    else:
        sheet = Sheet(book)
        who = "AB" if edit == "answered" else ""
        sheet.put(next(key for key in sheet.rows() if key.startswith("user|")), decision="skip", who=who)
        sheet.save(book)
        changed = load_workbook(book)
        for name in ("Principals", "Assignments", "Findings"):
            changed[name]["B2"] = "by hand"
        changed.save(book)

    def told() -> Result:
        return exporter("report import book.xlsx --dry-run --json")

    here = told()
    monkeypatch.setattr(report_import, "WORTH_A_PROCESS", 0)
    there = told()
    assert there == here
    assert here.code == (0 if edit == "answered" else 2)
    assert not [one for one in here.of_type("error") if one["code"] == "internal"]
    if edit == "answered":
        assert [one["sheet"] for one in here.of_type("warning")] == ["Principals", "Assignments", "Findings"]


def test_a_workbook_that_is_saved_while_it_is_read_is_refused(exporter: CommandLine) -> None:
    book = exporter.folder / "book.xlsx"
    first, others = (
        [one for one in TABLES if (one.basis is not None) is deciding] for deciding in (True, False)
    )
    assert (*first, *others) == TABLES, "what is noticed is told in the order of the sheets"
    before = read(book, first)
    assert before.joined(read(book, others)).keys == before.keys
    Sheet(book).save(book)
    with pytest.raises(FileError) as caught:
        before.joined(read(book, others))
    assert caught.value.code == "workbook_changed_meanwhile"
