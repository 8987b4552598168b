"""Text from a tenant, made fit for a cell: never a formula, never broken XML, and otherwise unchanged.

Anybody who may name a group may put any character into it. What XML cannot carry at all is shown by a
visible stand-in; everything else comes back from the file exactly as it was.
"""

from __future__ import annotations

import re

LONGEST = 32_767
"""What one Excel cell holds, counted in UTF-16 code units as Excel counts them."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Excel reads _x0041_ as the letter A, wherever it stands (ECMA-376, ST_Xstring).
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def fit(text: str) -> str:
    """The text as a cell can hold it.

    Control characters become their Unicode pictures (U+0007 shows as U+2407), lone surrogates and
    non-characters U+FFFD; what is longer than a cell is cut, and says so at its end.
    """
    text = _ILLEGAL.sub(_visible, text)
    # No character takes more than two units, so that short texts need not be counted.
    if len(text) * 2 <= LONGEST or _units(text) <= LONGEST:
        return text
    mark = f"… (cut, {len(text)} characters)"
    kept = text.encode("utf-16-le")[: (LONGEST - len(mark)) * 2]
    return kept.decode("utf-16-le", "ignore") + mark


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula if it were typed in."""
    return text.startswith(_FORMULA_STARTS)


def runs(text: str) -> list[str]:
    """The text in pieces of which none holds what Excel takes for an escaped character.

    A name such as ``_x0041_`` stays what it is when its underscore and the rest are runs of their own.
    """
    pieces: list[str] = []
    start = 0
    for match in _ESCAPE.finditer(text):
        pieces.append(text[start : match.end()])
        start = match.end()
    pieces.append(text[start:])
    return pieces


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
