"""Which part of a workbook holds what: its sheets by name, and its shared strings."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from migrate.errors import FileError
from migrate.workbook import unpack
from migrate.workbook.text import unescaped
from migrate.workbook.unpack import HINT, Package, broken, too_large
from migrate.workbook.xml_stream import Attributes, Starts, parse

MOST_STRING_CHARACTERS = 128_000_000
_TYPES = "[Content_Types].xml"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SMALL_PART = 4 << 20


@dataclass
class Parts:
    """``sheets`` holds the part of each sheet by its name; the names are as the file has them."""

    sheets: dict[str, str] = field(default_factory=dict)
    strings: str | None = None


def find(package: Package) -> Parts:
    """Reads the table of contents. Raises FileError as ``unpack.opened`` does."""
    _judge_types(package)
    main = _relations(package, "", "officeDocument")
    if len(main) != 1:
        raise broken(package.path, "it does not say where its workbook is")
    (name,) = main.values()
    targets = _relations(package, name, "worksheet")
    for other in package.parts:
        if other.endswith(".rels"):
            _judge_relations(package, other)
    found = Parts(strings=next(iter(_relations(package, name, "sharedStrings").values()), None))

    def sheet(attributes: Attributes) -> None:
        place = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        if place in targets:
            found.sheets[unescaped(attributes.get("name", ""))] = targets[place]

    def dde(_attributes: Attributes) -> None:
        raise unpack.external_links(package.path)

    _small(package, name, {"sheet": sheet, "ddeLink": dde})
    return found


def shared_strings(package: Package, parts: Parts) -> list[str]:
    """The texts that cells refer to by their number."""
    if parts.strings is None:
        return []
    strings: list[str] = []
    pieces: list[str] = []
    size = 0
    inside, phonetic = False, False

    def begin_string(_attributes: Attributes) -> None:
        pieces.clear()

    def begin_text(_attributes: Attributes) -> None:
        nonlocal inside
        inside = not phonetic

    def begin_phonetic(_attributes: Attributes) -> None:
        nonlocal phonetic
        phonetic = True

    def end_text() -> None:
        nonlocal inside
        inside = False

    def end_phonetic() -> None:
        nonlocal phonetic
        phonetic = False

    def end_string() -> None:
        nonlocal size
        text = unescaped("".join(pieces))
        size += len(text) + 50
        if size > MOST_STRING_CHARACTERS:
            raise too_large(package.path, "its texts alone fill the memory")
        strings.append(text)

    def text(piece: str) -> None:
        if inside:
            pieces.append(piece)

    starts = {"si": begin_string, "t": begin_text, "rPh": begin_phonetic}
    ends = {"si": end_string, "t": end_text, "rPh": end_phonetic}
    with package.part(parts.strings) as stream:
        for _ in parse(package.path, stream, starts, ends, text):
            pass
    return strings


def _judge_types(package: Package) -> None:
    """The kinds of all parts: what Excel would do with them it decides by these, not by their names."""
    kinds: set[str] = set()

    def kind_of(attributes: Attributes) -> None:
        kinds.add(attributes.get("ContentType", "").lower())

    if _TYPES not in package.parts:
        raise FileError(
            "the file is a zip file, but no Excel workbook",
            where=str(package.path),
            hint=HINT,
            code="workbook_not_xlsx",
        )
    _small(package, _TYPES, {"Default": kind_of, "Override": kind_of})
    for kind in kinds:
        if "macro" in kind or "vba" in kind:
            raise unpack.macros(package.path)
        if "externallink" in kind:
            raise unpack.external_links(package.path)
        if any(one in kind for one in ("oleobject", "activex", "controlproperties")):
            raise unpack.embedded(package.path)
    if _MAIN_TYPE not in kinds:
        raise FileError(
            "the file is an Office file, but no Excel workbook (.xlsx)",
            where=str(package.path),
            hint=HINT,
            code="workbook_not_xlsx",
        )


def _judge_relations(package: Package, part: str) -> None:
    """No part may reach outside the file. A link that a person can click is followed by nobody here."""

    def judge(attributes: Attributes) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        outside = attributes.get("TargetMode", "").lower() == "external"
        if kind in ("externallink", "externallinkpath", "attachedtemplate") or (
            outside and kind != "hyperlink"
        ):
            raise unpack.external_links(package.path)
        if kind in ("oleobject", "control", "activexcontrolbinary", "package", "ctrlprop"):
            raise unpack.embedded(package.path)
        if "vba" in kind or "macro" in kind:
            raise unpack.macros(package.path)

    _small(package, part, {"Relationship": judge})


def _relations(package: Package, part: str, kind: str) -> dict[str, str]:
    """The parts to which a part refers, by the id of the relation."""
    folder, name = posixpath.split(part)
    targets: dict[str, str] = {}

    def relation(attributes: Attributes) -> None:
        if attributes.get("Type", "").rpartition("/")[2] == kind:
            target = attributes.get("Target", "")
            place = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            targets[attributes.get("Id", "")] = posixpath.normpath(place)

    _small(package, str(PurePosixPath(folder, "_rels", f"{name}.rels")), {"Relationship": relation})
    return targets


def _small(package: Package, part: str, starts: Starts) -> None:
    """Reads a part that is small in every honest workbook."""
    if part in package.parts and package.archive.getinfo(part).file_size > _SMALL_PART:
        raise too_large(package.path, f"its part {part[:80]}")
    with package.part(part) as stream:
        for _ in parse(package.path, stream, starts):
            pass
