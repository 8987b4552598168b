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
_MOST_NAMES = 10_000

Attributes = Mapping[str, str]


Starts = Mapping[str, Callable[[Attributes], object]]
Ends = Mapping[str, Callable[[], object]]


def parse(
    path: Path,
    stream: IO[bytes],
    starts: Starts,
    ends: Ends | None = None,
    text: Callable[[str], object] | None = None,
) -> Iterator[None]:
    """Feeds a part to the handlers of the elements that matter, by their names without prefix, and gives
    control back after each piece of the part.

    Raises FileError: ``workbook_doctype``, ``workbook_damaged``.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    # By the names as they are spelt there, so that each of two million elements costs one look-up.
    begin_of: dict[str, Callable[[Attributes], object] | None] = {}
    end_of: dict[str, Callable[[], object] | None] = {}
    depth = 0

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if name not in begin_of:
            if len(begin_of) > _MOST_NAMES:
                raise broken(path, "it has too many kinds of elements")
            local = name.rpartition(":")[2]
            begin_of[name] = starts.get(local)
            end_of[name] = ends.get(local) if ends else None
        if depth > _DEEPEST:
            raise broken(path, "its elements are nested too deep")
        if handler := begin_of[name]:
            handler(attributes)

    def finishes(name: str) -> None:
        nonlocal depth
        depth -= 1
        if handler := end_of[name]:
            handler()

    def refused(*_: object) -> NoReturn:
        raise FileError(
            "the workbook declares a document type or entities, which no workbook does",
            where=str(path),
            hint=NOT_OURS,
            code="workbook_doctype",
        )

    parser.StartElementHandler = begins
    parser.EndElementHandler = finishes
    if text is not None:
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
