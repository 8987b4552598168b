from __future__ import annotations

from pathlib import Path

import pytest

from migrate.config.decisions import (
    Decision,
    decisions_hash,
    decisions_text,
    is_sorted,
    read_decisions,
    read_in_order,
    write_decisions,
)
from migrate.errors import FileError, StateError

HEADER = "kind,source_id,target_id,decision,reason,who,when"
A, B, C = (f"{each * 8}-{each * 4}-{each * 4}-{each * 4}-{each * 12}" for each in "abc")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mappings" / "decisions.csv"


def write(path: Path, *rows: str, header: str = HEADER, end: str = "\n", encoding: str = "utf-8") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(end.join([header, *rows, ""]).encode(encoding))
    return path


def refused(path: Path) -> FileError:
    with pytest.raises(FileError) as caught:
        read_decisions(path)
    assert caught.value.exit == 2
    return caught.value


def test_no_file_holds_no_decisions(path: Path) -> None:
    assert read_decisions(path) == []


def test_a_sound_file(path: Path) -> None:
    write(path, f'user,{B.upper()},{C},choose,"new, but ""sure""",kim,2026-01-31', f"group,{A},,skip,,,")
    assert read_decisions(path) == [
        Decision("group", A, None, "skip", line=3),
        Decision("user", B, C, "choose", 'new, but "sure"', "kim", "2026-01-31", 2),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_as_spreadsheets_leave_it(path: Path, delimiter: str, end: str, encoding: str) -> None:
    row = f"user,{A},{B},choose,größer,kim,today".replace(",", delimiter)
    empty = delimiter * 6
    write(path, "", row, empty, header=HEADER.replace(",", delimiter), end=end, encoding=encoding)
    assert read_decisions(path) == [Decision("user", A, B, "choose", "größer", "kim", "today", 3)]


def test_the_line_that_tells_excel_its_separator(path: Path) -> None:
    write(path, HEADER.replace(",", ";"), f"user;{A};;skip;;;", header="sep=;")
    assert read_decisions(path) == [Decision("user", A, None, "skip", line=3)]


def test_a_row_may_span_lines(path: Path) -> None:
    write(path, f'user,{A},,skip,"first\nsecond",,', f"user,{B},,skip,,,", "user,bad,,skip,,,")
    assert refused(path).where == f"{path}:5"
    write(path, f'user,{A},,skip,"first\nsecond",,', f"user,{B},,skip,,,")
    assert [decision.line for decision in read_decisions(path)] == [2, 4]


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        (f"users,{A},,skip,,,", "bad_kind", 'did you mean "user"?'),
        (f"roleEligibilitySchedule,{A},,skip,,,", "bad_kind", "cannot be decided"),
        (f"user,{A},,acept,,,", "bad_decision", 'did you mean "accept"?'),
        (f"user,{A},,,,,", "bad_decision", "known: accept, choose, skip, block"),
        (f"user,{A},,choose,,,", "missing_target", "which object of the target"),
        ("user,,,skip,,,", "bad_guid", "source_id is empty"),
        ("user,ada@contoso.com,,skip,,,", "bad_guid", "is no GUID"),
        (f"user,{A},ada,choose,,,", "bad_guid", "target_id"),
        (f"user,{A},,skip,because, and so on,kim,today", "wrong_columns", "quote text with commas"),
        (f'user,{A},,skip,"open,,', "csv_syntax", "quotation mark"),
    ],
)
def test_bad_rows(path: Path, row: str, code: str, says: str) -> None:
    error = refused(write(path, f"user,{B},,skip,,,", row))
    assert error.code == code
    assert error.message.startswith(f"{path}:3: ")
    assert says in error.message


def test_rows_that_disagree_name_both_lines(path: Path) -> None:
    write(path, f"user,{A},,skip,,,", f"user,{B},,skip,,,", f"user,{A.upper()},{C},choose,,,")
    error = refused(path)
    assert (error.code, error.where) == ("contradiction", f"{path}:4")
    assert "line 2" in error.message


def test_rows_that_agree_count_once(path: Path) -> None:
    write(path, f"user,{A},,skip,first,,", f"group,{A},,block,,,", f"user,{A},,skip,second,,")
    assert [(each.kind, each.reason) for each in read_decisions(path)] == [("group", ""), ("user", "second")]


