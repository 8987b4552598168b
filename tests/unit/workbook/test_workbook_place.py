"""Where a workbook is put: the whole file, or nothing and one clear line."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from workbook_sample import report

from migrate.errors import UsageError
from migrate.workbook import export as room
from migrate.workbook.export import export
from migrate.workbook.index import Index
from migrate.workbook.report import Report


def _refused(path: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        export(path, report())
    assert caught.value.exit == 2
    assert caught.value.message and caught.value.hint
    return caught.value


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = _refused(tmp_path / "missing" / "x.xlsx")
    assert error.code == "workbook_folder_missing"
    assert error.where == str(tmp_path / "missing")


def test_a_folder_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").mkdir()
    assert _refused(tmp_path / "x.xlsx").code == "workbook_unwritable"


@pytest.mark.parametrize("name", ["x.xls", "x.csv", "x", "xlsx"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    error = _refused(tmp_path / name)
    assert error.code == "workbook_name"
    assert error.hint == f"give {name}.xlsx"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_excel_holds_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"what was there")

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "The process cannot access the file", str(target))

    monkeypatch.setattr(Path, "replace", held)
    error = _refused(path)
    assert error.code == "workbook_unwritable"
    assert "close it" in error.hint
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_broken_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"what was there")

    def half(part: Path, _report: Report, _index: Index, _beside: object, *, redacted: bool) -> None:
        part.write_bytes(b"half")
        raise failure

    monkeypatch.setattr(room, "_write", half)
    with pytest.raises((UsageError, KeyboardInterrupt)) as caught:
        export(path, report())
    if isinstance(caught.value, UsageError):
        assert caught.value.code == "workbook_unwritable"
        assert "No space left" in caught.value.message
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_was_there_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "Workbook.XLSX"
    path.write_bytes(b"what was there")
    export(path, report())
    assert path.read_bytes()[:2] == b"PK"
    assert list(tmp_path.iterdir()) == [path]
