"""How high a row must be: only Excel fits rows by itself, and it does not fit those with merged cells."""

from __future__ import annotations

import re
from math import ceil

LINE_POINTS = 13.5
"""The height of one line of 10 point text."""
TALLEST = 150.0
"""No row is higher: a text that needs more is read in the formula bar."""

_FILLED = 0.94
"""How much of a line is used on average before a word moves to the next one."""
_NARROW = 1.25
"""Column widths count digits of 11 points; an average letter of 10 points is narrower."""
_WIDE = re.compile("[\u1100-\U0010ffff]")
"""From here on characters are mostly as wide as two."""


def line_count(text: str, width: float) -> int:
    """An estimate, rather too high, of the lines that the text takes in a column of this width."""
    room = width * _NARROW
    if len(text) <= room and text.isascii() and "\n" not in text:
        return 1
    return sum(_lines(part, room) for part in text.splitlines() or [""])


def points(lines: int) -> float:
    return min(lines * LINE_POINTS + 2, TALLEST)


def _lines(part: str, room: float) -> int:
    length = _length(part)
    return max(ceil(length / (room * _FILLED)), 1) if length > room else 1


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))
