"""Looks at a file that claims to be a workbook before anything in it is believed.

Whoever sends a workbook back may have been sent it by somebody else. So the zip file is judged by its table
of contents first (names, sizes, kinds of parts), and only the parts that are needed are ever unpacked, in
small pieces and never further than they claimed. What a workbook of ours cannot have is refused by name:
macros, links to other files, connections, embedded objects. The lists follow ECMA-376 (parts 1 and 2) and
the relationship types of [MS-OFFMACRO2] and [MS-XLSX].
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from migrate.errors import FileError

LARGEST_FILE = 250 << 20
LARGEST_WHOLE = 2 << 30
MOST_PARTS = 2_000
MOST_RATIO = 400
"""How many bytes one packed byte may become in parts beyond a megabyte. Sheets reach 30; bombs 1,000."""
_SMALL = 1 << 20
_LOCAL_HEADER = 30
_ENCRYPTED_FLAG = 1

_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_DRIVE = re.compile(r"^[A-Za-z]:")
_MACROS = re.compile(r"(?i)vbaproject|(^|/)(macrosheets|dialogsheets)/|vbadata\.xml$")
_EXTERNAL = re.compile(r"(?i)(^|/)externallinks/")
_CONNECTIONS = re.compile(
    r"(?i)(^|/)(connections\.xml$|querytables/|xmlmaps\.xml$|volatiledependencies\.xml$)"
)
_EMBEDDED = re.compile(r"(?i)(^|/)(embeddings|activex|ctrlprops)/|\.(exe|dll|js|vbs|ps1|bat|cmd|hta|lnk)$")

HINT = "open it in Excel, save it as an Excel workbook (.xlsx) without a password, then import that"
NOT_OURS = "ask who sent it where that comes from; fill in a workbook that report export wrote"


@dataclass(frozen=True)
class Package:
    """An open workbook whose table of contents is sound."""

    path: Path
    archive: ZipFile
    parts: frozenset[str]

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """One part, unpacked as it is read. Raises FileError ``workbook_damaged`` where it is not there."""
        if name not in self.parts:
            raise broken(self.path, f"its part {name[:80]} is missing")
        with self.archive.open(name) as stream:
            yield stream


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The workbook, looked at as this module says.

    Raises FileError: ``workbook_missing``, ``workbook_unreadable``, ``workbook_not_xlsx``,
    ``workbook_encrypted``, ``workbook_damaged``, ``workbook_too_large``, ``workbook_bomb``,
    ``workbook_unsafe_names``, ``workbook_macros``, ``workbook_external_links``, ``workbook_connections`` or
    ``workbook_embedded``. What fails later while parts are read is told as ``workbook_damaged`` too.
    """
    try:
        with path.open("rb") as file:
            _judge_start(path, file)
            with _translated(path), ZipFile(file) as archive:
                _judge_contents(path, archive.infolist())
                yield Package(path, archive, frozenset(archive.namelist()))
    except FileNotFoundError as error:
        raise FileError(
            "there is no such workbook",
            where=str(path),
            hint="check the name and the folder",
            code="workbook_missing",
        ) from error
    except OSError as error:
        raise FileError(
            f"the workbook cannot be read: {error.strerror or error}",
            where=str(path),
            hint="close it where it is open, check that you may read it",
            code="workbook_unreadable",
        ) from error


def broken(path: Path, what: str) -> FileError:
    return FileError(
        f"the workbook is damaged: {what}",
        where=str(path),
        hint="ask for the file again; a download or a mail gateway may have cut it short",
        code="workbook_damaged",
    )


def too_large(path: Path, what: str) -> FileError:
    return FileError(
        f"the workbook is too large: {what}",
        where=str(path),
        hint="export a fresh workbook and fill that in",
        code="workbook_too_large",
    )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (BadZipFile, LargeZipFile, zlib.error, struct.error, EOFError) as error:
        raise broken(path, f"it cannot be unpacked ({error})") from error
    except (NotImplementedError, RuntimeError, ValueError, OverflowError) as error:
        # What zipfile says of methods and versions that it does not know, and of numbers that lie.
        raise broken(path, f"it cannot be unpacked ({type(error).__name__})") from error


