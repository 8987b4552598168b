"""Files that mean harm, or were cut short on the way: each is refused with a reason of its own."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from workbook_edits import exported
from workbook_sample import report

from migrate.errors import FileError
from migrate.workbook import sheet_stream, unpack
from migrate.workbook.returned import read
from migrate.workbook.sheets import TABLES

Parts = dict[str, bytes]
_RELATION = (
    b'<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"'
    b' Target="%s" TargetMode="%s"/></Relationships>'
)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("honest") / "honest.xlsx", report())


def refused(path: Path) -> FileError:
    with pytest.raises(FileError) as caught:
        read(path, TABLES)
    assert caught.value.exit == 2 and caught.value.message and caught.value.hint
    assert str(path) in caught.value.where
    return caught.value


def rebuilt(honest: Path, path: Path, change: Callable[[Parts], object]) -> Path:
    """The workbook with its parts changed."""
    with zipfile.ZipFile(honest) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _replace(part: str, old: bytes, new: bytes) -> Callable[[Parts], object]:
    def change(parts: Parts) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return change


def _add(name: str, content: bytes = b"x") -> Callable[[Parts], object]:
    return lambda parts: parts.update({name: content})


def _relate(kind: bytes, target: bytes, mode: bytes) -> Callable[[Parts], object]:
    end = b"</Relationships>"
    return _replace("xl/_rels/workbook.xml.rels", end, _RELATION % (kind, target, mode))


MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SHEET = "xl/worksheets/sheet3.xml"
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workbook_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook_encrypted"),
        (b"kind,source_id\nuser,1\n", "workbook_not_xlsx"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "workbook_not_xlsx"),
        (b"<?xml version='1.0'?><Workbook/>", "workbook_not_xlsx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "workbook_not_xlsx"),
        (b"PK\x03\x04" + bytes(100), "workbook_damaged"),
    ],
    ids=range(7),
)
def test_a_file_that_is_something_else_is_told_what_it_is(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    assert refused(tmp_path / "x.xlsx").code == code


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "x.xlsx").code == "workbook_missing"
    (tmp_path / "folder.xlsx").mkdir()
    assert refused(tmp_path / "folder.xlsx").code == "workbook_unreadable"


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_damaged(tmp_path: Path, honest: Path, kept: float) -> None:
    content = honest.read_bytes()
    (tmp_path / "x.xlsx").write_bytes(content[: int(len(content) * kept)])
    assert refused(tmp_path / "x.xlsx").code == "workbook_damaged"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_add("xl/vbaProject.bin"), "workbook_macros"),
        (_add("xl/macrosheets/sheet1.xml"), "workbook_macros"),
        (
            _replace("[Content_Types].xml", MAIN, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
            "workbook_macros",
        ),
        (_replace("[Content_Types].xml", MAIN, b"application/msword"), "workbook_not_xlsx"),
        (lambda parts: parts.pop("[Content_Types].xml"), "workbook_not_xlsx"),
        (_add("xl/externalLinks/externalLink1.xml"), "workbook_external_links"),
        (_relate(b"externalLink", b"file:///c:/x.xlsx", b"External"), "workbook_external_links"),
        (_relate(b"image", b"http://evil.example/p.png", b"External"), "workbook_external_links"),
        (_relate(b"oleObject", b"embeddings/o.bin", b"Internal"), "workbook_embedded"),
        (
            _replace("xl/workbook.xml", b"</workbook>", b"<ddeLink ddeService='cmd'/></workbook>"),
            "workbook_external_links",
        ),
        (_add("xl/connections.xml"), "workbook_connections"),
        (_add("xl/queryTables/queryTable1.xml"), "workbook_connections"),
        (_add("xl/embeddings/oleObject1.bin"), "workbook_embedded"),
        (_add("xl/activeX/activeX1.xml"), "workbook_embedded"),
        (_add("../../evil.txt"), "workbook_unsafe_names"),
        (_add("/etc/passwd"), "workbook_unsafe_names"),
        (_add("C:/evil.txt"), "workbook_unsafe_names"),
        (_add("xl\\..\\evil.txt"), "workbook_unsafe_names"),
        (_add("XL/workbook.xml"), "workbook_unsafe_names"),
        (_add("xl/media/bomb.png", bytes(64 << 20)), "workbook_bomb"),
        (lambda parts: parts.update({f"xl/media/{n}": b"" for n in range(2_100)}), "workbook_bomb"),
        (_replace("xl/workbook.xml", b"<workbook", DOCTYPE + b"<workbook"), "workbook_doctype"),
        (_replace(SHEET, b"<worksheet", DOCTYPE + b"<worksheet"), "workbook_doctype"),
        (_replace(SHEET, b"</row>", b"</wor>"), "workbook_damaged"),
        (_replace(SHEET, b'r="A2"', b'r="A9999999"'), "workbook_damaged"),
        (_replace(SHEET, b'r="A2"', b'r="ZZZZ2"'), "workbook_damaged"),
        (_replace(SHEET, b'<row r="3"', b'<row r="99999999"'), "workbook_damaged"),
        (_replace(SHEET, b'<row r="3"', b'<row r="2"'), "workbook_damaged"),
        (_replace(SHEET, b"<sheetData", b'<dimension ref="A1:XFE9"/><sheetData'), "workbook_damaged"),
        (_replace(SHEET, b"<sheetData", b"<a>" * 100 + b"<sheetData"), "workbook_damaged"),
        (_replace(SHEET, b"<v>", b"<v>1e"), "workbook_damaged"),
        (_replace("xl/workbook.xml", b'name="Machine"', b'name="Mechanic"'), "workbook_foreign"),
        (_replace("xl/worksheets/sheet12.xml", b"workbook 1", b"workbook 2"), "workbook_newer"),
        (lambda parts: parts.pop("xl/workbook.xml"), "workbook_damaged"),
        (lambda parts: parts.pop(SHEET), "workbook_damaged"),
    ],
    ids=range(35),
)
def test_a_hostile_workbook_is_refused_with_its_reason(
    tmp_path: Path, honest: Path, change: Callable[[Parts], object], code: str
) -> None:
    assert refused(rebuilt(honest, tmp_path / "x.xlsx", change)).code == code


def test_an_honest_workbook_with_a_web_address_that_somebody_pasted_is_read(
    tmp_path: Path, honest: Path
) -> None:
    change = _relate(b"hyperlink", b"https://intranet.example/ticket", b"External")
    assert read(rebuilt(honest, tmp_path / "x.xlsx", change), TABLES).problems == []


def test_a_claim_of_a_huge_sheet_is_not_believed(tmp_path: Path, honest: Path) -> None:
    change = _replace(SHEET, b"<sheetData", b'<dimension ref="A1:XFD1048576"/><sheetData')
    assert read(rebuilt(honest, tmp_path / "x.xlsx", change), TABLES).problems == []


def test_millions_of_cells_are_refused_before_they_are_kept(
    tmp_path: Path, honest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_stream, "MOST_CELLS", 50)
    assert refused(honest).code == "workbook_too_large"
    monkeypatch.undo()
    monkeypatch.setattr(unpack, "LARGEST_FILE", 1_000)
    assert refused(honest).code == "workbook_too_large"


def test_a_password_on_a_part_is_seen(tmp_path: Path, honest: Path) -> None:
    content = bytearray(honest.read_bytes())
    central = content.rindex(b"PK\x01\x02")
    content[central + 8] |= 1
    (tmp_path / "x.xlsx").write_bytes(content)
    assert refused(tmp_path / "x.xlsx").code == "workbook_encrypted"


def test_parts_that_lie_over_each_other_are_a_bomb(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", b"<a/>")
        archive.writestr("b.xml", b"<a/>")
    content = bytearray(packed.getvalue())
    second = content.rindex(b"PK\x01\x02")
    # The second entry of the table of contents points at the bytes of the first.
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    (tmp_path / "x.xlsx").write_bytes(content)
    assert refused(tmp_path / "x.xlsx").code == "workbook_bomb"


def test_a_part_that_lies_about_its_size_is_not_unpacked_further(tmp_path: Path, honest: Path) -> None:
    content = bytearray(honest.read_bytes())
    central = content.index(b"PK\x01\x02")
    while content[central + 46 : central + 46 + len(SHEET)] != SHEET.encode():
        central = content.index(b"PK\x01\x02", central + 4)
    content[central + 24 : central + 28] = struct.pack("<I", 100)
    (tmp_path / "x.xlsx").write_bytes(content)
    assert refused(tmp_path / "x.xlsx").code == "workbook_damaged"
