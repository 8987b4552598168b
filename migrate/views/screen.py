"""One run's output: results to stdout, words to stderr, JSON lines where a script listens."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from migrate.errors import MigrateError
from migrate.views.plain_text import visible


class Screen:
    """``as_json``: each result is a JSON object with a ``type`` on a line of its own; nothing is asked."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, kind: str, /, **fields: Any) -> None:
        """One result for scripts; nothing on a person's screen."""
        if self.as_json:
            sys.stdout.write(json.dumps({"type": kind, **fields}, ensure_ascii=False, default=str) + "\n")
            sys.stdout.flush()

    def say(self, text: str) -> None:
        """One result for people, on stdout."""
        if not self.as_json:
            sys.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """Words beside the results, on stderr, for both."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table for people, on stdout; texts of strangers are made visible and cut."""
        if self.as_json:
            return
        # Rich takes a tenth of a second to load: only who shows a table pays for it.
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None)
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text(visible(cell)) for cell in row))
        console = Console(file=sys.stdout, soft_wrap=False, highlight=False)
        if not console.is_terminal:
            console = Console(file=sys.stdout, width=160, highlight=False)
        console.print(table)

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
