"""The report as one web page that needs nothing else: the same sheets, searchable, the charts as SVG.

It may be opened anywhere, so nothing in it can reach the network: no address of another page stands in it,
and its content policy allows only the style and the script that it carries, by their hashes. Names of
strangers are text and nothing but text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from migrate.views.bars_svg import bars_svg
from migrate.workbook.beside import Taker
from migrate.workbook.declare import (
    Block,
    Grid,
    Heading,
    Page,
    Paragraph,
    Show,
    TableSheet,
    Title,
    Tone,
    Value,
)
from migrate.workbook.index import Index
from migrate.workbook.place import whole_file
from migrate.workbook.report import Report
from migrate.workbook.sheets import SHEETS

_CHUNK = 1 << 20
_REMEMBERED = 1_000
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)} | {0x7F: 0x2421}
"""Control characters are shown by their pictures: HTML cannot hold them."""


class ReportPage:
    """Collects the rows of the tables in temporary files and writes the page from them; use it as a context
    manager."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._rows: dict[str, IO[str]] = {}

    def takes(self, sheet: TableSheet[Any]) -> Taker:
        out = self._held.enter_context(TemporaryFile("w+", encoding="utf-8", newline="\n"))  # noqa: SIM115
        self._rows[sheet.name] = out
        columns = [
            (place, _Cells(one.show, one.tones)) for place, one in enumerate(sheet.columns) if one.lasting
        ]

        def take(_key: str, values: Sequence[Value]) -> None:
            out.write(_row([cells[values[place]] for place, cells in columns]))

        return take

    def write(self, path: Path, report: Report, index: Index) -> None:
        """Writes the page; a file of this name is replaced at the end, in one step.

        Raises UsageError ``workbook_folder_missing`` or ``workbook_unwritable``.
        """
        with whole_file(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
            for piece in _page(report, index, self._rows):
                file.write(piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()


def _page(report: Report, index: Index, rows: Mapping[str, IO[str]]) -> Iterator[str]:
    here = files("migrate.views")
    style = here.joinpath("report_page.css").read_text(encoding="utf-8")
    script = here.joinpath("report_page.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)};"
        " base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>pim-migrate: {_text(report.engagement)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    yield '<nav><label>Search <input id="search" type="search" autocomplete="off"></label>'
    for number, sheet in enumerate(SHEETS):
        yield f' <a href="#s{number}">{_text(sheet.name)}</a>'
    yield ' <span id="found" role="status"></span></nav>\n<main>\n'
    for number, sheet in enumerate(SHEETS):
        yield f'<section id="s{number}">\n'
        yield from _blocks(sheet, index) if isinstance(sheet, Page) else _table(sheet, rows[sheet.name])
        yield "</section>\n"
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _blocks(page: Page, index: Index) -> Iterator[str]:
    for block in page.blocks(index):
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Title(text):
            yield f"<h1>{_text(text)}</h1>\n"
        case Heading(text):
            yield f"<h2>{_text(text)}</h2>\n"
        case Paragraph(text, tone):
            yield f"<p{_tone(tone)}>{_text(text)}</p>\n" if text else ""
        case Grid():
            if block.bars:
                yield bars_svg(block.bars, block, _text)
            yield "<table>\n"
            yield _head(block.headers, block.headers)
            yield "<tbody>\n"
            for row in block.rows:
                cells = zip(row, block.shows, strict=False)
                yield _row([_cell(value, show, block.tones.get(str(value))) for value, show in cells])
            yield "</tbody></table>\n"


def _table(sheet: TableSheet[Any], rows: IO[str]) -> Iterator[str]:
    columns = [one for one in sheet.columns if one.lasting]
    yield f"<h1>{_text(sheet.name)}</h1>\n<p>{_text(sheet.about)}</p>\n"
    yield '<div class="wide"><table class="rows">\n'
    yield _head([one.header for one in columns], [one.note for one in columns])
    yield "<tbody>\n"
    empty = True
    rows.seek(0)
    while piece := rows.read(_CHUNK):
        empty = False
        yield piece
    if empty:
        yield f'<tr><td colspan="{len(columns)}">{_text(sheet.empty)}</td></tr>\n'
    yield "</tbody></table></div>\n"


def _head(headers: Sequence[str], notes: Sequence[str]) -> str:
    cells = (f'<th title="{_text(note)}">{_text(one)}</th>' for one, note in zip(headers, notes, strict=True))
    return f"<thead><tr>{''.join(cells)}</tr></thead>\n"


def _row(cells: Sequence[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>\n"


def _cell(value: Value, show: Show, tone: Tone | None) -> str:
    words = [show.name.lower()] if show is not Show.TEXT else []
    if tone is not None:
        words.append(tone.name.lower())
    mark = f' class="{" ".join(words)}"' if words else ""
    return f"<td{mark}>{_shown(value, show)}</td>"


class _Cells(dict[Value, str]):
    """The cells of one column; remembers the last few thousand."""

    def __init__(self, show: Show, tones: Mapping[str, Tone]) -> None:
        super().__init__()
        self._show, self._tones = show, tones

    def __missing__(self, value: Value) -> str:
        found = _cell(value, self._show, self._tones.get(value) if isinstance(value, str) else None)
        # 1 and 1.0 are equal, and are not the same text.
        if not isinstance(value, int | float):
            if len(self) >= _REMEMBERED:
                self.clear()
            self[value] = found
        return found


def _shown(value: Value, show: Show) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d" if show is Show.DAY else "%Y-%m-%d %H:%M")
    if isinstance(value, str):
        return _text(value)
    return f"{value:.0%}" if show is Show.PERCENT else f"{value:,}"


def _tone(tone: Tone | None) -> str:
    return f' class="{tone.name.lower()}"' if tone else ""


def _text(text: str) -> str:
    """Text of strangers as HTML can hold it."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return escape(whole.translate(_PICTURES))
