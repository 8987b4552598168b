"""A table for a terminal that is too narrow for its columns: each row as a short paragraph."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

_INDENT = "      "


def narrow_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> str:
    """The title, what the parts of a row are, then the rows: what the last column says stands on lines of its
    own below. Words are never cut, so that ids and names can be copied."""
    lines = [title, f" {' · '.join(filter(None, columns))}"]
    for *cells, last in rows:
        lines += _wrapped("  ".join(filter(None, cells)), " ", width)
        lines += _wrapped(last, _INDENT, width)
    return "\n".join(lines) + "\n"


def _wrapped(text: str, indent: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
