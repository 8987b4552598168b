"""Fits sections of lines into one screen: everything gets a little room, and what is left out is counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from migrate.views.plain_text import visible

LINES, COLUMNS = 40, 100


@dataclass(frozen=True)
class Section:
    """A heading and its entries, each of a few lines. One without entries is not shown. ``beyond`` counts
    entries that nobody wrote down because no screen has room for them."""

    title: str
    entries: Sequence[Sequence[str]]
    beyond: int = 0


def fit_line(text: str, columns: int = COLUMNS) -> str:
    """The text on one line of at most so many columns; wide characters take two."""
    shown = visible(text, columns * 8)
    if _width(shown) <= columns:
        return shown
    while _width(shown) > columns - 1:
        shown = shown[:-1]
    return shown + "…"


def fit(head: Sequence[str], sections: Sequence[Section], foot: Sequence[str]) -> list[str]:
    """At most ``LINES`` lines of at most ``COLUMNS`` columns, as long as head, foot and three lines a section
    find room.

    Each section first gets one entry; the room that is left goes round, an entry at a time, to those that
    have more; where there is not even room for one each, entries lose all but their first line. A section's
    last line says how many entries were left out.
    """
    filled = [one for one in sections if one.entries]
    shown = [1] * len(filled)
    room = LINES - len(head) - len(foot)
    if sum(map(_height, filled, shown)) > room:
        filled = [replace(one, entries=[entry[:1] for entry in one.entries]) for one in filled]
    growing = True
    while growing:
        growing = False
        for number, section in enumerate(filled):
            if shown[number] == len(section.entries):
                continue
            shown[number] += 1
            if sum(map(_height, filled, shown)) <= room:
                growing = True
            else:
                shown[number] -= 1
    lines = [*head]
    for section, count in zip(filled, shown, strict=True):
        lines.append(section.title)
        lines += [f"  {line}" for entry in section.entries[:count] for line in entry]
        if left := len(section.entries) + section.beyond - count:
            lines.append(f"  + {left} more")
    return [fit_line(line) for line in (*lines, *foot)]


def _height(section: Section, count: int) -> int:
    entries = sum(len(entry) for entry in section.entries[:count])
    return 1 + entries + (1 if count < len(section.entries) + section.beyond else 0)


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(one) in ("W", "F") for one in text)
    return len(text) + wide
