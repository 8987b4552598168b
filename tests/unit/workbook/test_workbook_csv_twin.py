"""The CSV beside the workbook: stable, sorted, and every text comes back."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from workbook_sample import HOSTILE, LONG, SPELT, hostile_report, report

from migrate.errors import UsageError
from migrate.resolve.resolution import Resolution
from migrate.workbook import csv_twin


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_for_each_sheet_sorted_by_row_key(tmp_path: Path) -> None:
    written = csv_twin.write(tmp_path / "x.csv", report())
    assert [path.name for path in written] == [
        "summary.csv", "principals.csv", "roles.csv", "scopes.csv", "assignments.csv", "policies.csv",
        "conflicts.csv", "drift.csv", "findings.csv",
        "decisions-log.csv",
    ]  # fmt: skip
    for path in written[1:]:
        keys = [row["Row key"] for row in _rows(path)]
        assert keys == sorted(keys) and all(keys) and len(set(keys)) == len(keys)
        assert b"\r" not in path.read_bytes()
    assert "Where" not in _rows(tmp_path / "x.csv" / "drift.csv")[0]
    (ends,) = [
        row["Ends (UTC)"]
        for row in _rows(tmp_path / "x.csv" / "assignments.csv")
        if "2026-06-30" in row["Ends (UTC)"]
    ]
    assert ends == "2026-06-30T22:00:00Z"


def test_neither_the_day_nor_the_order_of_what_is_given_shows(tmp_path: Path) -> None:
    given = report()
    found = given.resolution
    turned = Resolution(found.mappings[::-1], found.conflicts[::-1], found.drift[::-1])
    later = replace(
        given, resolution=turned, drafts=given.drafts[::-1], made_at=given.made_at + timedelta(days=3)
    )
    first = csv_twin.write(tmp_path / "one", given)
    second = csv_twin.write(tmp_path / "two", later)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_every_name_comes_back_and_none_begins_a_formula(tmp_path: Path) -> None:
    names = (*HOSTILE, *SPELT, LONG, "'quoted", "''twice", "＝1")
    csv_twin.write(tmp_path, hostile_report(names))
    rows = _rows(tmp_path / "principals.csv")
    assert {csv_twin.read(row["Source"]) for row in rows} == set(names)
    for row in rows:
        assert not row["Source"].startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        csv_twin.write(tmp_path / "x.csv", report())
    assert caught.value.code == "workbook_unwritable"
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "mine"
