"""Text from a tenant, made fit for a cell: never a formula, never broken XML, and unchanged when it is read.

Anybody who may name a group may put any character into it. What XML cannot carry is written as the escape
that the format has for it (ECMA-376, ST_Xstring): ``_x0007_`` is the bell, and a text that looks like such
an escape gets its underscore escaped. Excel, LibreOffice and ``unescaped`` all read it back.
"""

from __future__ import annotations

import re

LONGEST = 32_767
"""What one Excel cell holds, counted in UTF-16 code units as Excel counts them."""

# A parser turns a bare return into a line feed (XML 1.0, 2.11), so that one is escaped as well.
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Nothing here is an escape, an entity, a formula or too long, in a workbook or in CSV but for the comma.
_PLAIN = re.compile("[A-Za-z0-9][A-Za-z0-9 .,:;/@()|!_-]{0,2000}")


def is_plain(text: str) -> bool:
    """Whether a cell spells the text just as it is. Most texts are such, and to see it at once is quick."""
    return _PLAIN.fullmatch(text) is not None and "_x" not in text and text[-1] != " "


def fit(text: str) -> str:
    """The text as a cell can hold it: what is longer is cut, and says so at its end."""
    # No character takes more than two units, so that short texts need not be counted.
    if len(text) * 2 <= LONGEST or units(text) <= LONGEST:
        return text
    mark = f"… (cut, {len(text)} characters)"
    kept = text.encode("utf-16-le", "surrogatepass")[: (LONGEST - len(mark)) * 2]
    if 0xD8 <= kept[-1] <= 0xDB:
        kept = kept[:-2]
    return kept.decode("utf-16-le", "surrogatepass") + mark


def escaped(text: str) -> str:
    """The text as the file spells it, before the escapes of XML itself."""
    # Most text is plain, and to see that is quick.
    if text.isascii() and text.isprintable() and "_x" not in text:
        return text
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(text: str) -> str:
    """The text that a file's spelling stands for; escapes beyond the range of characters do not exist."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    # Others may have escaped both halves of one character.
    return _SURROGATES.sub(_joined, plain)


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula if it were typed in."""
    return text.startswith(_FORMULA_STARTS)


def units(text: str) -> int:
    """Its length as Excel counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
