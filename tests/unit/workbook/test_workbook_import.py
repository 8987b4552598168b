"""A workbook that came back: what it changes, and every way in which a cell can be wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from workbook_edits import TODAY, Sheet, after, exported, imported, said
from workbook_sample import ident, report

from migrate.errors import FileError
from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Evidence, State
from migrate.resolve.resolution import Resolution
from migrate.workbook import machine
from migrate.workbook.answers import proposal_of
from migrate.workbook.report import Report

ANNA, BEN, CARLA, DORA = (f"user|{ident(1, number)}" for number in (1, 2, 3, 4))
UNIT = f"administrativeUnit|{ident(5, 3)}"
GONE = f"directoryObject|{ident(1, 9)}"
DECIDED = Decision("user", ident(1, 4), None, "skip", "left the company", "M", "2026-01-01")


def decided() -> Report:
    return replace(report(), decisions=(DECIDED,))


def codes(merged: object) -> list[str]:
    return [one.code for one in merged.problems]  # type: ignore[attr-defined]


def changes(merged: object) -> dict[str, str]:
    return {one.mapping.source_id: one.change for one in merged.changes}  # type: ignore[attr-defined]


def test_an_untouched_workbook_changes_nothing(tmp_path: Path) -> None:
    merged = imported(decided(), exported(tmp_path / "x.xlsx", decided()))
    assert changes(merged) == {ident(1, 4): "kept"}
    assert (merged.problems, merged.warnings) == ([], [])


def test_each_decision_is_taken_over_with_reason_initials_and_day(tmp_path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.put(CARLA, decision="accept", reason="=1+1", who="AB")
        sheet.put(BEN, decision="Choose", target="BEN2@fabrikam.example ", who="AB", reason=" two\nlines ")
        sheet.put(UNIT, decision="skip", who="CD")
        sheet.put(GONE, decision="block", who="CD")

    merged = imported(report(), exported(tmp_path / "x.xlsx", report(), edit))
    assert merged.problems == [] and merged.warnings == []
    assert [one.after for one in merged.changes] == [
        Decision("administrativeUnit", ident(5, 3), None, "skip", "", "CD", TODAY),
        Decision("directoryObject", ident(1, 9), None, "block", "", "CD", TODAY),
        Decision("user", ident(1, 2), ident(2, 3), "choose", "two\nlines", "AB", TODAY),
        Decision("user", ident(1, 3), ident(2, 3), "accept", "=1+1", "AB", TODAY),
    ]
    assert {one.change for one in merged.changes} == {"added"}


def test_accept_where_nothing_is_proposed_has_a_unit_made_and_nobody_else(tmp_path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.put(UNIT, decision="accept", reason="it is ours", who="AB")

    merged = imported(report(), exported(tmp_path / "x.xlsx", report(), edit))
    assert (merged.problems, merged.warnings) == ([], [])
    wanted = Decision("administrativeUnit", ident(5, 3), None, "accept", "it is ours", "AB", TODAY)
    assert [(one.change, one.after) for one in merged.changes] == [("added", wanted)]

    def one_unread() -> Report:
        given = report()
        conflicts = tuple(one for one in given.resolution.conflicts if one.kind != "administrativeUnit")
        return replace(given, resolution=replace(given.resolution, conflicts=conflicts))

    # Without C01 it is not known that the target lacks it.
    unread = imported(one_unread(), exported(tmp_path / "unread.xlsx", one_unread(), edit))
    assert codes(unread) == ["nothing_proposed"]


def test_a_name_that_is_merely_similar_is_no_proposal() -> None:
    similar = Evidence("similar_name", "Retail EU", ident(6, 1), 0.1)
    unit = next(one for one in report().resolution.mappings if one.source_id == ident(5, 3))
    assert proposal_of(replace(unit, evidence=(similar,))) is None
    named = replace(similar, rule="name")
    assert proposal_of(replace(unit, evidence=(similar, named))) == ident(6, 1)


@pytest.mark.parametrize(
    ("key", "cells", "code", "header"),
    [
        (CARLA, {"decision": "acept", "who": "A"}, "bad_decision", "Decision"),
        (CARLA, {"decision": "accept"}, "missing_initials", "Initials"),
        (CARLA, {"decision": "choose", "who": "A"}, "missing_target", "Chosen target"),
        (CARLA, {"decision": "choose", "target": "nobody", "who": "A"}, "bad_target", "Chosen target"),
        (CARLA, {"decision": "choose", "target": ident(4, 1), "who": "A"}, "bad_target", "Chosen target"),
        (CARLA, {"decision": "choose", "target": ident(9, 9), "who": "A"}, "bad_target", "Chosen target"),
        (CARLA, {"decision": "skip", "target": ident(2, 3), "who": "A"}, "needless_target", "Chosen target"),
        (
            CARLA,
            {"decision": "accept", "target": ident(2, 1), "who": "A"},
            "other_than_proposed",
            "Chosen target",
        ),
        (UNIT, {"decision": "accept", "target": "Retail", "who": "A"}, "needless_target", "Chosen target"),
        (GONE, {"decision": "choose", "target": ident(2, 1), "who": "A"}, "bad_decision", "Decision"),
        (CARLA, {"reason": "because"}, "no_decision", "Decision reason"),
        (CARLA, {"decision": "skip", "who": "A_xD800_"}, "bad_character", "Initials"),
        (CARLA, {"decision": "skip", "who": "A" * 201}, "too_long", "Initials"),
    ],
    ids=str,
)
def test_a_bad_cell_is_named_with_what_would_be_right(
    tmp_path: Path, key: str, cells: dict[str, str], code: str, header: str
) -> None:
    row, column = 0, ""

    def edit(sheet: Sheet) -> None:
        nonlocal row, column
        sheet.put(key, **cells)
        row = sheet.cell(key, header).row
        column = sheet.cell(key, header).column_letter

    merged = imported(report(), exported(tmp_path / "x.xlsx", report(), edit))
    (found,) = merged.problems
    assert (found.code, found.place.sheet) == (code, "Scopes" if key == UNIT else "Principals")
    assert found.place.cell == f"{column}{row}"
    assert found.what and found.right
    assert merged.changes == []


def test_an_unknown_or_ambiguous_target_comes_with_candidates(tmp_path: Path) -> None:
    given = report()
    people = dict(given.target.of_kind("user"))
    for number in (2, 3):
        people[ident(2, number)] = {**people[ident(2, number)], "displayName": "Ben Young"}
    twins = replace(given, target=replace(given.target, rows={**given.target.rows, "user": people}))

    def edit(sheet: Sheet) -> None:
        sheet.put(BEN, decision="choose", target="ben young", who="A")
        sheet.put(CARLA, decision="choose", target="anna@fabrikam", who="A")

    ambiguous, unknown = sorted(
        imported(twins, exported(tmp_path / "x.xlsx", twins, edit)).problems, key=lambda one: one.what
    )
    assert "2 objects" in ambiguous.what
    assert ident(2, 2) in ambiguous.right and ident(2, 3) in ambiguous.right
    assert ident(2, 1) in unknown.right


def test_every_bad_cell_is_named_in_one_pass(tmp_path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.put(CARLA, decision="nonsense", who="A")
        sheet.put(BEN, decision="choose", target="nobody")
        sheet.put(ANNA, decision="skip", who="A")
        sheet.cell(ANNA, "Decision reason").value = "=1+1"
        sheet.cell(UNIT, "Decision").value = "=CHAR(65)"

    merged = imported(report(), exported(tmp_path / "x.xlsx", report(), edit))
    assert sorted(codes(merged)) == [
        "bad_decision", "bad_target", "formula", "formula", "missing_initials", "missing_initials"
    ]  # fmt: skip
    assert len({one.place for one in merged.problems}) == 6


def test_sorted_rows_and_moved_columns_change_nothing(tmp_path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.put(CARLA, decision="accept", who="AB")
        count, width = sheet.sheet.max_row - 1, sheet.sheet.max_column
        sheet.rearrange(range(count - 1, -1, -1), [*range(width - 1, -1, -1)])
        sheet.sheet.row_dimensions[3].hidden = True

    merged = imported(decided(), exported(tmp_path / "x.xlsx", decided(), edit))
    assert changes(merged) == {ident(1, 3): "added", ident(1, 4): "kept"}
    assert (merged.problems, merged.warnings) == ([], [])


def test_an_emptied_decision_is_withdrawn_only_where_it_was_shown(tmp_path: Path) -> None:
    shown = exported(tmp_path / "shown.xlsx", decided(), lambda sheet: sheet.put(DORA, decision=None))
    assert changes(imported(decided(), shown)) == {ident(1, 4): "withdrawn"}
    unseen = exported(tmp_path / "unseen.xlsx", report())
    assert changes(imported(decided(), unseen)) == {ident(1, 4): "kept"}


def test_locked_cells_that_were_changed_are_named_and_ignored(tmp_path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.cell(CARLA, "Target").value = "mallory@fabrikam.example"
        sheet.cell(CARLA, "Confidence").value = 1
        sheet.book["Assignments"]["B3"] = "=1+1"
        sheet.book["Assignments"]["C3"] = "Global Administrator"

    merged = imported(report(), exported(tmp_path / "x.xlsx", report(), edit))
    assert [one.code for one in merged.warnings] == ["locked_cell_changed"] * 4
    assert [one.place.cell for one in merged.warnings if one.place.sheet == "Assignments"] == ["B3", "C3"]
    assert merged.problems == [] and merged.changes == []


def test_two_workbooks_merge_and_where_they_disagree_both_are_named(tmp_path: Path) -> None:
    def first(sheet: Sheet) -> None:
        sheet.put(CARLA, decision="accept", who="AB", reason="I know her")
        sheet.put(BEN, decision="skip", who="AB")

    def second(sheet: Sheet) -> None:
        sheet.put(CARLA, decision="accept", who="CD", reason="so do I")
        sheet.put(UNIT, decision="block", who="CD")

    one = exported(tmp_path / "one.xlsx", report(), first)
    two = exported(tmp_path / "two.xlsx", report(), second)
    merged = imported(report(), one, two)
    assert merged.problems == []
    assert [(each.after.who, each.after.reason) for each in merged.changes if each.after] == [
        ("CD", ""), ("AB", ""), ("AB, CD", "I know her; so do I")
    ]  # fmt: skip
    other = exported(
        tmp_path / "other.xlsx", report(), lambda sheet: sheet.put(BEN, decision="block", who="EF")
    )
    (problem,) = imported(report(), one, two, other).problems
    assert problem.code == "disagreement"
    for told in ("one.xlsx: Principals!L", "(by AB)", "other.xlsx: Principals!L", "(by EF)"):
        assert told in problem.what


def test_what_was_decided_otherwise_since_is_refused_and_the_same_is_kept(tmp_path: Path) -> None:
    path = exported(tmp_path / "x.xlsx", report(), lambda sheet: sheet.put(DORA, decision="block", who="AB"))
    (problem,) = imported(decided(), path).problems
    assert problem.code == "decided_since"
    assert "decisions.csv line 2 says skip (by M)" in problem.what and "(by AB)" in problem.what
    same = exported(
        tmp_path / "same.xlsx", report(), lambda sheet: sheet.put(DORA, decision="skip", who="AB")
    )
    (kept,) = imported(decided(), same).changes
    assert (kept.change, kept.after) == ("kept", DECIDED)


def test_an_older_workbook_is_merged_where_nothing_that_matters_has_changed(tmp_path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.put(CARLA, decision="accept", who="AB")
        sheet.put(BEN, decision="choose", target=ident(2, 3), who="AB")

    path = exported(tmp_path / "x.xlsx", report(), edit)
    given = report()
    newer = replace(given, source_snapshot=replace(given.source_snapshot, id="source-0002"))
    merged = imported(newer, path)
    assert changes(merged) == {ident(1, 2): "added", ident(1, 3): "added"}
    assert [one.code for one in merged.warnings] == ["older_snapshots"]
    mappings = tuple(
        replace(one, state=State.BLOCKED, target_id=None, target_name=None)
        if one.source_id == ident(1, 3)
        else one
        for one in given.resolution.mappings
        if one.source_id != ident(1, 2)
    )
    resolution = Resolution(mappings, given.resolution.conflicts, given.resolution.drift)
    moved_on = replace(newer, resolution=resolution)
    assert sorted(codes(imported(moved_on, path))) == ["nothing_proposed", "row_gone"]
    renamed = tuple(
        replace(one, target_name="somebody.else@fabrikam.example") if one.source_id == ident(1, 3) else one
        for one in given.resolution.mappings
    )
    other_name = replace(newer, resolution=replace(resolution, mappings=renamed))
    (problem,) = imported(other_name, path).problems
    assert problem.code == "row_changed" and "somebody.else" in problem.what
    untouched = exported(tmp_path / "untouched.xlsx", report())
    assert imported(moved_on, untouched).problems == []


def test_a_row_that_was_copied_or_lost_its_key_is_an_error(tmp_path: Path) -> None:
    def copy(sheet: Sheet) -> None:
        sheet.put(CARLA, decision="skip", who="A")
        row = sheet.rows()[CARLA]
        sheet.sheet.append([cell.value for cell in sheet.sheet[row]])

    assert codes(imported(report(), exported(tmp_path / "a.xlsx", report(), copy))) == ["row_twice"]

    def lose(sheet: Sheet) -> None:
        sheet.put(CARLA, decision="skip", who="A")
        sheet.cell(CARLA, "Row key").value = None

    assert codes(imported(report(), exported(tmp_path / "b.xlsx", report(), lose))) == ["row_without_key"]


@pytest.mark.parametrize("header", ["Decision", "Row key", "Row shown", "Initials"])
def test_a_column_that_is_needed_and_gone_is_an_error(tmp_path: Path, header: str) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.sheet.cell(1, sheet.columns()[header]).value = "something else"

    assert codes(imported(report(), exported(tmp_path / "x.xlsx", report(), edit))) == ["header_missing"]


def test_the_workbook_of_another_engagement_is_refused(tmp_path: Path) -> None:
    path = exported(tmp_path / "x.xlsx", report())
    for other in (
        replace(report(), engagement="another"),
        replace(report(), target_snapshot=replace(report().target_snapshot, tenant_id=ident(3, 3))),
    ):
        with pytest.raises(FileError) as caught:
            imported(other, path)
        assert caught.value.code == "workbook_other_engagement"


def test_what_is_imported_is_shown_by_the_next_workbook_and_stays(tmp_path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.put(
            BEN, decision="choose", target="ben2@fabrikam.example", who="AB", reason="=cmd|' /C calc'!A0"
        )

    merged = imported(report(), exported(tmp_path / "x.xlsx", report(), edit))
    again = exported(tmp_path / "again.xlsx", after(report(), merged))
    assert said(again) == {BEN: ("choose", ident(2, 3), "=cmd|' /C calc'!A0", "AB")}
    assert changes(imported(after(report(), merged), again)) == {ident(1, 2): "kept"}


@pytest.mark.parametrize(
    ("written", "read_back"),
    [
        ("a\r\nb", "a\nb"),
        ("bell\x07", "bell"),
        ("_x0041_ is no A", "A is no A"),
        ("_x005F_x000D_ too", "_x000D_ too"),
        (0.1 + 0.2, 0.3),
    ],
    ids=repr,
)
def test_what_a_spreadsheet_program_does_by_itself_is_no_change(
    written: str | float, read_back: str | float
) -> None:
    assert machine.comparable(written) == machine.comparable(read_back)
    assert machine.comparable(written) != machine.comparable("something else")