def _judge_start(path: Path, file: IO[bytes]) -> None:
    start = file.read(512)
    size = file.seek(0, 2)
    file.seek(0)
    if start.startswith(_OLE):
        raise FileError(
            "the file is an old Excel file (.xls) or has a password",
            where=str(path),
            hint=HINT,
            code="workbook_encrypted",
        )
    if not start:
        raise broken(path, "it is empty")
    if not start.startswith(_ZIP):
        raise FileError(
            f"the file is no Excel workbook: {_looks_like(start)}",
            where=str(path),
            hint=HINT,
            code="workbook_not_xlsx",
        )
    if size > LARGEST_FILE:
        raise too_large(path, f"{size >> 20} MB, where {LARGEST_FILE >> 20} are the most")


def _looks_like(start: bytes) -> str:
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table")):
        return "it is a web page with another name"
    if head.startswith(b"<?xml"):
        return "it is an XML file with another name"
    if b"\0" not in start and any(one in start for one in (b",", b";", b"\t")):
        return "it looks like CSV with another name"
    return "it does not begin as one"


def _judge_contents(path: Path, entries: list[ZipInfo]) -> None:
    if len(entries) > MOST_PARTS:
        raise _bomb(path, f"{len(entries)} parts")
    names: set[str] = set()
    for entry in entries:
        _judge_name(path, entry, names)
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise FileError("the file has a password", where=str(path), hint=HINT, code="workbook_encrypted")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise broken(path, "it is packed in a way that no workbook is")
        if entry.file_size > max(entry.compress_size * MOST_RATIO, _SMALL):
            raise _bomb(path, f"a part that unpacks {entry.file_size / max(entry.compress_size, 1):.0f} fold")
        _judge_kind(path, entry.filename)
    whole = sum(entry.file_size for entry in entries)
    if whole > LARGEST_WHOLE:
        raise _bomb(path, f"{whole >> 20} MB when unpacked")
    # Parts that share bytes are how a small file unpacks into terabytes.
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise _bomb(path, "parts that lie over each other")
        end = entry.header_offset + _LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size


def _judge_name(path: Path, entry: ZipInfo, names: set[str]) -> None:
    name = entry.orig_filename
    parts = PurePosixPath(name).parts
    if (
        name.startswith("/")
        or "\\" in name
        or "\0" in name
        or ".." in parts
        or _DRIVE.match(name)
        or name.lower() in names
    ):
        raise FileError(
            f"the workbook holds a part with a name that no workbook has: {name[:80]!r}",
            where=str(path),
            hint=NOT_OURS,
            code="workbook_unsafe_names",
        )
    names.add(name.lower())


def _judge_kind(path: Path, name: str) -> None:
    if _MACROS.search(name):
        raise macros(path)
    if _EXTERNAL.search(name):
        raise external_links(path)
    if _CONNECTIONS.search(name):
        raise FileError(
            "the workbook fetches data from elsewhere",
            where=f"{path}: {name[:80]}",
            hint=NOT_OURS,
            code="workbook_connections",
        )
    if _EMBEDDED.search(name):
        raise embedded(path)


def macros(path: Path) -> FileError:
    return FileError(
        "the workbook holds macros",
        where=str(path),
        hint=f"save it as .xlsx, or {NOT_OURS}",
        code="workbook_macros",
    )


def external_links(path: Path) -> FileError:
    return FileError(
        "the workbook links to other files (formulas of other workbooks, or DDE)",
        where=str(path),
        hint=NOT_OURS,
        code="workbook_external_links",
    )


def embedded(path: Path) -> FileError:
    return FileError(
        "the workbook holds embedded objects or controls",
        where=str(path),
        hint=NOT_OURS,
        code="workbook_embedded",
    )


def _bomb(path: Path, what: str) -> FileError:
    return FileError(
        f"the file would unpack into far more than it is: {what}",
        where=str(path),
        hint=NOT_OURS,
        code="workbook_bomb",
    )
