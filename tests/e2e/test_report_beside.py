"""Large engagements and workbooks take a second process for a part of the work: with the same outcome."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from command_line import CommandLine, Pair, Result
from workbook_edits import Sheet

from migrate.cli import report_audit, report_import


@pytest.fixture(scope="module")
def exported(big_lab: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engagement with all its planted trouble, resolved and exported, to be copied."""
    cli = big_lab.engagement(tmp_path_factory.mktemp("exported") / "work")
    assert cli("snapshot --json").code == 0
    assert cli("resolve --json").code == 4
    assert cli("report export alone.xlsx --json").code == 0
    return cli.folder


@pytest.fixture
def shell(exported: Path, tmp_path: Path) -> CommandLine:
    shutil.copytree(exported, tmp_path / "work")
    return CommandLine(tmp_path / "work")


@pytest.fixture
def apart(shell: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """As ``shell``; nothing is too small for a second process."""
    monkeypatch.setattr(report_audit, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(report_import, "WORTH_A_PROCESS", 0)
    return shell


def test_the_sheets_are_the_same(apart: CommandLine) -> None:
    assert apart("report export apart.xlsx --json").code == 0
    alone, there = (
        {one.name: one.read_bytes() for one in (apart.folder / name).iterdir()}
        for name in ("alone.csv", "apart.csv")
    )
    assert len(alone["findings.csv"].splitlines()) > 20
    assert there == alone


def test_what_the_audit_cannot_read_is_told(apart: CommandLine) -> None:
    waivers = apart.folder / "mappings" / "waivers.csv"
    waivers.write_text(
        "check,object_id,owner,reason,until\nno-such-check,x,AB,because,2027-01-01\n", encoding="utf-8"
    )
    done = apart("report export book.xlsx --json")
    assert (done.code, done.error["code"]) == (2, "bad_value")
    assert done.error["where"].endswith("waivers.csv:2") and "no-such-check" in done.error["message"]
    assert not (apart.folder / "book.xlsx").exists()


@pytest.mark.parametrize("properties", ["json_set(properties, '$.createdUsing', 'hand')", "'[]'", "'{'"])
def test_a_snapshot_that_was_changed_is_told(apart: CommandLine, properties: str) -> None:
    """Whether its rows can be read all the same or not."""
    with sqlite3.connect(apart.folder / "state" / "contoso-to-fabrikam" / "engagement.db") as db:
        first = "(SELECT min(rowid) FROM objects WHERE kind = 'roleEligibilitySchedule')"
        changed = db.execute(f"UPDATE objects SET properties = {properties} WHERE rowid = {first}")
        assert changed.rowcount == 1
    db.close()
    done = apart("report export book.xlsx --json")
    assert (done.code, done.error["code"]) == (20, "snapshot_changed")
    assert not (apart.folder / "book.xlsx").exists()


@pytest.mark.parametrize("edit", ["answered", "answered wrongly", "cut off"])
def test_a_workbook_is_read_alike(shell: CommandLine, edit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    book = shell.folder / "alone.xlsx"
    if edit == "cut off":
        book.write_bytes(book.read_bytes()[:-1_000])
    else:
        sheet = Sheet(book)
        who = "AB" if edit == "answered" else ""
        sheet.put(next(key for key in sheet.rows() if key.startswith("user|")), decision="skip", who=who)
        sheet.save(book)

    def told() -> Result:
        return shell("report import alone.xlsx --dry-run --json")

    here = told()
    monkeypatch.setattr(report_import, "WORTH_A_PROCESS", 0)
    there = told()
    assert there == here
    assert here.code == (0 if edit == "answered" else 2)
    assert not [one for one in here.of_type("error") if one["code"] == "internal"]
