"""XML from a stranger: streamed, without a DOCTYPE, without entities, not deeper than a workbook is.

The parser is expat itself. defusedxml would refuse the same three things, but it wraps the tree builders,
and a sheet of two million cells must never become a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from migrate.errors import FileError
from migrate.workbook.unpack import NOT_OURS, broken

_CHUNK = 1 << 16
_DEEPEST = 60

Attributes = Mapping[str, str]


def parse(
    path: Path,
    stream: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Feeds a part to the three handlers, and gives control back after each piece of it.

    Names come without their prefix. Raises FileError: ``workbook_doctype``, ``workbook_damaged``.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    names: dict[str, str] = {}
    depth = 0

    def local(name: str) -> str:
        found = names.get(name)
        if found is None:
            if len(names) > 10_000:
                raise broken(path, "it has too many kinds of elements")
            found = names[name] = name.rpartition(":")[2]
        return found

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise broken(path, "its elements are nested too deep")
        start(local(name), attributes)

    def ends(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local(name))

    def refused(*_: object) -> NoReturn:
        raise FileError(
            "the workbook declares a document type or entities, which no workbook does",
            where=str(path),
            hint=NOT_OURS,
            code="workbook_doctype",
        )

    parser.StartElementHandler = begins
    parser.EndElementHandler = ends
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    parser.ExternalEntityRefHandler = refused
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise broken(path, f"its XML is not whole ({expat.ErrorString(error.code)})") from error
    except (LookupError, UnicodeError) as error:
        raise broken(path, "its XML is in an encoding that is not known") from error
    yield


def nothing(_text: str) -> None:
    """For parts whose text says nothing."""