def test_all_problems_are_told_in_one_pass(path: Path) -> None:
    write(path, "user,x,,skip,,,", f"user,{A},,skip,,,", f"usr,{A},,maybe,,,")
    error = refused(path)
    assert error.code == "decisions_invalid"
    assert [line.split(": ")[0] for line in error.message.splitlines()] == [f"{path}:{n}" for n in (2, 4, 4)]


@pytest.mark.parametrize(
    ("header", "code", "says"),
    [
        (HEADER.replace(",who", ""), "missing_column", "column who is missing"),
        ("", "missing_column", "no header"),
        (HEADER + ",notes", "unknown_column", "column notes"),
        (HEADER + ",who", "unknown_column", "more than once"),
    ],
)
def test_bad_headers(path: Path, header: str, code: str, says: str) -> None:
    error = refused(write(path, header=header))
    assert (error.code, error.where) == (code, f"{path}:1")
    assert says in error.message


def test_the_order_of_columns_is_free(path: Path) -> None:
    write(path, f"skip,{A},user,,,,", header="decision,source_id,kind,who,target_id,reason,When")
    assert read_decisions(path) == [Decision("user", A, None, "skip", line=2)]


def test_another_encoding_is_named_by_its_line(path: Path) -> None:
    write(path, f"user,{A},,skip,,,", f"user,{B},,skip,größer,,", encoding="cp1252")
    error = refused(path)
    assert (error.code, error.where) == ("bad_encoding", f"{path}:3")
    path.write_bytes(b"PK\x03\x04\0\0")
    assert refused(path).code == "bad_encoding"


def test_writing_is_stable_and_reads_back(path: Path) -> None:
    rows = [
        Decision("user", B, C, "choose", 'a "b", c\nd', "kïm", "2026-01-31", 7),
        Decision("group", A, None, "skip"),
    ]
    write_decisions(path, rows)
    content = path.read_bytes()
    assert content.startswith(HEADER.encode() + b"\n" + b"group,")
    assert b"\r" not in content
    write_decisions(path, reversed(read_decisions(path)))
    assert path.read_bytes() == content
    assert decisions_hash(read_decisions(path)) == decisions_hash(rows)
    assert [each.name for each in path.parent.iterdir()] == ["decisions.csv"]


def test_the_hash_is_of_what_is_said(path: Path) -> None:
    write(path, f"user;{A};;skip;;;", header=HEADER.replace(",", ";"), end="\r\n")
    assert decisions_hash(read_decisions(path)) == decisions_hash([Decision("user", A, None, "skip")])
    assert decisions_hash([Decision("user", A, None, "block")]) != decisions_hash(read_decisions(path))


def test_a_write_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_decisions(path, [Decision("user", A, None, "skip")])
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("migrate.config.decisions.os.fsync", full)
    with pytest.raises(StateError) as caught:
        write_decisions(path, [])
    assert (caught.value.code, caught.value.exit) == ("mappings_unwritable", 20)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["decisions.csv"]


def test_an_empty_list_is_a_header() -> None:
    assert decisions_text([]) == HEADER + "\n"


def test_a_reason_with_a_return_comes_back(tmp_path: Path) -> None:
    given = Decision("user", "1" * 8 + "-1111-1111-1111-" + "1" * 12, None, "skip", "a\rb\r\nc\nd", "M", "")
    write_decisions(tmp_path / "decisions.csv", [given])
    (found,) = read_decisions(tmp_path / "decisions.csv")
    assert found.reason == given.reason


def test_the_order_of_a_person_is_kept_where_it_is_asked_for(tmp_path: Path) -> None:
    ids = [f"{number}" * 8 + "-1111-1111-1111-" + "1" * 12 for number in (3, 1, 2)]
    given = [Decision("user", one, None, "skip") for one in ids]
    write_decisions(tmp_path / "decisions.csv", given, in_order=True)
    found = read_in_order(tmp_path / "decisions.csv")
    assert [one.source_id for one in found] == ids and not is_sorted(found)
    write_decisions(tmp_path / "decisions.csv", given)
    found = read_in_order(tmp_path / "decisions.csv")
    assert [one.source_id for one in found] == sorted(ids) and is_sorted(found)
