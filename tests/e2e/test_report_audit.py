"""Large engagements are audited by a second process while the workbook is made: with the same outcome."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command_line import CommandLine, Pair

from migrate.cli import report_audit
from migrate.cli.main import run


@pytest.fixture(scope="module")
def resolved(big_lab: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engagement with all its planted trouble, resolved and not yet exported, to be copied."""
    cli = big_lab.engagement(tmp_path_factory.mktemp("resolved") / "work")
    assert cli("snapshot --json").code == 0
    assert cli("resolve --json").code == 4
    return cli.folder


@pytest.fixture
def folder(resolved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, whose exports take a second process."""
    shutil.copytree(resolved, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(report_audit, "WORTH_A_PROCESS", 0)
    return tmp_path / "work"


def test_the_sheets_are_the_same(folder: Path) -> None:
    assert run(["report", "export", "apart.xlsx", "--json"]) == 0
    assert CommandLine(folder)("report export alone.xlsx --json").code == 0
    apart, alone = (
        {one.name: one.read_bytes() for one in (folder / each).iterdir()}
        for each in ("apart.csv", "alone.csv")
    )
    assert len(alone["findings.csv"].splitlines()) > 20
    assert apart == alone


def test_what_it_cannot_read_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waivers = folder / "mappings" / "waivers.csv"
    waivers.write_text(
        "check,object_id,owner,reason,until\nno-such-check,x,AB,because,2027-01-01\n", encoding="utf-8"
    )
    assert run(["report", "export", "book.xlsx"]) == 2
    told = capsys.readouterr().err
    assert f"{waivers}:2" in told and "no-such-check" in told
    assert not (folder / "book.xlsx").exists()
