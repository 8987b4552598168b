"""One run's output: results to stdout, words to stderr, JSON lines where a script listens."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from migrate.errors import MigrateError
from migrate.views.plain_text import visible

# Characters that JSON may hold as they are, but that break lines or steer a terminal: written as \u escapes.
_UNQUIET = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")

LONGEST_REASON = 240
_LEAST_PROSE = 30
"""Columns of a terminal below which a column of prose cannot be read."""
_FOLDED_PROSE, _FOLDED_CELLS = 20, -20
"""What is left for the last column when rows read better as paragraphs: where it is prose, where not."""
_WIDE = 110
"""From this width on a table stays one, whatever the longest of its cells."""


class Screen:
    """``as_json``: each result is a JSON object with a ``type`` on a line of its own; nothing is asked."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, kind: str, /, **fields: Any) -> None:
        """One result for scripts; nothing on a person's screen."""
        if self.as_json:
            text = json.dumps({"type": kind, **fields}, ensure_ascii=False, default=str)
            _write(sys.stdout, _UNQUIET.sub(_escaped, text) + "\n")

    def say(self, text: str) -> None:
        """One result for people, on stdout."""
        if not self.as_json:
            _write(sys.stdout, _quiet(text) + "\n")

    def data(self, text: str) -> None:
        """One line that is the result itself, for whoever or whatever reads it; on stdout as it stands."""
        _write(sys.stdout, text + "\n")

    def note(self, text: str) -> None:
        """Words beside the results, on stderr, for both."""
        _write(sys.stderr, _quiet(text) + "\n")

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table for people, on stdout; texts of strangers are made visible and cut.

        The last column says why, and may be long. A table without rows is not shown.
        """
        found = [list(row) for row in rows]
        if self.as_json or not found:
            return
        # Rich takes a tenth of a second to load: only who shows a table pays for it.
        from rich.cells import cell_len
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(file=sys.stdout, soft_wrap=False, highlight=False)
        if not console.is_terminal:
            console = Console(file=sys.stdout, width=160, highlight=False)
        table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None)
        shown = [
            [*(Text(visible(cell)) for cell in cells), Text(visible(last, LONGEST_REASON))]
            for *cells, last in found
        ]
        widths = [
            max(map(cell_len, (name, *map(str, cells)))) for name, *cells in zip(columns, *shown, strict=True)
        ]
        # Only the last column is prose: the others are left whole where enough is left for it.
        left = console.width - sum(width + 2 for width in widths[:-1])
        whole = left >= min(widths[-1] + 2, _LEAST_PROSE)
        enough = _FOLDED_PROSE if widths[-1] > _FOLDED_PROSE else _FOLDED_CELLS
        if console.width < _WIDE and left < enough:
            from migrate.views.narrow_table import narrow_table

            rows_ = [[str(cell) for cell in cells] for cells in shown]
            _write(sys.stdout, narrow_table(title, columns, rows_, console.width))
            return
        for name, width in zip(columns[:-1], widths, strict=False):
            table.add_column(name, overflow="fold", min_width=width if whole else None)
        table.add_column(columns[-1], overflow="fold")
        for row in shown:
            table.add_row(*row)
        with console.capture() as captured:
            console.print(table)
        _write(sys.stdout, captured.get())

    def error(self, error: MigrateError) -> None:
        """One clear line: what, where, what to do."""
        if self.as_json:
            self.line(
                "error",
                code=error.code,
                message=error.message,
                where=error.where,
                hint=error.hint,
                exit=error.exit,
            )
            return
        where = f" [{visible(error.where, 200)}]" if error.where else ""
        hint = f"\n  what to do: {visible(error.hint, 1000)}" if error.hint else ""
        # Several problems of one file stand on a line each; everything else on one.
        told = "\n  ".join(visible(part, 1000) for part in error.message.splitlines())
        self.note(f"error: {told}{where}{hint}\n  code: {error.code} (exit {error.exit})")


def _quiet(text: str) -> str:
    """Our own line breaks stay; every other control character in a text is spelt out."""
    return "\n".join(visible(line, len(line) * 8 + 1) for line in text.split("\n"))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _write(stream: TextIO, text: str) -> None:
    """Writes and flushes. Where the reader has gone (``… | head``) the rest goes nowhere, the work goes on:
    a wave does not stop half-way because nobody looks, and the exit code stays true."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
